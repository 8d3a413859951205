"""Supervision without screens: periods, steps, places, charts."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi.office.charts import Chart, Series, bars, lines, nice_top, stacked_bars, swatch
from papi.office.supervision import MOST_DAYS, Period, Place, Steps, _places, rule_message
from papi.office.throughput import LEAST, Work
from papi.office.workspace import Workspace

TODAY = dt.date(2026, 11, 24)
days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)) | st.none()
words = st.text(max_size=40).filter(lambda text: all(ord(c) >= 32 for c in text))


@given(days, days)
def test_a_period_is_never_upside_down_too_long_or_in_the_future(
    first: dt.date | None, last: dt.date | None
) -> None:
    period = Period.of(first, last, TODAY)
    assert period.first <= period.last <= TODAY
    assert period.days <= MOST_DAYS


@pytest.mark.parametrize(
    ("days_", "unit", "steps"), [(1, "hour", 24), (14, "day", 14), (31, "day", 31), (32, "week", 5)]
)
def test_a_period_is_parted_so_that_it_finds_room(
    workspace: Workspace, days_: int, unit: str, steps: int
) -> None:
    period = Period(TODAY - dt.timedelta(days=days_ - 1), TODAY)
    parted = Steps.of(period)
    assert (parted.unit, len(parted.moments) - 1) == (unit, steps)
    assert list(parted.moments) == sorted(set(parted.moments))
    assert parted.moments[-1] - parted.moments[0] == dt.timedelta(days=days_)


def test_every_form_of_a_place_is_in_one_stage() -> None:
    counts = Counter(issued=20, returned=12, in_queue=4, matched=6, approved=5)
    stages = Place("3201122005", "Semplak Barat", counts).stages
    assert stages == {"approved": 5, "ready": 1, "queue": 4, "unread": 2, "missing": 8}
    assert sum(stages.values()) == 20


def _villages(subdistricts: int, each: int) -> dict[tuple[str, str], Counter[str]]:
    return {
        (f"3201{k:02d}20{v:02d}", "verivali-rt"): Counter(issued=1)
        for k in range(1, subdistricts + 1)
        for v in range(1, each + 1)
    }


@pytest.mark.parametrize(
    ("subdistricts", "each", "digits", "bars_"), [(2, 10, 10, 20), (20, 10, 6, 20), (40, 2, 6, 40)]
)
def test_many_villages_are_summed_up_but_never_into_one_bar(
    subdistricts: int, each: int, digits: int, bars_: int
) -> None:
    places = _places(_villages(subdistricts, each))
    assert {len(place.region) for place in places} == {digits}
    assert len(places) == bars_
    assert sum(place.counts["issued"] for place in places) == subdistricts * each


@given(st.lists(st.tuples(words, st.integers(0, 10**7), st.integers(0, 10**7)), max_size=9), words)
def test_charts_are_well_formed_whatever_they_are_told(
    rows: list[tuple[str, int, int]], text: str
) -> None:
    chart = Chart("key", text, text)
    labels = [row[0] for row in rows]
    first, second = [row[1] for row in rows], [row[2] for row in rows]
    series = [Series(text, "s1", first), Series(text, "s2", second)]
    for svg in (
        stacked_bars(chart, labels, series, labels),
        bars(chart, labels, first),
        lines(chart, labels, series),
        swatch("s1"),
        swatch("s1", 2),
    ):
        ET.fromstring(svg)  # noqa: S314  our own


@given(st.integers(0, 10**9))
def test_an_axis_ends_at_or_above_the_largest_value_and_is_evenly_parted(most: int) -> None:
    top = nice_top(most)
    assert most <= top <= max(4, 4 * most)
    assert top % 4 == 0


def test_the_parts_of_a_bar_fill_it() -> None:
    series = [Series("a", "s1", [1]), Series("b", "s2", [3]), Series("none", "s3", [0])]
    root = ET.fromstring(stacked_bars(Chart("k", "t", "d"), ["x"], series, ["4"]))  # noqa: S314
    widths = [float(node.attrib["width"]) for node in root.iter() if node.tag.endswith("rect")]
    assert len(widths) == 2
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.01)


def test_no_pace_is_told_of_few_entries() -> None:
    assert Work("a", LEAST - 1, 0, 60.0, 9).per_hour is None
    assert Work("a", LEAST, 0, 0.0, 9).per_hour is None
    assert Work("a", 100, 0, 600.0, 9).per_hour == 600


def test_rules_are_told_in_words() -> None:
    assert "NIK" in rule_message("A10", "id")
    assert rule_message("A10", "id") != rule_message("A10", "en")
    assert rule_message("no such rule", "id") == ""
