"""Screens: groups that wait, and one grid of like snips.

Knows what is asked for and how it is shown. Must not know leases, or which picture is planted.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from papi.errors import UsageError
from papi.model.recipe import FieldClass
from papi.office import grids
from papi.office.grids import Answered, GridState, Sheet
from papi.review.counting import shown
from papi.review.field_kinds import KINDS
from papi.review.rights import KEYERS, allow, person
from papi.review.serving import workspace

_TICKS = frozenset({FieldClass.TICK, FieldClass.TICK_CRITICAL})


@allow(KEYERS)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show which groups wait for this person."""
    rows = [
        {"group": group, "name": KINDS[group.field_class], "count": shown(group.count)}
        for group in _groups(request)
    ]
    return render(request, "review/grouping/start.html", {"rows": rows})


def _groups(request: HttpRequest) -> list[grids.Group]:
    return grids.groups(person(request))


@allow(KEYERS)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Put a grid of a group on the person's screen; of the largest if none is named."""
    kind, value = request.POST.get("class", ""), request.POST.get("value", "")
    if not kind and (waiting := _groups(request)):
        kind, value = waiting[0].field_class.value, waiting[0].value
    return _to_grid(request, kind, value)


def _to_grid(request: HttpRequest, kind: str, value: str) -> HttpResponse:
    sheet = grids.take_grid(workspace(), person(request), kind, value) if kind else None
    if sheet is None:
        messages.info(request, _("Nothing is left in this group."))
        return redirect("grouping:start")
    return redirect("grouping:grid", token=sheet.token)


@allow(KEYERS)
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show a grid that the person has on screen."""
    sheet = grids.open_sheet(person(request), token)
    if sheet is None:
        messages.info(request, _("That group is not on your screen any more."))
        return redirect("grouping:start")
    context = {"sheet": sheet, "what": _what(sheet), "ticks": sheet.field_class in _TICKS}
    return render(request, "review/grouping/grid.html", context)


def _what(sheet: Sheet) -> str:
    """Return what is asked for: a digit, or a code with its meaning if that is one everywhere."""
    meanings = {cell.meaning for cell in sheet.cells}
    if sheet.field_class in _TICKS and len(meanings) == 1 and (meaning := meanings.pop()):
        return f"{sheet.value} – {meaning}"
    return sheet.value


@allow(KEYERS)
@require_safe
def picture(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Send the picture of one cell."""
    try:
        found = grids.cell_picture(workspace(), person(request), token, number)
    except UsageError:
        found = None
    if found is None:
        raise Http404
    return HttpResponse(found, content_type="image/jpeg")


@allow(KEYERS)
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Take a grid and put the next one of its group on screen."""
    user = person(request)
    sheet = grids.open_sheet(user, token)
    others = set(request.POST.getlist("other"))
    marked = {number for number in range(grids.SMALL) if str(number) in others}
    result = grids.answer_grid(workspace(), user, token, marked)
    if result.state is GridState.CARELESS:
        messages.error(
            request,
            _("A picture among these was known to show something else and was not marked. Nothing "
              "has been stored: look at all of them once more."),
        )  # fmt: skip
        return redirect("grouping:grid", token=token)
    _tell(request, result)
    if sheet is None:
        return redirect("grouping:start")
    return _to_grid(request, sheet.field_class.value, sheet.value)


def _tell(request: HttpRequest, result: Answered) -> None:
    if result.state is GridState.LOST:
        messages.warning(request, _("That group was not on your screen any more."))
        return
    parts = [
        ngettext("%(n)s picture confirmed", "%(n)s pictures confirmed", result.confirmed)
        % {"n": result.confirmed}
    ]
    if result.refused:
        parts.append(_("%(n)s to be keyed") % {"n": result.refused})
    if result.lost:
        parts.append(_("%(n)s settled by somebody else meanwhile") % {"n": result.lost})
    messages.success(request, ", ".join(parts) + ".")


@allow(KEYERS)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last grid back and show its group again."""
    sheet = grids.undo_grid(workspace(), person(request))
    if sheet is None:
        messages.info(request, _("There is nothing to take back."))
        return redirect("grouping:start")
    messages.success(request, _("The last group was taken back."))
    return redirect("grouping:grid", token=sheet.token)


@allow(KEYERS)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Give the grid on screen back."""
    grids.give_back(person(request))
    return redirect("grouping:start")
