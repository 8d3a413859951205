"""Tell paper from ink without a form: blank sides, contrast, noise.

Knows grey values. Must not know layouts or fields.
"""

from __future__ import annotations

import cv2
import numpy as np

from papi.geometry import MM_PER_INCH
from papi.imaging.illumination import paper_map
from papi.imaging.reduce import guess_dpi, reduce_image
from papi.model.page import Gray, LocatedPage

_BLANK_DPI = 110.0
"""Seen at 55-110 dpi: noise averages out, a pen line is still a pixel wide."""
_EDGE_MM = 16.0
"""Outer strip that says nothing about ink: scanner borders, folds, punch holes (12 +- 3 mm)."""
_INK_TO_PAPER = 0.62
"""Darker than this share of the paper around it is ink; bleed-through stays above 0.75."""
_DARKEST_PAPER = 60
"""Darker sides are no paper; let the search for a form judge them."""
_SPECK_MM2 = 0.6
"""Smaller islands are dirt."""
_LINE_MM, _LINE_WIDTH_MM = 60.0, 1.6
"""Longer and thinner than this is dirt on the scanner's glass or the edge of the sheet."""
_BLANK_INK_MM2 = 8.0
"""More ink than this is something a person should look at: a signature has 15 mm2 and up."""

_NOISE_ROWS = 64
_MEDIAN_TO_SD = 1.4826 / np.sqrt(2)
"""Median absolute difference of two pixels -> standard deviation of one."""


def is_blank(gray: Gray) -> bool:
    """Tell whether a page carries no ink worth a look. Cost: about 3 ms.

    Robust to shading, bleed-through, specks, punch holes and a dirt line.
    """
    small, _ = reduce_image(gray, _BLANK_DPI)
    per_mm = guess_dpi(small) / MM_PER_INCH
    edge = round(_EDGE_MM * per_mm)
    if min(small.shape) <= max(64, 4 * edge):
        return False
    inner = small[edge:-edge, edge:-edge]
    paper, _ = paper_map(inner)
    if paper.min() < _DARKEST_PAPER:
        return False
    ground = cv2.resize(paper, inner.shape[::-1], interpolation=cv2.INTER_LINEAR)
    ink = (inner < ground * _INK_TO_PAPER).astype(np.uint8)
    return _ink_area_mm2(ink, 1 / per_mm) < _BLANK_INK_MM2


def _ink_area_mm2(ink: Gray, mm: float) -> float:
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    islands = stats[1:].astype(np.float64)
    width, height, area = islands[:, 2] * mm, islands[:, 3] * mm, islands[:, 4] * mm * mm
    length = np.maximum(width, height)
    line = (length > _LINE_MM) & (area / np.maximum(length, mm) < _LINE_WIDTH_MM)
    return float(area[(area >= _SPECK_MM2) & ~line].sum())


def measure_quality(page: LocatedPage) -> dict[str, float]:
    """Measure how well a located page was scanned.

    Returns:
        dpi: resolution by the fiducials; skew_degrees: -45..45 from the nearest right angle;
        turn: quarter turns 0..3; scale_x, scale_y: printed size against the tagged dpi (1 = as
        printed; left out if the file has no dpi); paper, ink: grey of paper and of print; noise:
        sd of grey on paper; residual_mm of the frame. Cost: about 1 ms.
    """
    along_x, along_y = page.frame_map.px_per_mm
    angle = page.frame_map.rotation_degrees
    turn = round(angle / 90)
    quality = {
        "dpi": round(np.sqrt(along_x * along_y) * MM_PER_INCH, 1),
        "skew_degrees": round(angle - 90 * turn, 3),
        "turn": float(turn % 4),
        "aspect": round(along_x / along_y, 5),
        "residual_mm": round(page.residual_mm, 3),
    }
    if page.image.dpi:
        quality["scale_x"] = round(along_x * MM_PER_INCH / page.image.dpi, 4)
        quality["scale_y"] = round(along_y * MM_PER_INCH / page.image.dpi, 4)
    return quality | _measure_grey(page.image.gray)


def _measure_grey(gray: Gray) -> dict[str, float]:
    step = max(1, round(guess_dpi(gray) / 50))
    levels = np.bincount(gray[::step, ::step].ravel(), minlength=256).cumsum()
    ink, paper = (float(np.searchsorted(levels, share * levels[-1])) for share in (0.005, 0.7))
    rows = gray[:: max(1, len(gray) // _NOISE_ROWS)]
    fine = rows[:, 1:].astype(np.int16) - rows[:, :-1]
    # Neighbouring pixels differ by noise (JPEG lowers it), and by print in few places: median.
    steps = np.bincount(np.abs(fine).ravel(), minlength=256).cumsum()
    half = 0.5 * steps[-1]
    below = int(np.searchsorted(steps, half))
    before = float(steps[below - 1]) if below else 0.0
    median = below - 0.5 + (half - before) / max(1.0, float(steps[below]) - before)
    return {"paper": paper, "ink": ink, "noise": round(max(0.0, median) * _MEDIAN_TO_SD, 2)}
