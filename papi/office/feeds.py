"""What the order of a stack says about the feeder: double feeds, backs not scanned, blank sheets.

Knows that a form's pages were printed in order, two to a sheet, and that the two sides of a sheet
lie beside each other in a stack. Must not know images, files or how people are told.

A page is missed only if it is nowhere: a shuffled stack that is whole raises nothing. Two sheets
fed as one give the front of the first and the back of the second, so exactly that is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from papi.model.page import PageStatus

PageKey = tuple[str, int]
"""(form id, page)."""
LEAST_BLANK_RUN = 2
"""Blank sides in a row that make a blank sheet, beyond the backs that were printed on one side."""
LEAST_SHEETS, MOSTLY = 5, 0.8
"""So many sheets, and this share of them with a side missing, mean a scanner set to one side."""
_HIDING = frozenset(
    {
        PageStatus.UNIDENTIFIED,
        PageStatus.UNREADABLE,
        PageStatus.FOREIGN,
        PageStatus.QUARANTINED,
    }
)
"""States of a page that may be the missing one."""


class FeedKind(StrEnum):
    """What seems to have happened."""

    DOUBLE_FEED = "double_feed"
    SIDE_MISSING = "side_missing"
    SIDE_BLANK = "side_blank"
    SHEET_MISSING = "sheet_missing"
    HIDDEN = "hidden"
    BLANK_FEED = "blank_feed"
    ONE_SIDED = "one_sided"


@dataclass(frozen=True, slots=True)
class Side:
    """One scanned side in its stack: state, and identity ("" and None if unknown)."""

    status: str
    form_id: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Something about the feeder.

    Attributes:
        kind: what.
        first, last: places in the stack (from 0) between which it happened; of HIDDEN, SIDE_BLANK
            and BLANK_FEED the sides themselves.
        missing: pages that should lie there and are nowhere.
        count: sides or sheets concerned.
        enclosed: of SHEET_MISSING: the form goes on after it, so that it was fed or fell out; the
            last sheets of a form may have stayed unused.
    """

    kind: FeedKind
    first: int
    last: int
    missing: tuple[PageKey, ...] = ()
    count: int = 1
    enclosed: bool = True


@dataclass(slots=True)
class _Sheet:
    """Sides of one sheet that lie together: its form, number in it, places in the stack."""

    form_id: str
    number: int
    places: list[int]
    printed: tuple[int, ...]
    missing: tuple[int, ...]

    @property
    def front_lost(self) -> bool:
        return bool(self.missing) and self.missing[0] == self.printed[0]

    def keys(self) -> tuple[PageKey, ...]:
        return tuple((self.form_id, page) for page in self.missing)


def find_feeds(
    sides: Sequence[Side], issued: Mapping[str, Sequence[int]], here: Set[PageKey]
) -> list[Feed]:
    """Say what the feeder seems to have done to one stack, in its order.

    Args:
        sides: the stack.
        issued: pages that were printed of each form, ascending.
        here: pages that were read, from whatever stack.
    """
    sheets = _sheets(sides, issued, here)
    found = [
        *_half_sheets(sides, sheets),
        *_lost_sheets(sides, sheets, issued, here),
        *_blank_runs(sides, sheets),
        *_one_sided(sheets),
    ]
    return sorted(found, key=lambda feed: (feed.first, feed.last, feed.kind))


def told_feeds(feeds: Iterable[Feed]) -> list[Feed]:
    """Leave out what is told with the page itself, or once for the whole stack."""
    feeds = list(feeds)
    one_sided = any(feed.kind is FeedKind.ONE_SIDED for feed in feeds)
    return [
        feed
        for feed in feeds
        if feed.kind is not FeedKind.HIDDEN
        and not (one_sided and feed.kind is FeedKind.SIDE_MISSING)
    ]


def sheet_pages(issued: Sequence[int], page: int) -> tuple[int, ...]:
    """Return the pages that share a sheet with `page` (itself among them)."""
    start = issued.index(page) // 2 * 2
    return tuple(issued[start : start + 2])


def _sheets(
    sides: Sequence[Side], issued: Mapping[str, Sequence[int]], here: Set[PageKey]
) -> list[_Sheet]:
    sheets: list[_Sheet] = []
    for place, side in enumerate(sides):
        pages = issued.get(side.form_id, ())
        if side.page is None or side.page not in pages:
            continue
        number = list(pages).index(side.page) // 2
        last = sheets[-1] if sheets else None
        if last is not None and (last.form_id, last.number) == (side.form_id, number):
            last.places.append(place)
            continue
        printed = sheet_pages(pages, side.page)
        missing = tuple(page for page in printed if (side.form_id, page) not in here)
        sheets.append(_Sheet(side.form_id, number, [place], printed, missing))
    return sheets


