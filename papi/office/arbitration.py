"""Use case: settle what blind entries left open, and answer what clerks ask.

Knows conflicts (two entries differ, or an entry differs from what the machine had accepted) and
questions. Must not know screens. Who chose which value is never shown; a person who made one of two
entries never settles between them.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from papi.model.keying import Answer, AnswerResult, AnswerState, ItemState, KeyingTask
from papi.office.item_states import ItemEvent, after
from papi.office.keying import hand_out
from papi.office.keying_desk import Desk
from papi.office.workspace import Workspace
from papi.store import audit, entries, leases
from papi.store.faults import storage_faults
from papi.store.leases import Wish
from papi.store.models import User


def next_conflicts(
    workspace: Workspace, user: User, *, count: int = 4, held: Sequence[int] = ()
) -> list[KeyingTask]:
    """Hand out items whose entries differ, to a person who made none of them; renew those held.

    `KeyingTask.compared` holds the values in an order that tells nothing; "?" = could not read it.
    """
    return _next(workspace, user, ItemState.ARBITRATION, count, held)


def settle(workspace: Workspace, user: User, answers: Sequence[Answer]) -> list[AnswerResult]:
    """Take what a third person says: ARBITRATED with a value, UNREADABLE or ASK (supervisor)."""
    desk = Desk.of(workspace, user)
    return [desk.take(answer, ItemState.ARBITRATION) for answer in answers]


def questions(
    workspace: Workspace, user: User, *, count: int = 4, held: Sequence[int] = ()
) -> list[KeyingTask]:
    """Hand out items a clerk asked about or could not read; renew those held."""
    return _next(workspace, user, ItemState.SUPERVISOR, count, held)


def answer_question(workspace: Workspace, user: User, answer: Answer) -> AnswerResult:
    """Take the supervisor's word: SETTLED with a value, or GIVEN_UP (nobody can read it)."""
    return Desk.of(workspace, user).take(answer, ItemState.SUPERVISOR)


def send_back(workspace: Workspace, user: User, item: int, lease: str) -> AnswerState:
    """Let an item that was asked about be keyed anew, by anybody."""
    desk = Desk.of(workspace, user)
    with storage_faults():
        seen = entries.look_at(item)
        if seen is None:
            return AnswerState.LOST
        with transaction.atomic():
            _, row = entries.lock_item(seen.pk, seen.form_id)
            if not desk.holds(row, lease, ItemState.SUPERVISOR):
                return AnswerState.LOST
            entries.move_item(row, after(ItemState.SUPERVISOR, ItemEvent.SENT_BACK))
            row.round += 1
            leases.take_back(row)
            row.save()
            facts = {"item": int(row.pk), "round": int(row.round)}
            event = audit.Event("item.sent_back", row.form_id, row.page, row.field, facts)
            audit.record(user.username, [event])
    return AnswerState.TAKEN


def conflicts_waiting(user: User) -> int:
    """Count the conflicts a person may settle."""
    with storage_faults():
        return leases.count_free(user, ItemState.ARBITRATION)


def questions_waiting(user: User) -> int:
    """Count the questions within a person's regions."""
    with storage_faults():
        return leases.count_free(user, ItemState.SUPERVISOR)


def _next(
    workspace: Workspace, user: User, state: ItemState, count: int, held: Sequence[int]
) -> list[KeyingTask]:
    desk = Desk.of(workspace, user)
    return hand_out(desk, Wish(state, count, held, seconds=desk.control.lease_seconds))
