"""A stroke wholly beside a blank box is noticed, print and neighbours' rules are not."""

import numpy as np
import pytest

from papi.imaging.cut import lift_ink
from papi.model.ink import INK_LEFT, INK_RIGHT

H, W = 84, 70


def ruled(count, tone=205, paper=235):
    snips = np.full((count, H, W), paper, np.uint8)
    snips[:, 12:72, 12:14] = tone
    snips[:, 12:72, 56:58] = tone
    snips[:, 12:14, 12:58] = tone
    snips[:, 70:72, 12:58] = tone
    return snips


def page():
    """Nineteen blank boxes and one with a thick 1 in it, as dark as the page's pen."""
    snips = ruled(20)
    snips[19, 20:64, 32:37] = 60
    return snips


@pytest.mark.parametrize(
    ("place", "flag"),
    [((2, 7), INK_LEFT), ((62, 67), INK_RIGHT), ((10, 15), INK_LEFT), ((55, 60), INK_RIGHT)],
)
def test_a_one_beside_its_box_is_told(place, flag):
    snips = page()
    snips[3, 24:60, place[0] : place[1]] = 60
    cut = lift_ink(snips)
    assert cut.blank[3]
    assert cut.flags[3] == (flag,)
    assert all(flag not in names for number, names in enumerate(cut.flags) if number != 3)


def test_print_beside_a_box_is_not_told():
    snips = page()
    snips[3, 36:56, 2:8] = 30  # a label 2 mm high
    snips[4, :, 4:6] = 90  # a printed line from edge to edge
    snips[5, 12:72, 2:4] = 205  # the facing rule of the box beside
    flags = lift_ink(snips).flags
    assert not any(INK_LEFT in names for names in flags)


def test_a_box_with_ink_of_its_own_is_never_told():
    snips = page()
    snips[19, 24:60, 2:7] = 60
    assert INK_LEFT not in lift_ink(snips).flags[19]


def test_rules_of_unknown_look_are_not_told():
    snips = np.concatenate([ruled(10, 215), ruled(10, 60)])
    flags = lift_ink(snips).flags
    assert not any({INK_LEFT, INK_RIGHT} & set(names) for names in flags)
