"""Keep what came back: batches, files, and every page in exactly one state.

Knows the rows of the scans. Must not know how a page was read, what a form's values are, or which
of several scans of one page counts (store.settling).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from papi.model.evidence import PageEvidence
from papi.model.page import PageStatus, Reason
from papi.store.faults import storage_faults
from papi.store.locks import Work, alone
from papi.store.models import Batch, ScanPage, SourceFile
from papi.store.originals import Original
from papi.store.settling import mark_news, settle_again, settle_scans

__all__ = [
    "KnownFile",
    "PageState",
    "add_file",
    "fill_row",
    "finish_batch",
    "known_file",
    "pack_evidence",
    "page_states",
    "set_page_count",
    "settle_again",
    "start_batch",
    "store_pages",
    "unpack_evidence",
]

_LEVEL = 6
"""zlib level: evidence of a page shrinks from 60 KB to 6 KB in 1 ms."""
REMEMBERED = 160
"""Pages whose evidence stays unpacked: as many forms as clerks have before them (30 MB)."""
_CHUNK = 500
_NEWS = frozenset({PageStatus.READ.value, PageStatus.CONFLICT.value})
"""States of a new page after which its form is decided again."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of the store: its row, its batch, whether all its pages are stored, which are."""

    key: int
    batch: int
    done: bool
    stored_pages: frozenset[int]


@dataclass(frozen=True, slots=True)
class PageState:
    """Where a stored page ended: name of its file, index in it, state, why."""

    source: str
    index: int
    status: PageStatus
    reason: Reason | None
    detail: str


def start_batch(name: str) -> int:
    """Open a batch; return its number."""
    with storage_faults():
        return int(Batch.objects.create(name=name).pk)


def finish_batch(batch: int) -> None:
    """Close a batch (again, when a file of it was read to its end later): count its pages."""
    with storage_faults(), transaction.atomic():
        counted = (
            ScanPage.objects.filter(source__batch=batch)
            .values_list("status")
            .annotate(Count("pk"))
            .order_by("status")
        )
        summary = {str(status): int(count) for status, count in counted}
        Batch.objects.filter(pk=batch).update(finished_at=timezone.now(), summary=summary)


def known_file(sha256: str) -> KnownFile | None:
    """Look a file up by its content."""
    with storage_faults():
        row = SourceFile.objects.filter(sha256=sha256).first()
        return None if row is None else _known(row)


def _known(row: SourceFile) -> KnownFile:
    pages = ScanPage.objects.filter(source=row).values_list("index", flat=True)
    return KnownFile(int(row.pk), int(row.batch_id), row.done, frozenset(pages))


def add_file(
    batch: int, original: Original, name: str, pages: int | None = None
) -> tuple[KnownFile, bool]:
    """Enter a file; the same content again gives the row it has. Tell whether it is new."""
    with storage_faults(), transaction.atomic():
        row, new = SourceFile.objects.get_or_create(
            sha256=original.sha256,
            defaults={
                "name": name[-255:],
                "size": original.size,
                "stored": original.stored,
                "batch_id": batch,
                "pages": pages,
            },
        )
        known = KnownFile(int(row.pk), batch, False, frozenset()) if new else _known(row)
        return known, new


def set_page_count(file: int, pages: int) -> None:
    """Note how many pages a file has."""
    with storage_faults():
        SourceFile.objects.filter(pk=file).update(pages=pages)


def recount_file(sha256: str, pages: int) -> None:
    """Note that a file holds more pages than were known: the next run on it reads the rest."""
    with storage_faults():
        known = SourceFile.objects.filter(sha256=sha256, pages__lt=pages)
        known.update(pages=pages, done=False)


