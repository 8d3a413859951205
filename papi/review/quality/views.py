"""Screens: the live estimate, and raising a threshold.

Knows what is asked for and how it is shown. Must not know how anything is estimated or written.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from papi.errors import UsageError
from papi.model.recipe import FieldClass
from papi.office.quality import Estimate, estimate, raise_options
from papi.office.raising import curve_thresholds, raise_threshold, redeciding
from papi.review.field_kinds import KINDS
from papi.review.quality.figures import (
    clerk_rows,
    clerks_table,
    figure_of,
    line_rows,
    lines_chart,
    lines_table,
    people_chart,
    progress,
)
from papi.review.quality.words import percent, threshold
from papi.review.rights import SUPERVISORS, allow, person, scope
from papi.review.serving import recipe, workspace
from papi.review.supervision.tables import Table
from papi.store import audit
from papi.store.scopes import Scope


@allow(SUPERVISORS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the estimate by class and by clerk."""
    found = _estimate(request)
    lines = line_rows(found, recipe())
    seen = audit.Event("figures.viewed", detail={"table": "quality"})
    audit.record(person(request).username, [seen])
    context = {
        "figure": figure_of(found),
        "alarms": sorted((row for row in lines if row.alarm), key=lambda row: row.line.verdict),
        "lines": lines,
        "clerks": clerk_rows(found, scope(request)),
        "chart": lines_chart(found),
        "people": people_chart(found),
        "progress": progress(),
        "may_raise": _may_raise(request),
    }
    return render(request, "review/quality/overview.html", context)


@allow(SUPERVISORS)
@require_safe
def show_progress(request: HttpRequest) -> HttpResponse:
    """Show how far deciding again is; the page asks every few seconds."""
    context = {"progress": progress(), "may_raise": _may_raise(request)}
    return render(request, "review/quality/progress.html", context)


@allow(SUPERVISORS)
@require_safe
def lines_csv(request: HttpRequest) -> HttpResponse:
    """Send the estimate by class as csv."""
    return _csv(request, lines_table(line_rows(_estimate(request), recipe())))


@allow(SUPERVISORS)
@require_safe
def clerks_csv(request: HttpRequest) -> HttpResponse:
    """Send the estimate by clerk as csv."""
    return _csv(request, clerks_table(clerk_rows(_estimate(request), scope(request))))


@allow(SUPERVISORS)
@require_safe
def choose_threshold(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a higher threshold of one class would do."""
    kind = _class_of(request, name)
    used = recipe()
    now = float(getattr(used.thresholds, kind.value))
    options = [
        {
            "value": repr(option.threshold),
            "text": threshold(option.threshold),
            "requeued": option.requeued,
            "left": option.left,
            "left_share": percent(option.left.point),
            "left_interval": f"{percent(option.left.low)} – {percent(option.left.high)}",
            "measured": option.measured,
            "measured_wrong": option.measured_wrong,
        }
        for option in raise_options(used, kind)
    ]
    target = used.control.error_target.get(kind)
    context = {
        "name": name,
        "label": KINDS[kind],
        "now": threshold(now),
        "seen": repr(now),
        "target": percent(target),
        "options": options,
    }
    return render(request, "review/quality/raise.html", context)


@allow(SUPERVISORS)
@require_POST
def change_threshold(request: HttpRequest, name: str) -> HttpResponse:
    """Raise a threshold and begin to decide every form again."""
    kind = _class_of(request, name)
    seen, to = _number(request.POST.get("seen")), _number(request.POST.get("to"))
    if seen is None or to not in curve_thresholds(recipe(), kind):
        messages.error(request, _("Choose one of the thresholds that are offered."))
        return redirect("quality:raise", name=name)
    try:
        done = raise_threshold(workspace(), kind, seen, to, person(request).get_username())
    except UsageError:
        messages.error(
            request,
            _("Nothing was changed: the threshold is another one by now, or the workspace's "
              "settings cannot be written. Look at the page again."),
        )  # fmt: skip
        return redirect("quality:raise", name=name)
    redeciding.start(workspace())
    said = _("%(name)s: the threshold is %(to)s now. %(forms)s forms are being decided again.")
    values = {"name": KINDS[kind], "to": threshold(to), "forms": done.undecided}
    messages.success(request, said % values)
    return redirect("quality:overview")


@allow(SUPERVISORS)
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Go on deciding what a run that was cut off left undecided."""
    if not _may_raise(request):
        raise PermissionDenied
    redeciding.start(workspace())
    return redirect("quality:overview")


def _estimate(request: HttpRequest) -> Estimate:
    return estimate(recipe(), scope(request))


def _may_raise(request: HttpRequest) -> bool:
    """A threshold counts for every region: who sees some of them may not change it."""
    return scope(request) == Scope()


def _class_of(request: HttpRequest, name: str) -> FieldClass:
    if not _may_raise(request):
        raise PermissionDenied
    try:
        return FieldClass(name)
    except ValueError:
        raise Http404 from None


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _csv(request: HttpRequest, table: Table) -> HttpResponse:
    detail = {"table": table.name, "rows": len(table.rows)}
    audit.record(person(request).username, [audit.Event("figures.exported", detail=detail)])
    response = HttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="papi-{table.name}.csv"'
    return response
