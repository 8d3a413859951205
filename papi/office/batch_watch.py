"""Watch pages as they come in, and say at once what is wrong with the scanner.

Knows the last pages and what was said already. Must not know how pages are read or where warnings
are shown. Pages may come in any order that many workers give; the feeder is judged only once a page
lies so far back that its neighbours must be here.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from papi.model.evidence import PageEvidence
from papi.office.feed_messages import Place, feed_warning
from papi.office.feeds import PageKey, Side, find_feeds, told_feeds
from papi.office.scanner_quality import Seen, judge_pages
from papi.office.scanner_warnings import ScanWarning, WarningKind, find_warnings
from papi.store.stacks import counted_pages, issued_pages

WINDOW = 20
"""Pages looked back on: half a minute of a cheap scanner, enough to tell dirt from a crease."""
QUIET = 3 * WINDOW
"""A warning is repeated if its cause was gone for so many pages and is back."""
LAG = 64
"""Sides that must follow before one is missed: more than workers have in hand."""
KEPT = 192
"""Sides remembered for the feeder; a run of 10,000 pages takes no more."""
MOST = 10
"""Warnings of one kind told in one run; more hide the others, and the to-do list has all."""
EVERY = 32
"""New sides after which the feeder is looked at: a query of the store and 1 ms."""

Issued = Callable[[Iterable[str]], Mapping[str, Sequence[int]]]
Counted = Callable[[Iterable[str]], set[PageKey]]


class BatchWatch:
    """Watches one run.

    Args:
        tell: called with each new warning.
        issued: pages that were printed of forms.
        counted: pages of forms that were read, from whatever run.
    """

    def __init__(
        self,
        tell: Callable[[ScanWarning], None] = lambda warning: None,
        issued: Issued = issued_pages,
        counted: Counted = counted_pages,
    ) -> None:
        self._tell = tell
        self._issued = issued
        self._counted = counted
        self._last: deque[Seen] = deque(maxlen=WINDOW)
        self._pages = 0
        self._said: dict[str, int] = {}
        self._counts: Counter[WarningKind] = Counter()
        self._sides: dict[tuple[int, int], tuple[Side, Place]] = {}
        self._fresh = 0

    def add(self, pages: Sequence[tuple[int, PageEvidence]]) -> list[ScanWarning]:
        """Take pages that were just stored, as (file, evidence); return what is new to tell.

        Args:
            pages: `file` grows with the order in which files came.
        """
        for file, page in pages:
            self._last.append(Seen(page.status.value, page.quality))
            sheet = page.sheet
            side = Side(page.status.value, *((sheet.form_id, sheet.page) if sheet else ()))
            place = page.source.name, page.source.index
            self._sides[file, page.source.index] = side, place
        self._pages += len(pages)
        self._fresh += len(pages)
        new = self._new(find_warnings(judge_pages(self._last)))
        if self._fresh >= EVERY:
            new += self._new(self._feeds(LAG))
        return self._told(new)

    def finish(self) -> list[ScanWarning]:
        """Judge the feeder once no more pages come; return what is new to tell."""
        told = self._told(self._new(self._feeds(0)))
        self._counts.clear()
        return told

    def _feeds(self, lag: int) -> list[ScanWarning]:
        """Look at the sides that have had `lag` others after them; forget the oldest."""
        self._fresh = 0
        order = sorted(self._sides)
        sides, places = (
            zip(*(self._sides[key] for key in order), strict=True) if order else ((), ())
        )
        form_ids = {side.form_id for side in sides if side.form_id}
        found = find_feeds(sides, self._issued(form_ids), self._counted(form_ids))
        for key in order[: max(0, len(order) - KEPT)]:
            del self._sides[key]
        end = len(order) - lag
        return [feed_warning(feed, places) for feed in told_feeds(found) if feed.last < end]

    def _new(self, warnings: Iterable[ScanWarning]) -> list[ScanWarning]:
        """Keep those that were not said, or whose cause had been gone for a while."""
        new = []
        for warning in warnings:
            before = self._said.get(warning.key)
            if before is None or self._pages - before > QUIET:
                new.append(warning)
            self._said[warning.key] = self._pages
        return new

    def _told(self, warnings: list[ScanWarning]) -> list[ScanWarning]:
        told = []
        for warning in warnings:
            self._counts[warning.kind] += 1
            if self._counts[warning.kind] <= MOST:
                told.append(warning)
                self._tell(warning)
        return told
