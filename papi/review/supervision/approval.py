"""Views that say something of forms: approve one, approve a village's, send one back.

Knows forms of the web and messages. Must not know who may approve what (`office.approving`).
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from papi.office.approving import (
    MOST,
    MOST_NOTE,
    Approved,
    Refusal,
    Wish,
    approve,
    judge,
    send_back,
)
from papi.review.rights import SUPERVISORS, allow, person, scope
from papi.review.serving import recipe, workspace
from papi.review.supervision import shown, words
from papi.review.supervision.asking import asked
from papi.review.supervision.forms import next_to_approve
from papi.store import approvals


@allow(SUPERVISORS)
@require_POST
def approve_one(request: HttpRequest, form_id: str) -> HttpResponse:
    """Approve a form as it was on the screen, then show the next of its village, or it again."""
    row = approvals.one_form(scope(request), form_id)
    if row is None:
        raise Http404
    following = next_to_approve(scope(request), row)
    seen = {form_id: request.POST.get("fingerprint", "")[:64]}
    result = approve(scope(request), person(request), recipe(), seen)
    _tell(request, result)
    if result.done and "next" in request.POST and following:
        return redirect("supervision:form", form_id=following)
    return redirect("supervision:form", form_id=form_id)


@allow(SUPERVISORS)
@require_POST
def return_one(request: HttpRequest, form_id: str) -> HttpResponse:
    """Send a form back with a note, and the fields that were ticked to a clerk again."""
    note = request.POST.get("note", "").strip()
    if not note or len(note) > MOST_NOTE:
        messages.error(request, _("Write what is to be done, in at most 255 letters."))
        if approvals.one_form(scope(request), form_id) is None:
            raise Http404
        return redirect("supervision:form", form_id=form_id)
    wish = Wish(note, tuple(request.POST.getlist("again"))[:500])
    sent = send_back(workspace(), scope(request), person(request), form_id, wish)
    if sent is None:
        raise Http404
    count = len(sent.fields)
    told = ngettext(
        "The form was sent back; %(count)d field is to be keyed again.",
        "The form was sent back; %(count)d fields are to be keyed again.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect("supervision:form", form_id=form_id)


@allow(SUPERVISORS)
@require_http_methods(["GET", "POST"])
def approve_many(request: HttpRequest) -> HttpResponse:
    """Choose among the complete forms of a region, look at the count, then approve them."""
    wanted = asked(request)
    if request.method == "POST" and "sure" in request.POST:
        return _approve_chosen(request)
    if request.method == "POST":
        return _confirm(request)
    rows = approvals.find_forms(wanted.focus, "matched", "", 0, MOST)
    ids = [row.form_id for row in rows]
    verdicts = judge(scope(request), person(request), recipe(), ids)
    opened = approvals.opened_by(person(request), ids)
    lines = [
        {
            **shown.row(row),
            "seen": row.form_id in opened,
            "why_not": _why(verdicts[row.form_id][1]),
        }
        for row in rows
    ]
    context = {
        "asked": wanted,
        "forms": lines,
        "can": sum(not line["why_not"] for line in lines),
        "total": approvals.count_forms(wanted.focus, "matched", ""),
    }
    return render(request, "review/supervision/approve.html", context)


def _why(refusal: Refusal | None) -> str:
    return str(words.REFUSALS[refusal]) if refusal else ""


def _confirm(request: HttpRequest) -> HttpResponse:
    """Say how many forms of which villages would be approved, and that some were not opened."""
    chosen = request.POST.getlist("chosen")[:MOST]
    verdicts = judge(scope(request), person(request), recipe(), chosen)
    can = {form_id: mark for form_id, (mark, why) in verdicts.items() if why is None}
    if not can:
        messages.error(request, _("Choose at least one form that can be approved."))
        return redirect(_again(request))
    rows = [approvals.one_form(scope(request), form_id) for form_id in can]
    villages = Counter(words.place_words(row.region) for row in rows if row)
    context = {
        "asked": asked(request),
        "marks": [f"{form_id}:{mark}" for form_id, mark in can.items()],
        "count": len(can),
        "left_out": len(chosen) - len(can),
        "villages": sorted(villages.items()),
        "unseen": len(can) - len(approvals.opened_by(person(request), can)),
    }
    return render(request, "review/supervision/confirm.html", context)


def _approve_chosen(request: HttpRequest) -> HttpResponse:
    marks = [text.partition(":") for text in request.POST.getlist("mark")[:MOST]]
    seen = {form_id: fingerprint for form_id, _colon, fingerprint in marks}
    _tell(request, approve(scope(request), person(request), recipe(), seen))
    return redirect(_again(request))


def _again(request: HttpRequest) -> str:
    focus = asked(request).focus
    query = urlencode({"region": focus.region, "form": focus.form})
    return f"{reverse('supervision:approve-many')}?{query}"


def _tell(request: HttpRequest, result: Approved) -> None:
    count = len(result.done)
    if count:
        told = ngettext("%(count)d form approved.", "%(count)d forms approved.", count)
        messages.success(request, told % {"count": count})
    for refusal, number in Counter(result.refused.values()).items():
        told = ngettext(
            "%(count)d form not approved: %(why)s",
            "%(count)d forms not approved: %(why)s",
            number,
        )
        messages.error(request, told % {"count": number, "why": words.REFUSALS[refusal]})
