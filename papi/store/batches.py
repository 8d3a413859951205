"""Batches: which files belong together, and which batch a run that was cut off goes on with.

Knows the rows of batches and files. Must not know pages' states or how anything is read.

A run that is killed and started again must end as if nothing had happened, so its later files go
into the batch it had opened. That is the batch of the files it meets first, if that batch was never
finished and is called as this run would call its own.
"""

from __future__ import annotations

from django.db import transaction

from papi.store.faults import storage_faults
from papi.store.locks import Work, alone
from papi.store.models import Batch
from papi.store.originals import Original
from papi.store.pages import KnownFile, add_file, known_file, start_batch

NAME_LENGTH = 255


def is_unfinished(batch: int, name: str) -> bool:
    """Tell whether a run of this name opened the batch and did not come to its end."""
    with storage_faults():
        rows = Batch.objects.filter(pk=batch, name=name[:NAME_LENGTH])
        return rows.filter(finished_at=None, withdrawn_at=None).exists()


def is_kept(batch: int) -> bool:
    """Tell whether there is such a batch and nobody took it back."""
    with storage_faults():
        return Batch.objects.filter(pk=batch, withdrawn_at=None).exists()


def withdrawn_contents() -> frozenset[str]:
    """Return the sha256 of every file that was in a batch when it was taken back."""
    with storage_faults():
        rows = Batch.objects.exclude(withdrawn_at=None)
        return frozenset(
            sha256 for batch in rows.values_list("withdrawn_sha256", flat=True) for sha256 in batch
        )


def enter_file(
    batch: int | None, batch_name: str, original: Original, name: str, pages: int
) -> tuple[KnownFile, bool]:
    """Enter a file into a batch, or into a new one; both or nothing, so no batch stays empty.

    Another run may have entered it since this one looked: then it stays in the batch it has.

    Args:
        batch: its batch; None opens one called `batch_name`.
        batch_name: see there.
        original: the kept file.
        name: file name for people.
        pages: how many it has.

    Returns:
        The file, and whether it was entered now.
    """
    with storage_faults(), transaction.atomic():
        alone(Work.SCANS)
        if batch is None:
            found = known_file(original.sha256)
            if found is not None:
                return found, False
            batch = start_batch(batch_name[:NAME_LENGTH])
        return add_file(batch, original, name, pages)
