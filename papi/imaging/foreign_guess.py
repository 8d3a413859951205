"""First guesses of how a scan lies on a blank side: by features, by outline, by corner marks.

Knows pixels and planes. Must not know fields. Every guess is only tried: `foreign_match` judges
them by how well the printed blocks agree, so a wrong guess costs time and never a wrong box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.model.page import Gray

Matrix = NDArray[np.float64]
FEATURE_PX_PER_MM = 4.0
"""100 dpi: letters of 2 mm are 8 px high, and SIFT takes 0.2 s a side."""
MOST_FEATURES = 4000
RATIO = 0.86
"""Lowe's ratio: forms repeat themselves, and MAGSAC sorts the rest."""
LEAST_INLIERS = 12
COARSE_PX_PER_MM = 2.0
TURNS = 4
SKEWS = np.arange(-11.0, 11.01, 0.5)
SCALES = np.arange(0.86, 1.10, 0.02)
"""Of the scan's guessed scale: 90-106 % and a guess that is 3 % off."""
_DOUBTFUL_PEAKS = 3


@dataclass(frozen=True, eq=False)
class Features:
    """SIFT features of an image: points (N, 2) px of the full image, descriptors (N, 128)."""

    points: NDArray[np.float32]
    descriptors: NDArray[np.float32]


def find_features(gray: Gray, shrink: float) -> Features:
    """Find features in an image shrunk by `shrink` (<= 1). About 0.2 s an A4 side at 4 px/mm."""
    small = resized(gray, shrink)
    soft = cv2.GaussianBlur(small, (0, 0), 0.8)
    keys, descriptors = cv2.SIFT.create(MOST_FEATURES, contrastThreshold=0.02).detectAndCompute(
        soft, None
    )
    if descriptors is None:
        return Features(np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    points = np.array([key.pt for key in keys], np.float32)
    scaled = (points + 0.5) / shrink - 0.5
    root = descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-6)
    return Features(scaled.astype(np.float32), np.sqrt(root).astype(np.float32))


def resized(gray: Gray, shrink: float) -> Gray:
    """Return the image shrunk by area means."""
    if shrink >= 1.0:
        return gray
    size = (max(8, round(gray.shape[1] * shrink)), max(8, round(gray.shape[0] * shrink)))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def guess_by_features(blank: Features, scan: Features) -> Matrix | None:
    """Return a homography blank px -> scan px that many features agree on, None if few do."""
    if min(len(blank.points), len(scan.points)) < LEAST_INLIERS:
        return None
    matcher = cv2.BFMatcher(cv2.NORM_L2)
    pairs = matcher.knnMatch(blank.descriptors, scan.descriptors, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < RATIO * p[1].distance]
    if len(good) < LEAST_INLIERS:
        return None
    source = blank.points[[m.queryIdx for m in good]]
    target = scan.points[[m.trainIdx for m in good]]
    cv2.setRNGSeed(1)
    reach = 0.004 * float(np.ptp(target, axis=0).max() + 1)
    matrix, inliers = cv2.findHomography(
        source, target, cv2.USAC_MAGSAC, reach, maxIters=5000, confidence=0.999
    )
    if matrix is None or int(inliers.sum()) < LEAST_INLIERS:
        return None
    return np.asarray(matrix, np.float64)


def guess_by_content(
    blank: Gray, scan: Gray, blank_scale: float, scan_scale: float
) -> Iterator[Matrix]:
    """Yield maps blank px -> scan px from correlating whole pages: for forms that repeat.

    Args:
        blank: darkness, uint8, ink bright.
        scan: likewise.
        blank_scale: px per mm.
        scan_scale: likewise, a guess.

    Yields:
        The likeliest turns, best first. About 1 s.
    """
    flat = resized(blank, COARSE_PX_PER_MM / blank_scale)
    shrink = COARSE_PX_PER_MM / scan_scale
    seen = cv2.GaussianBlur(resized(scan, shrink), (0, 0), 1.0)
    target = cv2.GaussianBlur(flat, (0, 0), 1.0)
    skew = find_skew(seen)
    side = cv2.getOptimalDFTSize(round(1.5 * max(*seen.shape, *target.shape)))
    spectrum = _spectrum(np.asarray(seen, np.uint8), side)
    found: list[tuple[float, Matrix]] = []
    for turn in range(TURNS):
        found.append(
            max(
                (
                    _correlate(np.asarray(target, np.uint8), spectrum, skew + 90.0 * turn, s)
                    for s in SCALES
                ),
                key=lambda item: item[0],
            )
        )
    to_flat = _scaling(flat.shape[1] / blank.shape[1])
    to_scan = np.linalg.inv(_scaling(shrink))
    for _, matrix in sorted(found, key=lambda item: -item[0])[:_DOUBTFUL_PEAKS]:
        yield to_scan @ matrix @ to_flat


def _scaling(factor: float) -> Matrix:
    """Return the map of pixel middles when an image is resized."""
    offset = 0.5 * factor - 0.5
    return np.array([[factor, 0, offset], [0, factor, offset], [0, 0, 1.0]])


