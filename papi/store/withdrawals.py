"""Taking a wrong batch back: its files and pages leave the store, a record of it stays.

Knows the rows a batch has and what hangs on them. Must not know how forms are decided. All of it is
one transaction: a batch is in the store whole or taken back whole, whatever interrupts. Originals
stay in the image store, so that the same files can be taken in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from papi.store import audit
from papi.store.cases import forget_decisions
from papi.store.faults import storage_faults
from papi.store.locks import Work, alone
from papi.store.models import Batch, Resolution, ScanPage, SourceFile
from papi.store.settling import settle_again

_CHUNK = 500
"""Ids in one query."""


@dataclass(frozen=True, slots=True)
class BatchContent:
    """What is in a batch, or was when it was taken back.

    Attributes:
        pages: by status.
        forms: forms some page of it belongs to; empty once it is withdrawn.
        keyed: values clerks keyed from its scans.
        withdrawn: when it was taken back, ISO, "" if it was not.
    """

    batch: int
    name: str
    files: int
    pages: Mapping[str, int]
    forms: frozenset[str] = frozenset()
    keyed: int = 0
    withdrawn: str = ""


def batch_content(batch: int) -> BatchContent | None:
    """Say what taking a batch back would take; None if there is no such batch."""
    with storage_faults():
        row = Batch.objects.filter(pk=batch).first()
        if row is None:
            return None
        if row.withdrawn_at is not None:
            when = row.withdrawn_at.isoformat(timespec="seconds")
            pages = dict(sorted(row.summary.items()))  # PostgreSQL keeps them in another order
            return BatchContent(batch, row.name, row.withdrawn_files, pages, withdrawn=when)
        scans = ScanPage.objects.filter(source__batch=batch)
        return BatchContent(
            batch,
            row.name,
            SourceFile.objects.filter(batch=batch).count(),
            _count(batch),
            frozenset(scans.exclude(form_id="").values_list("form_id", flat=True)),
            sum(1 for _ in _keyed_from(batch)),
        )


def _count(batch: int) -> dict[str, int]:
    rows = ScanPage.objects.filter(source__batch=batch).values_list("status")
    return {str(s): int(n) for s, n in rows.annotate(Count("pk")).order_by("status")}


def withdraw(batch: int, actor: str = "") -> None:
    """Take a batch back; a batch that was taken back already is left as it is.

    Other scans of its pages take their place again, and the forms concerned become undecided;
    forms of which nothing is left are as if they had never come back.

    Args:
        batch: number of a batch there is.
        actor: who does it; the one at the command line if empty.
    """
    with storage_faults(), transaction.atomic():
        alone(Work.SCANS)
        row = Batch.objects.select_for_update().get(pk=batch)
        if row.withdrawn_at is not None:
            return
        row.summary = _count(batch)
        files = SourceFile.objects.filter(batch=batch).order_by("sha256")
        row.withdrawn_sha256 = list(files.values_list("sha256", flat=True))
        row.withdrawn_files = len(row.withdrawn_sha256)
        row.withdrawn_at = timezone.now()
        _bind_keyed(batch)
        pages = _pages(batch)
        files.delete()  # its pages and their fixes go with it
        settle_again(pages)
        forget_decisions(_without_pages({form_id for form_id, _ in pages}))
        row.save()
        facts = {"batch": batch, "files": row.withdrawn_files, "pages": sum(row.summary.values())}
        event = audit.Event("batch.withdrawn", detail=facts)
        audit.record(actor or audit.command_line(), [event])


def _pages(batch: int) -> list[tuple[str, int]]:
    rows = ScanPage.objects.filter(source__batch=batch, page__isnull=False).exclude(form_id="")
    return sorted({(str(f), int(p or 0)) for f, p in rows.values_list("form_id", "page")})


def _without_pages(form_ids: set[str]) -> set[str]:
    left: set[str] = set()
    for some in _chunks(form_ids):
        active = ScanPage.objects.filter(form_id__in=some, active=True)
        left.update(active.values_list("form_id", flat=True))
    return form_ids - left


def _keyed_from(batch: int) -> Iterator[tuple[int, str]]:
    """Yield (resolution, fingerprint of the scan) of every value keyed from the batch."""
    counting = ScanPage.objects.filter(source__batch=batch, active=True)
    rows = counting.values_list("form_id", "page", "content")
    contents = {(str(form_id), page): str(content) for form_id, page, content in rows}
    for some in _chunks({form_id for form_id, _ in contents}):
        keyed = Resolution.objects.filter(form_id__in=some, active=True)
        for key, form_id, page, tied in keyed.values_list("pk", "form_id", "page", "only_content"):
            content = contents.get((form_id, page))
            if content and tied in {"", content}:
                yield int(key), content


def _bind_keyed(batch: int) -> None:
    """Tie what was keyed from a scan of the batch to that scan."""
    by_content: dict[str, list[int]] = {}
    for key, content in _keyed_from(batch):
        by_content.setdefault(content, []).append(key)
    for content, keys in by_content.items():
        Resolution.objects.filter(pk__in=keys).update(only_content=content)


def _chunks(form_ids: Iterable[str]) -> Iterator[list[str]]:
    ids = sorted(form_ids)
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
