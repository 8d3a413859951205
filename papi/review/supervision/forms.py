"""Views of forms: find them, see one's whole history and its pages.

Knows what a screen shows of a form. Must not know queries or who may approve (`office.approving`).
Every view of a form, page or snip is written into the audit chain.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from papi.errors import UsageError
from papi.model.sheet import normalise_form_id
from papi.office.approving import judge
from papi.office.record_history import FieldHistory, FormHistory, form_history
from papi.office.snips import field_height, field_snip, stands_on, whole_page
from papi.review.keying.pictures import picture
from papi.review.rights import SUPERVISORS, WORKERS, allow, person, scope
from papi.review.serving import recipe, workspace
from papi.review.supervision import shown, words
from papi.review.supervision.asking import asked
from papi.store import approvals, audit
from papi.store.approvals import STATES, FormRow
from papi.store.supervision import Focus

_ON_A_PAGE = 50
_ID_LETTERS = 9


class _Stretches:
    """A list of forms that is fetched page by page."""

    ordered = True

    def __init__(self, focus: Focus, state: str, form_id: str) -> None:
        self._asked = (focus, state, form_id)

    def count(self) -> int:
        return approvals.count_forms(*self._asked)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[FormRow]:
        return approvals.find_forms(*self._asked, part.start, part.stop - part.start)


@allow(SUPERVISORS)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find forms by id, region, template and state."""
    if request.method == "POST":
        return _look_up(request)
    wanted = asked(request)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    begins = _id_begins(request.GET.get("id", ""))
    stretches: Any = _Stretches(wanted.focus, state, begins)  # counts itself and can be cut
    number = request.GET.get("page", "1")
    rows: Page[FormRow] = Paginator(stretches, _ON_A_PAGE).get_page(number)
    context = {
        "asked": wanted,
        "rows": rows,
        "forms": [shown.row(row) for row in rows],
        "state": state,
        "states": words.STATES.items(),
        "begins": begins,
        "query": urlencode(
            {"region": wanted.focus.region, "form": wanted.focus.form, "state": state, "id": begins}
        ),
    }
    return render(request, "review/supervision/forms.html", context)


def _look_up(request: HttpRequest) -> HttpResponse:
    """Go to the form whose id was typed. What was typed may be a NIK: it never becomes a link."""
    begins = _id_begins(request.POST.get("id", "").strip()[:20])
    if not begins:
        messages.error(request, _("That is no form id; it is printed under the barcode."))
        return redirect("supervision:forms")
    if approvals.one_form(scope(request), begins):
        return redirect("supervision:form", form_id=begins)
    return redirect(f"{reverse('supervision:forms')}?{urlencode({'id': begins})}")


def _id_begins(typed: str) -> str:
    """Return what was typed as the beginning of a form id, "" if it can be none."""
    whole = normalise_form_id(typed)
    if whole:
        return whole
    plain = typed.replace("-", "").replace(" ", "").upper()
    return plain if plain.isalnum() and plain.isascii() and len(plain) <= _ID_LETTERS else ""


@allow(WORKERS)
@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """List forms that a supervisor sent back, with what is to be done: for whoever does it."""
    rows = approvals.find_forms(Focus(scope(request)), "returned", "", 0, 200)
    context = {"forms": [shown.row(row) for row in rows]}
    return render(request, "review/supervision/returned.html", context)


@allow(SUPERVISORS)
@require_GET
def show(request: HttpRequest, form_id: str) -> HttpResponse:
    """Show one form: its fields, the image of one, its approval, its history."""
    history = form_history(scope(request), form_id)
    if history is None:
        raise Http404
    audit.record(person(request).username, [audit.Event("form.viewed", form_id)])
    return render(request, "review/supervision/form.html", _context(request, history))


def _context(request: HttpRequest, history: FormHistory) -> dict[str, Any]:
    form_id = history.row.form_id
    eventful = [field for field in history.fields if field.eventful]
    everything = request.GET.get("fields") == "all" or not eventful
    listed = history.fields if everything else eventful
    chosen = history.field(request.GET.get("field", "")) or next(
        iter(listed or history.fields), None
    )
    fingerprint, why = judge(scope(request), person(request), recipe(), [form_id])[form_id]
    return {
        "history": history,
        "form": shown.row(history.row),
        "fields": [shown.line(field) for field in listed],
        "everything": everything,
        "count_all": len(history.fields),
        "count_eventful": len(eventful),
        "chosen": shown.field(chosen) if chosen else None,
        "at": _height(form_id, chosen),
        "findings": [shown.finding(finding) for finding in history.findings],
        "said": [shown.word(row) for row in history.words],
        "events": [shown.event(row) for row in history.events],
        "pages": [shown.page(row) for row in history.pages],
        "fingerprint": fingerprint,
        "why_not": words.REFUSALS[why] if why else "",
        "can_approve": why is None and history.row.state != "approved",
        "next": next_to_approve(scope(request), history.row),
    }


def _height(form_id: str, chosen: FieldHistory | None) -> str:
    """Return how far down its page a field stands, in hundredths."""
    if chosen is None:
        return "0"
    try:
        return str(round(100 * field_height(form_id, chosen.page, chosen.name)))
    except UsageError:  # its scan was taken back since
        return "0"


def next_to_approve(seen: Any, row: FormRow) -> str:
    """Return the next form of the village that waits for a word, "" if there is none."""
    focus = Focus(seen, row.region, row.form)
    ids = [found.form_id for found in approvals.find_forms(focus, "matched", "", 0, 500)]
    if row.form_id in ids:
        place = ids.index(row.form_id)
        ids = ids[place + 1 :] + ids[:place]
    return ids[0] if ids else ""


@allow(SUPERVISORS)
@require_GET
def page_picture(request: HttpRequest, form_id: str, page: int) -> HttpResponse:
    """Return the picture of a page, one field outlined."""
    field = _seen(request, form_id, page, "page.viewed")
    try:
        return picture(whole_page(workspace(), form_id, page, field))
    except UsageError as error:
        raise Http404 from error


@allow(SUPERVISORS)
@require_GET
def snip(request: HttpRequest, form_id: str, page: int) -> HttpResponse:
    """Return the picture of one field."""
    field = _seen(request, form_id, page, "item.viewed")
    try:
        return picture(field_snip(workspace(), form_id, page, field))
    except UsageError as error:
        raise Http404 from error


def _seen(request: HttpRequest, form_id: str, page: int, action: str) -> str:
    """Check region and place, write down that it is seen; return the field's name.

    What was typed instead of a field may be a NIK: it never gets into the chain.
    """
    field = request.GET.get("field", "")
    if approvals.one_form(scope(request), form_id) is None:
        raise Http404
    if not stands_on(form_id, page, field):
        raise Http404
    audit.record(person(request).username, [audit.Event(action, form_id, page, field)])
    return field
