"""Boxes whose printed rule is not where every other box of the page shows one.

Knows half-size snips of character boxes. Must not know fields or ink. A note stuck on the sheet, a
fold or a white streak of the scanner hides a box with all that was written in it: that it looks
empty says nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papi.imaging.cut_rules import BOX
from papi.model.page import Gray

SEEN_RULE = 7.0
"""Usual darkness of a page's rules, grey levels, from which a missing one is told (1-bit scans drop
them all; noise alone leaves up to 5)."""
MISSING = 0.3
"""Share of the usual darkness below which a rule is not there; 0.6 is the least on L1 scans."""
USUAL_PERCENTILE = 80
"""Even if most boxes of the page are covered, the rest tells what its rules look like."""
FEWEST_BOXES = 8
_REACH, _CORNER = 2, 3
"""Px of 0.2 mm: how far a rule is off at most, and how much of its ends is not looked at."""


def covered_boxes(half: Gray, paper: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell which boxes show fewer than three of their four rules, (N,).

    Args:
        half: uint8 (N, 42, 35) snips of one page at half size.
        paper: (N,) paper level of each.
    """
    if len(half) < FEWEST_BOXES:
        return np.zeros(len(half), bool)
    dark = paper[:, None, None] - half.astype(np.float32)
    x1, y1, x2, y2 = (edge // 2 for edge in BOX)
    columns = dark[:, y1 + _CORNER : y2 - _CORNER].mean(axis=1)
    rows = dark[:, :, x1 + _CORNER : x2 - _CORNER].mean(axis=2)
    sides = [_near(columns, x) for x in (x1, x2 - 1)] + [_near(rows, y) for y in (y1, y2 - 1)]
    second = np.sort(np.stack(sides, axis=1), axis=1)[:, 1]
    usual = float(np.percentile(second, USUAL_PERCENTILE))
    return np.asarray((second < MISSING * usual) & (usual >= SEEN_RULE))


def _near(profile: NDArray[np.float32], place: int) -> NDArray[np.float32]:
    """Darkest line near its expected place."""
    return np.asarray(profile[:, place - _REACH : place + _REACH + 1].max(axis=1))
