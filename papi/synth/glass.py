"""Where a sheet lies under a scanner or camera, and its image there before light and noise.

Knows maps and pixels. Must not know damage, light or files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import MM_PER_INCH, Affine
from papi.model.page import Gray
from papi.model.sheet import Frame
from papi.synth.bend import Bend
from papi.synth.scan_settings import ScanSettings

Generator = np.random.Generator
CUT_FREE_DEGREES = 2.0
"""Up to this skew an A4 window holds all marks of the frame; beyond it the window is larger."""
HALF = 0.5
"""Pixel centres lie at whole coordinates (as in cv2), so the page's corner is at -0.5."""
_GRID = 16
"""The bent map is computed at every 16th pixel and interpolated: off by less than 0.001 mm."""
_RIGHT_ANGLE = 90
_NO_SECOND_MAP: Any = None
"""OpenCV's stubs do not know that a map of points needs no second one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A sheet on the glass.

    Attributes:
        to_px: page mm -> px, of a sheet that is not bent.
        bend: what moves points besides.
        size: width and height of the image, px.
        lid: grey of what lies around the sheet.
    """

    to_px: Affine
    bend: Bend
    size: tuple[int, int]
    lid: float


def place_sheet(settings: ScanSettings, frame: Frame, rng: Generator) -> Placed:
    """Lay a sheet on the glass as the settings say."""
    unit = settings.dpi / MM_PER_INCH
    to_px, size = _lay(settings, frame, unit, rng)
    lid = settings.lid if settings.phone == 0 else float(rng.uniform(60, 140))
    view = _askew(size, settings.phone * unit, rng) if settings.phone else ()
    waves, phase, across = 1.0, 0.0, True
    if settings.feed:
        waves, phase = float(rng.uniform(1.0, 2.5)), float(rng.uniform(0, 2 * np.pi))
    if settings.curl_mm:
        across = bool(rng.random() < 0.5)
    bend = Bend(
        frame.width_mm, frame.height_mm, settings.feed, waves, phase, settings.curl_mm, across, view
    )
    return Placed(to_px, bend, size, lid)


def _lay(
    settings: ScanSettings, frame: Frame, unit: float, rng: Generator
) -> tuple[Affine, tuple[int, int]]:
    size = _glass(settings, frame, unit)
    half_turn = 180 if settings.upside_down else 0
    turn = np.radians(settings.rotation + half_turn + _RIGHT_ANGLE * settings.quarter_turns)
    sx = unit * settings.scale * (1 + settings.anisotropy / 2)
    sy = unit * settings.scale * (1 - settings.anisotropy / 2)
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    a, b, d, e = cos * sx, -sin * sy, sin * sx, cos * sy
    middle = frame.width_mm / 2, frame.height_mm / 2
    shift = rng.normal(0, 0.8 * unit, 2)
    left, top, right, bottom = (margin * unit for margin in settings.margins_mm)
    c = size[0] / 2 + shift[0] - a * middle[0] - b * middle[1]
    f = size[1] / 2 + shift[1] - d * middle[0] - e * middle[1]
    affine = Affine(a, b, float(c) - HALF + left, d, e, float(f) - HALF + top)
    return affine, (round(size[0] + left + right), round(size[1] + top + bottom))


def _glass(settings: ScanSettings, frame: Frame, unit: float) -> tuple[int, int]:
    """Return the image size: the paper's, or more where a page lies so that it would be cut."""
    width, height = frame.width_mm, frame.height_mm
    if abs(settings.rotation) > CUT_FREE_DEGREES:
        sin, cos = abs(np.sin(np.radians(settings.rotation))), np.cos(np.radians(settings.rotation))
        width, height = width * cos + height * sin, height * cos + width * sin
    if settings.quarter_turns % 2:
        width, height = height, width
    return round(width * unit), round(height * unit)


def _askew(size: tuple[int, int], reach: float, rng: Generator) -> tuple[float, ...]:
    """Return a perspective that moves each corner of the image by up to `reach` px."""
    corners = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    pulled = corners + rng.uniform(-reach, reach, (4, 2)).astype(np.float32)
    return tuple(cv2.getPerspectiveTransform(corners, pulled).ravel().tolist())


def take_image(page: Gray, px_per_mm: float, placed: Placed) -> Gray:
    """Resample the page where it lies; outside it is the lid (a phone sees a table)."""
    source = Affine(px_per_mm, 0, -HALF, 0, px_per_mm, -HALF)
    if placed.bend.straight:
        matrix = _compose(placed.to_px, source.inverse())
        flat = cv2.warpAffine(
            page, matrix, placed.size, flags=cv2.INTER_AREA, borderValue=placed.lid
        )
        return np.asarray(flat, np.uint8)
    places = _sources(placed, source)
    return np.asarray(
        cv2.remap(page, places, _NO_SECOND_MAP, cv2.INTER_LINEAR, borderValue=placed.lid), np.uint8
    )


def _compose(outer: Affine, inner: Affine) -> NDArray[np.float64]:
    """Return the 2x3 matrix of outer after inner."""
    o, i = (np.vstack([m.matrix(), [0, 0, 1]]) for m in (outer, inner))
    whole: NDArray[np.float64] = (o @ i)[:2]
    return whole


def _sources(placed: Placed, source: Affine) -> NDArray[np.float32]:
    """Return for every pixel the place in the clean raster it shows, float32 (H, W, 2)."""
    width, height = placed.size
    xs, ys = np.arange(0, width + 2 * _GRID, _GRID), np.arange(0, height + 2 * _GRID, _GRID)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).astype(np.float64)
    coarse = source.apply(placed.bend.to_mm(grid, placed.to_px)).astype(np.float32)
    wider = np.array([[1 / _GRID, 0, 0], [0, 1 / _GRID, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(coarse, wider, placed.size, flags=flags), np.float32)
