"""The brightness of bare paper across a page, so that shading does not pass for ink.

Knows grey values. Must not know boxes or fields.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.reduce import guess_dpi, halve
from papi.model.page import Gray

_COARSE_DPI = 24.0
"""A coarse pixel is 1 to 2 mm of paper: wider than any stroke, so its mean has no pen in it only
where nothing is written; hence the brightest of its neighbours is taken."""
_NEIGHBOURHOOD = np.ones((5, 5), np.uint8)
_LOWEST = 40
"""Floor of the paper's brightness, so that a black scanner border is not amplified."""


def paper_map(gray: Gray) -> tuple[Gray, float]:
    """Estimate the grey of bare paper on a coarse grid.

    Args:
        gray: uint8 (H, W).

    Returns:
        uint8 grid and px of `gray` per grid step. Cost: about 0.6 ms at 300 dpi.
    """
    steps = max(0, round(np.log2(max(1.0, guess_dpi(gray) / _COARSE_DPI))))
    coarse = gray
    for _ in range(steps):
        if min(coarse.shape) < 16:
            break
        coarse = halve(coarse)
    step = gray.shape[1] / coarse.shape[1]
    bright = cv2.dilate(coarse, _NEIGHBOURHOOD)
    smooth = np.asarray(cv2.GaussianBlur(bright, (0, 0), 1.5), dtype=np.uint8)
    return np.maximum(smooth, _LOWEST), step


def paper_at(grid: Gray, step: float, px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the paper's grey at points (N, 2) px of the image `paper_map` saw."""
    cells = np.floor((px + 0.5) / step).astype(int)
    columns = np.clip(cells[:, 0], 0, grid.shape[1] - 1)
    rows = np.clip(cells[:, 1], 0, grid.shape[0] - 1)
    return np.asarray(grid[rows, columns], dtype=np.float64)
