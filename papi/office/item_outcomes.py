"""What an item's entries make of it: who must say something next, or which value stands.

Knows how blind entries are compared. Pure. Must not know rows or leases. The state of an item is a
function of what was said of it, in order: so taking the last entry back leads where it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from papi.model.keying import EntryKind, ItemState
from papi.office.item_plan import SAMPLE
from papi.office.item_states import ItemEvent, after

Same = Callable[[str, str], bool]
_BLIND = frozenset({EntryKind.KEYED, EntryKind.UNREADABLE, EntryKind.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What an item asks of people.

    Attributes:
        needed: blind entries.
        machine_value: compared with the entry of a sample, None for items in review.
    """

    needed: int
    machine_value: str | None

    @staticmethod
    def of(purpose: str, needed: int, machine_value: str) -> Asked:
        """Return what an item asks."""
        return Asked(needed, machine_value if purpose == SAMPLE else None)


@dataclass(frozen=True, slots=True)
class Said:
    """One standing entry."""

    kind: EntryKind
    value: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """Where an item stands after its entries.

    Attributes:
        state: of the item.
        value: what stands when it is done; None where nothing new stands (the machine was right, or
            nobody could read a sample).
        kind: of the resolution.
    """

    state: ItemState
    value: str | None = None
    kind: str = ""


def ruling(asked: Asked, said: Sequence[Said], same: Same) -> Ruling:
    """Play all standing entries of a round from the start; return where they lead.

    Raises:
        ImpossibleMove: an entry that cannot follow those before it.
    """
    now, blind = Ruling(ItemState.OPEN), []
    for entry in said:
        if now.state is ItemState.OPEN and entry.kind in _BLIND:
            blind.append(entry)
        event, value, kind = _event(asked, blind, entry, now.state, same)
        now = Ruling(after(now.state, event), value, kind)
    return now


def _event(
    asked: Asked, blind: Sequence[Said], entry: Said, state: ItemState, same: Same
) -> tuple[ItemEvent, str | None, str]:
    if entry.kind is EntryKind.ASK:
        return ItemEvent.ASKED, None, ""
    if entry.kind is EntryKind.GIVEN_UP:
        return ItemEvent.SETTLED, None if asked.machine_value is not None else "", "unreadable"
    if entry.kind in {EntryKind.ARBITRATED, EntryKind.SETTLED}:
        return ItemEvent.SETTLED, _news(asked, entry.value, same), entry.kind.value
    if state is not ItemState.OPEN:
        return ItemEvent.ASKED, None, ""  # whoever should settle it cannot read it either
    return _compared(asked, blind, entry, same)


def _compared(
    asked: Asked, blind: Sequence[Said], entry: Said, same: Same
) -> tuple[ItemEvent, str | None, str]:
    if len(blind) < asked.needed:
        return ItemEvent.KEYED, None, ""
    unread = [other.kind is EntryKind.UNREADABLE for other in blind]
    if all(unread):
        return ItemEvent.ASKED, None, ""
    values = [other.value for other in blind]
    if asked.machine_value is not None:
        values.append(asked.machine_value)
    if any(unread) or not all(same(values[0], value) for value in values[1:]):
        return ItemEvent.DIFFERED, None, ""
    kind = "double" if asked.needed > 1 else entry.kind.value
    return ItemEvent.AGREED, _news(asked, entry.value, same), kind


def _news(asked: Asked, value: str, same: Same) -> str | None:
    """Return a value that must stand; None where the machine's own stands already."""
    machine = asked.machine_value
    return None if machine is not None and same(machine, value) else value


def undo_event(state: ItemState) -> ItemEvent:
    """Return the event by which an item goes back to a state."""
    return {
        ItemState.OPEN: ItemEvent.UNDONE,
        ItemState.ARBITRATION: ItemEvent.UNDONE_CHOICE,
        ItemState.SUPERVISOR: ItemEvent.UNDONE_REPLY,
    }[state]