def page_states(files: Iterable[int]) -> dict[tuple[int, int], PageState]:
    """Return the state of every page of these files, by (file, index)."""
    states: dict[tuple[int, int], PageState] = {}
    keys = sorted(files)
    with storage_faults():
        for start in range(0, len(keys), _CHUNK):
            rows = ScanPage.objects.filter(source_id__in=keys[start : start + _CHUNK])
            for row in rows.select_related("source").defer("evidence"):
                states[int(row.source_id), int(row.index)] = PageState(
                    row.source.name, row.index, *_state(row), row.detail
                )
    return states


def store_pages(
    pages: Sequence[tuple[int, PageEvidence]],
) -> list[tuple[PageStatus, Reason | None]]:
    """Store pages in one transaction, settle their state, mark their forms undecided.

    Args:
        pages: (file, evidence); a page that is stored already is left as it is.

    Returns:
        The state each page ended in, in the order given.
    """
    with storage_faults(), transaction.atomic():
        alone(Work.SCANS)
        files = SourceFile.objects.select_related("batch").in_bulk({file for file, _ in pages})
        stored = _stored_rows(pages)
        outcomes = []
        for file, evidence in pages:
            old = stored.get((file, evidence.source.index))
            outcomes.append(_state(old) if old else _store_page(files[file], evidence))
        _finish_complete(set(files))
    return outcomes


def _stored_rows(pages: Sequence[tuple[int, PageEvidence]]) -> dict[tuple[int, int], ScanPage]:
    """Return the rows of those pages that are stored already, by (file, index)."""
    rows = ScanPage.objects.filter(
        source_id__in={file for file, _ in pages},
        index__in={evidence.source.index for _, evidence in pages},
    ).defer("evidence")
    return {(int(row.source_id), int(row.index)): row for row in rows}


def _store_page(file: SourceFile, evidence: PageEvidence) -> tuple[PageStatus, Reason | None]:
    row = ScanPage(source=file, index=evidence.source.index)
    fill_row(row, evidence)
    _settle(row)
    row.save()
    return _state(row)


def fill_row(row: ScanPage, evidence: PageEvidence) -> None:
    """Write what was read of a page into its row; its state is that of a page alone."""
    sheet = evidence.sheet
    row.read_status = evidence.status.value
    row.read_reason = evidence.reason.value if evidence.reason else ""
    row.read_detail = evidence.detail[:255]
    row.status, row.reason, row.detail = row.read_status, row.read_reason, row.read_detail
    row.form_id = sheet.form_id if sheet else ""
    row.page = sheet.page if sheet else None
    row.version = sheet.version if sheet else ""
    row.evidence = pack_evidence(evidence) if evidence.status is PageStatus.READ else b""
    row.content = evidence.content
    row.quality = dict(evidence.quality)
    row.active = False


def _state(row: ScanPage) -> tuple[PageStatus, Reason | None]:
    return PageStatus(row.status), Reason(row.reason) if row.reason else None


def _settle(row: ScanPage) -> None:
    """Settle a new page among the other scans of it; its form has news if it may matter."""
    if not row.form_id or row.page is None:
        return
    settle_scans(row.form_id, row.page, new=row)
    if row.status in _NEWS:
        mark_news([row.form_id])


def _finish_complete(files: Iterable[int]) -> None:
    """Mark files whose every page is stored."""
    rows = SourceFile.objects.filter(pk__in=list(files), done=False, pages__isnull=False)
    counted = rows.annotate(found=Count("scan_pages")).values_list("pk", "found", "pages")
    complete = [key for key, found, pages in counted if found >= (pages or 0)]
    SourceFile.objects.filter(pk__in=complete).update(done=True)


def pack_evidence(evidence: PageEvidence) -> bytes:
    """Return evidence as compressed JSON."""
    text = json.dumps(evidence.to_json(), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), _LEVEL)


@lru_cache(maxsize=REMEMBERED)
def unpack_evidence(packed: bytes) -> PageEvidence:
    """Read back what `pack_evidence` made; 2 ms, nothing for pages unpacked lately."""
    document: Mapping[str, object] = json.loads(zlib.decompress(packed))
    return PageEvidence.from_json(document)
