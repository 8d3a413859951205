"""Tick boxes whose printed rule is not where every other box of the page shows one.

Knows tick snips of one page. Must not know fields or ink. A note stuck on the sheet, a fold or a
white streak of the scanner hides a box with all that was marked in it: that it looks empty says
nothing. (`cut_covered` does the same for character boxes.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papi.model.page import SNIP_PX_PER_MM, TICK_MARGIN_MM, TICK_MM, Gray

SEEN_RULE = 9.0
"""Usual contrast of a page's rules, grey levels, from which a missing one is told."""
MISSING = 0.3
"""Share of the usual contrast below which a rule is not there."""
USUAL_PERCENTILE = 60
"""Even if a third of the boxes of the page are covered, the rest tells what its rules look like."""
FEWEST_BOXES = 8
CLEAN = 6.0
"""Grey levels the inside of a box is darker than around it, below which nothing is in it. Only such
boxes show what rules look like: where a copier lost them all, marks still reach that place."""
_FIRST = round(TICK_MARGIN_MM * SNIP_PX_PER_MM)
_LAST = round((TICK_MARGIN_MM + TICK_MM) * SNIP_PX_PER_MM)
_CORNER = 6
"""Px of 0.1 mm at both ends of a rule that are not looked at."""
_REACH, _BESIDE = 4, 8
"""How far a rule is off at most, and how far paper beside it is looked for, px."""


def rule_contrasts(snips: Gray) -> NDArray[np.float32]:
    """Return how much darker each of the four rules is than the paper beside it, (N, 4).

    Args:
        snips: uint8 (N, S, S), 255 = paper. Cost: 6 us a box.
    """
    inner = slice(_FIRST + _CORNER, _LAST - _CORNER)
    columns = 255.0 - snips[:, inner].mean(axis=1, dtype=np.float32)
    rows = 255.0 - snips[:, :, inner].mean(axis=2, dtype=np.float32)
    sides = [
        _darker_than_beside(profile, place)
        for profile in (columns, rows)
        for place in (_FIRST, _LAST - 1)
    ]
    return np.stack(sides, axis=1)


def covered_ticks(snips: Gray) -> NDArray[np.bool_]:
    """Tell which tick boxes of a page show fewer than three of their four rules, bool (N,)."""
    clean = _clean(snips)
    if clean.sum() < FEWEST_BOXES:
        return np.zeros(len(snips), bool)
    second = np.sort(rule_contrasts(snips), axis=1)[:, 1]
    usual = float(np.percentile(second[clean], USUAL_PERCENTILE))
    return np.asarray((second < MISSING * usual) & (usual >= SEEN_RULE))


def _clean(snips: Gray) -> NDArray[np.bool_]:
    """Tell which boxes hold neither ink nor hatching, bool (N,)."""
    inner = slice(_FIRST + _CORNER, _LAST - _CORNER)
    inside = snips[:, inner, inner].mean(axis=(1, 2), dtype=np.float32)
    around = np.median(snips[:, :: _CORNER // 2, :: _CORNER // 2], axis=(1, 2))
    return np.asarray(around - inside < CLEAN)


def _darker_than_beside(profile: NDArray[np.float32], place: int) -> NDArray[np.float32]:
    """Return the darkest line near its place, less the paper on the lighter side of it."""
    near = profile[:, place - _REACH : place + _REACH + 1].max(axis=1)
    beside = profile[:, place - _BESIDE : place + _BESIDE + 1].min(axis=1)
    return np.asarray(near - beside)
