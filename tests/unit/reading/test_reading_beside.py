"""Who answers for a stroke beside a blank box: the written box next to it, or nobody."""

import numpy as np

from papi.geometry import Box
from papi.model.ink import INK_LEFT, INK_RIGHT
from papi.reading.beside import strokes_of_nobody

LINE = [Box(20 + 5.4 * i, 50, 4.6, 6) for i in range(4)]


def test_a_written_neighbour_answers_for_its_overhang():
    flags = [(), (INK_LEFT,), (), ()]
    blank = np.array([False, True, True, True])
    assert not strokes_of_nobody(LINE, flags, blank).any()


def test_a_stroke_between_two_blank_boxes_is_nobodys():
    flags = [(), (INK_RIGHT,), (INK_LEFT,), ()]
    assert strokes_of_nobody(LINE, flags, np.ones(4, bool)).tolist() == [False, True, True, False]


def test_a_stroke_past_the_end_of_the_line_is_nobodys():
    flags = [(), (), (), (INK_RIGHT,)]
    blank = np.array([False, False, False, True])
    assert strokes_of_nobody(LINE, flags, blank).tolist() == [False, False, False, True]


def test_a_box_on_another_line_does_not_answer():
    boxes = [LINE[0], Box(LINE[0].right + 0.8, 58, 4.6, 6)]
    flags = [(INK_RIGHT,), ()]
    assert strokes_of_nobody(boxes, flags, np.array([True, False])).tolist() == [True, False]
