"""Find the frame's ArUco tags, to a tenth of a pixel.

Knows the tag dictionary and the tags' size. Must not know barcodes, layouts or fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.reduce import reduce_image
from papi.model.page import Gray
from papi.model.sheet import A4

_SEARCH_DPI = 190.0
"""An image is halved while its guess stays above half of this: tags are sought at 95-190 dpi,
where a tag's module is 5 to 10 px; below 4 px detection drops."""
_BAND = 0.21
"""Share of the long side, at both ends, that is searched first: 62 mm hold the 21 mm that the tags
need, 10 degrees of skew at the corner and some overscan, and avoid the boxes of the body."""
_ENOUGH = 4
"""Tags after which no wider search is made: more would not move the fit by 0.05 mm."""
_SUBPIX_MM = 0.7
"""Half window of the corner refinement; a tag's border is 1.33 mm wide."""
_DETECTOR_WINDOWS = (23, 23, 10), (7, 47, 10)
"""Adaptive-threshold windows (min, max, step) of the quick and of the patient search."""
_DETECTOR_CONTRAST = (25, 10)
"""Grey levels below the neighbourhood that count as dark. A tag has 100 and more; low values make
contours of noise (a noisy blank side cost 500 ms at OpenCV's default of 7)."""

_PALEST, _PALE_NOISE = 5.0, 6.0
"""Grey levels, and standard deviations of smoothed paper, by which pale print is darker."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: `corners` (4, 2) px of the original, clockwise from the tag's own top left."""

    number: int
    corners: NDArray[np.float64]


@lru_cache(maxsize=2)
def _detector(patient: bool) -> Any:
    full = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    count = len(A4.fiducials)
    dictionary = cv2.aruco.Dictionary(full.bytesList[:count], 4, full.maxCorrectionBits)
    settings = cv2.aruco.DetectorParameters()
    low, high, step = _DETECTOR_WINDOWS[patient]
    settings.adaptiveThreshWinSizeMin = low
    settings.adaptiveThreshWinSizeMax = high
    settings.adaptiveThreshWinSizeStep = step
    settings.adaptiveThreshConstant = _DETECTOR_CONTRAST[patient]
    settings.minMarkerPerimeterRate = 0.04 if patient else 0.08
    settings.maxMarkerPerimeterRate = 0.6
    settings.errorCorrectionRate = 1.0
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    return cv2.aruco.ArucoDetector(dictionary, settings)


def _detect(region: Gray, origin: tuple[int, int], factor: float, patient: bool) -> list[Tag]:
    """Detect in a view of the reduced image whose top left is `origin` (x, y)."""
    corners, numbers, _ = _detector(patient).detectMarkers(np.ascontiguousarray(region))
    if numbers is None:
        return []
    shift = np.array(origin)
    # A pixel's middle is its coordinate, so halving maps x to 2x + 0.5.
    return [
        Tag(int(number), (quad[0].astype(np.float64) + shift + 0.5) * factor - 0.5)
        for quad, number in zip(corners, numbers.ravel(), strict=True)
    ]


def _search_bands(gray: Gray, factor: float) -> list[Tag]:
    height, width = gray.shape
    if height >= width:
        depth = int(_BAND * height)
        views = [(gray[:depth], (0, 0)), (gray[-depth:], (0, height - depth))]
    else:
        depth = int(_BAND * width)
        views = [(gray[:, :depth], (0, 0)), (gray[:, -depth:], (width - depth, 0))]
    return [tag for view, origin in views for tag in _detect(view, origin, factor, False)]


def find_tags(gray: Gray) -> list[Tag]:
    """Find the frame's tags quickly: both ends of the sheet only. Corners not yet refined.

    Args:
        gray: uint8 (H, W) page at any dpi and rotation. Cost: about 5 ms at 300 dpi.
    """
    reduced, factor = reduce_image(gray, _SEARCH_DPI)
    return _search_bands(reduced, factor)


def find_tags_patiently(gray: Gray) -> list[Tag]:
    """Find tags anywhere on the page, at two scales and several thresholds. Cost: 50-150 ms."""
    best: list[Tag] = []
    for dpi in (_SEARCH_DPI, 2 * _SEARCH_DPI):
        reduced, factor = reduce_image(gray, dpi)
        tags = _detect(reduced, (0, 0), factor, True)
        best = max(best, tags, key=lambda found: len({tag.number for tag in found}))
        if len({tag.number for tag in best}) >= _ENOUGH:
            break
    return best


def find_pale_tags(gray: Gray) -> list[Tag]:
    """Find tags on a page scanned so pale that print hardly differs from paper.

    Where nothing stands out from the paper's noise, none is looked for. Cost: about 4 ms, 60 if
    something stands out.
    """
    reduced, factor = reduce_image(gray, _SEARCH_DPI)
    soft = cv2.blur(reduced, (3, 3)).astype(np.float32)
    sample = soft[::4, ::4]
    ink, paper = np.percentile(sample, (0.5, 70))
    noise = 1.4826 * float(np.median(np.abs(sample - np.median(sample))))
    if paper - ink < max(_PALEST, _PALE_NOISE * noise):
        return []
    stretched = np.clip((soft - ink) * (255.0 / (paper - ink)), 0, 255).astype(np.uint8)
    return _detect(stretched, (0, 0), factor, True)


def enough(tags: list[Tag]) -> bool:
    """Tell whether a wider search can be left out."""
    numbers = {tag.number for tag in tags}
    return len(numbers) >= _ENOUGH and min(numbers) < 3 <= max(numbers)


def refine_corners(gray: Gray, tags: list[Tag]) -> list[Tag]:
    """Move every corner to the saddle of grey around it, at full resolution.

    Cost: about 0.05 ms a corner. A corner that moves by more than the window keeps its old place.
    """
    if not tags:
        return []
    corners = np.concatenate([tag.corners for tag in tags]).astype(np.float32)
    side = np.median([np.linalg.norm(tag.corners[0] - tag.corners[1]) for tag in tags])
    reach = max(2, round(_SUBPIX_MM / A4.fiducials[0].w * float(side)))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    moved = cv2.cornerSubPix(gray, corners.reshape(-1, 1, 2).copy(), (reach, reach), (-1, -1), stop)
    moved = moved.reshape(-1, 2)
    strayed = np.linalg.norm(moved - corners, axis=1) > reach
    moved[strayed] = corners[strayed]
    quads = moved.astype(np.float64).reshape(-1, 4, 2)
    return [Tag(tag.number, quad) for tag, quad in zip(tags, quads, strict=True)]
