"""Put a scanned blank straight, so that its boxes lie along the page's edges.

Knows pixels. Must not know boxes or fields.
"""

from __future__ import annotations

import cv2
import numpy as np

from papi.imaging.foreign_guess import find_skew, resized
from papi.imaging.foreign_print import flatten
from papi.model.page import Gray

_SIDE_PX = 1800
_NEGLIGIBLE_DEGREES = 0.03


def straighten(gray: Gray) -> Gray:
    """Return the image turned by up to 11 degrees so that its rules run straight."""
    ink = 255 - flatten(resized(gray, min(1.0, _SIDE_PX / max(gray.shape))))
    angle = find_skew(ink)
    if abs(angle) < _NEGLIGIBLE_DEGREES:
        return gray
    height, width = gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(
        cv2.warpAffine(
            gray, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )
