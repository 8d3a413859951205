"""Keep what came back: batches, files, and every page in exactly one state.

Knows the rows of the scans and which of several scans of a page counts. Must not know how a page
was read or what a form's values are. The outcome does not depend on the order pages arrive in:
among scans of one page the one with the smallest (batch, sha256, index) counts.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from papi.model.evidence import PageEvidence
from papi.model.page import PageStatus, Reason
from papi.store.faults import storage_faults
from papi.store.models import Batch, IssuedForm, ScanPage, SourceFile
from papi.store.originals import Original

_LEVEL = 6
"""zlib level: evidence of a page shrinks from 60 KB to 6 KB in 1 ms."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of the store: its row, whether all its pages are stored, and which are."""

    key: int
    done: bool
    stored_pages: frozenset[int]


def start_batch(name: str) -> int:
    """Open a batch; return its number."""
    with storage_faults():
        return int(Batch.objects.create(name=name).pk)


def finish_batch(batch: int) -> dict[str, int]:
    """Close a batch; return the number of its pages by status."""
    with storage_faults(), transaction.atomic():
        counted = (
            ScanPage.objects.filter(source__batch=batch)
            .values_list("status")
            .annotate(Count("pk"))
            .order_by("status")
        )
        summary = {str(status): int(count) for status, count in counted}
        Batch.objects.filter(pk=batch).update(finished_at=timezone.now(), summary=summary)
    return summary


def drop_batch(batch: int) -> None:
    """Forget a batch that brought no file (everything in it was known)."""
    with storage_faults():
        Batch.objects.filter(pk=batch, sources=None).delete()


def known_file(sha256: str) -> KnownFile | None:
    """Look a file up by its content."""
    with storage_faults():
        row = SourceFile.objects.filter(sha256=sha256).first()
        if row is None:
            return None
        pages = ScanPage.objects.filter(source=row).values_list("index", flat=True)
        return KnownFile(int(row.pk), row.done, frozenset(pages))


def add_file(batch: int, original: Original, name: str) -> KnownFile:
    """Enter a file; the same content again gives the row it has."""
    with storage_faults(), transaction.atomic():
        SourceFile.objects.get_or_create(
            sha256=original.sha256,
            defaults={
                "name": name[-255:],
                "size": original.size,
                "stored": original.stored,
                "batch_id": batch,
            },
        )
    known = known_file(original.sha256)
    if known is None:  # withdrawn by somebody in this very moment
        raise LookupError(original.sha256)
    return known


def set_page_count(file: int, pages: int) -> None:
    """Note how many pages a file has."""
    with storage_faults():
        SourceFile.objects.filter(pk=file).update(pages=pages)


def unfinished_files() -> list[tuple[int, str, str, str]]:
    """Return (key, sha256, name, stored) of files a broken run left half read."""
    with storage_faults():
        rows = SourceFile.objects.filter(done=False).order_by("pk")
        return [(int(r.pk), r.sha256, r.name, r.stored) for r in rows]


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
        outcomes = [_store_page(file, evidence) for file, evidence in pages]
        _finish_complete({file for file, _ in pages})
    return outcomes


def _store_page(file: int, evidence: PageEvidence) -> tuple[PageStatus, Reason | None]:
    old = ScanPage.objects.filter(source_id=file, index=evidence.source.index).first()
    if old is not None:
        return PageStatus(old.status), Reason(old.reason) if old.reason else None
    sheet = evidence.sheet
    row = ScanPage(
        source_id=file,
        index=evidence.source.index,
        status=evidence.status.value,
        reason=evidence.reason.value if evidence.reason else "",
        detail=evidence.detail[:255],
        form_id=sheet.form_id if sheet else "",
        page=sheet.page if sheet else None,
        version=sheet.version if sheet else "",
        evidence=pack_evidence(evidence) if evidence.status is PageStatus.READ else b"",
        content=evidence.content,
        quality=dict(evidence.quality),
    )
    if evidence.status is PageStatus.READ:
        _settle(row)
    row.save()
    return PageStatus(row.status), Reason(row.reason) if row.reason else None


def _settle(row: ScanPage) -> None:
    """Give a page that was read its state among the issued forms and the other scans of it."""
    issued = IssuedForm.objects.filter(form_id=row.form_id).select_related("layout").first()
    if issued is None or row.page not in issued.pages:
        detail = "form id" if issued is None else f"page {row.page}"
        _set(row, PageStatus.UNIDENTIFIED, Reason.NEVER_PRINTED, detail)
        return
    if issued.layout.version != row.version:
        detail = f"printed as {issued.layout.version}, scanned as {row.version}"
        _set(row, PageStatus.UNIDENTIFIED, Reason.UNKNOWN_LAYOUT, detail)
        return
    rival = ScanPage.objects.filter(form_id=row.form_id, page=row.page, active=True).first()
    if rival is not None and _rank(rival) < _rank(row):
        _yield(row, rival)
        return
    if rival is not None:
        _yield(rival, row)
        rival.save()
    row.active = True
    IssuedForm.objects.filter(pk=issued.pk).update(undecided=True)


def _rank(row: ScanPage) -> tuple[int, str, int]:
    return int(row.source.batch_id), row.source.sha256, int(row.index)


def _yield(loser: ScanPage, winner: ScanPage) -> None:
    """Let `loser` step back: the same content is a duplicate, another content a conflict."""
    loser.active = False
    if loser.content and loser.content == winner.content:
        _set(loser, PageStatus.DUPLICATE, Reason.SAME_CONTENT)
    else:
        _set(loser, PageStatus.CONFLICT, Reason.SAME_PAGE)
        IssuedForm.objects.filter(form_id=loser.form_id).update(undecided=True)


def _set(row: ScanPage, status: PageStatus, reason: Reason, detail: str = "") -> None:
    row.status, row.reason, row.detail = status.value, reason.value, detail


def _finish_complete(files: Iterable[int]) -> None:
    """Mark files whose every page is stored."""
    rows = SourceFile.objects.filter(pk__in=list(files), done=False, pages__isnull=False)
    for row in rows.annotate(found=Count("scan_pages")):
        if row.found >= (row.pages or 0):
            SourceFile.objects.filter(pk=row.pk).update(done=True)


def pack_evidence(evidence: PageEvidence) -> bytes:
    """Return evidence as compressed JSON."""
    text = json.dumps(evidence.to_json(), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), _LEVEL)


def unpack_evidence(packed: bytes) -> PageEvidence:
    """Read back what `pack_evidence` made."""
    document: Mapping[str, object] = json.loads(zlib.decompress(bytes(packed)))
    return PageEvidence.from_json(document)
