"""Keying one field at a time: where a clerk chooses what to key, the screen, and its posts.

Knows requests and use cases. Must not know how items are leased or values judged.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from papi.model.keying import EntryKind, ItemState
from papi.model.sheet import normalise_form_id, readable_form_id
from papi.office import keying
from papi.review.counting import shown
from papi.review.field_kinds import KINDS, kind_name
from papi.review.keying.messages import (
    AnswersBody,
    ItemsBody,
    NextBody,
    malformed,
    parsed,
    results_json,
    task_json,
    tasks_json,
)
from papi.review.rights import KEYERS, allow, person
from papi.review.serving import workspace
from papi.store.keying_counts import (
    MOST,
    count_by_class,
    count_waiting,
    done_today,
    waits_for_others,
)

_LONGEST = 20
"""Of what is typed as a form id, hyphens and all."""
_KINDS = {kind.value: kind for kind in (EntryKind.KEYED, EntryKind.UNREADABLE, EntryKind.ASK)}


@allow(KEYERS)
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """List the kinds of fields that wait, each with a way to begin; or a form by its id."""
    user = person(request)
    keying.waiting(workspace(), user)  # makes the items of a workspace an older release decided
    counts = count_by_class(user)
    typed = request.GET.get("form", "").strip()[:_LONGEST]
    form = normalise_form_id(typed)
    if form and count_waiting(user, ItemState.OPEN, form_id=form):
        return redirect(f"work/?form={form}")
    context = {
        "kinds": [
            {"kind": kind, "name": name, "count": shown(counts[kind])}
            for kind, name in KINDS.items()
            if counts.get(kind)
        ],
        "total": shown(sum(counts.values())),
        "others": not counts and waits_for_others(user, ItemState.OPEN),
        "today": done_today(user),
        "form": typed,
    }
    return render(request, "review/keying/start.html", context)


@allow(KEYERS)
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """Show the screen; what is on it comes by `next_items`."""
    kind, form = request.GET.get("kind", ""), request.GET.get("form", "")
    kind = kind if kind in KINDS else ""
    form = form if form.isalnum() and len(form) <= 9 else ""
    readable = readable_form_id(form) if form else ""
    context = {"kind": kind, "form": form, "title": kind_name(kind) if kind else readable}
    return render(request, "review/keying/work.html", context)


@allow(KEYERS)
@require_POST
def next_items(request: HttpRequest) -> HttpResponse:
    """Hand out items to be keyed."""
    body = parsed(request, NextBody)
    if body is None:
        return malformed()
    user = person(request)
    wish = {"form_id": body.form, "field_class": body.kind}
    tasks = keying.next_tasks(workspace(), user, count=body.count, held=body.held, **wish)
    reply = tasks_json(tasks)
    if body.counts:
        left = count_waiting(user, ItemState.OPEN, field_class=body.kind, form_id=body.form)
        reply["counts"] = {"today": done_today(user), "left": left, "most": MOST}
    return JsonResponse(reply)


@allow(KEYERS)
@require_POST
def answers(request: HttpRequest) -> HttpResponse:
    """Take answers; each is stored when its result says so."""
    body = parsed(request, AnswersBody)
    if body is None or any(answer.kind not in _KINDS for answer in body.answers):
        return malformed()
    made = [answer.answer(_KINDS[answer.kind]) for answer in body.answers]
    results = keying.answer(workspace(), person(request), made)
    return JsonResponse({"results": results_json(results)})


@allow(KEYERS)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last answer back."""
    task = keying.undo(workspace(), person(request))
    return JsonResponse({"task": task_json(task) if task else None})


@allow(KEYERS)
@require_POST
def release(request: HttpRequest) -> HttpResponse:
    """Give items back that are on a screen no more."""
    body = parsed(request, ItemsBody)
    if body is None:
        return malformed()
    keying.release(workspace(), person(request), body.items, body.handed)
    return JsonResponse({})
