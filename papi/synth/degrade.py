"""What a scanner, a copier or a phone does to a page.

Knows images, millimetres and seeds. Must not know layouts, fields or forms beyond the places of
the frame's marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import MM_PER_INCH, Affine
from papi.model.page import Gray
from papi.model.sheet import A4, Frame
from papi.synth.damage import Damage, draw_damage, draw_machine_faults
from papi.synth.scan_settings import ScanSettings

Generator = np.random.Generator
NOISE_SD, NOISE_MARGIN = 100.0, 384
CUT_FREE_DEGREES = 2.0
"""Up to this skew an A4 window holds all marks of the frame; beyond it the window is larger."""
HALF = 0.5
"""Pixel centres lie at whole coordinates (as in cv2), so the page's corner is at -0.5."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A degraded page.

    Attributes:
        gray: uint8 (H, W) before it is stored; only 0 and 255 if `settings.threshold`.
        to_px: true map page mm -> px, pixel centres at whole numbers (of a phone photograph: before
            its corners moved).
        settings: what was done.
    """

    gray: Gray
    to_px: Affine
    settings: ScanSettings


def degrade_page(
    page: Gray,
    px_per_mm: float,
    settings: ScanSettings,
    rng: Generator,
    frame: Frame = A4,
) -> Scan:
    """Send a clean page through a machine; 50-150 ms an A4 page at 300 dpi.

    Args:
        page: uint8 (H, W) clean raster of one side of `frame`'s paper.
        px_per_mm: its raster.
        settings: what happens to it.
        rng: source of noise.
        frame: where fiducials and barcodes stand, for those that get lost.
    """
    if settings.damage != Damage():
        page = draw_damage(page, px_per_mm, settings.damage, rng, frame)
    to_px, size = _place(settings, frame, rng)
    source = Affine(px_per_mm, 0, -HALF, 0, px_per_mm, -HALF).inverse()
    matrix = _compose(to_px, source)
    moved = _warp(page, matrix, size, settings, rng)
    draw_machine_faults(moved, settings.dpi / MM_PER_INCH, settings.damage, rng)
    gray = _through_lens(moved, settings, rng)
    return Scan(_one_bit(gray, settings), to_px, settings)


def _place(settings: ScanSettings, frame: Frame, rng: Generator) -> tuple[Affine, tuple[int, int]]:
    """Return where the page lies on the scanner's glass: mm -> px, and the image size."""
    unit = settings.dpi / MM_PER_INCH
    size = _glass(settings, frame, unit)
    turn = np.radians(settings.rotation + (180 if settings.upside_down else 0))
    sx = unit * settings.scale * (1 + settings.anisotropy / 2)
    sy = unit * settings.scale * (1 - settings.anisotropy / 2)
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    a, b, d, e = cos * sx, -sin * sy, sin * sx, cos * sy
    middle = frame.width_mm / 2, frame.height_mm / 2
    shift = rng.normal(0, 0.8 * unit, 2)
    c = size[0] / 2 + shift[0] - a * middle[0] - b * middle[1]
    f = size[1] / 2 + shift[1] - d * middle[0] - e * middle[1]
    return Affine(a, b, float(c) - HALF, d, e, float(f) - HALF), size


def _glass(settings: ScanSettings, frame: Frame, unit: float) -> tuple[int, int]:
    """Return the image size: the paper's, or more where a page lies so that it would be cut."""
    width, height = frame.width_mm, frame.height_mm
    if abs(settings.rotation) > CUT_FREE_DEGREES:
        sin, cos = abs(np.sin(np.radians(settings.rotation))), np.cos(np.radians(settings.rotation))
        width, height = width * cos + height * sin, height * cos + width * sin
    return round(width * unit), round(height * unit)


def _compose(outer: Affine, inner: Affine) -> NDArray[np.float64]:
    """Return the 2x3 matrix of outer after inner."""
    o, i = (np.vstack([m.matrix(), [0, 0, 1]]) for m in (outer, inner))
    whole: NDArray[np.float64] = (o @ i)[:2]
    return whole


