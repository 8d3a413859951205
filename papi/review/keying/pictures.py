"""Pictures for who keys: the snip of an item, its whole page.

Knows whom to ask for the right, and that no picture may be kept by a browser or proxy. Must not
know how they are cut. Snips are written into the audit chain when their items are handed out; what
somebody looks at without having been handed it is written down here.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from papi.errors import UsageError
from papi.office.snip_rights import has_on_screen, seen_item
from papi.office.snips import field_snip, whole_page
from papi.review.rights import KEYERS, allow, person
from papi.review.serving import workspace
from papi.store.audit import Event, record
from papi.store.snip_places import ItemPlace


@allow(KEYERS)
@require_GET
def snip(request: HttpRequest, item: int) -> HttpResponse:
    """Return the picture of an item's field."""
    place = _place(request, item)
    if not has_on_screen(person(request), place):
        _record(request, "item.viewed", place, item)
    try:
        return picture(field_snip(workspace(), place.form_id, place.page, place.field))
    except UsageError as error:
        raise Http404 from error


@allow(KEYERS)
@require_GET
def page(request: HttpRequest, item: int) -> HttpResponse:
    """Return the whole page of an item, its field outlined."""
    place = _place(request, item)
    _record(request, "page.viewed", place, item)
    try:
        return picture(whole_page(workspace(), place.form_id, place.page, place.field))
    except UsageError as error:
        raise Http404 from error


def picture(jpeg: bytes) -> HttpResponse:
    """Return a picture that nobody on the way keeps."""
    return HttpResponse(
        jpeg, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"}
    )


def _place(request: HttpRequest, item: int) -> ItemPlace:
    place = seen_item(person(request), item)
    if place is None:
        raise Http404
    return place


def _record(request: HttpRequest, action: str, place: ItemPlace, item: int) -> None:
    event = Event(action, place.form_id, place.page, place.field, {"item": item})
    record(person(request).username, [event])
