"""Labels of boxes from a keyed value: right, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi.checking.boxes_of_value import label_boxes
from papi.model.evidence import BLANK, FILLER
from papi.model.layout import FieldKind

DIGITS, CAPITALS, DATE, CODE = (
    FieldKind.DIGITS,
    FieldKind.CAPITALS,
    FieldKind.DATE,
    FieldKind.CODE,
)


def seen(text: str, sure: float = 0.98) -> tuple[list[bool], list[Mapping[str, float]]]:
    """Boxes as the cutter and the network see them; `_` blank, `~` crossed out."""
    symbols = [{"_": BLANK, "~": FILLER}.get(c, c) for c in text]
    posteriors = [{s: 1.0} if s == BLANK else {s: sure, "8": 1.0 - sure} for s in symbols]
    return [s != BLANK for s in symbols], posteriors


def labels(kind: FieldKind, value: str, text: str, sure: float = 0.98) -> Sequence[str] | None:
    inked, posteriors = seen(text, sure)
    return label_boxes(kind, value, inked, posteriors)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (DIGITS, "3201120101010001", "3201120101010001"),
        (DIGITS, "12", "_12"),
        (DIGITS, "12", "12_"),
        (DIGITS, "12", "~12"),
        (DIGITS, "12", "12~~"),
        (DIGITS, "", "___"),
        (DIGITS, "", "~~~"),
        (DATE, "2002-02-16", "16022002"),
        (CAPITALS, "TONO", "TONO____"),
        (CAPITALS, "SITI AMINAH", "SITI_AMINAH__"),
        (CODE, "A1B2", "A1B2"),
    ],
)
def test_a_value_is_laid_into_its_boxes(kind: FieldKind, value: str, text: str) -> None:
    found = labels(kind, value, text)
    assert found == tuple({"_": BLANK, "~": FILLER}.get(c, c) for c in text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (DIGITS, "123", "12"),  # longer than its boxes
        (DIGITS, "12", "1__"),  # ink is missing
        (DIGITS, "12", "1_2"),  # a gap
        (DIGITS, "12", "129"),  # ink that crosses nothing out
        (DIGITS, "", "_7_"),  # keyed as blank, and is not
        (CAPITALS, "TONO", "TONOXX__"),  # letters or fillers
        (CAPITALS, "SITI AMINAH", "SITIAMINAH___"),  # the boxes tell another space
        (DATE, "16-02-2002", "16022002"),  # no such value
    ],
)
def test_where_it_is_unsure_nothing_is_told(kind: FieldKind, value: str, text: str) -> None:
    assert labels(kind, value, text) is None


def test_the_network_decides_only_where_it_is_sure() -> None:
    assert labels(DIGITS, "77", "77~~") == ("7", "7", FILLER, FILLER)
    inked, posteriors = seen("77~~")
    flat = [{"7": 0.3, FILLER: 0.6} for _ in posteriors]
    assert label_boxes(DIGITS, "77", inked, flat) is None


@given(
    st.text("0123456789", min_size=1, max_size=8),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from("_~"),
)
def test_numbers_come_back_from_every_way_of_writing_them(
    value: str, unused: int, right: bool, filler: str
) -> None:
    padding = filler * unused
    text = padding + value if right else value + padding
    found = labels(DIGITS, value, text)
    assert found == tuple({"_": BLANK, "~": FILLER}.get(c, c) for c in text)
