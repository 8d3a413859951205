"""The blank page of a layout -> the landmarks a scan of it is placed by.

Knows grey pictures and where nothing must be looked for. Must not know drawings or scans.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.model.landmarks import HEIGHT_MM, PX_PER_MM, SHAPE, WIDTH_MM, Landmarks
from papi.model.page import Gray

_DARK, _PALE = 40, 140
"""Greys of print that is kept as ink, and that is taken for paper: 1-bit scans drop the latter."""
_WRITTEN_MM = 1.0
"""Handwriting leaves its box by so much, printed values their slot hardly at all."""
_SECTORS = (6, 22)
"""Parts of the page, across and along, from each of which landmarks are taken."""
_LEAST_CORNERS = 0.003
"""Structure a landmark needs (the smaller eigenvalue of its mean gradient tensor, on a scale where
a checkerboard has 1): a straight line has none, a word of three letters 0.01."""
_STEP = 2
"""Px between windows that are compared: half a millimetre."""

Picture = NDArray[np.float32]


def choose_landmarks(
    blank: Gray, size_mm: tuple[float, float], varying: Iterable[Box]
) -> Landmarks:
    """Take from a page what is dark, unmistakable, and the same on every copy; about 20 ms.

    Args:
        blank: uint8 (H, W) picture of the whole page, any raster above 5 px per mm.
        size_mm: width and height of the page.
        varying: boxes, slots and barcodes: what is written or printed there differs.

    Returns:
        About one landmark for each 35 x 13 mm that has print; none where there is none.
    """
    size = (round(size_mm[0] * PX_PER_MM), round(size_mm[1] * PX_PER_MM))
    page = cv2.resize(blank, size, interpolation=cv2.INTER_AREA)
    ink = np.clip((page.astype(np.float32) - _DARK) * (255 / (_PALE - _DARK)), 0, 255)
    free = _free_windows(ink.shape, varying)
    strength = np.where(free, _corners(ink), 0.0)
    tops = _best_of_sectors(strength)
    patches = [ink[y : y + SHAPE[0], x : x + SHAPE[1]] for y, x in tops]
    corners = np.array([[x, y] for y, x in tops], np.float64).reshape(-1, 2) / PX_PER_MM
    shape = (len(patches), *SHAPE)
    return Landmarks(
        corners + np.array([WIDTH_MM, HEIGHT_MM]) / 2,
        np.array(patches).reshape(shape).astype(np.uint8),
    )


def _free_windows(shape: tuple[int, ...], varying: Iterable[Box]) -> NDArray[np.bool_]:
    """Tell for each top left pixel whether the window there touches nothing that varies."""
    taken = np.zeros(shape, np.float32)
    for box in varying:
        grown = box.grown(_WRITTEN_MM)
        x, y, right, bottom = (
            max(0, round(value * PX_PER_MM))
            for value in (grown.x, grown.y, grown.right, grown.bottom)
        )
        taken[y:bottom, x:right] = 1.0
    return np.asarray(_window_means(taken) < 1e-6)


def _window_means(picture: Picture) -> Picture:
    """Return the mean over the window below and right of each pixel; 1e9 outside the page."""
    whole = cv2.boxFilter(
        picture, -1, (SHAPE[1], SHAPE[0]), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT
    )
    whole[-SHAPE[0] :] = whole[:, -SHAPE[1] :] = 1e9
    return np.asarray(whole, np.float32)


def _corners(ink: Picture) -> Picture:
    """Return how well each window fixes both x and y, 0 to 1."""
    soft = cv2.GaussianBlur(ink / 255, (0, 0), 1.0)
    dx, dy = (cv2.Sobel(soft, cv2.CV_32F, *order, ksize=3) / 4 for order in ((1, 0), (0, 1)))
    products = (np.asarray(product, np.float32) for product in (dx * dx, dy * dy, dx * dy))
    xx, yy, xy = (_window_means(product) for product in products)
    xx, yy, xy = (np.where(mean > 1e8, 0.0, mean) for mean in (xx, yy, xy))
    smaller = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)
    return np.asarray(smaller, np.float32)


def _best_of_sectors(strength: Picture) -> list[tuple[int, int]]:
    """Return the top left pixels (y, x) of the strongest windows, apart from one another."""
    found: list[tuple[int, int]] = []
    across, along = _SECTORS
    for rows in np.array_split(np.arange(strength.shape[0]), along):
        for columns in np.array_split(np.arange(strength.shape[1]), across):
            part = strength[rows[0] : rows[-1] + 1 : _STEP, columns[0] : columns[-1] + 1 : _STEP]
            y, x = np.unravel_index(int(part.argmax()), part.shape)
            top = (int(rows[0] + y * _STEP), int(columns[0] + x * _STEP))
            if part[y, x] >= _LEAST_CORNERS and not any(_overlap(top, other) for other in found):
                found.append(top)
    return found


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(one[0] - other[0]) < SHAPE[0] and abs(one[1] - other[1]) < SHAPE[1]
