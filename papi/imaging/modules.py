"""A barcode drawn anew from the mean grey of its modules, whose places the map predicts.

Knows the fixed patterns of QR and DataMatrix. Must not know payloads, pages or where codes stand.
What a bad threshold, a staple or a line has eaten of the fixed patterns comes back this way; error
correction and the id's check character still decide what the code says.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np

from papi.model.page import Gray

QR_SIZES, DATA_MATRIX_SIZES = (25, 21, 29), (20, 22, 24)
"""Modules a side that a payload of 25 characters can take, with more or less error correction."""
_SHIFTS = (0.0, 0.35, -0.35)
"""Modules by which the map may be off where the code stands."""
_FINDER = 255 * np.array(
    [[1 - (max(abs(x), abs(y)) in {0, 1, 3}) for x in range(-3, 4)] for y in range(-3, 4)], np.uint8
)
_DRAWN, _QUIET = 5, 20
"""Px per module and px of white around the redrawn code."""


def redraw_code(upright: Gray, is_qr: bool) -> Iterator[Gray]:
    """Yield clean drawings of a code, one for each size and small shift it may have.

    Args:
        upright: uint8 (S, S), the code edge to edge.
        is_qr: QR, otherwise DataMatrix.
    """
    sizes = QR_SIZES if is_qr else DATA_MATRIX_SIZES
    for size, shift_x, shift_y in product(sizes, _SHIFTS, _SHIFTS):
        step = upright.shape[0] / size
        move = np.array([[1.0, 0, shift_x * step], [0, 1.0, shift_y * step]])
        moved = cv2.warpAffine(upright, move, upright.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
        means = cv2.resize(moved, (size, size), interpolation=cv2.INTER_AREA)
        split = cv2.threshold(means, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
        modules = np.array(split, dtype=np.uint8)
        _draw_fixed(modules, is_qr)
        large = np.kron(modules, np.ones((_DRAWN, _DRAWN), np.uint8))
        yield np.pad(large, _QUIET, constant_values=255)


def _draw_fixed(modules: Gray, is_qr: bool) -> None:
    """Put the patterns that every code of this kind has, in place."""
    size = len(modules)
    alternate = np.where(np.arange(size) % 2, 255, 0).astype(np.uint8)
    if not is_qr:
        modules[0], modules[:, -1] = alternate, 255 - alternate
        modules[-1], modules[:, 0] = 0, 0
        return
    modules[6, 8:-8], modules[8:-8, 6] = alternate[8:-8], alternate[8:-8]
    for rows, columns in ((0, 0), (0, size - 8), (size - 8, 0)):
        modules[rows : rows + 8, columns : columns + 8] = 255
        top, left = rows + (rows > 0), columns + (columns > 0)
        modules[top : top + 7, left : left + 7] = _FINDER
