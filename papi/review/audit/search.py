"""The audit chain for supervisors: search it, take the list along as csv.

Knows what the screen shows of an event. Must not know queries.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from papi.exports.write import neutralise
from papi.office import audit_reading
from papi.office.person_access import facts
from papi.review.audit.asked import query_of, sheet_of, wanted_of
from papi.review.rights import SUPERVISORS, allow, person, scope
from papi.store.audit_search import Seen, known_actors
from papi.store.audit_words import ACTIONS, meaning


@allow(SUPERVISORS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show the events asked for; nothing before anything is asked."""
    wanted = wanted_of(request.GET)
    if wanted is None:  # it may be a NIK: it must not stay in the address
        messages.error(request, _("That is no form id. It is printed under the barcode."))
        return redirect("audit:search")
    context: dict[str, Any] = {
        "wanted": wanted,
        "actions": sorted(ACTIONS.items(), key=lambda pair: str(pair[1])),
        "actors": known_actors(),
        "restricted": bool(scope(request).prefixes),
    }
    if "ask" in request.GET:
        user = person(request).username
        found = audit_reading.search(wanted, scope(request), user, sheet_of(request.GET))
        context |= {
            "found": found,
            "rows": [_shown(event) for event in found.events],
            "query": query_of(wanted),
            "most": audit_reading.MOST,
        }
    return render(request, "review/audit/search.html", context)


@allow(SUPERVISORS)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Answer with the same list as csv."""
    wanted = wanted_of(request.GET)
    if wanted is None:
        return HttpResponse(status=400)
    events = audit_reading.listed(wanted, scope(request), person(request).username)
    response = HttpResponse(_csv(events), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _shown(event: Seen) -> dict[str, Any]:
    forms = f"{reverse('audit:search')}?ask=1&form={event.form_id}" if event.form_id else ""
    return {
        "place": event.place,
        "at": timezone.localtime(event.at),
        "actor": event.actor,
        "action": meaning(event.action),
        "form_id": event.form_id,
        "link": forms,
        "page": event.page,
        "field": event.field,
        "facts": facts(event),
    }


def _csv(events: Iterable[Seen]) -> str:
    """Return csv text, semicolons between cells and a mark so that Excel sees UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Event"), _("Time"), _("Who"), _("What"), _("Form"), _("Page"), _("Field"), _("Facts")]
    )
    for event in events:
        writer.writerow(
            neutralise(str(cell))
            for cell in (
                event.place,
                f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
                event.actor,
                meaning(event.action),
                event.form_id,
                event.page or "",
                event.field,
                facts(event),
            )
        )
    return out.getvalue()
