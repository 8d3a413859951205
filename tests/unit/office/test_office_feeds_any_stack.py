"""Whatever lies in a stack: nothing breaks, and no missing page goes unmentioned."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from papi.model.page import PageStatus
from papi.office.feed_messages import feed_warning
from papi.office.feeds import Side, find_feeds, told_feeds

ISSUED = {"AAAA": (1, 2, 3, 4), "BBBB": (1, 2, 3), "CCCC": (1, 2), "DDDD": (1, 2, 5, 6, 7)}
NAMELESS = [s.value for s in PageStatus if s not in {PageStatus.READ, PageStatus.DUPLICATE}]

read_sides = st.sampled_from(
    [Side("read", form_id, page) for form_id, pages in ISSUED.items() for page in pages]
)
odd_sides = st.one_of(
    st.sampled_from(NAMELESS).map(Side),
    st.builds(Side, st.sampled_from(["conflict", "unreadable"]), st.sampled_from(["AAAA", "CCCC"]),
              st.integers(1, 4)),
    st.just(Side("unidentified", "ZZZZ", 1)),
)  # fmt: skip
stacks = st.lists(st.one_of(read_sides, read_sides, odd_sides), max_size=24)
printed_order = st.lists(st.booleans(), min_size=14, max_size=14).map(
    lambda kept: [
        Side("read", form_id, page)
        for keep, (form_id, page) in zip(
            kept, ((f, p) for f, pages in ISSUED.items() for p in pages), strict=True
        )
        if keep
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(stacks, printed_order))
def test_every_missing_page_is_mentioned_and_no_page_that_is_here(stack: list[Side]) -> None:
    here = {(s.form_id, s.page) for s in stack if s.status == "read" and s.page is not None}
    found = find_feeds(stack, ISSUED, here)
    mentioned = {key for feed in found for key in feed.missing}
    assert not mentioned & here
    returned = {form_id for form_id, _ in here}
    shown = {(s.form_id, s.page) for s in stack if s.page is not None}
    lost = {(f, p) for f in returned for p in ISSUED[f]} - shown
    halves = {
        (f, p) for f, p in lost
        if any((f, q) in shown - here for q in ISSUED[f])  # a refused scan tells of its own sheet
    }  # fmt: skip
    assert lost - halves <= mentioned


@settings(max_examples=200, deadline=None)
@given(stacks)
def test_places_lie_in_the_stack_and_can_be_told(stack: list[Side]) -> None:
    places = [("a.pdf", n) for n in range(len(stack))]
    here = {(s.form_id, s.page) for s in stack if s.status == "read" and s.page is not None}
    for feed in find_feeds(stack, ISSUED, here):
        assert 0 <= feed.first <= feed.last < len(stack)
    for feed in told_feeds(find_feeds(stack, ISSUED, here)):
        warning = feed_warning(feed, places)
        assert warning.message
        assert "{" not in warning.message + warning.message_en
