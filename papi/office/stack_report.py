"""One batch after another, as its stack lies: what to do, what the feeder did, how it was scanned.

Knows how the parts of a report on a stack are put together. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import Any

from papi.model.page import PageStatus
from papi.office.feed_messages import feed_warning
from papi.office.feeds import Feed, Side, find_feeds, told_feeds
from papi.office.scanner_quality import ScannerQuality, Seen, judge_pages
from papi.office.scanner_warnings import ScanWarning, find_warnings
from papi.store.stacks import StackPage, counted_pages, issued_pages, stack_pages

LEAST_SIDES = 4
"""Fewer known sides do not tell how a stack was scanned: on both sides, as it should be."""
WINDOW = 20
"""Pages judged together, as while they came in (`batch_watch.WINDOW`)."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A batch in order.

    Attributes:
        batch: its number.
        pages: its pages as they lie.
        sheets: which sheet of paper each of them is on, from 1.
        feeds: what the feeder seems to have done.
        quality: the batch as a whole.
        warnings: what was or would have been told while it was scanned.
    """

    batch: int
    pages: tuple[StackPage, ...]
    sheets: tuple[int, ...]
    feeds: tuple[Feed, ...]
    quality: ScannerQuality
    warnings: tuple[ScanWarning, ...]

    def to_json(self) -> dict[str, Any]:
        """Return quality and warnings as plain data."""
        return {
            "quality": self.quality.to_json(),
            "warnings": [warning.to_json() for warning in self.warnings],
        }


def stacks() -> Iterator[Stack]:
    """Yield every batch that counts, about 60 us a page; measurements of one are held at a time."""
    for batch, group in groupby(stack_pages(quality=True), key=lambda page: page.batch):
        yield _stack(batch, tuple(group))


def _stack(batch: int, pages: tuple[StackPage, ...]) -> Stack:
    sides = [Side(page.status, page.form_id, page.page) for page in pages]
    form_ids = {side.form_id for side in sides if side.form_id}
    feeds = tuple(find_feeds(sides, issued_pages(form_ids), counted_pages(form_ids)))
    seen = [Seen(page.status, page.quality) for page in pages]
    warnings = [*_scanner(seen), *_feeder(feeds, pages)]
    plain = tuple(replace(page, quality={}) for page in pages)
    return Stack(batch, plain, _sheets(pages), feeds, judge_pages(seen), tuple(warnings))


def _sheets(pages: Sequence[StackPage]) -> tuple[int, ...]:
    """Number the sheets of a stack; files that are no scan are not counted."""
    sides = list(accumulate(page.status != PageStatus.QUARANTINED for page in pages))
    half = 2 if _is_duplex(pages) else 1
    return tuple(max(1, (side + half - 1) // half) for side in sides)


def _is_duplex(pages: Sequence[StackPage]) -> bool:
    """Sheets were scanned on both sides: at least one in four lies beside its other side."""
    keys = [(page.form_id, ((page.page or 0) + 1) // 2) for page in pages if page.form_id]
    pairs = sum(first == second for first, second in pairwise(keys))
    return pairs * 8 >= len(keys) or len(keys) < LEAST_SIDES


def _scanner(seen: Sequence[Seen]) -> Iterator[ScanWarning]:
    """Yield each warning once, as the stretch of the stack says it that shows it first."""
    told: set[str] = set()
    for start in range(0, max(1, len(seen)), WINDOW):
        end = min(start + WINDOW, len(seen))
        for warning in find_warnings(judge_pages(seen[max(0, end - WINDOW) : end])):
            if warning.key not in told:
                told.add(warning.key)
                yield warning


def _feeder(feeds: Sequence[Feed], pages: Sequence[StackPage]) -> Iterator[ScanWarning]:
    places = [(page.source, page.index) for page in pages]
    yield from (feed_warning(feed, places) for feed in told_feeds(feeds))
