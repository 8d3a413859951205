"""Views of figures: overview, people, scanning, and each table as a csv file.

Knows which tables and charts a screen shows. Must not know how they are counted or drawn.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from papi.office.quality import clerk_lines
from papi.office.quality_estimate import Share
from papi.office.supervision import (
    Overview,
    overview,
    scanned_batches,
    waiting_pages,
)
from papi.office.throughput import LEAST, throughput
from papi.review.rights import SUPERVISORS, allow, person
from papi.review.supervision import pictures, tables, words
from papi.review.supervision.asking import Asked, asked
from papi.review.supervision.tables import Table
from papi.store import audit
from papi.store.supervision import Focus

_OVERVIEW = {
    "villages": tables.villages,
    "time": tables.over_time,
    "reasons": tables.reasons,
    "classes": tables.classes,
    "ages": tables.ages,
}


@allow(SUPERVISORS)
@require_GET
def show_overview(request: HttpRequest) -> HttpResponse:
    """Show where everything stands."""
    wanted = asked(request)
    seen = overview(wanted.focus, wanted.period, timezone.now())
    charts = (
        (pictures.forms_over_time(seen), tables.over_time(seen)),
        (pictures.fields_over_time(seen), None),
        (pictures.reasons(seen), tables.reasons(seen)),
        (pictures.classes(seen), tables.classes(seen)),
        (pictures.ages(seen), tables.ages(seen)),
    )
    return render(
        request,
        "review/supervision/overview.html",
        {
            "asked": wanted,
            "cards": _cards(seen),
            "progress": pictures.progress(seen),
            "villages": tables.villages(seen),
            "charts": charts,
            "tab": "overview",
        },
    )


def _cards(seen: Overview) -> list[dict[str, Any]]:
    total = seen.total
    return [
        {"key": "issued", "value": words.number(total["issued"]), "note": ""},
        {
            "key": "returned",
            "value": words.number(total["returned"]),
            "note": words.share(total["returned"], total["issued"]),
        },
        {
            "key": "queued",
            "value": words.number(total["queued"]),
            "note": words.number(total["in_queue"]),
        },
        {
            "key": "age",
            "value": words.age(seen.ages["median"], seen.now),
            "note": words.age(seen.ages["oldest"], seen.now),
        },
        {
            "key": "matched",
            "value": words.number(total["matched"]),
            "note": words.share(total["matched"], total["issued"]),
        },
        {
            "key": "approved",
            "value": words.number(total["approved"]),
            "note": words.number(total["matched"] - total["approved"]),
        },
        {"key": "sent_back", "value": words.number(total["sent_back"]), "note": ""},
    ]


@allow(SUPERVISORS)
@require_GET
def show_clerks(request: HttpRequest) -> HttpResponse:
    """Show what each person got done, and how often it was wrong."""
    wanted = asked(request)
    work = throughput(wanted.focus, wanted.period)
    audit.record(
        person(request).username, [audit.Event("figures.viewed", detail={"table": "clerks"})]
    )
    return render(
        request,
        "review/supervision/clerks.html",
        {
            "asked": wanted,
            "chart": pictures.keyed_over_time(work),
            "people": tables.clerks(work, _errors(wanted.focus)),
            "steps": tables.clerk_steps(work),
            "least": LEAST,
            "tab": "clerks",
        },
    )


def _errors(focus: Focus) -> dict[str, Share]:
    """Return how often each person was wrong in their regions, of all they were checked in."""
    return {line.row.name: line.share for line in clerk_lines(focus.scope)}


@allow(SUPERVISORS)
@require_GET
def show_scanning(request: HttpRequest) -> HttpResponse:
    """Show what is wrong with scanners, and pages that wait to be fixed."""
    wanted = asked(request)
    return render(
        request,
        "review/supervision/scanning.html",
        {
            "asked": wanted,
            "batches": tables.batches(scanned_batches(wanted.focus)),
            "pages": tables.pages(waiting_pages(wanted.focus), timezone.now()),
            "tab": "scanning",
        },
    )


@allow(SUPERVISORS)
@require_GET
def table_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Send one table as it stands on the screen, as csv."""
    wanted = asked(request)
    table = _table(name, wanted)
    if table is None:
        raise Http404
    detail = {"table": name, "rows": len(table.rows), "region": wanted.focus.region}
    audit.record(person(request).username, [audit.Event("figures.exported", detail=detail)])
    response = HttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="papi-{table.name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _table(name: str, wanted: Asked) -> Table | None:
    focus, now = wanted.focus, timezone.now()
    if name in _OVERVIEW:
        return _OVERVIEW[name](overview(focus, wanted.period, now))
    if name == "clerks":
        return tables.clerks(throughput(focus, wanted.period), _errors(focus))
    if name == "clerk-time":
        return tables.clerk_steps(throughput(focus, wanted.period))
    if name == "batches":
        return tables.batches(scanned_batches(focus))
    if name == "pages":
        return tables.pages(waiting_pages(focus), now)
    return None
