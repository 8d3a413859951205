"""Use case: key fields from their image, one at a time or in a grid, each in nobody else's hands.

Knows who gets which item and what becomes of an answer. Must not know screens or how a value is
judged. Everything a person is told was taken is committed before.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction

from papi.model.keying import Answer, AnswerResult, ItemState, KeyingTask
from papi.model.recipe import FieldClass
from papi.office.item_backfill import make_missing_items
from papi.office.item_outcomes import undo_event
from papi.office.item_plan import REVIEW
from papi.office.item_states import after
from papi.office.keying_desk import Desk, ruling_of
from papi.office.keying_tasks import compared_values, task_of
from papi.office.workspace import Workspace
from papi.store import audit, entries, leases
from papi.store.faults import storage_faults
from papi.store.keying_counts import count_waiting
from papi.store.leases import LeasedItem, Wish
from papi.store.models import Entry, Item, User

__all__ = [
    "answer",
    "hand_out",
    "next_tasks",
    "release",
    "tasks_of",
    "undo",
    "waiting",
]

_seen: set[str] = set()
_seen_lock = threading.Lock()


def next_tasks(
    workspace: Workspace,
    user: User,
    *,
    count: int = 4,
    held: Sequence[int] = (),
    form_id: str = "",
    field_class: str = "",
) -> list[KeyingTask]:
    """Hand out items to be keyed, within the person's regions; renew those held.

    Items of the kind a person keyed last come first. Samples come among the rest, like any other.

    Args:
        workspace: open workspace.
        user: who keys.
        count: at most so many.
        held: items on the person's screen already; they stay longer and do not come again.
        form_id: of this form alone, in the order of its pages.
        field_class: of this class alone, "" = of any.
    """
    _make_items_once(workspace)
    desk = Desk.of(workspace, user)
    seconds = desk.control.lease_seconds
    return hand_out(desk, Wish(ItemState.OPEN, count, held, form_id, field_class, seconds=seconds))


def hand_out(desk: Desk, wish: Wish) -> list[KeyingTask]:
    """Lease items in one transaction, with the record of who saw them."""
    with storage_faults(), transaction.atomic():
        found = leases.lease_items(desk.user, wish)
        audit.record(desk.user.username, [_viewed(item) for item in found if item.fresh])
    return tasks_of(desk, found)


def tasks_of(desk: Desk, found: Sequence[LeasedItem]) -> list[KeyingTask]:
    """Return what a person is shown of leased items."""
    layouts = entries.layouts_of([item.form_id for item in found])
    shown = {FieldClass(name).value for name in desk.control.show_candidates}
    open_ = [item for item in found if item.field_class in shown and item.purpose == REVIEW]
    candidates = leases.candidates_of(open_) if open_ else {}
    compared = compared_values(found)
    asked = [item for item in found if item.state == ItemState.SUPERVISOR]
    questions = leases.questions_of(asked) if asked else {}
    return [
        task_of(
            replace(
                item,
                candidates=candidates.get(item.key, ()),
                question=questions.get(item.key, ""),
            ),
            layouts.of(item.form_id),
            compared.get(item.key, ()),
        )
        for item in found
    ]


def _viewed(item: LeasedItem) -> audit.Event:
    facts = {"item": item.key, "round": item.round}
    return audit.Event("item.viewed", item.form_id, item.page, item.field, facts)


def answer(workspace: Workspace, user: User, answers: Sequence[Answer]) -> list[AnswerResult]:
    """Take what a person says of open items, each for itself; sent again, each counts once.

    KEYED, UNREADABLE and ASK of single items, CONFIRMED and REFUSED of items in a grid.
    """
    desk = Desk.of(workspace, user)
    return [desk.take(one, ItemState.OPEN) for one in answers]


def release(
    workspace: Workspace, user: User, items: Iterable[int], handed: float | None = None
) -> int:
    """Give items back that a person will not key now; return how many.

    Args:
        workspace: open workspace.
        user: who had them.
        items: which.
        handed: s since the epoch by the server's clock; what was handed out later stays. A page
            that is loaded anew asks for items before the old one's farewell arrives.
    """
    until = None
    if handed is not None:
        seconds = Desk.of(workspace, user).control.lease_seconds
        until = dt.datetime.fromtimestamp(handed + seconds, dt.UTC)
    with storage_faults(), transaction.atomic():
        return leases.release_items(user, list(items), until)


def waiting(workspace: Workspace, user: User) -> int:
    """Count the items to be keyed within a person's regions, to MOST + 1."""
    _make_items_once(workspace)
    with storage_faults():
        return count_waiting(user, ItemState.OPEN)


def undo(workspace: Workspace, user: User) -> KeyingTask | None:
    """Take back what a person said last, if nobody has built on it; the item is theirs again.

    Returns:
        The item as it stands again, None if there is nothing to take back.
    """
    desk = Desk.of(workspace, user)
    with storage_faults():
        last = entries.last_entry(user)
        if last is None:
            return None
        with transaction.atomic():
            task, form_id = _undone(desk, last)
        if form_id:
            desk.decider.decide_now([form_id])
        return tasks_of(desk, [task])[0] if task else None


def _undone(desk: Desk, last: Entry) -> tuple[LeasedItem | None, str]:
    """Undo an entry; return its item as leased, and the form that must be decided again."""
    form, item = entries.lock_item(last.item_id, last.item.form_id)
    said = entries.standing_entries(item)
    if not _may_undo(desk, item, last, said):
        return None, ""
    field = entries.layouts_of([item.form_id]).of(item.form_id).by_name[item.field]
    was, now = ruling_of(item, said, field), ruling_of(item, said[:-1], field)
    if was.state != item.state:
        return None, ""
    entries.take_back_entry(said[-1])
    entries.move_item(item, after(ItemState(item.state), undo_event(now.state)))
    leases.give_to(item, desk.user, desk.control.lease_seconds)
    item.save()
    stood = was.state is ItemState.DONE and was.value is not None
    if stood and entries.withdraw_resolution(item):
        entries.tell_news(form)
    facts = {"item": int(item.pk), "round": int(item.round), "kind": last.kind}
    undone = audit.Event("entry.undone", item.form_id, item.page, item.field, facts)
    again = leases.leased(item)
    audit.record(desk.user.username, [undone, _viewed(again)])
    return again, item.form_id if stood else ""


def _may_undo(desk: Desk, item: Item, last: Entry, said: Sequence[Entry]) -> bool:
    """Tell whether the entry is the last word on its item, and the item in nobody's hands."""
    newest = bool(said) and said[-1].pk == last.pk
    return newest and leases.is_free_for(item, desk.user) and desk.sees(item)


def _make_items_once(workspace: Workspace) -> None:
    """Make the items of a workspace that an older release decided: once a process."""
    name = f"{workspace.folder} {workspace.database_url}"
    with _seen_lock:
        if name in _seen:
            return
        make_missing_items(workspace)
        _seen.add(name)
