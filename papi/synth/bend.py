"""The exact map of a scan that no affine describes: uneven feed, curled paper, a camera askew.

Knows millimetres, pixels and one function from the sheet to the image. Must not know what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine

Points = NDArray[np.float64]
CAMERA_MM = 450.0
"""A phone that shows an A4 sheet whole is held so far above it."""
_ROUNDS = 6
"""Fixed-point rounds of the inverse: displacements change by 10 % of themselves, so 6 leave 1e-6
of 3 mm."""


@dataclass(frozen=True, slots=True)
class Bend:
    """What moves points of the sheet besides the affine.

    Attributes:
        width_mm, height_mm: of the sheet.
        feed: local stretch along the sheet varies by this share (0.01: between 0.99 and 1.01).
        waves: half waves of that along the sheet.
        phase: of those waves, radians.
        curl_mm: height of the sheet's ridge above the table.
        across: the ridge runs across the sheet (it rises along y), else along it.
        perspective: 3x3 px -> px after the affine, row by row; empty if the camera looks straight.
    """

    width_mm: float
    height_mm: float
    feed: float = 0.0
    waves: float = 1.0
    phase: float = 0.0
    curl_mm: float = 0.0
    across: bool = True
    perspective: tuple[float, ...] = ()

    @property
    def straight(self) -> bool:
        """Tell whether the affine alone is the map."""
        return not (self.feed or self.curl_mm or self.perspective)

    def to_px(self, mm: Points, affine: Affine) -> Points:
        """Map points (..., 2) of the sheet, mm -> px."""
        px = affine.apply(mm + self._shift(mm))
        return _project(self._matrix(), px) if self.perspective else px

    def to_mm(self, px: Points, affine: Affine) -> Points:
        """Map points (..., 2) of the image back to the sheet, px -> mm."""
        if self.perspective:
            px = _project(np.asarray(np.linalg.inv(self._matrix()), np.float64), px)
        seen = affine.inverse().apply(px)
        mm = seen
        for _ in range(_ROUNDS):
            mm = seen - self._shift(mm)
        return mm

    def _matrix(self) -> Points:
        return np.array(self.perspective).reshape(3, 3)

    def _shift(self, mm: Points) -> Points:
        """Return by how many mm points are displaced before the affine."""
        shift = np.zeros_like(mm)
        if self.feed:
            rate = np.pi * self.waves / self.height_mm
            shift[..., 1] += self.feed / rate * np.sin(rate * mm[..., 1] + self.phase)
        if self.curl_mm:
            along = mm[..., 1] / self.height_mm if self.across else mm[..., 0] / self.width_mm
            height = self.curl_mm * np.sin(np.pi * np.clip(along, 0.0, 1.0))
            nearer = height / (CAMERA_MM - height)
            shift += (mm - np.array([self.width_mm / 2, self.height_mm / 2])) * nearer[..., None]
        return shift


def _project(matrix: Points, points: Points) -> Points:
    whole = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(whole[..., :2] / whole[..., 2:])
