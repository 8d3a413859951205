"""Where each point of a blank side lies in a scan of it: a homography and local shifts.

Knows millimetres, pixels and smooth fields. Must not know how the map was found.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.model.page import Gray

STEP_MM = 6.0
"""Raster of local shifts: paper bends and feeds smoothly."""
Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PaperMap:
    """The map (x_mm, y_mm) of a blank side -> (x_px, y_px) of a scan.

    Attributes:
        homography: (3, 3) mm -> px.
        shifts: float64 (R, C, 2) mm added to a point before the homography, every STEP_MM.
    """

    homography: NDArray[np.float64]
    shifts: NDArray[np.float64]

    @staticmethod
    def plain(homography: NDArray[np.float64], width_mm: float, height_mm: float) -> PaperMap:
        """Return a map without local shifts for a side of this size."""
        rows, columns = int(height_mm / STEP_MM) + 2, int(width_mm / STEP_MM) + 2
        return PaperMap(homography, np.zeros((rows, columns, 2)))

    def nodes(self) -> Points:
        """Return the raster's points (R, C, 2), mm."""
        rows, columns = self.shifts.shape[:2]
        x, y = np.meshgrid(np.arange(columns) * STEP_MM, np.arange(rows) * STEP_MM)
        return np.stack([x, y], axis=-1)

    def shift_at(self, mm: Points) -> Points:
        """Return the local shift at points (..., 2) mm."""
        points = np.asarray(mm, np.float64).reshape(-1, 2) / STEP_MM
        rows, columns = self.shifts.shape[:2]
        x = np.clip(points[:, 0], 0, columns - 1.001)
        y = np.clip(points[:, 1], 0, rows - 1.001)
        left, top = x.astype(int), y.astype(int)
        right, down = (x - left)[:, None], (y - top)[:, None]
        upper = self.shifts[top, left] * (1 - right) + self.shifts[top, left + 1] * right
        lower = self.shifts[top + 1, left] * (1 - right) + self.shifts[top + 1, left + 1] * right
        return np.asarray(upper * (1 - down) + lower * down).reshape(np.shape(mm))

    def apply(self, mm: Points) -> Points:
        """Map points (..., 2) from mm of the blank to px of the scan."""
        points = np.asarray(mm, np.float64)
        return project(self.homography, points + self.shift_at(points))

    def quads(self, boxes: list[Box]) -> Points:
        """Return the corners of boxes in the scan (N, 4, 2) px, clockwise from the top left."""
        corners = [
            ((b.x, b.y), (b.right, b.y), (b.right, b.bottom), (b.x, b.bottom)) for b in boxes
        ]
        # Edges of a box lie between pixels, whose middles are whole numbers: see foreign_match.
        return self.apply(np.array(corners, np.float64).reshape(-1, 4, 2))

    def warp(self, scan: Gray, px_per_mm: float, size: tuple[int, int]) -> Gray:
        """Return the scan as it would lie on the blank: uint8, `size` = (width, height) px."""
        columns, rows = size[0] // 8 + 2, size[1] // 8 + 2
        x, y = np.meshgrid(np.arange(columns) * 8.0, np.arange(rows) * 8.0)
        mm = (np.stack([x, y], axis=-1) + 0.5) / px_per_mm
        coarse = self.apply(mm).astype(np.float32)
        index_x, index_y = np.meshgrid(
            np.arange(size[0], dtype=np.float32) / 8, np.arange(size[1], dtype=np.float32) / 8
        )
        place_x = cv2.remap(coarse[..., 0].copy(), index_x, index_y, cv2.INTER_LINEAR)
        place_y = cv2.remap(coarse[..., 1].copy(), index_x, index_y, cv2.INTER_LINEAR)
        return np.asarray(
            cv2.remap(
                scan,
                place_x,
                place_y,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=255,
            ),
            np.uint8,
        )


def project(homography: NDArray[np.float64], points: Points) -> Points:
    """Apply a (3, 3) homography to points (..., 2)."""
    flat = np.asarray(points, np.float64)
    homogeneous = np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], axis=-1)
    mapped = homogeneous @ homography.T
    return np.asarray(mapped[..., :2] / mapped[..., 2:])
