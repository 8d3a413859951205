"""Read the audit chain on behalf of a supervisor: every reading is an event itself.

Knows what is written down before anything is shown. Must not know queries or screens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from papi.office.auditing import note
from papi.store.audit_search import (
    Seen,
    Wanted,
    count_events,
    find_events,
    is_known_actor,
    stream_events,
)
from papi.store.scopes import Scope

SHEET = 50
"""Events on one screen."""
MOST = 50_000
"""Events in one csv file: a spreadsheet still opens it on an old PC."""


@dataclass(frozen=True, slots=True)
class Found:
    """One sheet of what was found.

    Attributes:
        total: how many events there are in all.
        sheet, sheets: number of this sheet, from 1, and how many there are.
    """

    events: list[Seen]
    total: int
    sheet: int
    sheets: int


def search(wanted: Wanted, scope: Scope, actor: str, sheet: int) -> Found:
    """Return one sheet of the events asked for, newest first, of the person's regions."""
    total = count_events(wanted, scope)  # before the search itself is one of them
    sheets = max(1, -(-total // SHEET))
    sheet = min(max(1, sheet), sheets)
    events = find_events(wanted, scope, (sheet - 1) * SHEET, SHEET)
    _note("audit.searched", wanted, actor)
    return Found(events, total, sheet, sheets)


def listed(wanted: Wanted, scope: Scope, actor: str) -> Iterator[Seen]:
    """Return the events asked for, newest first, MOST of them at most; for a file."""
    _note("audit.exported", wanted, actor)
    return stream_events(wanted, scope, MOST)


def _note(action: str, wanted: Wanted, actor: str) -> None:
    known = is_known_actor(wanted.actor)  # else it may be a NIK, and would stay for ever
    asked = {
        "who": wanted.actor if known else "",
        "action": wanted.action,
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
    }
    detail = {name: value for name, value in asked.items() if value}
    note(action, actor=actor, form_id=wanted.form_id, detail=detail)
