"""Batches: which files belong together, and which batch a run that was cut off goes on with.

Knows the rows of batches and files. Must not know pages' states or how anything is read.

A run that is killed and started again must end as if nothing had happened, so its later files go
into the batch it had opened. That is the batch of the files it meets first, if that batch was never
finished and is called as this run would call its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from papi.store.faults import storage_faults
from papi.store.models import Batch, SourceFile
from papi.store.originals import Original
from papi.store.pages import KnownFile, add_file, start_batch

NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One line of `papi batch list`.

    Attributes:
        files, announced: files of the batch and the pages they hold, 0 once it is withdrawn.
        pages: pages by status; as they were when it was withdrawn.
        started_at, finished_at, withdrawn_at: ISO times, "" if not.
    """

    batch: int
    name: str
    files: int
    announced: int
    pages: dict[str, int]
    started_at: str
    finished_at: str
    withdrawn_at: str


def is_unfinished(batch: int, name: str) -> bool:
    """Tell whether a run of this name opened the batch and did not come to its end."""
    with storage_faults():
        rows = Batch.objects.filter(pk=batch, name=name[:NAME_LENGTH])
        return rows.filter(finished_at=None, withdrawn_at=None).exists()


def is_kept(batch: int) -> bool:
    """Tell whether there is such a batch and nobody took it back."""
    with storage_faults():
        return Batch.objects.filter(pk=batch, withdrawn_at=None).exists()


def enter_file(batch: int | None, batch_name: str, original: Original, name: str) -> KnownFile:
    """Enter a file into a batch, or into a new one; both or nothing, so no batch stays empty.

    Args:
        batch: its batch; None opens one called `batch_name`.
        batch_name: see there.
        original: the kept file.
        name: file name for people.
    """
    with storage_faults(), transaction.atomic():
        number = start_batch(batch_name[:NAME_LENGTH]) if batch is None else batch
        return add_file(number, original, name)


def batch_rows() -> list[BatchRow]:
    """Return every batch, oldest first, withdrawn ones included."""
    with storage_faults():
        counts = {
            row["batch"]: row
            for row in SourceFile.objects.values("batch").annotate(
                files=Count("pk"), announced=Sum("pages")
            )
        }
        stored = _stored_pages()
        return [
            _row(batch, counts.get(batch.pk, {}), stored.get(batch.pk, {}))
            for batch in Batch.objects.order_by("pk")
        ]


def _stored_pages() -> dict[int, dict[str, int]]:
    """Pages by batch and status, as they are now: what was settled later changed them."""
    found: dict[int, dict[str, int]] = {}
    rows = SourceFile.objects.exclude(scan_pages=None).values_list("batch", "scan_pages__status")
    for batch, status, count in rows.annotate(Count("pk")).order_by("batch", "scan_pages__status"):
        found.setdefault(int(batch), {})[str(status)] = int(count)
    return found


def _row(batch: Batch, counts: dict[str, Any], stored: dict[str, int]) -> BatchRow:
    return BatchRow(
        batch=int(batch.pk),
        name=batch.name,
        files=int(counts.get("files") or 0),
        announced=int(counts.get("announced") or 0),
        pages=dict(batch.summary) if batch.withdrawn_at else stored,
        started_at=_iso(batch.started_at),
        finished_at=_iso(batch.finished_at),
        withdrawn_at=_iso(batch.withdrawn_at),
    )


def _iso(moment: Any) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
