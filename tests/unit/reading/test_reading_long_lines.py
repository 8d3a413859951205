"""A line that comes from far and goes on is no answer; a mark of one box is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from papi.model.page import TICK_SHAPE, Gray
from papi.reading.long_lines import run_through
from papi.reading.ticks import tick_inputs

Point = tuple[int, int]


def snip(*strokes: tuple[Point, Point], gray: int = 70) -> Gray:
    """A printed box with strokes, ends in px of 0.1 mm."""
    paper = np.full(TICK_SHAPE, 250, np.uint8)
    cv2.rectangle(paper, (21, 21), (59, 59), 190, 2)
    for start, end in strokes:
        cv2.line(paper, start, end, gray, 4)
    return paper


def is_long(image: Gray) -> bool:
    return run_through(tick_inputs(image[None])[0, 0])


@pytest.mark.parametrize(
    "stroke",
    [((40, -10), (40, 90)), ((25, -10), (55, 90)), ((-10, 30), (90, 52)), ((56, -10), (57, 90))],
)
def test_a_line_through_the_box_and_far_beyond_is_long(stroke: tuple[Point, Point]) -> None:
    assert is_long(snip(stroke))
    assert is_long(snip(stroke, gray=150))


@pytest.mark.parametrize(
    "strokes",
    [
        (),
        (((22, 40), (38, 58)), ((38, 58), (66, 8))),
        (((12, 12), (68, 68)), ((68, 12), (12, 68))),
        (((5, -10), (5, 90)),),
        (((-10, 5), (90, 5)), ((40, 5), (40, 60))),
        (((40, -10), (40, 60)),),
    ],
    ids=["empty", "check", "large cross", "line beside", "printed line above", "one side only"],
)
def test_marks_and_lines_elsewhere_are_not(strokes: tuple[tuple[Point, Point], ...]) -> None:
    assert not is_long(snip(*strokes))
