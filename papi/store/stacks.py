"""Pages in the order in which the paper lay in the scanner: what stands beside what.

Knows queries over scans. Must not know what a sequence means. A stack is a batch: its files in the
order they came in, the pages of a file in theirs. Withdrawn batches are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from papi.store import models
from papi.store.faults import storage_faults

_CHUNK = 2000
_COLUMNS = (
    "pk", "source__batch", "source__name", "source__sha256", "index", "status", "reason",
    "detail", "form_id", "page", "active",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StackPage:
    """One scanned side.

    Attributes:
        key: number of the scan in the store.
        batch, position: batch, and place in its stack, from 1.
        source, sha256, index: file name, its sha256, place in the file from 0.
        status, reason, detail: the state it ended in.
        form_id, page: identity, "" and None if unknown.
        active: this scan counts for its page.
        quality: measurements of scan quality, {} unless asked for.
    """

    key: int
    batch: int
    position: int
    source: str
    sha256: str
    index: int
    status: str
    reason: str
    detail: str
    form_id: str
    page: int | None
    active: bool
    quality: Mapping[str, float] = field(default_factory=dict)


def stack_pages(*, quality: bool = False) -> Iterator[StackPage]:
    """Yield every page of every batch that counts, as the stacks lie.

    Args:
        quality: with measurements (20 us a page more).
    """
    with storage_faults():
        rows = models.ScanPage.objects.filter(source__batch__withdrawn_at=None)
        columns = (*_COLUMNS, "quality") if quality else _COLUMNS
        ordered = rows.order_by("source__batch", "source_id", "index").values_list(*columns)
        batch, position = 0, 0
        for row in ordered.iterator(_CHUNK):
            position = position + 1 if row[1] == batch else 1
            batch = row[1]
            yield StackPage(int(row[0]), int(batch), position, *row[2:])


def issued_pages(form_ids: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the page numbers that were printed of these forms; unknown ids are left out."""
    with storage_faults():
        wanted = sorted(set(form_ids))
        found: dict[str, tuple[int, ...]] = {}
        for start in range(0, len(wanted), _CHUNK // 4):
            rows = models.IssuedForm.objects.filter(
                form_id__in=wanted[start : start + _CHUNK // 4]
            ).values_list("form_id", "pages")
            found.update({form_id: tuple(pages) for form_id, pages in rows})
        return found


def counted_pages(form_ids: Iterable[str]) -> set[tuple[str, int]]:
    """Return (form id, page) of every page of these forms of which some scan was read."""
    with storage_faults():
        wanted = sorted(set(form_ids))
        found: set[tuple[str, int]] = set()
        for start in range(0, len(wanted), _CHUNK // 4):
            rows = models.ScanPage.objects.filter(
                form_id__in=wanted[start : start + _CHUNK // 4],
                active=True,
                source__batch__withdrawn_at=None,
            )
            found.update((str(f), int(p or 0)) for f, p in rows.values_list("form_id", "page"))
        return found


def beside(number: int) -> list[tuple[str, int]]:
    """Return (form id, page) of the scans before and after this one in its stack, if known."""
    with storage_faults():
        scan = models.ScanPage.objects.select_related("source").get(pk=number)
        rows = models.ScanPage.objects.filter(source__batch=scan.source.batch_id)
        same, place = Q(source=scan.source_id), ("source_id", "index")
        before = Q(source__lt=scan.source_id) | same & Q(index__lt=scan.index)
        after = Q(source__gt=scan.source_id) | same & Q(index__gt=scan.index)
        found = (
            rows.filter(before).order_by(*(f"-{name}" for name in place)).first(),
            rows.filter(after).order_by(*place).first(),
        )
        return [(row.form_id, int(row.page)) for row in found if row and row.form_id and row.page]