def _warp(
    page: Gray,
    matrix: NDArray[np.float64],
    size: tuple[int, int],
    settings: ScanSettings,
    rng: Generator,
) -> Gray:
    """Resample the page; outside it the scanner sees its white lid (a phone sees a table)."""
    outside = 255.0 if settings.phone == 0 else float(rng.uniform(60, 140))
    if settings.phone == 0:
        return np.asarray(
            cv2.warpAffine(page, matrix, size, flags=cv2.INTER_AREA, borderValue=outside), np.uint8
        )
    reach = settings.phone * settings.dpi / MM_PER_INCH
    corners = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    pulled = corners + rng.uniform(-reach, reach, (4, 2)).astype(np.float32)
    perspective = cv2.getPerspectiveTransform(corners, pulled)
    whole = perspective @ np.vstack([matrix, [0, 0, 1]])
    return np.asarray(
        cv2.warpPerspective(page, whole, size, flags=cv2.INTER_LINEAR, borderValue=outside),
        np.uint8,
    )


def _through_lens(gray: Gray, settings: ScanSettings, rng: Generator) -> Gray:
    """Blur, uneven light and sensor noise; a copier adds contrast and toner specks first."""
    sigma = settings.blur_mm * settings.dpi / MM_PER_INCH
    if settings.copied:
        gray = _photocopy(gray, sigma, rng)
    blurred = cv2.GaussianBlur(gray, (0, 0), sigma)
    height, width = gray.shape
    light = _light(height, width, settings.shading, rng)
    shaded = cv2.multiply(blurred, light, dtype=cv2.CV_16S)
    y, x = rng.integers(0, NOISE_MARGIN, 2)
    noise = _noise_sheet(height, width)[y : y + height, x : x + width]
    noisy = cv2.addWeighted(shaded, 1.0, noise, settings.noise / NOISE_SD, 0.0, dtype=cv2.CV_8U)
    return np.asarray(noisy, np.uint8)


@lru_cache(maxsize=4)
def _noise_sheet(height: int, width: int) -> NDArray[np.int16]:
    """Return normal noise of sd NOISE_SD, larger than a page: each page takes another part."""
    sheet = np.random.default_rng(7).standard_normal(
        (height + NOISE_MARGIN, width + NOISE_MARGIN), dtype=np.float32
    )
    return np.asarray(sheet * NOISE_SD, np.int16)


def _light(height: int, width: int, shading: float, rng: Generator) -> NDArray[np.float32]:
    """Return a smooth field 1 - shading .. 1, float32 (H, W); paper itself is not quite white."""
    corners = 1 - shading * rng.random((2, 2))
    corners *= rng.uniform(0.94, 0.99)
    small = cv2.resize(corners.astype(np.float32), (16, 16), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def _photocopy(gray: Gray, sigma: float, rng: Generator) -> Gray:
    soft = cv2.GaussianBlur(gray, (0, 0), max(sigma * 0.6, 0.4))
    low, high = rng.uniform(30, 60), rng.uniform(200, 235)
    curve = np.clip((np.arange(256) - low) * 255 / (high - low), 0, 255).astype(np.uint8)
    copy = np.asarray(cv2.LUT(soft, curve), np.uint8)
    count = int(rng.integers(60, 300))
    y, x = rng.integers(0, gray.shape[0], count), rng.integers(0, gray.shape[1], count)
    copy[y, x] = rng.integers(0, 120, count)
    return copy


def _one_bit(gray: Gray, settings: ScanSettings) -> Gray:
    """Return black and white where the machine scans so; grey pages stay as they are."""
    if not settings.threshold:
        return gray
    return np.asarray(cv2.threshold(gray, settings.threshold, 255, cv2.THRESH_BINARY)[1], np.uint8)


def as_stored(scan: Scan) -> Gray:
    """Return what a decoder gives back after the scan was stored (JPEG loss), uint8 (H, W)."""
    if scan.settings.threshold:
        return scan.gray
    options = [cv2.IMWRITE_JPEG_QUALITY, scan.settings.quality]
    data = cv2.imencode(".jpg", scan.gray, options)[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
