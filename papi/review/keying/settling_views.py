"""Settling: between two entries that differ, and what clerks asked. For supervisors.

Knows requests and use cases. Must not know who keyed which value: nobody here is told.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from papi.model.keying import AnswerResult, EntryKind, ItemState
from papi.office import arbitration as settling
from papi.review.keying.messages import (
    AnswerBody,
    AnswersBody,
    NextBody,
    malformed,
    parsed,
    results_json,
    tasks_json,
)
from papi.review.rights import SUPERVISORS, allow, person
from papi.review.serving import workspace
from papi.store.keying_counts import MOST, done_today, waits_for_others
from papi.store.models import User

_ARBITER = {
    kind.value: kind for kind in (EntryKind.ARBITRATED, EntryKind.UNREADABLE, EntryKind.ASK)
}
_SUPERVISOR = {kind.value: kind for kind in (EntryKind.SETTLED, EntryKind.GIVEN_UP)}
_BACK = "back"
"""Let the clerks key it anew; no entry, so no kind of entry."""


@allow(SUPERVISORS)
@require_GET
def arbitration(request: HttpRequest) -> HttpResponse:
    """Show the screen of conflicts."""
    return _screen(request, "arbitration")


@allow(SUPERVISORS)
@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    """Show the screen of questions."""
    return _screen(request, "questions")


def _screen(request: HttpRequest, work: str) -> HttpResponse:
    user = person(request)
    counts = {
        "conflicts": settling.conflicts_waiting(user),
        "questions": settling.questions_waiting(user),
        "others": waits_for_others(user, ItemState.ARBITRATION),
    }
    return render(request, f"review/keying/{work}.html", {"work": work, **counts})


@allow(SUPERVISORS)
@require_POST
def next_conflicts(request: HttpRequest) -> HttpResponse:
    """Hand out items whose entries differ."""
    return _next(request, ItemState.ARBITRATION)


@allow(SUPERVISORS)
@require_POST
def next_questions(request: HttpRequest) -> HttpResponse:
    """Hand out items that clerks asked about or could not read."""
    return _next(request, ItemState.SUPERVISOR)


def _next(request: HttpRequest, state: ItemState) -> HttpResponse:
    body = parsed(request, NextBody)
    if body is None:
        return malformed()
    user, conflicts = person(request), state is ItemState.ARBITRATION
    hand_out = settling.next_conflicts if conflicts else settling.questions
    tasks = hand_out(workspace(), user, count=body.count, held=body.held)
    left = settling.conflicts_waiting(user) if conflicts else settling.questions_waiting(user)
    counts = {"today": done_today(user), "left": left + len(set(body.held)), "most": MOST}
    return JsonResponse(tasks_json(tasks) | {"counts": counts})


@allow(SUPERVISORS)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Take what a third person says of conflicts."""
    body = parsed(request, AnswersBody)
    if body is None or any(answer.kind not in _ARBITER for answer in body.answers):
        return malformed()
    made = [answer.answer(_ARBITER[answer.kind]) for answer in body.answers]
    results = settling.settle(workspace(), person(request), made)
    return JsonResponse({"results": results_json(results)})


@allow(SUPERVISORS)
@require_POST
def reply(request: HttpRequest) -> HttpResponse:
    """Take the supervisor's word on questions."""
    body = parsed(request, AnswersBody)
    known = {*_SUPERVISOR, _BACK}
    if body is None or any(answer.kind not in known for answer in body.answers):
        return malformed()
    results = [_reply(person(request), answer) for answer in body.answers]
    return JsonResponse({"results": results_json(results)})


def _reply(user: User, said: AnswerBody) -> AnswerResult:
    if said.kind == _BACK:
        state = settling.send_back(workspace(), user, said.item, said.lease)
        return AnswerResult(said.client_key, state)
    return settling.answer_question(workspace(), user, said.answer(_SUPERVISOR[said.kind]))
