"""The one table of what may become of an item, and on which event.

Knows states and events. Must not know rows, people or values. Every other move is an error: nothing
else in PAPI changes an item's state.
"""

from __future__ import annotations

from enum import StrEnum

from papi.model.keying import ItemState


class ItemEvent(StrEnum):
    """What can happen to an item."""

    KEYED = "keyed"
    """A blind entry was made, and another person's is still needed."""
    AGREED = "agreed"
    """Enough entries say the same (or the one needed is here)."""
    DIFFERED = "differed"
    """Enough entries are here, and they differ."""
    ASKED = "asked"
    """A person asks, or cannot read it."""
    REFUSED = "refused"
    """A person said in a grid that it is not what the machine read: it goes to keying."""
    SETTLED = "settled"
    """A third person or the supervisor said what it is."""
    SENT_BACK = "sent_back"
    """The supervisor wants it keyed anew."""
    UNDONE = "undone"
    """A clerk took the last entry back."""
    UNDONE_CHOICE = "undone_choice"
    """A third person took the choice between two entries back."""
    UNDONE_REPLY = "undone_reply"
    """The supervisor took a reply back."""
    REOPENED = "reopened"
    """The form's decision asks for it again: another scan, another threshold."""
    ANSWERED = "answered"
    """What a person keyed for the field stands already."""
    DROPPED = "dropped"
    """The form's decision needs it no longer."""


_S, _E = ItemState, ItemEvent
MOVES: dict[tuple[ItemState, ItemEvent], ItemState] = {
    (_S.OPEN, _E.KEYED): _S.OPEN,
    (_S.OPEN, _E.AGREED): _S.DONE,
    (_S.OPEN, _E.DIFFERED): _S.ARBITRATION,
    (_S.OPEN, _E.ASKED): _S.SUPERVISOR,
    (_S.OPEN, _E.REFUSED): _S.OPEN,
    (_S.OPEN, _E.UNDONE): _S.OPEN,
    (_S.ARBITRATION, _E.SETTLED): _S.DONE,
    (_S.ARBITRATION, _E.ASKED): _S.SUPERVISOR,
    (_S.ARBITRATION, _E.UNDONE): _S.OPEN,
    (_S.SUPERVISOR, _E.SETTLED): _S.DONE,
    (_S.SUPERVISOR, _E.SENT_BACK): _S.OPEN,
    (_S.SUPERVISOR, _E.UNDONE): _S.OPEN,
    (_S.SUPERVISOR, _E.UNDONE_CHOICE): _S.ARBITRATION,
    (_S.DONE, _E.UNDONE): _S.OPEN,
    (_S.DONE, _E.UNDONE_CHOICE): _S.ARBITRATION,
    (_S.DONE, _E.UNDONE_REPLY): _S.SUPERVISOR,
    **{(state, _E.REOPENED): _S.OPEN for state in _S},
    **{(state, _E.DROPPED): _S.GONE for state in _S if state is not _S.GONE},
    **{(state, _E.ANSWERED): _S.DONE for state in (_S.OPEN, _S.ARBITRATION, _S.SUPERVISOR)},
}
"""(state, event) -> the state after it."""


class ImpossibleMove(Exception):
    """An item was asked to go where the table knows no way."""


def after(state: ItemState, event: ItemEvent) -> ItemState:
    """Return the state an event leads to.

    Raises:
        ImpossibleMove: the table has no such move.
    """
    try:
        return MOVES[state, event]
    except KeyError:
        raise ImpossibleMove(f"{state.value} knows no {event.value}") from None


def can(state: ItemState, event: ItemEvent) -> bool:
    """Tell whether the table has such a move."""
    return (state, event) in MOVES
