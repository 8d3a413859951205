"""A box that cannot be seen is told; boxes of a scan that shows no rules at all are not."""

from __future__ import annotations

import numpy as np
import pytest

from papi.imaging.cut import lift_ink
from papi.model.page import CELL_SHAPE, Gray


def boxes(count: int, rule: int, noise: float = 6.0) -> Gray:
    snips = np.full((count, *CELL_SHAPE), 240.0)
    for x1, y1, x2, y2 in ((12, 12, 14, 72), (56, 12, 58, 72), (12, 12, 58, 14), (12, 70, 58, 72)):
        snips[:, y1:y2, x1:x2] = rule
    snips += np.random.default_rng(1).normal(0, noise, snips.shape)
    return np.clip(snips, 0, 255).astype(np.uint8)


def covered(snips: Gray) -> list[int]:
    return [number for number, flags in enumerate(lift_ink(snips).flags) if "covered" in flags]


@pytest.mark.parametrize("rule", [120, 190, 215])
def test_a_box_under_a_note_is_told(rule: int) -> None:
    snips = boxes(20, rule)
    snips[[3, 7]] = boxes(2, 240)
    snips[5, 20:60, 30:34] = 60
    assert covered(snips) == [3, 7]


@pytest.mark.parametrize("count", [20, 3])
def test_a_scan_that_drops_rules_tells_nothing(count: int) -> None:
    assert covered(boxes(count, 240)) == []
    assert covered(boxes(count, 255, noise=0.0)) == []


def test_one_side_lost_or_written_over_is_not_covered() -> None:
    snips = boxes(20, 190)
    snips[2, :, 10:16] = 240
    snips[4, 5:80, 8:62] = 70
    assert covered(snips) == []
