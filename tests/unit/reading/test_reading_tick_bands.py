"""Print beside a tick box is no mark: headings and table rules are made paper."""

from __future__ import annotations

import numpy as np
import pytest

from papi.model.page import Gray
from papi.reading.ticks import tick_inputs

BOX = slice(20, 60)


def snip(mark: bool = True) -> Gray:
    """A box of 4 mm with 2 mm of paper around it, and a stroke through it."""
    gray = np.full((80, 80), 240, np.uint8)
    gray[BOX, 20:22] = gray[BOX, 58:60] = gray[20:22, BOX] = gray[58:60, BOX] = 190
    if mark:
        for step in range(36):
            gray[24 + step : 28 + step, 22 + step : 26 + step] = 40
    return gray


@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize(("thick", "shade"), [(14, 50), (3, 120), (2, 200)])
def test_a_band_on_any_side_changes_nothing(mark: bool, side: int, thick: int, shade: int) -> None:
    plain = np.rot90(snip(mark), side)
    banded = snip(mark)
    banded[:thick] = shade
    seen = tick_inputs(np.stack([plain, np.rot90(banded, side)]))
    assert np.abs(seen[0] - seen[1]).max() < 0.02


def test_a_mark_that_leaves_the_box_is_kept() -> None:
    gray = snip()
    gray[2:24, 40:44] = 40
    (seen,) = tick_inputs(gray[None])
    assert seen[0, 2:10, 20:22].min() > 0.7
