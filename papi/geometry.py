"""Millimetres, boxes and affine maps (page mm -> image px).

Knows plane geometry only. All template coordinates are millimetres from the page's top left,
x to the right, y downwards; pixels exist only behind an Affine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MM_PER_INCH = 25.4
POINTS_PER_MM = 72.0 / MM_PER_INCH


class Box(NamedTuple):
    """An axis-parallel rectangle in millimetres from the page's top left."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Right edge, mm."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Lower edge, mm."""
        return self.y + self.h

    @property
    def center(self) -> tuple[float, float]:
        """Middle point (x, y), mm."""
        return self.x + self.w / 2, self.y + self.h / 2

    def grown(self, margin: float) -> Box:
        """Return the box with `margin` mm added on all four sides (negative shrinks)."""
        return Box(self.x - margin, self.y - margin, self.w + 2 * margin, self.h + 2 * margin)

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two interiors share a point."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def contains(self, other: Box) -> bool:
        """Tell whether `other` lies wholly inside (edges may touch)."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    @staticmethod
    def around(boxes: Sequence[Box]) -> Box:
        """Return the smallest box that holds all of `boxes` (at least one)."""
        left, top = min(b.x for b in boxes), min(b.y for b in boxes)
        return Box(
            left, top, max(b.right for b in boxes) - left, max(b.bottom for b in boxes) - top
        )


@dataclass(frozen=True, slots=True)
class Affine:
    """The map (x_mm, y_mm) -> (x_px, y_px): px = [[a, b], [d, e]] @ mm + [c, f]."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @staticmethod
    def fit(mm: NDArray[np.float64], px: NDArray[np.float64]) -> Affine:
        """Least-squares affine from point pairs.

        Args:
            mm: (N, 2) page points in millimetres, N >= 3, not on one line.
            px: (N, 2) the same points in pixels.

        Raises:
            ValueError: fewer than three points, or all on one line.
        """
        design = np.column_stack([mm, np.ones(len(mm))])
        solution, _, rank, _ = np.linalg.lstsq(design, px, rcond=None)
        if rank < 3:
            raise ValueError("an affine map needs three points that are not on one line")
        (a, d), (b, e), (c, f) = solution
        return Affine(float(a), float(b), float(c), float(d), float(e), float(f))

    def apply(self, mm: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map points (..., 2) from mm to px."""
        points = np.asarray(mm, dtype=np.float64)
        x, y = points[..., 0], points[..., 1]
        return np.stack(
            [self.a * x + self.b * y + self.c, self.d * x + self.e * y + self.f], axis=-1
        )

    def inverse(self) -> Affine:
        """Return the map px -> mm.

        Raises:
            ValueError: the map is singular.
        """
        det = self.a * self.e - self.b * self.d
        if det == 0:
            raise ValueError("a singular map has no inverse")
        a, b, d, e = self.e / det, -self.b / det, -self.d / det, self.a / det
        return Affine(a, b, -(a * self.c + b * self.f), d, e, -(d * self.c + e * self.f))

    @property
    def px_per_mm(self) -> tuple[float, float]:
        """Scale along the page's x and y, px per mm."""
        return float(np.hypot(self.a, self.d)), float(np.hypot(self.b, self.e))

    @property
    def rotation_degrees(self) -> float:
        """Angle of the page's x axis in the image, degrees, -180..180, clockwise positive."""
        return float(np.degrees(np.arctan2(self.d, self.a)))

    def matrix(self) -> NDArray[np.float64]:
        """Return the 2x3 matrix cv2 wants."""
        return np.array([[self.a, self.b, self.c], [self.d, self.e, self.f]])