def _half_sheets(sides: Sequence[Side], sheets: Sequence[_Sheet]) -> Iterator[Feed]:
    """Look at sheets of which one side is missing while the other is here."""
    forward = _lies_forward(sides, sheets)
    joined = -1
    for number, sheet in enumerate(sheets):
        if len(sheet.missing) != 1 or len(sheet.printed) != 2 or number == joined:
            continue
        after = sheet.front_lost != forward  # where its other side should lie
        place = sheet.places[-1] + 1 if after else sheet.places[0] - 1
        beside = sides[place].status if 0 <= place < len(sides) else ""
        following = sheets[number + 1] if number + 1 < len(sheets) else None
        if beside in _HIDING:
            yield Feed(FeedKind.HIDDEN, place, place, sheet.keys())
        elif beside == PageStatus.BLANK:
            yield Feed(FeedKind.SIDE_BLANK, place, place, sheet.keys())
        elif after and following is not None and _fed_as_one(sheet, following):
            joined = number + 1
            span = sheet.places[-1], following.places[0]
            yield Feed(FeedKind.DOUBLE_FEED, *span, sheet.keys() + following.keys(), 2)
        else:
            ends = sorted((sheet.places[-1] if after else sheet.places[0], place))
            yield Feed(FeedKind.SIDE_MISSING, *_inside(ends, sides), sheet.keys())


def _inside(ends: Sequence[int], sides: Sequence[Side]) -> tuple[int, int]:
    return max(ends[0], 0), min(ends[-1], len(sides) - 1)


def _fed_as_one(sheet: _Sheet, following: _Sheet) -> bool:
    """The front of one sheet lies beside the back of the next, and both other sides are nowhere."""
    return (
        len(following.missing) == 1
        and len(following.printed) == 2
        and following.places[0] == sheet.places[-1] + 1
        and following.front_lost != sheet.front_lost
    )


def _lies_forward(sides: Sequence[Side], sheets: Sequence[_Sheet]) -> bool:
    """Tell whether fronts come before their backs; a stack may as well lie the other way round."""
    rising = 0
    for sheet in sheets:
        first, last = (sides[place].page or 0 for place in (sheet.places[0], sheet.places[-1]))
        rising += (last > first) - (last < first)
    return rising >= 0


def _lost_sheets(
    sides: Sequence[Side],
    sheets: Sequence[_Sheet],
    issued: Mapping[str, Sequence[int]],
    here: Set[PageKey],
) -> Iterator[Feed]:
    """Look for whole sheets that are nowhere, of forms of which another sheet lies here."""
    by_form: dict[str, list[_Sheet]] = {}
    for sheet in sheets:
        by_form.setdefault(sheet.form_id, []).append(sheet)
    for form_id, own in by_form.items():
        pages = issued[form_id]
        numbers = {sheet.number for sheet in own}
        for number in range((len(pages) + 1) // 2):
            lost = tuple((form_id, page) for page in pages[number * 2 : number * 2 + 2])
            if number not in numbers and not any(key in here for key in lost):
                yield _lost_sheet(sides, own, number, lost)


def _lost_sheet(
    sides: Sequence[Side], own: Sequence[_Sheet], number: int, lost: tuple[PageKey, ...]
) -> Feed:
    """Say where a lost sheet should lie: beside the nearest sheet of its form."""
    forward = _lies_forward(sides, own)
    nearest = min(own, key=lambda sheet: (abs(sheet.number - number), sheet.number > number))
    after = (nearest.number < number) == forward
    place = nearest.places[-1] if after else nearest.places[0]
    step = 1 if after else -1
    span = sorted((place, place + step))
    beyond = [place + step, place + 2 * step][: len(lost)]
    if all(0 <= p < len(sides) and sides[p].status in _HIDING for p in beyond):
        pages = lost if forward else lost[::-1]  # as they lie
        return Feed(FeedKind.HIDDEN, min(beyond), max(beyond), pages, len(lost))
    enclosed = any(sheet.number > number for sheet in own)
    return Feed(FeedKind.SHEET_MISSING, *_inside(span, sides), lost, enclosed=enclosed)


def _blank_runs(sides: Sequence[Side], sheets: Sequence[_Sheet]) -> Iterator[Feed]:
    """Look for blank sides in a row that no printed sheet explains."""
    lone_backs = {
        place for sheet in sheets if len(sheet.printed) == 1 for place in sheet.places
    } | {place for place, side in enumerate(sides) if side.status == PageStatus.HEADER}
    place = 0
    while place < len(sides):
        start = place
        while place < len(sides) and sides[place].status == PageStatus.BLANK:
            place += 1
        backs = sum(beside in lone_backs for beside in (start - 1, place))
        if place - start >= LEAST_BLANK_RUN + backs:
            yield Feed(FeedKind.BLANK_FEED, start, place - 1, count=place - start)
        place = max(place, start + 1)


def _one_sided(sheets: Sequence[_Sheet]) -> Iterator[Feed]:
    """Look for a scanner that was set to one side."""
    duplex = [sheet for sheet in sheets if len(sheet.printed) == 2]
    halves = [sheet for sheet in duplex if len(sheet.missing) == 1]
    fronts = sum(sheet.front_lost for sheet in halves)
    if len(duplex) >= LEAST_SHEETS and max(fronts, len(halves) - fronts) >= MOSTLY * len(duplex):
        span = halves[0].places[0], halves[-1].places[-1]
        yield Feed(FeedKind.ONE_SIDED, *span, count=len(halves))
