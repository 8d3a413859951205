"""What people said of single pages: kept for ever, with what became of the page.

Knows the rows of scans and of fixes. Must not know how a page is read, or which fix makes sense.
A fix, the page as it is read then and the places of all scans concerned change in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from papi.model.evidence import PageEvidence
from papi.model.page import PageSource, PageStatus
from papi.store import audit
from papi.store.cases import forget_decisions
from papi.store.faults import storage_faults
from papi.store.locks import Work, alone
from papi.store.models import PageFix, ScanPage, User
from papi.store.pages import fill_row
from papi.store.settling import bind_keyed, settle_again

PageKey = tuple[str, int]


class ScanChanged(Exception):
    """A scan is no longer what it was when the fix was begun; nothing was stored."""


@dataclass(frozen=True, slots=True)
class StoredScan:
    """One scanned side as the store has it.

    Attributes:
        key: its number, the same as long as it is in the store.
        source: file name, sha256 and index.
        stored: where the original lies below the image store; "" if it was not kept.
        status, reason, detail: its state.
        read_status: what it was read as alone, before other scans of its page were looked at.
        form_id, page: identity, "" and None if unknown.
        active: it counts for its page.
        chosen: a person chose it.
        hint: what was said of it.
    """

    key: int
    batch: int
    source: PageSource
    stored: str
    status: str
    reason: str
    detail: str
    read_status: str
    form_id: str
    page: int | None
    version: str
    active: bool
    chosen: bool
    hint: Mapping[str, Any]

    @property
    def page_key(self) -> PageKey | None:
        """Form id and page, None if unknown."""
        return (self.form_id, self.page) if self.form_id and self.page else None


def stored_scan(key: int) -> StoredScan | None:
    """Return a scan by its number, None if there is none."""
    with storage_faults():
        row = _rows().filter(pk=key).first()
        return None if row is None else _scan(row)


def scans_called(name: str, index: int, *, by_content: bool = False) -> list[StoredScan]:
    """Return the scans at a place (from 0) of all files of a name.

    Args:
        name: file name, or the first letters of its sha256.
        index: place in the file.
        by_content: which of the two.
    """
    with storage_faults():
        files = {"source__sha256__startswith": name} if by_content else {"source__name": name}
        return [_scan(row) for row in _rows().filter(index=index, **files).order_by("pk")]


def scans_in(statuses: Iterable[str]) -> Iterator[StoredScan]:
    """Yield all scans in these states, in the order in which the paper lay."""
    with storage_faults():
        rows = _rows().filter(status__in=sorted(statuses))
        for row in rows.order_by("source__batch", "source_id", "index").iterator(2000):
            yield _scan(row)


def scans_of(form_id: str, page: int) -> list[StoredScan]:
    """Return all scans of a page of a form, in the order in which they came."""
    with storage_faults():
        rows = _rows().filter(form_id=form_id, page=page)
        return [_scan(row) for row in rows.order_by("source__batch", "source_id", "index")]


def _rows() -> Any:
    kept = ScanPage.objects.filter(source__batch__withdrawn_at=None)
    return kept.select_related("source").defer("evidence")


def _scan(row: ScanPage) -> StoredScan:
    return StoredScan(
        key=int(row.pk),
        batch=int(row.source.batch_id),
        source=PageSource(row.source.name, row.source.sha256, int(row.index)),
        stored=row.source.stored,
        status=row.status,
        reason=row.reason,
        detail=row.detail,
        read_status=row.read_status,
        form_id=row.form_id,
        page=row.page,
        version=row.version,
        active=row.active,
        chosen=row.chosen,
        hint=row.hint,
    )


@dataclass(frozen=True, slots=True)
class FixEntry:
    """One line of the log: kind and facts of a fix, nothing personal."""

    kind: str
    detail: Mapping[str, Any]


def save_fix(
    key: int,
    entries: Sequence[FixEntry],
    hint: Mapping[str, Any],
    evidence: PageEvidence,
    user: int | None = None,
    *,
    seen: StoredScan | None = None,
) -> StoredScan:
    """Replace what is known of a scan by what it was read as with a hint, and log the fix.

    Args:
        key: number of the scan.
        entries: what to log; empty where the machine reads again of its own accord.
        hint: all that was said of the page.
        evidence: what the page is now.
        user: who said it; None on the command line.
        seen: the scan as it was when the fix was begun: reading takes seconds.

    Raises:
        ScanChanged: it is not that any more.
    """
    with storage_faults(), transaction.atomic():
        row = _locked(key, seen)
        pages = {(row.form_id, row.page)}
        sheet = evidence.sheet
        pages.add((sheet.form_id, sheet.page) if sheet else ("", None))
        row.chosen = row.chosen and len(pages) == 1
        with _Resettled(pages):
            fill_row(row, evidence)
            row.hint = dict(hint)
            row.save()
        _log(row, entries, user)
    return _kept(key)


def save_choice(
    key: int, entry: FixEntry, user: int | None = None, seen: StoredScan | None = None
) -> StoredScan:
    """Let a scan count before all others of its page that are here by now, and log it.

    Raises:
        ScanChanged: it is not what was seen any more.
    """
    with storage_faults(), transaction.atomic():
        row = _locked(key, seen)
        with _Resettled({(row.form_id, row.page)}):
            same = ScanPage.objects.filter(form_id=row.form_id, page=row.page)
            others = same.exclude(pk=key).filter(read_status=PageStatus.READ)
            rejected = {*(row.rejected if row.chosen else ()), *_fingerprints(others)}
            same.filter(chosen=True).exclude(pk=key).update(chosen=False)
            ScanPage.objects.filter(pk=key).update(chosen=True, rejected=sorted(rejected))
        _log(row, [entry], user)
    return _kept(key)


def _fingerprints(rows: Any) -> set[str]:
    return {str(content) for content in rows.values_list("content", flat=True) if content}


def fix_log(key: int) -> list[FixEntry]:
    """Return what was said of a scan, oldest first."""
    with storage_faults():
        rows = PageFix.objects.filter(scan_id=key).order_by("pk")
        return [FixEntry(row.kind, row.detail) for row in rows]


def _locked(key: int, seen: StoredScan | None) -> ScanPage:
    alone(Work.SCANS)
    row = ScanPage.objects.select_for_update().filter(pk=key).first()
    if row is None or (seen is not None and _scan(row) != seen):
        raise ScanChanged
    return row


def _log(row: ScanPage, entries: Sequence[FixEntry], user: int | None) -> None:
    """Keep what was said, beside the page and in the audit chain."""
    for entry in entries:
        PageFix.objects.create(scan=row, kind=entry.kind, detail=dict(entry.detail), user_id=user)
    person = User.objects.filter(pk=user).first() if user is not None else None
    events = [
        audit.Event("page.fixed", row.form_id, row.page, detail={"scan": row.pk, "fix": entry.kind})
        for entry in entries
    ]
    audit.record(person.username if person else audit.command_line(), events)


def _kept(key: int) -> StoredScan:
    scan = stored_scan(key)
    assert scan is not None  # noqa: S101  its row is locked or was just written
    return scan


class _Resettled:
    """Settles pages anew after a change to their scans, with all that hangs on them.

    What clerks keyed from a scan that no longer counts is tied to that scan: it must not be taken
    for what stands on another one. A form of which nothing is left is as if it never came back.
    """

    def __init__(self, pages: Iterable[tuple[str, int | None]]) -> None:
        self._pages = sorted({(form, page) for form, page in pages if form and page is not None})
        self._before: dict[PageKey, str] = {}

    def __enter__(self) -> None:
        self._before = _contents(self._pages)

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is not None:
            return
        settle_again(self._pages)
        after = _contents(self._pages)
        for (form_id, page), content in self._before.items():
            if content and after.get((form_id, page)) != content:
                bind_keyed(form_id, page, content)
        forms = {form_id for form_id, _ in self._pages}
        left = ScanPage.objects.filter(form_id__in=forms, active=True)
        forget_decisions(forms - set(left.values_list("form_id", flat=True)))


def _contents(pages: Sequence[PageKey]) -> dict[PageKey, str]:
    """Return the fingerprint of the scan that counts, by page."""
    found = {}
    for form_id, page in pages:
        row = ScanPage.objects.filter(form_id=form_id, page=page, active=True)
        found[form_id, page] = str(row.values_list("content", flat=True).first() or "")
    return found
