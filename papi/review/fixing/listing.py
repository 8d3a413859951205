"""Screen: the pages that wait, in the order in which the paper lies.

Knows how the list is filtered and laid out. Must not know whose a page is.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papi.review.fixing.asked import desk_of, filter_of, query_of
from papi.review.fixing.details import told
from papi.review.fixing.words import long_reason, short_reason
from papi.review.rights import FIXERS, allow

ROWS = 50
"""Rows of one page of the list."""


@allow(FIXERS)
@require_safe
def list_pages(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person."""
    desk, wanted = desk_of(request), filter_of(request.GET)
    stack = desk.stack(wanted)
    sheet = Paginator(stack.rows, ROWS).get_page(request.GET.get("sheet"))
    rows = [
        {
            "page": row,
            "place": row.index + 1,
            "short": short_reason(row.reason or row.status),
            "long": long_reason(row.reason),
            "detail": told(row.detail),
            "looker": stack.lookers.get(row.key),
        }
        for row in sheet.object_list
    ]
    reasons = [(key, short_reason(key), count) for key, count in sorted(stack.reasons.items())]
    return render(
        request,
        "review/fixing/list.html",
        {
            "rows": rows,
            "sheet": sheet,
            "stack": stack,
            "wanted": wanted,
            "query": query_of(wanted),
            "batches": sorted(stack.batches.items()),
            "reasons": reasons,
            "total": sum(stack.batches.values()),
            "supervises": person_supervises(request),
            "fixed": desk.lately_fixed(),
        },
    )


def person_supervises(request: HttpRequest) -> bool:
    """Tell whether the person is a supervisor, who is told what waits for others."""
    return bool(getattr(request.user, "role", "") == "supervisor")
