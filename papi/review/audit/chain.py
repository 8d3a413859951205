"""The audit chain for administrators: is it whole; take its heads along.

Knows a check's result and uploaded heads. Must not know how a chain is read. Shows no personal
data, and no event but by its place and time.
"""

from __future__ import annotations

import datetime as dt
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from papi.errors import InputUnreadable
from papi.office import auditing
from papi.review.rights import ADMINS, allow, person
from papi.store.audit_check import Head

_LARGEST = 100_000
"""Bytes of a heads file: sixteen heads are 3 kB."""


@allow(ADMINS)
@require_http_methods(["GET", "POST"])
def chain(request: HttpRequest) -> HttpResponse:
    """Show what may be done; after a post, whether the chain is whole."""
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            exported = _exported(request)
        except InputUnreadable:
            context["error"] = _(
                "That file is no file of heads, was altered, or is of another office."
            )
        else:
            report = auditing.verify(exported, person(request).username)
            language = get_language() or "id"
            told = [auditing.tell(flaw, language) for flaw in report.flaws]
            context |= {"report": report, "told": told}
    return render(request, "review/audit/chain.html", context)


@allow(ADMINS)
@require_POST
def heads(request: HttpRequest) -> HttpResponse:
    """Answer with the heads as they are now, sealed, as a file."""
    auditing.note("heads.exported", actor=person(request).username)
    now = dt.datetime.now(dt.UTC)
    text = json.dumps(auditing.heads_document(now), indent=1) + "\n"
    response = HttpResponse(text, content_type="application/json")
    name = f"audit-heads-{now:%Y%m%dT%H%M%SZ}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _exported(request: HttpRequest) -> list[tuple[str, list[Head]]]:
    found = []
    for file in request.FILES.getlist("heads"):
        if (file.size or 0) > _LARGEST:
            raise InputUnreadable("That file is too large.")
        found.append(auditing.parse_heads(file.read().decode("utf-8", "replace"), "heads"))
    return found