def find_skew(ink: NDArray[np.generic]) -> float:
    """Return the angle of rules and lines of text, degrees clockwise, within +-11.

    Args:
        ink: darkness, 0 = paper. About 50 turns of it are tried: 0.1 s at 2 px per mm.
    """
    small = np.asarray(ink)
    middle = (small.shape[1] / 2, small.shape[0] / 2)

    def sharpness(angle: float) -> float:
        matrix = cv2.getRotationMatrix2D(middle, angle, 1.0)
        turned = cv2.warpAffine(small, matrix, small.shape[::-1]).astype(np.float32)
        rows, columns = turned.mean(axis=1), turned.mean(axis=0)
        return float((np.diff(rows) ** 2).sum() + (np.diff(columns) ** 2).sum())

    coarse = max(SKEWS, key=sharpness)
    finer = max(np.arange(coarse - 0.5, coarse + 0.51, 0.125), key=sharpness)
    return float(max(np.arange(finer - 0.1, finer + 0.11, 0.03), key=sharpness))


def _spectrum(image: Gray, side: int) -> NDArray[np.complex64]:
    padded = np.zeros((side, side), np.float32)
    padded[: image.shape[0], : image.shape[1]] = image.astype(np.float32) - image.mean()
    return np.asarray(np.fft.rfft2(padded), np.complex64)


def _correlate(
    blank: Gray, spectrum: NDArray[np.complex64], angle: float, scale: float
) -> tuple[float, Matrix]:
    """Return (peak, map) of a blank turned clockwise and scaled against the scan's spectrum."""
    side = spectrum.shape[0]
    cos, sin = scale * np.cos(np.radians(angle)), scale * np.sin(np.radians(angle))
    linear = np.array([[cos, -sin], [sin, cos]])
    middle = np.array([blank.shape[1], blank.shape[0]]) / 2
    offset = np.array([side, side]) / 2 - linear @ middle
    matrix = np.column_stack([linear, offset])
    turned = cv2.warpAffine(
        blank.astype(np.float32) - float(blank.mean()), matrix, (side, side), flags=cv2.INTER_LINEAR
    )
    own = np.fft.rfft2(turned)
    plane = np.fft.irfft2(spectrum * np.conj(own), s=(side, side))
    y, x = np.unravel_index(int(plane.argmax()), plane.shape)
    shift = np.array([x, y], np.float64)
    shift[shift > side / 2] -= side
    power = float(np.sqrt((turned.astype(np.float64) ** 2).sum())) + 1e-6
    whole = np.eye(3)
    whole[:2, :2], whole[:2, 2] = linear, offset + shift
    return float(plane[y, x]) / power, whole


def guess_by_marks(marks: Sequence[Box], scan: Gray) -> Iterator[Matrix]:
    """Yield maps mm -> px from solid marks: four of the blank to the outermost four of the scan.

    Args:
        marks: at least four of the blank, mm.
        scan: uint8, 255 = paper.

    Yields:
        One map for each of the four ways to turn them.
    """
    if len(marks) < 4:
        return
    own = _outermost(np.array([mark.center for mark in marks]))
    seen = _outermost_marks(scan)
    if seen is not None:
        yield from _turned(own, seen)


def guess_by_frame(frame: Box, scan: Gray) -> Iterator[Matrix]:
    """Yield maps mm -> px from the outer rectangle to the largest four-cornered outline."""
    own = np.array(
        [
            (frame.x, frame.y),
            (frame.right, frame.y),
            (frame.right, frame.bottom),
            (frame.x, frame.bottom),
        ]
    )
    seen = _largest_outline(scan)
    if seen is not None:
        yield from _turned(own, seen)


def _turned(own: Matrix, seen: Matrix) -> Iterator[Matrix]:
    for turn in range(TURNS):
        yield np.asarray(
            cv2.getPerspectiveTransform(
                own.astype(np.float32), np.roll(seen, -turn, axis=0).astype(np.float32)
            ),
            np.float64,
        )


def _outermost(points: Matrix) -> Matrix:
    """Return the four points of largest area, clockwise from the top left."""
    best = max(
        combinations(range(len(points)), 4),
        key=lambda chosen: cv2.contourArea(cv2.convexHull(points[list(chosen)].astype(np.float32))),
    )
    four = points[list(best)]
    middle = four.mean(axis=0)
    around = np.arctan2(four[:, 1] - middle[1], four[:, 0] - middle[0])
    return np.asarray(four[np.argsort(around)])


def _outermost_marks(scan: Gray) -> Matrix | None:
    """Find the four solid squares or discs that span most, (4, 2) px."""
    small = resized(scan, min(1.0, 1400 / max(scan.shape)))
    factor = scan.shape[1] / small.shape[1]
    dark = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 151, 40
    )
    stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)[2:]
    w, h, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    low, high = 0.009 * max(small.shape), 0.08 * max(small.shape)
    solid = (np.minimum(w, h) >= low) & (np.maximum(w, h) <= high)
    solid &= (area >= 0.6 * w * h) & (np.maximum(w, h) <= 1.6 * np.minimum(w, h))
    chosen = np.flatnonzero(solid)[np.argsort(-area[solid])][:12]
    if len(chosen) < 4:
        return None
    return np.asarray(
        (_outermost(np.asarray(centres[1:][chosen], np.float64)) + 0.5) * factor - 0.5
    )


def _largest_outline(scan: Gray) -> Matrix | None:
    """Find the largest dark outline with four corners, (4, 2) px clockwise from the top left."""
    small = resized(scan, min(1.0, 1400 / max(scan.shape)))
    factor = scan.shape[1] / small.shape[1]
    dark = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 51, 12
    )
    joined = cv2.dilate(dark, np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(joined, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:4]:
        corners = cv2.approxPolyDP(outline, 0.02 * cv2.arcLength(outline, True), True)
        if len(corners) == 4 and cv2.contourArea(corners) > 0.2 * small.size:
            four = np.array(corners, np.float64).reshape(4, 2)
            return np.asarray((_outermost(four) + 0.5) * factor - 0.5)
    return None
