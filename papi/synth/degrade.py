"""What a scanner, a copier or a phone does to a page.

Knows images, millimetres and seeds. Must not know layouts, fields or forms beyond the places of
the frame's marks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import MM_PER_INCH, Affine
from papi.model.page import Gray
from papi.model.sheet import A4, Frame
from papi.synth.bend import Bend
from papi.synth.damage import Damage, draw_damage, draw_machine_faults
from papi.synth.glass import place_sheet, take_image
from papi.synth.scan_settings import ScanSettings

Generator = np.random.Generator
NOISE_SD, NOISE_MARGIN = 100.0, 384
FULL = 255.0
FLAT = Bend(A4.width_mm, A4.height_mm)
_PENUMBRA_MM = 12.0
"""A hand or phone 0.2 m above the sheet throws a shadow whose edge is 1 to 2 cm soft."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A degraded page.

    Attributes:
        gray: uint8 (H, W) before it is stored; only 0 and 255 if `settings.threshold`.
        to_px: true map page mm -> px, pixel centres at whole numbers (of a bent or photographed
            sheet: before it was bent; `px_of` is exact).
        settings: what was done.
        bend: what moved points besides.
    """

    gray: Gray
    to_px: Affine
    settings: ScanSettings
    bend: Bend = field(default=FLAT)

    def px_of(self, mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points (..., 2) of the page, mm, truly lie in the image, px."""
        return self.bend.to_px(mm, self.to_px)

    def mm_of(self, px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return which points of the page, mm, the pixels (..., 2) truly show."""
        return self.bend.to_mm(px, self.to_px)


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
        page = draw_damage(page, px_per_mm, settings.damage, rng, frame, lid=int(settings.lid))
    placed = place_sheet(settings, frame, rng)
    moved = take_image(page, px_per_mm, placed)
    draw_machine_faults(moved, settings.dpi / MM_PER_INCH, settings.damage, rng)
    gray = _through_lens(moved, settings, rng)
    return Scan(_one_bit(gray, settings), placed.to_px, settings, placed.bend)


def _through_lens(gray: Gray, settings: ScanSettings, rng: Generator) -> Gray:
    """Blur, uneven light and sensor noise; a copier adds contrast and toner specks first."""
    sigma = settings.blur_mm * settings.dpi / MM_PER_INCH
    for _ in range(settings.copied):
        gray = _photocopy(gray, sigma, rng)
    blurred = cv2.GaussianBlur(_toned(gray, settings), (0, 0), sigma)
    height, width = gray.shape
    light = _light(height, width, settings.shading, rng)
    if settings.shadow:
        light = light * _cast_shadow(height, width, settings, rng)
    shaded = cv2.multiply(blurred, light, dtype=cv2.CV_16S)
    y, x = rng.integers(0, NOISE_MARGIN, 2)
    noise = _noise_sheet(height, width)[y : y + height, x : x + width]
    noisy = cv2.addWeighted(shaded, 1.0, noise, settings.noise / NOISE_SD, 0.0, dtype=cv2.CV_8U)
    return np.asarray(cv2.convertScaleAbs(noisy, alpha=settings.exposure), np.uint8)


def _toned(gray: Gray, settings: ScanSettings) -> Gray:
    """Return the page between the greys that ink and paper become."""
    if settings.black == 0.0 and settings.white == FULL:
        return gray
    curve = settings.black + np.arange(256) * (settings.white - settings.black) / FULL
    return np.asarray(cv2.LUT(gray, np.rint(curve).astype(np.uint8)), np.uint8)


def _cast_shadow(
    height: int, width: int, settings: ScanSettings, rng: Generator
) -> NDArray[np.float32]:
    """Return 1 in the light and 1 - shadow beyond an edge that runs askew over the sheet."""
    turn = rng.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, 64), np.linspace(-0.5, 0.5, 64))
    unit = settings.dpi / MM_PER_INCH
    away = x * width * np.cos(turn) + y * height * np.sin(turn)
    edge = rng.uniform(-0.25, 0.25) * width
    dark = settings.shadow / (1 + np.exp(-(away - edge) / (_PENUMBRA_MM / 4 * unit)))
    field_ = cv2.resize((1 - dark).astype(np.float32), (width, height))
    return np.asarray(field_, np.float32)


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
