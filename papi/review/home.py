"""The first page after login: straight to the person's own work.

Knows which number belongs to which screen. Must not know how a screen works.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from papi.review.counting import shown
from papi.review.navigation import navigation
from papi.review.rights import EVERYBODY, allow, scope
from papi.store.workload import Waiting, waiting


@allow(EVERYBODY)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the screens this person may open, and how much waits at each."""
    cards = navigation(request)["screens"]
    if cards:
        counts = waiting(scope(request))
        for card in cards:
            card["count"] = _count(card["view"], counts)
    return render(request, "review/home.html", {"cards": cards})


def _count(view: str, waits: Waiting) -> dict[str, Any] | None:
    """Return what waits at a screen as a number and a word, None where nothing is counted."""
    if view == "keying:start":
        number, word = waits.fields, ngettext("field waits", "fields wait", waits.fields)
    elif view == "keying:arbitration":
        number, word = waits.doubts, ngettext("field waits", "fields wait", waits.doubts)
    elif view == "fixing:list":
        number, word = waits.pages, ngettext("page waits", "pages wait", waits.pages)
    else:
        return None
    return {"number": shown(number), "word": word, "none": not number}
