"""The order of a stack: what is missed and where, and what never is in a stack that is whole."""

from __future__ import annotations

import random

import pytest

from papi.office.feed_messages import feed_messages, feed_warning
from papi.office.feeds import Feed, FeedKind, PageKey, Side, find_feeds

ISSUED = {
    "AAAA": (1, 2, 3, 4),
    "BBBB": (1, 2, 3, 4, 5),
    "CCCC": (1, 2),
    "DDDD": (1, 2),
    "EEEE": (1, 2, 3, 4, 5, 6),
}
BLANK, HEADER, LOST = Side("blank"), Side("header"), Side("unidentified")


def side(form_id: str, page: int) -> Side:
    return Side("read", form_id, page)


def whole(*form_ids: str) -> list[Side]:
    """Forms in printing order, unprinted backs as blank sides."""
    stack = []
    for form_id in form_ids:
        stack += [side(form_id, page) for page in ISSUED[form_id]]
        stack += [BLANK] * (len(ISSUED[form_id]) % 2)
    return stack


def feeds(stack: list[Side], elsewhere: frozenset[PageKey] = frozenset()) -> list[Feed]:
    here = {(s.form_id, s.page) for s in stack if s.status == "read" and s.page is not None}
    return find_feeds(stack, ISSUED, here | elsewhere)


@pytest.mark.parametrize("turn", ["as printed", "last first", "fronts then backs", "shuffled"])
def test_a_whole_stack_raises_nothing_in_whatever_order(turn: str) -> None:
    stack = whole(*ISSUED)
    if turn == "last first":
        stack.reverse()
    elif turn == "fronts then backs":
        stack = [s for s in stack if s is not BLANK]
        stack = [s for s in stack if s.page and s.page % 2] + [
            s for s in stack if s.page and s.page % 2 == 0
        ]
    elif turn == "shuffled":
        stack = [s for s in stack if s is not BLANK]
        random.Random(4).shuffle(stack)  # noqa: S311  not for secrets
    assert feeds(stack) == []


def test_covers_and_rulers_with_their_white_backs_raise_nothing() -> None:
    assert feeds([HEADER, BLANK, HEADER, BLANK, *whole("BBBB", "CCCC")]) == []


@pytest.mark.parametrize("backwards", [False, True])
def test_two_sheets_of_a_form_fed_as_one(backwards: bool) -> None:
    stack = [*whole("CCCC"), side("AAAA", 1), side("AAAA", 4), *whole("BBBB")]
    if backwards:
        stack.reverse()
    (feed,) = feeds(stack)
    assert feed.kind is FeedKind.DOUBLE_FEED
    assert {stack[feed.first].page, stack[feed.last].page} == {1, 4}
    assert feed.last == feed.first + 1
    assert set(feed.missing) == {("AAAA", 2), ("AAAA", 3)}


def test_sheets_of_two_forms_fed_as_one() -> None:
    stack = [*whole("AAAA"), side("CCCC", 1), side("DDDD", 2), *whole("BBBB")]
    (feed,) = feeds(stack)
    assert feed == Feed(FeedKind.DOUBLE_FEED, 4, 5, (("CCCC", 2), ("DDDD", 1)), 2)


def test_a_page_scanned_elsewhere_is_not_missed() -> None:
    stack = [side("AAAA", 1), *whole("AAAA")[2:]]
    assert feeds(stack, frozenset({("AAAA", 2)})) == []
    assert [feed.kind for feed in feeds(stack)] == [FeedKind.SIDE_MISSING]


def test_a_sheet_that_is_nowhere_is_missed_where_it_should_lie() -> None:
    stack = [*whole("CCCC"), side("EEEE", 1), side("EEEE", 2), side("EEEE", 5), side("EEEE", 6)]
    (feed,) = feeds(stack)
    assert feed == Feed(FeedKind.SHEET_MISSING, 3, 4, (("EEEE", 3), ("EEEE", 4)))
    assert not feed_warning(feed, [("a.pdf", n) for n in range(6)]).note


def test_the_last_sheets_of_a_form_may_have_stayed_unused() -> None:
    stack = [side("EEEE", 1), side("EEEE", 2), side("EEEE", 3), side("EEEE", 4), *whole("CCCC")]
    (feed,) = feeds(stack)
    assert (feed.kind, feed.first, feed.enclosed) == (FeedKind.SHEET_MISSING, 3, False)
    assert feed_warning(feed, [("a.pdf", n) for n in range(6)]).note


def test_a_page_that_could_not_be_read_is_guessed_by_its_neighbours() -> None:
    stack = [*whole("CCCC"), side("AAAA", 1), LOST, side("AAAA", 3), side("AAAA", 4)]
    assert feeds(stack) == [Feed(FeedKind.HIDDEN, 3, 3, (("AAAA", 2),))]
    stack = [side("AAAA", 1), side("AAAA", 2), LOST, LOST, *whole("CCCC")]
    assert feeds(stack) == [Feed(FeedKind.HIDDEN, 2, 3, (("AAAA", 3), ("AAAA", 4)), 2)]


def test_a_blank_side_where_a_printed_one_should_be() -> None:
    stack = [*whole("CCCC"), side("AAAA", 1), BLANK, side("AAAA", 3), side("AAAA", 4)]
    assert feeds(stack) == [Feed(FeedKind.SIDE_BLANK, 3, 3, (("AAAA", 2),))]


def test_a_blank_sheet_in_the_stack() -> None:
    stack = [*whole("BBBB"), BLANK, BLANK, *whole("CCCC")]
    assert feeds(stack) == [Feed(FeedKind.BLANK_FEED, 5, 7, count=3)]


def test_a_scanner_set_to_one_side_is_told_once() -> None:
    stack = [side(form_id, page) for form_id in ISSUED for page in ISSUED[form_id] if page % 2]
    kinds = [feed.kind for feed in feeds(stack)]
    assert kinds.count(FeedKind.ONE_SIDED) == 1
    assert FeedKind.DOUBLE_FEED not in kinds


def test_people_are_told_scan_form_and_page() -> None:
    stack = [*whole("AAAA"), side("CCCC", 1), side("DDDD", 2)]
    (feed,) = feeds(stack)
    places = [("a.pdf", n + 10) for n in range(5)] + [("b.pdf", 0)]
    indonesian, english = feed_messages(feed, places)
    assert "between scan 15 of a.pdf and scan 1 of b.pdf" in english
    assert "antara pindaian 15 berkas a.pdf dan pindaian 1 berkas b.pdf" in indonesian
    assert "page 2" in english
    assert "hal. 2" in indonesian
    assert feed_warning(feed, places).key == feed_warning(feed, places[::-1]).key
