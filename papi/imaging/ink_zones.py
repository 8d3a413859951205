"""How much ink stands in a text or signature zone.

Knows zones in mm and the paper's brightness. Must not know what the ink says.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine, Box
from papi.imaging.illumination import paper_at
from papi.model.page import Gray

_PX_PER_MM = 6.0
_INSET_MM = 0.8
"""Strip along the zone's edge that is not looked at: the printed rule, 0.5 mm of misplacement."""
_INK_TO_PAPER = 0.7
"""Pencil is at 0.5-0.65 of the paper; a 25 % grey rule and bleed-through at 0.75 and above."""
_SPECK_MM2 = 0.15
"""Smaller islands are dust or fax noise; the dot of an i is larger."""
_PALE_SHARE, _PALE_NOISE = 0.06, 4.0
"""Darker than the paper around it by this share of it, and by so many standard deviations of
smoothed paper: pale pencil, or what shows through from the other side."""
_PALE_SPECK_MM2 = 0.3
_PALE_WEIGHT, _PALE_MOST_MM2 = 0.25, 1.5
"""Pale ink counts a quarter, and at most as much as leaves its reader in doubt: pencil and
bleed-through look alike, so a person looks."""
_MOST_COVERED = 0.32
"""Share of a zone that ink covers at most: a signature with a felt pen 0.30, a stain 0.33 and more;
what covers more is dirt with writing or without, and a person looks."""
_GROUND_PX = 41
"""Side of the square whose median is paper: 7 mm, more than twice a letter's strokes."""


def measure_ink(
    gray: Gray, affine: Affine, zones: Mapping[str, Box], grid: Gray, step: float
) -> dict[str, float]:
    """Return the ink area in mm2 of every zone; pale ink and stains count as what leaves doubt.

    Args:
        gray: uint8 (H, W) page.
        affine: page mm -> px of `gray`.
        zones: boxes in mm (outer edge of their rule).
        grid: paper map of `gray`.
        step: px per grid step.
    """
    return {
        name: _ink_mm2(gray, affine, box.grown(-_INSET_MM), grid, step)
        for name, box in zones.items()
    }


def _ink_mm2(gray: Gray, affine: Affine, box: Box, grid: Gray, step: float) -> float:
    if box.w <= 0 or box.h <= 0:
        return 0.0
    to_mm = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, _PX_PER_MM]]) / _PX_PER_MM
    to_mm[:2, 2] += (box.x, box.y)
    size = (max(1, round(box.w * _PX_PER_MM)), max(1, round(box.h * _PX_PER_MM)))
    snip = cv2.warpAffine(
        gray,
        affine.matrix() @ to_mm,
        size,
        flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    paper = float(paper_at(grid, step, affine.apply(np.array([box.center])))[0])
    firm = _area_mm2(cv2.blur(snip, (2, 2)) < paper * _INK_TO_PAPER, _SPECK_MM2)
    if firm > _MOST_COVERED * box.w * box.h:
        return _PALE_MOST_MM2
    pale = _area_mm2(_is_pale(np.asarray(snip, np.uint8), paper), _PALE_SPECK_MM2)
    return round(max(firm, min(_PALE_WEIGHT * pale, _PALE_MOST_MM2)), 2)


def _is_pale(snip: Gray, paper: float) -> NDArray[np.bool_]:
    """Tell where the snip is darker than its own paper, however little."""
    soft = cv2.blur(snip, (3, 3))
    darker = cv2.medianBlur(soft, _GROUND_PX).astype(np.float32) - soft
    noise = 1.4826 * float(np.median(np.abs(darker)))
    return np.asarray(darker > max(_PALE_SHARE * paper, _PALE_NOISE * noise))


def _area_mm2(ink: NDArray[np.bool_], speck_mm2: float) -> float:
    """Return the area of islands that are no specks."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA] / _PX_PER_MM**2
    return float(areas[areas >= speck_mm2].sum())
