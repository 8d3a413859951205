"""A box whose rule cannot be seen, where the page's others can, is hidden by something."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from papi.imaging.ticks_covered import covered_ticks
from papi.model.page import TICK_SHAPE, Gray

BOXES = 30


def boxes(rule: int = 200, noise: float = 6.0) -> Gray:
    """Return the empty tick boxes of a page."""
    random = np.random.default_rng(3)
    snips = np.full((BOXES, *TICK_SHAPE), 250.0, np.float32)
    for snip in snips:
        x, y = random.integers(-1, 2, 2).tolist()
        cv2.rectangle(snip, (20 + x, 20 + y), (59 + x, 59 + y), rule, 2)
    return np.clip(snips + random.normal(0, noise, snips.shape), 0, 255).astype(np.uint8)


def test_boxes_that_show_their_rule_are_not_covered() -> None:
    assert not covered_ticks(boxes()).any()


@pytest.mark.parametrize("tone", [255, 235, 200])
def test_a_note_over_a_box_is_seen_whatever_its_tone(tone: int) -> None:
    page = boxes()
    noise = np.random.default_rng(1).normal(0, 6, (2, *TICK_SHAPE))
    page[4:6] = np.clip(tone + noise, 0, 255).astype(np.uint8)
    assert np.flatnonzero(covered_ticks(page)).tolist() == [4, 5]


def test_a_white_streak_down_a_box_is_seen() -> None:
    page = boxes()
    page[7, :, 15:50] = 255  # both rules across and the left one are gone for the most part
    assert covered_ticks(page)[7]


def test_a_mark_over_the_rule_does_not_look_like_a_cover() -> None:
    page = boxes()
    cv2.rectangle(page[2], (15, 15), (65, 65), 60, -1)
    cv2.line(page[3], (10, 10), (70, 70), 60, 5)
    assert not covered_ticks(page)[3]


def test_nothing_is_said_where_the_page_shows_no_rules_or_few_boxes() -> None:
    assert not covered_ticks(boxes(rule=250)).any()
    assert not covered_ticks(boxes()[:5]).any()


def test_marks_do_not_stand_for_rules_that_a_copier_lost() -> None:
    page = boxes(rule=250)
    for snip in page[: BOXES // 2]:
        cv2.rectangle(snip, (18, 18), (61, 61), 40, -1)
    assert not covered_ticks(page).any()
