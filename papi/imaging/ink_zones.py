"""How much ink stands in a text or signature zone.

Knows zones in mm and the paper's brightness. Must not know what the ink says.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

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


def measure_ink(
    gray: Gray, affine: Affine, zones: Mapping[str, Box], grid: Gray, step: float
) -> dict[str, float]:
    """Return the ink area in mm2 of every zone.

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
    ink = (cv2.blur(snip, (2, 2)) < paper * _INK_TO_PAPER).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA] / _PX_PER_MM**2
    return round(float(areas[areas >= _SPECK_MM2].sum()), 2)
