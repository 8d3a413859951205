"""Ink that reaches far into a box but stands mostly elsewhere is dropped, and told."""

from __future__ import annotations

import numpy as np
import pytest

from papi.imaging.cut import lift_ink
from papi.model.ink import CellInk
from papi.model.page import CELL_SHAPE


def cut(*strokes: tuple[int, int, int, int]) -> CellInk:
    """Cut one boxed snip with strokes (x1, y1, x2, y2 in px of 0.1 mm)."""
    snip = np.full(CELL_SHAPE, 235, np.uint8)
    for x1, y1, x2, y2 in ((12, 12, 14, 72), (56, 12, 58, 72), (12, 12, 58, 14), (12, 70, 58, 72)):
        snip[y1:y2, x1:x2] = 190
    for x1, y1, x2, y2 in strokes:
        snip[y1:y2, x1:x2] = 60
    return lift_ink(snip[None])


@pytest.mark.parametrize(
    "strokes",
    [((30, 0, 34, 26), (14, 0, 56, 9)), ((30, 58, 34, 84), (14, 75, 56, 84))],
    ids=["written above", "written below"],
)
def test_a_foreign_mark_far_inside_is_told(strokes: tuple[tuple[int, int, int, int], ...]) -> None:
    ink = cut(*strokes)
    assert not ink.ink.any()
    assert "intruding" in ink.flags[0]


def test_a_character_and_a_neighbour_beside_the_box_are_not() -> None:
    assert "intruding" not in cut((32, 22, 36, 62)).flags[0]
    assert "intruding" not in cut((32, 22, 36, 62), (63, 22, 67, 62)).flags[0]
    assert cut().flags[0] == ()
