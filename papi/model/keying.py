"""Keying: what a person is shown of one field, and what they answer.

Knows the nouns between the use cases and the screens. Must not know rights, leases or pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry says."""

    KEYED = "keyed"
    UNREADABLE = "unreadable"
    ASK = "ask"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ARBITRATED = "arbitrated"
    SETTLED = "settled"
    GIVEN_UP = "given_up"
    """The supervisor declares that nobody can read it."""


class ItemState(StrEnum):
    """Where an item stands; office.item_states has the one table of moves."""

    OPEN = "open"
    ARBITRATION = "arbitration"
    SUPERVISOR = "supervisor"
    DONE = "done"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class KeyingTask:
    """One item as it comes to a person's screen. Says neither why it came nor what others keyed.

    Attributes:
        item, lease: which item, and the token that lets this person answer it.
        form_id, page, field, kind, field_class: the field; kind as in the layout JSON.
        label: what is printed beside it, with the member's number where it has one.
        height: how far down its page it stands, 0-1.
        codes: (code, meaning) in printed order, for choices and coded digits.
        multiple: several codes may be given, space-joined.
        most: most characters a value may have; boxes on paper.
        pattern: regular expression for the finished value, "" if any.
        candidates: the machine's values, only for classes whose recipe shows them.
        compared: the two values that differ, for the person who settles them; else empty.
        question: what a clerk asked the supervisor; else "".
    """

    item: int
    lease: str
    form_id: str
    page: int
    field: str
    kind: str
    field_class: str
    label: str
    height: float = 0.0
    codes: tuple[tuple[str, str], ...] = ()
    multiple: bool = False
    most: int = 0
    pattern: str = ""
    candidates: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of an item.

    Attributes:
        item, lease: as the task said.
        client_key: random name of this answer: a resend of it counts once.
        kind: what it says.
        value: typed value, as typed.
        note: question or explanation.
        confirmed: the person has read what the rules say of the value, and stands by it.
        keys, seconds: keystrokes and time it took.
    """

    item: int
    lease: str
    client_key: str
    kind: EntryKind
    value: str = ""
    note: str = ""
    confirmed: bool = False
    keys: int = 0
    seconds: float = 0.0


class AnswerState(StrEnum):
    """What became of an answer."""

    TAKEN = "taken"
    """Stored (now, or when it was sent before)."""
    REFUSED = "refused"
    """The value breaks the field's own form: type it again."""
    DOUBTED = "doubted"
    """A rule speaks against it: look again, confirm or change."""
    LOST = "lost"
    """The lease ended and somebody else has the item or settled it; nothing is stored."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule says of a value, in both languages; `rule` is its id or a word."""

    rule: str
    message_id: str
    message_en: str


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """The reply to one answer."""

    client_key: str
    state: AnswerState
    problems: tuple[Problem, ...] = ()
