"""The tail of a tick that reaches into the next box belongs to the tick."""

from __future__ import annotations

import cv2
import numpy as np

from papi.model.page import TICK_SHAPE, Gray
from papi.reading.neighbour_marks import neighbours_of, without_neighbours

PITCH_MM = 6.0
PLACES = np.array([[20.0, 30.0], [20.0 + PITCH_MM, 30.0]])
Point = tuple[int, int]


def pair(*strokes: tuple[Point, Point], rule: int = 190) -> Gray:
    """Return the snips of two boxes side by side; ends of strokes in px of the first one's."""
    step = round(PITCH_MM * 10)
    paper = np.full((80, 80 + step), 250, np.uint8)
    for x in (20, 20 + step):
        cv2.rectangle(paper, (x, 20), (x + 39, 59), rule, 2)
    for start, end in strokes:
        cv2.line(paper, start, end, 70, 4)
    return np.stack([paper[:, :80], paper[:, step:]])


def inked(snip: Gray) -> int:
    """Count dark px inside the box."""
    return int((snip[23:57, 23:57] < 150).sum())


def test_a_tail_of_the_neighbours_tick_is_taken_out() -> None:
    snips = pair(((86, 40), (96, 54)), ((96, 54), (112, 24)), ((86, 40), (48, 46)))
    assert inked(snips[0]) > 20
    cleaned = without_neighbours(0, [1], snips, PLACES)
    assert cleaned is not None
    assert inked(cleaned) == 0
    assert cleaned.shape == TICK_SHAPE


def test_this_boxs_own_mark_stays() -> None:
    snips = pair(((24, 40), (36, 56)), ((36, 56), (66, 22)), ((86, 40), (96, 54)))
    assert without_neighbours(0, [1], snips, PLACES) is None


def test_a_mark_half_way_between_stays_in_both() -> None:
    snips = pair(((46, 40), (94, 40)))
    assert without_neighbours(0, [1], snips, PLACES) is None
    assert without_neighbours(1, [0], snips, PLACES) is None


def test_own_ink_that_touches_nothing_stays_beside_a_marked_neighbour() -> None:
    snips = pair(((86, 26), (116, 56)), ((116, 26), (86, 56)), ((30, 40), (44, 40)))
    assert without_neighbours(0, [1], snips, PLACES) is None


def test_neighbours_are_those_in_line_and_near() -> None:
    places = np.array([[20.0, 30], [26, 30], [20, 37], [26, 37], [35, 30]])
    assert neighbours_of(0, places) == [1, 2]
