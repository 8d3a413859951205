"""Prove that the audit chain is whole; give out its heads so that a cut-off tail shows later.

Knows what heads look like in a file and what each damage means in words. Must not know how a chain
is read.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papi.errors import InputUnreadable, UsageError
from papi.store import audit
from papi.store.audit_check import Damage, Flaw, Head, Tally, check_chains, read_heads
from papi.store.audit_key import seal
from papi.store.faults import storage_faults
from papi.store.fixes import stored_scan

SHOWN = 100
"""Flaws kept in a report; the others are counted."""
_FORMAT = 1
_KIND = "papi audit heads"

MEANINGS: Mapping[Damage, str | Promise] = {
    Damage.ALTERED: _("was altered, moved or inserted: it is not what was written there"),
    Damage.MISSING: _("is missing: it was removed"),
    Damage.CUT_OFF: _(
        "is missing at the end: the newest events were cut off, or an older backup was put back"
    ),
    Damage.FORKED: _(
        "is another one than the exported heads know: an older backup was put back and worked "
        "with, or the chain was written anew by somebody who has the key"
    ),
    Damage.HEAD: _("is the last one, but the row of the chain's head says otherwise"),
    Damage.VALUE: _("has other values beside it than it was written with"),
    Damage.VALUE_GONE: _("has lost the values beside it, and no destruction record says why"),
    Damage.KEY: _("(whole chain) was begun with another audit key"),
    Damage.UNGUARDED: _("The database no longer refuses to change events: a guard was taken away"),
}
"""What each damage means, said of an event."""


@dataclass(slots=True)
class AuditReport:
    """What a check of the chain found.

    Attributes:
        flaws: the first SHOWN, in the order of the chains.
        more: how many others there are.
        heads: how many heads files it was compared with.
    """

    tally: Tally = field(default_factory=Tally)
    flaws: list[Flaw] = field(default_factory=list)
    more: int = 0
    heads: int = 0

    @property
    def whole(self) -> bool:
        """Nothing is wrong."""
        return not self.flaws


def note(action: str, *, actor: str = "", **about: Any) -> None:
    """Write one event down; by whoever works at the command line, if no actor is named."""
    with storage_faults():
        audit.record(actor or audit.command_line(), [audit.Event(action, **about)])


def note_scan(number: int) -> None:
    """Write down that a scanned page was seen at the command line."""
    scan = stored_scan(number)
    form_id, page = (scan.form_id, scan.page) if scan else ("", None)
    note("page.viewed", form_id=form_id, page=page, detail={"scan": number})


def verify(exported: Sequence[tuple[str, list[Head]]] = (), actor: str = "") -> AuditReport:
    """Check every chain, and compare it with heads exported earlier; the check is an event itself.

    Args:
        exported: as `load_heads` returns them.
        actor: who checks; the one at the command line if empty.
    """
    known: dict[str, list[Head]] = {}
    for when, heads in exported:
        known.setdefault(when, []).extend(heads)
    report = AuditReport(heads=len(exported))
    for flaw in check_chains(known, report.tally):
        if len(report.flaws) < SHOWN:
            report.flaws.append(flaw)
        else:
            report.more += 1
    if not any(flaw.damage is Damage.KEY for flaw in report.flaws):
        found = {"events": report.tally.events, "flaws": len(report.flaws) + report.more}
        note("audit.verified", actor=actor, detail=found)
    return report


def tell(flaw: Flaw, language: str = "en") -> str:
    """Say in words what is wrong: the event by its place and time, no person."""
    when = f" ({flaw.at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC)" if flaw.at else ""
    known = f" [heads of {flaw.known}]" if flaw.known else ""
    with translation.override(language):
        return f"{flaw.place}{when} {MEANINGS[flaw.damage]}{known}".strip()


def heads_document(now: dt.datetime) -> dict[str, Any]:
    """Return the heads of all chains as they are now, sealed as a whole."""
    body: dict[str, Any] = {
        "kind": _KIND,
        "format": _FORMAT,
        "made_at": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "heads": [asdict(head) for head in read_heads()],
    }
    return {**body, "seal": seal(_canonical(body))}


def keep_heads(document: Mapping[str, Any], path: Path) -> None:
    """Write heads to a new file.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as stream:
            json.dump(document, stream, indent=1)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise UsageError(
            f"Cannot write {path}: {error.strerror}.", "Name a new file; old heads are evidence."
        ) from error


def load_heads(path: Path) -> tuple[str, list[Head]]:
    """Read exported heads; return when they were made, and them.

    Raises:
        InputUnreadable: the file is no heads file, or its seal is broken.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputUnreadable(f"{path} cannot be read.", "Name another file.") from error
    return parse_heads(text, path.name)


def parse_heads(text: str, name: str) -> tuple[str, list[Head]]:
    """Read exported heads from the content of a file called `name`.

    Raises:
        InputUnreadable: it is no heads file, or its seal is broken.
    """
    try:
        document = json.loads(text)
        given = str(document.pop("seal"))
        whole = document["kind"] == _KIND and document["format"] == _FORMAT
        heads = [Head(**head) for head in document["heads"]]
        when = str(document["made_at"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputUnreadable(
            f"{name} is no file of `papi audit heads`.", "Name another one."
        ) from error
    sealed = seal(_canonical(document)).encode()
    if not whole or not hmac.compare_digest(given.encode("utf-8", "replace"), sealed):
        raise InputUnreadable(
            f"The seal of {name} is broken.",
            "It was altered, or comes from a workspace with another audit key.",
        )
    return when, heads


def stamp(document: Mapping[str, Any]) -> str:
    """Return a short form of a sealed document, to be written into a log book by hand."""
    mark = str(document["seal"])[:16]
    return "-".join(mark[start : start + 4] for start in range(0, len(mark), 4))


def _canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def report_json(report: AuditReport) -> dict[str, Any]:
    """Return a report as plain data."""
    return {
        "whole": report.whole,
        **asdict(report.tally),
        "heads_files": report.heads,
        "flaws": [_plain(flaw) for flaw in report.flaws],
        "more": report.more,
    }


def _plain(flaw: Flaw) -> dict[str, str]:
    return {
        "damage": flaw.damage.value,
        "event": flaw.place,
        "at": flaw.at.isoformat() if flaw.at else "",
        "heads_of": flaw.known,
        "meaning": tell(flaw),
    }
