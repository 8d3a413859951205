"""Use case: destroy what is past its retention, and say so in a protocol.

Knows what may be destroyed, in which order, and what the protocol says. Must not know rows or
files. A purge that is cut off is run again: it goes on where it was, and its protocol can be
written again at any time from the records in the audit chain.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from django.utils import timezone

from papi.errors import UsageError
from papi.model.recipe import load_recipe
from papi.office.deciding import Decider
from papi.office.workspace import Workspace
from papi.store import audit, retention
from papi.store.audit_key import seal
from papi.store.audit_search import midnight
from papi.store.faults import storage_faults
from papi.store.locks import taking_back
from papi.store.retention import Due
from papi.store.scrubbing import erasing, scrub

__all__ = ["Due", "Purged", "What", "due", "purge", "write_protocol"]

Progress = Callable[[int, int | None], None]


class What(StrEnum):
    """What may be destroyed."""

    VALUES = "values"
    """Personal data beside audit events; the events stay."""
    ORIGINALS = "originals"
    """Scans taken in, and everything read and keyed from them."""
    WITHDRAWN = "withdrawn"
    """Scans of batches that were taken back."""


_WORDS = {
    "values": "data pribadi pada catatan audit",
    "originals": "berkas hasil pindai beserta hasil baca dan ketikannya",
    "withdrawn": "berkas hasil pindai dari bundel yang ditarik kembali",
    "copies": "salinan basis data sebelum pembaruan program",
}


@dataclass(slots=True)
class Purged:
    """What was destroyed.

    Attributes:
        run: its name in the audit chain, "" if nothing was due.
        counts: by kind.
        decided: forms decided anew.
        clean: nothing is left in the database's files; else run it again when nobody works.
    """

    run: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    decided: int = 0
    clean: bool = True


def due(before: dt.date, whats: Collection[What]) -> Due:
    """Count what is past its retention.

    Raises:
        UsageError: the day is yet to come.
    """
    found = retention.due(_moment(before))
    if What.VALUES not in whats:
        found = replace(found, values=0)
    if What.WITHDRAWN not in whats:
        found = replace(found, withdrawn=0, withdrawn_files=0)
    if What.ORIGINALS not in whats:
        found = replace(found, batches=0, files=0, forms=0, undecided=0, unfinished=0)
    return found


def purge(
    workspace: Workspace,
    before: dt.date,
    whats: Collection[What],
    actor: str = "",
    progress: Progress = lambda done, total: None,
) -> Purged:
    """Destroy what is older than the beginning of a day; also finish a purge that was cut off.

    Args:
        workspace: open workspace; nobody may take pages in meanwhile.
        before: the first day that is kept.
        whats: what is to be destroyed.
        actor: who destroys; the one at the command line if empty.
        progress: told how many things are destroyed.

    Raises:
        UsageError: the day is yet to come.
        WorkspaceBusy: pages are being taken in, or others hold the database.
    """
    folder = workspace.folder
    run = retention.Run(_run_name(), actor or audit.command_line(), _moment(before))
    steps = {
        What.VALUES: lambda: retention.erase_values(run),
        What.WITHDRAWN: lambda: retention.destroy_withdrawn(run, folder),
        What.ORIGINALS: lambda: retention.destroy_batches(run, folder),
    }
    done = Purged()
    with taking_back(folder), erasing():
        retention.delete_doomed(folder)  # of a purge that was cut off
        for what in (one for one in steps if one in whats):
            for count in steps[what]():
                done.counts[what.value] = done.counts.get(what.value, 0) + count
                retention.delete_doomed(folder)
                progress(sum(done.counts.values()), None)
        if What.ORIGINALS in done.counts:
            done.decided = Decider(workspace, load_recipe(workspace.recipe)).decide_all()
        if copies := retention.delete_copies(run, folder):
            done.counts["copies"] = copies
        done.clean = scrub()
    done.run = run.name if done.counts else ""
    return done


def write_protocol(run: str, path: Path) -> None:
    """Write the protocol of a purge to a new text file, sealed, to be signed by hand.

    Raises:
        UsageError: there is no such purge, or the file is there already or cannot be written.
    """
    text = protocol(run)
    try:
        with storage_faults(), path.open("x", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError as error:
        raise UsageError(f"{path} is there already.", "Name a new file.") from error
    except FileNotFoundError as error:
        raise UsageError(f"The folder {path.parent} does not exist.", "Create it first.") from error


def protocol(run: str) -> str:
    """Return the protocol of a purge (berita acara pemusnahan), from its records in the chain.

    Raises:
        UsageError: there is no such purge.
    """
    records = retention.destructions(run)
    if not records:
        raise UsageError("There is no purge of that name.", "`papi audit` finds data.destroyed.")
    lines = defaultdict(list)
    for event in records:
        lines[str(event.detail["what"])].append(event)
    first, last = records[0], records[-1]
    body = [
        "BERITA ACARA PEMUSNAHAN DATA",
        "",
        f"Nomor            : {run}",
        f"Waktu            : {_local(first.at)} s.d. {_local(last.at)} (waktu kantor)",
        f"Pelaksana        : {first.actor}",
        f"Dimusnahkan      : yang lebih lama dari {first.detail['before']}",
        "",
    ]
    for what, events in lines.items():
        total = sum(int(event.detail["count"]) for event in events)
        body.append(f"{_WORDS.get(what, what)}: {total}")
        for event in events:
            batch = f" bundel {event.detail['batch']}" if "batch" in event.detail else ""
            body.append(
                f"    {event.detail['count']}{batch}, peristiwa audit {event.shard}.{event.seq}, "
                f"sha256 daftar {event.detail['digest']}"
            )
    body += ["", "Rantai audit tetap utuh; nilai yang dimusnahkan tidak dapat dipulihkan darinya."]
    text = "\n".join(body)
    return f"{text}\n\nSegel: {seal(text)}\n{_SIGNATURES}"


_SIGNATURES = """

Pelaksana,                        Saksi,                            Mengetahui,



(......................)          (......................)          (......................)
"""


def is_sealed(text: str) -> bool:
    """Tell whether a protocol is as it was written."""
    body, mark, rest = text.partition("\n\nSegel: ")
    return bool(mark) and rest.partition("\n")[0] == seal(body)


def _local(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


def _moment(before: dt.date) -> dt.datetime:
    if before > timezone.localdate():
        raise UsageError("That day is yet to come.", "Name a day up to today.")
    return midnight(before)


def _run_name() -> str:
    """Name a run by the day and a random word, so that two runs of a day differ."""
    return f"{timezone.localdate():%Y%m%d}-{secrets.token_hex(3)}"
