"""A stroke written along a rule is ink: the page's blank boxes tell what its rules look like."""

import numpy as np
import pytest

from papi.imaging.cut import lift_ink
from papi.imaging.cut_rules import LINES, usual_rules

H, W = 84, 70


def ruled(count, tone, width=2, paper=235):
    snips = np.full((count, H, W), paper, np.uint8)
    snips[:, 12:72, 12 : 12 + width] = tone
    snips[:, 12:72, 58 - width : 58] = tone
    snips[:, 12 : 12 + width, 12:58] = tone
    snips[:, 72 - width : 72, 12:58] = tone
    return snips


def two_on_the_rule(snip, pen=50):
    """A 2 whose foot lies on the box's lower rule: without it, it is a 7."""
    snip[20:24, 24:46] = pen
    snip[24:44, 42:46] = pen
    for step in range(26):
        snip[44 + step : 46 + step, 42 - step * 2 // 3 : 46 - step * 2 // 3] = pen
    snip[69:73, 22:50] = pen


@pytest.mark.parametrize("rule", [205, 150])
def test_the_foot_of_a_two_on_the_lower_rule_stays(rule):
    page = ruled(20, rule)
    two_on_the_rule(page[3])
    ink = lift_ink(page).ink[3]
    assert (ink[69:73, 26:46].max(axis=0) > 80).all()
    assert not lift_ink(page).ink[4].any()


def test_a_foot_thicker_than_a_black_rule_stays():
    page = ruled(20, 0, paper=255)
    two_on_the_rule(page[3], pen=0)
    page[3, 66:72, 22:50] = 0
    ink = lift_ink(page).ink[3]
    assert (ink[66:72, 26:46].max(axis=0) > 80).all()


def test_one_page_full_of_strokes_along_rules_still_tells_its_rules():
    page = ruled(24, 200)
    for snip in page[:8]:
        two_on_the_rule(snip)
    usual = usual_rules(np.maximum(235.0 - page.astype(np.float32), 0))
    own = usual[-1]
    assert own is not None
    assert own.height == pytest.approx(35, abs=4)
    assert len(usual) == len(LINES)


def test_boxes_of_different_print_have_no_usual_rule():
    page = np.concatenate([ruled(12, 215), ruled(12, 90)])
    usual = usual_rules(np.maximum(235.0 - page.astype(np.float32), 0))
    assert usual[-1] is None
    assert lift_ink(page).blank.all()


def test_a_stem_beside_the_box_is_no_neighbours_rule():
    """A 7 too far right: its stem was taken for the rule of a box that is not there."""
    page = ruled(20, 205)
    page[3, 20:24, 26:62] = 60
    page[3, 20:60, 58:62] = 60
    ink = lift_ink(page).ink[3]
    assert (ink[26:58, 58:62].max(axis=1) > 80).all()


def test_few_boxes_have_no_usual_rule():
    assert usual_rules(np.zeros((3, H, W), np.float32)) == (None,) * len(LINES)
