"""A scan laid on its blank: areas of ink, and whether print is where it should be.

Knows one scale and millimetres. Must not know fields or what is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from papi.geometry import Box
from papi.imaging.foreign_match import FINE_PX_PER_MM, Placed
from papi.imaging.foreign_print import flatten
from papi.model.page import Gray

INK_SHARE_OF_PAPER = 0.72
"""Of the paper's brightness: below is ink."""
SPECK_MM2 = 0.12
"""Smaller islands are dust."""
PRINTED, PRINT_SEEN = 190, 0.85
"""Grey of a blank's print; share of a scan's paper below which print shows."""


@dataclass(frozen=True, eq=False)
class Laid:
    """A scan laid on its blank at FINE_PX_PER_MM: for areas of ink and for checking places.

    Attributes:
        seen: uint8 (H, W) the scan, paper 255.
        blank: uint8 (H, W) the blank, paper 255.
    """

    seen: Gray
    blank: Gray

    def ink_mm2(self, box: Box) -> float:
        """Area of what was added inside a box, mm2; specks left out."""
        rows, columns = self._slices(box.grown(-0.6))
        seen, blank = self.seen[rows, columns], self.blank[rows, columns]
        if not seen.size:
            return 0.0
        printed = cv2.dilate((blank < 200).astype(np.uint8), np.ones((5, 5), np.uint8))
        shade = np.minimum(cv2.dilate(blank, np.ones((7, 7), np.uint8)), 255)
        dark = (cv2.blur(seen, (2, 2)) < shade * INK_SHARE_OF_PAPER) & (printed == 0)
        areas = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)[2][1:, 4]
        areas = areas / FINE_PX_PER_MM**2
        return float(areas[areas >= SPECK_MM2].sum())

    def print_kept(self, box: Box) -> float:
        """Share of the blank's print around a box that the scan shows too, 0..1."""
        rows, columns = self._slices(box.grown(1.5))
        seen, blank = self.seen[rows, columns], self.blank[rows, columns]
        own = (blank < PRINTED).astype(np.uint8)
        if cv2.countNonZero(own) < 20:
            return 1.0
        paper = np.percentile(seen, 80)
        dark = cv2.dilate((seen < PRINT_SEEN * paper).astype(np.uint8), np.ones((3, 3), np.uint8))
        return float(dark[own > 0].mean())

    def _slices(self, box: Box) -> tuple[slice, slice]:
        x, y, right, bottom = (
            max(0, round(v * FINE_PX_PER_MM)) for v in (box.x, box.y, box.right, box.bottom)
        )
        return slice(y, bottom), slice(x, right)


def lay(placed: Placed, gray: Gray) -> Laid:
    """Lay a scan on its blank. About 60 ms an A4 side."""
    page = placed.blank.page
    size = (round(page.width_mm * FINE_PX_PER_MM), round(page.height_mm * FINE_PX_PER_MM))
    blank = cv2.resize(flatten(placed.blank.gray), size, interpolation=cv2.INTER_AREA)
    return Laid(placed.map.warp(flatten(gray), FINE_PX_PER_MM, size), np.asarray(blank, np.uint8))
