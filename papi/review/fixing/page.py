"""Screen: one page that waits: look at it, say what it is, see what became of it.

Knows which screen a page needs and what follows a post. Must not know how a page is mended.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from papi.errors import PapiError, UsageError
from papi.model.page import PageHint
from papi.model.sheet import readable_form_id
from papi.office.fix_messages import FixRefused, Refusal
from papi.office.fix_screens import WIDTHS, Desk, Filter, Sight
from papi.office.next_steps import is_whole_file
from papi.office.record_history import in_words
from papi.office.scan_differences import Difference, scan_differences, upright_turns
from papi.review.fixing.asked import desk_of, filter_of, query_of, said_of
from papi.review.fixing.details import told
from papi.review.fixing.words import language, long_reason, outcome, settled, short_reason, trouble
from papi.review.rights import FIXERS, allow

_STALE, _REFUSED = 409, 422
_ID_LENGTH = len("XXXX-XXXX-X")


@allow(FIXERS)
@require_http_methods(["GET", "HEAD", "POST"])
def fix(request: HttpRequest, number: int) -> HttpResponse:
    """Show a page and how to mend it; take what is said of it and go on to the next one."""
    desk, wanted = desk_of(request), filter_of(request.GET)
    if request.method != "POST":
        if desk.is_settled(number):
            messages.info(request, settled(number))
            return _on(None, wanted)
        return _shown(request, desk, number, wanted)
    try:
        said = said_of(request.POST)
        page = desk.fix(number, said.seen, said.fix, said.corners)
    except PapiError as error:
        return _refused(request, desk, number, wanted, error)
    if page is None:
        raise Http404
    (messages.warning if page.waits else messages.success)(request, outcome(page))
    return _on(number if page.waits else desk.after(number, wanted), wanted)


def _on(number: int | None, wanted: Filter) -> HttpResponse:
    """Go to a page, or to the list where none is left."""
    target = reverse("fixing:page", args=[number]) if number else reverse("fixing:list")
    return redirect(target + query_of(wanted))


@allow(FIXERS)
@require_safe
def picture(request: HttpRequest, number: int, size: str) -> HttpResponse:
    """Return a page as JPEG, as it is stored; headers say how large the original is."""
    if size not in WIDTHS:
        raise Http404
    try:
        view = desk_of(request).view(number, size)
    except UsageError as error:
        raise Http404 from error
    if view is None:
        raise Http404
    response = HttpResponse(view.jpeg, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    response["X-Stored-Size"] = f"{view.stored_width} {view.stored_height}"
    return response


def _refused(
    request: HttpRequest, desk: Desk, number: int, wanted: Filter, error: PapiError
) -> HttpResponse:
    """Show the page as it is now, why nothing was changed, and what was typed unless it is old."""
    if isinstance(error, FixRefused) and error.refusal is Refusal.SETTLED:
        messages.warning(request, trouble(error))
        return _on(desk.after(number, wanted), wanted)
    stale = isinstance(error, FixRefused) and error.refusal is Refusal.CHANGED
    said = {} if stale else _typed(request)
    extra = {"error": trouble(error), "said": said, "forceable": _forceable(error)}
    status = _STALE if stale else _REFUSED
    return _shown(request, desk, number, wanted, extra=extra, status=status)


def _typed(request: HttpRequest) -> dict[str, str]:
    """Return what was typed, to be corrected; nothing longer than an id, which may be a NIK."""
    typed = {key: request.POST.get(key, "").strip() for key in ("form_id", "page")}
    return {key: text for key, text in typed.items() if len(text) <= _ID_LENGTH}


def _forceable(error: PapiError) -> bool:
    overruled = {Refusal.BARCODE, Refusal.OTHER_SHEET}
    return isinstance(error, FixRefused) and error.refusal in overruled


def _shown(
    request: HttpRequest,
    desk: Desk,
    number: int,
    wanted: Filter,
    *,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    sight = desk.sight(number)
    if sight is None:
        raise Http404
    context = {**_page(sight), "query": query_of(wanted), "next": desk.after(number, wanted)}
    context |= extra or {}
    if sight.rivals and "alone" not in request.GET:
        context |= _choice(desk, sight)
        return render(request, "review/fixing/choose.html", context, status=status)
    return render(request, "review/fixing/page.html", context, status=status)


def _page(sight: Sight) -> dict[str, Any]:
    scan = sight.scan
    shown = bool(scan.stored) and not is_whole_file(scan.status, scan.reason)
    return {
        "sight": sight,
        "scan": scan,
        "place": scan.source.index + 1,
        "short": short_reason(scan.reason or scan.status),
        "long": long_reason(scan.reason),
        "detail": told(scan.detail),
        "form": readable_form_id(scan.form_id) if scan.form_id else "",
        "turns": PageHint.from_json(scan.hint).quarter_turns,
        "guesses": [(readable_form_id(form_id), page) for form_id, page in sight.guesses],
        "shown": shown,
    }


def _choice(desk: Desk, sight: Sight) -> dict[str, Any]:
    """Return the scans to choose between and what reads otherwise on them."""
    found = scan_differences(desk.workspace, sight.rivals)
    for scan in sight.rivals:
        desk.saw_values(scan, [difference.field.name for difference in found])
    turns = upright_turns(sight.rivals)
    rivals = [
        {"scan": scan, "number": n, "place": scan.source.index + 1, "turns": turns[n - 1]}
        for n, scan in enumerate(sight.rivals, 1)
    ]
    return {"rivals": rivals, "differences": [_difference(one) for one in found]}


def _difference(found: Difference) -> dict[str, Any]:
    """Return a field that reads otherwise, in words."""
    values = [
        {"value": in_words(found.field, read.value, language()), "doubtful": read.doubtful}
        for read in found.values
    ]
    return {"label": found.label, "places": found.places, "values": values}
