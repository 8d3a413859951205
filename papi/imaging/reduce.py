"""Smaller images of a page, by halving; and what resolution an image may have.

Knows pixels and paper sizes. Must not know what is printed.
"""

from __future__ import annotations

import cv2
import numpy as np

from papi.model.page import Gray

_SHORT_SIDE_IN = 8.27
"""A4 or F4: dpi is guessed from the image's short side, because dpi tags lie."""


def guess_dpi(gray: Gray) -> float:
    """Return the dpi at which the image would be one A4 or F4 page."""
    return float(min(gray.shape)) / _SHORT_SIDE_IN


def halve(gray: Gray) -> Gray:
    """Return the image at half its size, each pixel the mean of four (0.3 ms for A4 at 300 dpi).

    A point at x px lies at x / 2 - 0.25 px afterwards, since a pixel's middle is its coordinate.
    """
    small = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def reduce_image(gray: Gray, dpi: float) -> tuple[Gray, float]:
    """Halve the image until it is at or below `dpi`; returns it and px per px of it."""
    factor = 1.0
    while guess_dpi(gray) > dpi and min(gray.shape) >= 2:
        gray = halve(gray)
        factor *= 2
    return gray, factor
