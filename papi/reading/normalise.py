"""Normalise: from the ink of a box to what the network looks at.

Knows the raster of the network. Must not know pages, rules or which character it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

RASTER = 32
"""Side of the network's input, px."""
LONGEST = 26
"""Longest side of a full-size character in it, px."""
FULL_SIZE_PX = 20.0
"""A mark of 2 mm or more is shown full size; smaller ones (dots, hyphens) stay smaller."""
INK_FLOOR = 60
"""Ink brightness from which a pixel counts for the bounding box."""
BOX_ORIGIN, BOX_SIZE = (12.0, 12.0), (46.0, 60.0)
NEUTRAL = (0.55, 0.65, 0.0, 0.0)
"""Extras of a character that stands in no box."""


class Characters(NamedTuple):
    """inputs: uint8 (C, 1, 32, 32); extras: float32 (C, 4); blank: bool (C,) no ink at all."""

    inputs: NDArray[np.uint8]
    extras: NDArray[np.float32]
    blank: NDArray[np.bool_]


def normalise(ink: NDArray[np.uint8]) -> Characters:
    """Bring the ink of boxes to the network's raster.

    Args:
        ink: uint8 (C, 84, 70) ink bright, as imaging.cut gives it.

    Returns:
        Characters; extras = the mark's width, height and centre relative to the box
        (width/box width, height/box height, offset of its centre from the box's in box sizes).
        About 15 us a character.
    """
    count = len(ink)
    inputs = np.zeros((count, 1, RASTER, RASTER), np.uint8)
    extras = np.zeros((count, 4), np.float32)
    extents = _extents(np.asarray(ink > INK_FLOOR))
    for index in np.flatnonzero(extents[:, 1] > 0):
        x1, x2, y1, y2 = (int(v) for v in extents[index])
        inputs[index, 0] = _fitted(ink[index, y1:y2, x1:x2], FULL_SIZE_PX)
    width, height = extents[:, 1] - extents[:, 0], extents[:, 3] - extents[:, 2]
    extras[:, 0], extras[:, 1] = width / BOX_SIZE[0], height / BOX_SIZE[1]
    for axis in (0, 1):
        middle = (extents[:, 2 * axis] + extents[:, 2 * axis + 1]) / 2
        extras[:, 2 + axis] = (middle - BOX_ORIGIN[axis]) / BOX_SIZE[axis] - 0.5
    return Characters(inputs, extras, extents[:, 1] == 0)


def normalise_unboxed(images: Sequence[NDArray[np.uint8]] | NDArray[np.uint8]) -> Characters:
    """Bring characters that stand in no box (ink bright, any size) to the network's raster."""
    inputs = np.zeros((len(images), 1, RASTER, RASTER), np.uint8)
    blank = np.zeros(len(images), bool)
    for index, image in enumerate(images):
        x1, x2, y1, y2 = (int(v) for v in _extents(np.asarray(image[None] > INK_FLOOR))[0])
        if x2 == 0:
            blank[index] = True
            continue
        inputs[index, 0] = _fitted(image[y1:y2, x1:x2], 1.0)
    extras = np.tile(np.array(NEUTRAL, np.float32), (len(images), 1))
    return Characters(inputs, extras, blank)


def _extents(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """x1, x2, y1, y2 of each mask's true pixels (all 0 where there are none)."""
    columns, rows = np.asarray(mask.any(axis=1)), np.asarray(mask.any(axis=2))
    result = np.zeros((len(mask), 4), np.int32)
    for line, place in ((columns, 0), (rows, 2)):
        result[:, place] = line.argmax(axis=1)
        result[:, place + 1] = line.shape[1] - line[:, ::-1].argmax(axis=1)
    result[~columns.any(axis=1)] = 0
    return result


def _fitted(crop: NDArray[np.uint8], full_size: float) -> NDArray[np.uint8]:
    """Scale a crop to the raster, centred; marks smaller than `full_size` px stay smaller."""
    height, width = crop.shape
    scale = LONGEST / max(height, width, full_size)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(crop, size, interpolation=how)
    peak = int(small.max())
    if 0 < peak < 255:
        small = cv2.convertScaleAbs(small, alpha=255.0 / peak)
    out = np.zeros((RASTER, RASTER), np.uint8)
    top, left = (RASTER - size[1]) // 2, (RASTER - size[0]) // 2
    out[top : top + size[1], left : left + size[0]] = small
    return out
