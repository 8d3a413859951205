"""Fit the map page mm -> px to the tags that were found.

Knows where the frame's tags stand on paper. Must not know how tags are found, nor layouts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine, Box
from papi.imaging.fiducials import Tag
from papi.model.sheet import A4, Frame

_GOOD_FIT_MM = 0.6
"""Residual of a sheet that went straight through a scanner (0.15 mm is usual at 200 dpi)."""
_STRAIGHT_MM = 0.25
"""Affine residual up to which no perspective is looked for: 1-bit scans leave 0.15 mm."""
_WORST_FIT_MM = 2.0
"""Beyond this neither affine nor perspective describes the page; 1 % uneven feed leaves 0.7 mm."""
_MOST_BENT_MM = 12.0
"""Affine residual of a sheet photographed 20 degrees askew; beyond, print is too distorted."""
_PERSPECTIVE_TAGS = 4
_STRAY, _MOST_KEPT = 2.5, 0.8
"""A corner that misses by more than this many medians is left out, if at most a fifth are."""
_MIN_SPREAD_MM = 80.0
"""Tags nearer together than this along x or y would extrapolate their error over the page."""
_IDENTITY = np.eye(3)


@dataclass(frozen=True, slots=True)
class FrameFit:
    """The map page mm -> px and how good it is.

    Attributes:
        affine: the map itself.
        perspective: (3, 3) page mm -> page mm, before `affine`; identity for scanned sheets.
        tags: those that carry the fit.
        residual_mm: worst distance of a tag corner from perspective and affine together.
    """

    affine: Affine
    perspective: NDArray[np.float64]
    tags: tuple[Tag, ...]
    residual_mm: float

    def to_px(self, mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map page points (N, 2) from mm to px."""
        return self.affine.apply(apply_perspective(self.perspective, mm))


def tag_corners_mm(box: Box) -> NDArray[np.float64]:
    """Return the four corners of a tag on paper, clockwise from top left, mm."""
    return np.array(
        [[box.x, box.y], [box.right, box.y], [box.right, box.bottom], [box.x, box.bottom]]
    )


def apply_perspective(matrix: NDArray[np.float64], mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map points (N, 2) by a (3, 3) perspective, mm -> mm."""
    points = np.column_stack([mm, np.ones(len(mm))]) @ matrix.T
    return np.asarray(points[:, :2] / points[:, 2:], dtype=np.float64)


def fit_frame(tags: list[Tag], frame: Frame = A4) -> FrameFit | None:
    """Fit the map to the largest set of tags that agree with one another.

    One or two lost tags are common; one found in the wrong place (a copy on another paper, a fold)
    must not spoil the rest: sets that leave out up to two tags are tried too. A photographed sheet
    needs a perspective, which is tried before any tag is doubted.

    Returns:
        The fit, or None: fewer than three tags, all on one line, or none agree.
    """
    known = [tag for tag in tags if tag.number < len(frame.fiducials)]
    best: FrameFit | None = None
    for left_out in range(max(0, min(2, len(known) - 3)) + 1):
        for chosen in combinations(known, len(known) - left_out):
            fit = _fit_tags(chosen, frame)
            if fit is None:
                continue
            if best is None or fit.residual_mm < best.residual_mm / 2:
                best = fit
        if best is not None and best.residual_mm <= _GOOD_FIT_MM:
            return best
    return best if best is not None and best.residual_mm <= _WORST_FIT_MM else None


def _fit_tags(tags: tuple[Tag, ...], frame: Frame) -> FrameFit | None:
    numbers = [tag.number for tag in tags]
    if len(set(numbers)) < max(3, len(numbers)):
        return None
    places = np.concatenate([tag_corners_mm(frame.fiducials[number]) for number in numbers])
    if np.ptp(places, axis=0).min() < _MIN_SPREAD_MM:
        return None
    pixels = np.concatenate([tag.corners for tag in tags])
    affine, kept = _fit_corners(places, pixels)
    if not plausible(affine):
        return None
    places, seen = places[kept], affine.inverse().apply(pixels[kept])
    straight = FrameFit(affine, _IDENTITY, tags, _worst(places, seen))
    if straight.residual_mm <= _STRAIGHT_MM or len(tags) < _PERSPECTIVE_TAGS:
        return straight
    return _fit_perspective(straight, places, seen)


def _fit_corners(
    places: NDArray[np.float64], pixels: NDArray[np.float64]
) -> tuple[Affine, NDArray[np.bool_]]:
    """Fit all corners; then, if few spoil it (dirt across a tag), again without those few."""
    affine = Affine.fit(places, pixels)
    misses = np.linalg.norm(affine.inverse().apply(pixels) - places, axis=1)
    kept = misses <= max(_STRAIGHT_MM / 2, _STRAY * float(np.median(misses)))
    if misses.max() <= _STRAIGHT_MM or kept.mean() < _MOST_KEPT:
        return affine, np.ones(len(places), dtype=bool)
    return Affine.fit(places[kept], pixels[kept]), kept


def _fit_perspective(
    straight: FrameFit, places: NDArray[np.float64], seen: NDArray[np.float64]
) -> FrameFit:
    """Add a perspective to a fit, if it explains most of what the affine leaves."""
    matrix, _ = cv2.findHomography(places, seen, 0)
    if matrix is None or straight.residual_mm > _MOST_BENT_MM:
        return straight
    perspective = np.asarray(matrix, dtype=np.float64)
    bent = _worst(apply_perspective(perspective, places), seen)
    if bent > straight.residual_mm / 2:
        return straight
    return FrameFit(straight.affine, perspective, straight.tags, bent)


def _worst(places: NDArray[np.float64], seen: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(places - seen, axis=1).max())


def plausible(affine: Affine) -> bool:
    """Tell whether a scanner can have made this map: no mirror, little shear, 75 to 1300 dpi."""
    along_x, along_y = affine.px_per_mm
    determinant = affine.a * affine.e - affine.b * affine.d
    upright = determinant / (along_x * along_y)
    return upright > 0.99 and 0.92 < along_x / along_y < 1.09 and 3 < along_x < 51
