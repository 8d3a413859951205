"""Blocks of a blank side, and how far each lies off in a scan laid on it.

Knows darkness images of one scale. Must not know fields, nor how the scan was laid there.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.model.page import Gray

STRUCTURED = 6.0
"""Standard deviation of a block's darkness, grey levels, from which it can be told apart."""
AGREEING = 0.45
"""Correlation of a block with the scan: printed blocks under handwriting keep 0.5 and more, a
place of another form reaches 0.45 in one block of thirty."""


@dataclass(frozen=True, eq=False)
class BlockShifts:
    """What blocks say.

    Attributes:
        centers: (N, 2) mm of the structured blocks.
        shifts: (N, 2) mm, where the scan has the block's print.
        stiffness: (N, 2, 2) how sharply each direction is told; a rule alone says nothing of
            the place along it.
        agreement: (N,) correlation at the best place.
    """

    centers: NDArray[np.float64]
    shifts: NDArray[np.float64]
    stiffness: NDArray[np.float64]
    agreement: NDArray[np.float64]

    @property
    def agreeing(self) -> NDArray[np.bool_]:
        """Blocks whose print is in the scan."""
        return np.asarray(self.agreement >= AGREEING)


def compare_blocks(
    blank: Gray, scan: Gray, px_per_mm: float, *, block_mm: float, reach_mm: float
) -> BlockShifts:
    """Find each block of a blank in a scan that was laid on it.

    Args:
        blank: uint8, ink bright.
        scan: uint8 of the same shape, ink bright, softened alike.
        px_per_mm: their scale.
        block_mm: side of a block; blocks overlap by a third.
        reach_mm: how far to look.
    """
    side, reach = round(block_mm * px_per_mm), round(reach_mm * px_per_mm)
    step = max(1, side * 2 // 3)
    padded = cv2.copyMakeBorder(scan, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    rows: list[tuple[float, ...]] = []
    for y in range(0, max(1, blank.shape[0] - side // 2), step):
        for x in range(0, max(1, blank.shape[1] - side // 2), step):
            block = blank[y : y + side, x : x + side]
            if min(block.shape) < side // 2 or block.std() < STRUCTURED:
                continue
            h, w = block.shape
            window = padded[y : y + h + 2 * reach, x : x + w + 2 * reach]
            scores = np.asarray(cv2.matchTemplate(window, block, cv2.TM_CCOEFF_NORMED), np.float32)
            rows.append(
                (
                    (x + w / 2) / px_per_mm,
                    (y + h / 2) / px_per_mm,
                    *_peak(scores, reach, px_per_mm),
                )
            )
    table = np.array(rows, np.float64).reshape(-1, 8)
    stiffness = np.empty((len(table), 2, 2))
    stiffness[:, 0, 0], stiffness[:, 1, 1] = table[:, 5], table[:, 6]
    stiffness[:, 0, 1] = stiffness[:, 1, 0] = table[:, 7]
    return BlockShifts(table[:, :2], table[:, 2:4], stiffness, table[:, 4])


def _peak(
    scores: NDArray[np.float32], reach: int, px_per_mm: float
) -> tuple[float, float, float, float, float, float]:
    """Return shift x, y (mm), height, and curvature xx, yy, xy (per mm2) of the highest place.

    Nearer places win where the height is the same, so that a block of one rule does not slide
    along it.
    """
    scores = np.nan_to_num(scores, nan=0.0, posinf=0.0, neginf=0.0)
    distance = np.abs(np.arange(-reach, reach + 1)) / max(reach, 1)
    favoured = scores - 0.02 * (distance[:, None] + distance[None])
    y, x = divmod(int(favoured.argmax()), scores.shape[1])
    height = float(scores[y, x])
    cy, cx = min(max(y, 1), 2 * reach - 1), min(max(x, 1), 2 * reach - 1)
    near = scores[cy - 1 : cy + 2, cx - 1 : cx + 2].astype(np.float64)
    xx = 2 * near[1, 1] - near[1, 0] - near[1, 2]
    yy = 2 * near[1, 1] - near[0, 1] - near[2, 1]
    xy = -(near[2, 2] - near[2, 0] - near[0, 2] + near[0, 0]) / 4
    dx = 0.5 * (near[1, 2] - near[1, 0]) / xx if xx > 1e-4 else 0.0
    dy = 0.5 * (near[2, 1] - near[0, 1]) / yy if yy > 1e-4 else 0.0
    shift_x = (x - reach + float(np.clip(dx, -0.7, 0.7))) / px_per_mm
    shift_y = (y - reach + float(np.clip(dy, -0.7, 0.7))) / px_per_mm
    scale = px_per_mm**2
    return shift_x, shift_y, height, max(xx, 0.0) * scale, max(yy, 0.0) * scale, xy * scale
