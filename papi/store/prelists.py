"""The pre-list in the store: import with history, look up, walk village by village.

Knows tables; gives and takes `PrelistRow`. Must not know files or paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.db import transaction

from papi.model.prelist import PrelistRow
from papi.store.faults import storage_faults
from papi.store.locks import Work, alone
from papi.store.models import PrelistEntry, PrelistImport, PrelistPast

_CHUNK: Final = 500
"""Rows written at once: 500 rows of 9 columns stay far below SQLite's 32,766 variables."""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Rows (households or persons) by what an import did to them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class ImportSource:
    """Where rows come from: form, file name, its sha256, units refused on the way."""

    form: str
    file_name: str
    sha256: str
    refused: int = 0


def import_rows(
    source: ImportSource, rows: Iterable[PrelistRow], *, dry_run: bool = False
) -> ImportCounts:
    """Write rows in one transaction; an equal row is left alone, a changed one keeps its past.

    Args:
        source: where they come from.
        rows: streamed, each id once.
        dry_run: count only.

    Raises:
        WorkspaceUnusable, StorageFull: nothing was written.
    """
    with storage_faults(), transaction.atomic():
        alone(Work.PAPER)
        batch = PrelistImport.objects.create(
            form=source.form,
            file_name=source.file_name[:255],
            sha256=source.sha256,
            refused=source.refused,
        )
        added = changed = unchanged = 0
        stream = iter(rows)
        while chunk := list(islice(stream, _CHUNK)):
            new, differing = _write_chunk(batch, chunk)
            added, changed = added + new, changed + differing
            unchanged += len(chunk) - new - differing
        if dry_run or not (added or changed):
            transaction.set_rollback(True)
        else:
            batch.added, batch.changed, batch.unchanged = added, changed, unchanged
            batch.save()
    return ImportCounts(added, changed, unchanged)


def prelist_row(form: str, prelist_id: str) -> PrelistRow | None:
    """Return one row, None if there is none."""
    entry = PrelistEntry.objects.filter(form=form, prelist_id=prelist_id).first()
    return _row(entry) if entry else None


def prelist_rows(form: str, prelist_ids: Sequence[str]) -> dict[str, PrelistRow]:
    """Return the rows of these ids by id."""
    found: dict[str, PrelistRow] = {}
    for start in range(0, len(prelist_ids), _CHUNK):
        chosen = prelist_ids[start : start + _CHUNK]
        entries = PrelistEntry.objects.filter(form=form, prelist_id__in=chosen)
        found.update({entry.prelist_id: _row(entry) for entry in entries})
    return found


def villages(form: str, region: str = "") -> list[tuple[str, int]]:
    """Return (region, rows) of each village below a code prefix, in order of the code."""
    counts: dict[str, int] = {}
    entries = PrelistEntry.objects.filter(form=form, region__startswith=region)
    for code in entries.order_by("region").values_list("region", flat=True).iterator():
        counts[code] = counts.get(code, 0) + 1
    return list(counts.items())


def village_rows(form: str, region: str) -> list[PrelistRow]:
    """Return the rows of one village in walking order (RW, RT, number)."""
    entries = PrelistEntry.objects.filter(form=form, region=region)
    return [_row(entry) for entry in entries.order_by("rw", "rt", "number", "prelist_id")]


def all_rows() -> Iterator[PrelistRow]:
    """Yield every row of every form, streamed, in no order; about 30 us each."""
    entries = PrelistEntry.objects.only("form", "prelist_id", "payload")
    yield from (_row(entry) for entry in entries.iterator(chunk_size=_CHUNK))


def import_state() -> str:
    """Name the state of the pre-list: another import that changed something, another name."""
    newest = PrelistImport.objects.order_by("-pk").values_list("pk", "sha256").first()
    return f"{newest[0]}:{newest[1]}" if newest else ""


def past_rows(form: str, prelist_id: str) -> Iterator[PrelistRow]:
    """Yield what later imports replaced, oldest first."""
    for past in PrelistPast.objects.filter(entry__form=form, entry__prelist_id=prelist_id).order_by(
        "pk"
    ):
        yield _from_payload(form, prelist_id, past.payload)


def _row(entry: PrelistEntry) -> PrelistRow:
    return _from_payload(entry.form, entry.prelist_id, entry.payload)


def _from_payload(form: str, prelist_id: str, payload: dict[str, object]) -> PrelistRow:
    values, members = payload["values"], payload["members"]
    assert isinstance(values, dict) and isinstance(members, list)  # noqa: S101  our own JSON
    return PrelistRow(form, prelist_id, str(payload["region"]), values, tuple(members))


def _payload(row: PrelistRow) -> dict[str, object]:
    return {
        "region": row.region,
        "values": dict(row.values),
        "members": [dict(member) for member in row.members],
    }


def content_hash(row: PrelistRow) -> str:
    """Return 128 bits of the sha256 of a row's content, in hex."""
    text = json.dumps(_payload(row), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _write_chunk(batch: PrelistImport, rows: Sequence[PrelistRow]) -> tuple[int, int]:
    """Write one chunk; return how many rows were new and how many had changed."""
    known = {
        entry.prelist_id: entry
        for entry in PrelistEntry.objects.filter(
            form=batch.form, prelist_id__in=[row.prelist_id for row in rows]
        )
    }
    new, changed, past = [], [], []
    for row in rows:
        entry, digest = known.get(row.prelist_id), content_hash(row)
        if entry is None:
            new.append(_fill(PrelistEntry(form=row.form, prelist_id=row.prelist_id), row, batch))
        elif entry.content_hash != digest:
            past.append(
                PrelistPast(
                    entry=entry,
                    content_hash=entry.content_hash,
                    payload=entry.payload,
                    imported_id=entry.imported_id,
                    replaced_by=batch,
                )
            )
            changed.append(_fill(entry, row, batch))
    PrelistEntry.objects.bulk_create(new)
    PrelistPast.objects.bulk_create(past)
    PrelistEntry.objects.bulk_update(changed, _FILLED, batch_size=100)
    return len(new), len(changed)


_FILLED: Final = ("region", "rw", "rt", "number", "content_hash", "payload", "imported")


def _fill(entry: PrelistEntry, row: PrelistRow, batch: PrelistImport) -> PrelistEntry:
    entry.region = row.region
    entry.rw, entry.rt, entry.number = (_number(row.value(k)) for k in ("rw", "rt", "nourut_rt"))
    entry.content_hash = content_hash(row)
    entry.payload = _payload(row)
    entry.imported = batch
    return entry


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
