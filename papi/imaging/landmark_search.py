"""How far a page's landmarks lie from where a map puts them.

Knows pictures of print, grey values and one map. Must not know boxes, rules or what bends a sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine
from papi.imaging.reduce import halve
from papi.model.landmarks import PX_PER_MM, SHAPE, Landmarks
from papi.model.page import Gray

Array = NDArray[np.float64]

REACH_MM = 2.0
"""Largest shift looked for: half the distance of two lines of print."""
_REACH = round(REACH_MM * PX_PER_MM)
_WINDOW = (SHAPE[1] + 2 * _REACH, SHAPE[0] + 2 * _REACH)
_FINE = 1.8
"""Times the landmarks' raster from which a page is halved first, to average its grain."""
_SOFT_PX = 0.8
"""Blur of picture and page alike (0.17 mm): grain and the steps of 1-bit scans disagree less."""
_LEAST = 0.45
"""Correlation below which a landmark was not seen; print of a fax has 0.6, other print 0.3."""
_AHEAD = 0.12
"""By how much the best place must be ahead of all places further than this beside it:"""
_ELSEWHERE_MM = 0.6


@dataclass(frozen=True)
class ReducedPage:
    """A page not much finer than the landmarks' raster, and the map page mm -> its px."""

    gray: Gray
    affine: Affine


def reduce_page(gray: Gray, affine: Affine) -> ReducedPage:
    """Halve a page while it is much finer than the landmarks' raster. Cost: 0.3 ms."""
    while min(affine.px_per_mm) > _FINE * PX_PER_MM:
        gray = halve(gray)
        m = affine
        c, f = m.c / 2 - 0.25, m.f / 2 - 0.25
        affine = Affine(m.a / 2, m.b / 2, c, m.d / 2, m.e / 2, f)
    return ReducedPage(gray, affine)


def find_landmarks(
    page: ReducedPage, landmarks: Landmarks, chosen: NDArray[np.int64], places: Array, turns: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Look for some landmarks around where they are expected.

    Args:
        page: the page.
        landmarks: of this page.
        chosen: (m,) numbers of those looked for.
        places: (m, 2) mm before the page's map, where their middles are expected.
        turns: (m, 2, 2) how the sheet is turned and stretched there, against the page's map.

    Returns:
        Shifts (m, 2) mm, and (m, 2) whether each landmark tells its x and its y. Cost: 0.1 ms each.
    """
    shifts = np.zeros((len(chosen), 2))
    clear = np.zeros((len(chosen), 2), dtype=bool)
    linear = page.affine.matrix()[:2, :2] @ turns / PX_PER_MM
    middles = page.affine.apply(places)
    for row, number in enumerate(chosen):
        seen = _cut(page.gray, linear[row], middles[row])
        picture = cv2.GaussianBlur(landmarks.patches[number], (0, 0), _SOFT_PX)
        agreement = cv2.matchTemplate(seen, picture, cv2.TM_CCOEFF_NORMED)
        found, clear[row] = _peak(np.asarray(agreement, np.float32))
        shifts[row] = turns[row] @ found
    return shifts, clear


def _cut(gray: Gray, linear: Array, middle: Array) -> Gray:
    """Return what lies around a place on the landmarks' raster, softened."""
    first = (np.array(_WINDOW) - 1) / 2
    matrix = np.column_stack([linear, middle - linear @ first])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(gray, matrix, _WINDOW, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), _SOFT_PX), np.uint8)


def _peak(agreement: NDArray[np.float32]) -> tuple[Array, NDArray[np.bool_]]:
    """Return the shift (x, y) mm of best agreement, and whether each of both stands out."""
    y, x = np.unravel_index(int(agreement.argmax()), agreement.shape)
    best = float(agreement[y, x])
    along = (agreement.max(axis=0), agreement.max(axis=1))
    lines = (agreement[y], agreement[:, x])
    shift, clear = np.zeros(2), np.zeros(2, dtype=bool)
    for axis, at in enumerate((int(x), int(y))):
        apart = np.abs(np.arange(len(along[axis])) - at) > _ELSEWHERE_MM * PX_PER_MM
        rival = float(along[axis][apart].max())
        inside = 0 < at < len(along[axis]) - 1
        clear[axis] = inside and best > _LEAST and best - rival > _AHEAD
        shift[axis] = (at + (_vertex(lines[axis], at) if inside else 0.0) - _REACH) / PX_PER_MM
    return shift, clear


def _vertex(line: NDArray[np.float32], at: int) -> float:
    """Return how far beside a sample the parabola through it and its neighbours peaks."""
    before, middle, after = (float(line[at + step]) for step in (-1, 0, 1))
    bend = before - 2 * middle + after
    return 0.0 if bend > -1e-9 else float(np.clip((before - after) / (2 * bend), -0.5, 0.5))
