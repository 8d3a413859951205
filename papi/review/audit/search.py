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
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from papi.exports.write import neutralise
from papi.office import audit_reading
from papi.office.audit_facts import facts, field_labels
from papi.review.audit.asked import query_of, sheet_of, wanted_of
from papi.review.rights import SUPERVISORS, allow, person, scope
from papi.store.audit_search import Seen, Wanted, known_actors
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
            "rows": _shown(found.events),
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


def _shown(events: list[Seen]) -> list[dict[str, Any]]:
    labels = field_labels({event.form_id for event in events})
    return [
        {
            "place": event.place,
            "at": timezone.localtime(event.at),
            "actor": event.actor,
            "action": meaning(event.action),
            "form_id": event.form_id,
            "link": query_of(Wanted(form_id=event.form_id)) if event.form_id else "",
            "page": event.page,
            "field": _field(event, labels),
            "facts": facts(event),
        }
        for event in events
    ]


def _field(event: Seen, labels: dict[str, dict[str, str]]) -> str:
    return labels.get(event.form_id, {}).get(event.field, event.field)


def _csv(events: Iterable[Seen]) -> str:
    """Return csv text, semicolons between cells and a mark so that Excel sees UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Event"), _("Time"), _("Who"), _("Action"), _("Form"), _("Page"), _("Field"), _("Facts")]
    )
    seen = list(events)
    labels = field_labels({event.form_id for event in seen})
    for event in seen:
        writer.writerow(
            neutralise(str(cell))
            for cell in (
                event.place,
                f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
                event.actor,
                meaning(event.action),
                event.form_id,
                event.page or "",
                _field(event, labels),
                facts(event),
            )
        )
    return out.getvalue()
