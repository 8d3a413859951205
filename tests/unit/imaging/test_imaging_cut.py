"""The cut: rules go, ink stays, neighbours are dropped, blank boxes are found blank."""

import numpy as np
import pytest

from papi.imaging.cut import lift_ink

H, W = 84, 70


def paper(count=1, tone=235):
    return np.full((count, H, W), tone, np.uint8)


def with_rule(snips, tone, shift=(0, 0), width=2):
    x1, y1, x2, y2 = 12 + shift[0], 12 + shift[1], 58 + shift[0], 72 + shift[1]
    snips[:, y1:y2, x1 : x1 + width] = tone
    snips[:, y1:y2, x2 - width : x2] = tone
    snips[:, y1 : y1 + width, x1:x2] = tone
    snips[:, y2 - width : y2, x1:x2] = tone
    return snips


def stroke(snips, place, tone=60):
    x1, y1, x2, y2 = place
    snips[:, y1:y2, x1:x2] = tone
    return snips


def test_blank_box_is_blank_with_any_rule():
    for tone in (235, 190, 120, 0):
        cut = lift_ink(with_rule(paper(12), tone))
        assert cut.blank.all()
        assert not cut.ink.any()


def test_noise_alone_is_blank():
    noise = np.random.default_rng(1).normal(225, 12, (40, H, W))
    snips = with_rule(np.clip(noise, 0, 255).astype(np.uint8), 180)
    assert lift_ink(snips).blank.mean() > 0.9


def test_light_pencil_and_a_small_one_are_not_blank():
    light = stroke(with_rule(paper(), 200), (30, 25, 33, 60), tone=195)
    small = stroke(with_rule(paper(), 200), (34, 38, 37, 50), tone=120)
    assert not lift_ink(light).blank.any()
    assert not lift_ink(small).blank.any()


@pytest.mark.parametrize("rule", [200, 150, 90, 60])
@pytest.mark.parametrize("shift", [(0, 0), (3, -2), (-3, 3)])
def test_rule_goes_and_ink_stays(rule, shift):
    snip = stroke(with_rule(paper(), rule, shift), (32, 22, 37, 62))
    ink = lift_ink(snip).ink[0] > 80
    assert ink[24:60, 33:36].all()
    ink[20:64, 30:39] = False
    assert not ink.any()


@pytest.mark.parametrize("rule", [200, 60])
def test_stroke_that_crosses_the_rule_stays_whole_and_is_followed(rule):
    snip = with_rule(paper(), rule)
    snip = stroke(snip, (30, 40, 66, 45))
    cut = lift_ink(snip)
    assert (cut.ink[0, 41:44, 32:64] > 80).all()


def test_neighbours_overhang_is_dropped_and_named():
    snip = stroke(with_rule(paper(), 200), (32, 22, 37, 62))
    snip = stroke(snip, (62, 30, 70, 35))
    cut = lift_ink(snip)
    assert not cut.ink[0, :, 61:].any()
    assert "neighbour" in cut.flags[0]


def test_order_of_boxes_does_not_matter():
    rng = np.random.default_rng(0)
    snips = with_rule(paper(20), 190)
    for index in range(20):
        x, y = rng.integers(20, 45), rng.integers(20, 50)
        snips[index, y : y + 15, x : x + 4] = 70
    order = rng.permutation(20)
    assert (lift_ink(snips).ink[order] == lift_ink(snips[order]).ink).all()


def test_no_boxes_and_other_rasters():
    assert len(lift_ink(np.zeros((0, H, W), np.uint8))) == 0
    with pytest.raises(ValueError, match="px/mm"):
        lift_ink(paper(), px_per_mm=8.0)
