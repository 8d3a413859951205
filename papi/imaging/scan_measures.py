"""How the machine saw a page: lamp, sharpness, and lines of dirt on its glass.

Knows the frame's tags, whose edges are the same on every page, and the image's own columns. Must
not know what is written, nor what is good enough. Adds to `quality.measure_quality`.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import MM_PER_INCH
from papi.imaging.frame_fit import apply_perspective
from papi.imaging.stripes import Stripes
from papi.model.page import LocatedPage
from papi.model.sheet import A4

_REACH_MM, _STEP_MM = 1.1, 0.05
"""A tag's border is 1.33 mm of black inside its edge, and 1.5 mm stay white outside."""
_LINES_MM = (1.5, 4.0, 6.5)
"""Where along an edge of 8 mm it is crossed; the mean of three crossings has little noise left."""
_ENDS = 6
"""Samples at both ends (0.3 mm) that are surely white and surely black."""
_AREA_TO_SIGMA = np.sqrt(2 * np.pi) / 2
"""A step blurred by a Gaussian of sd s encloses 2 s / sqrt(2 pi) with the sharp step."""
_LEAST_CONTRAST = 20.0
"""Paler edges say nothing about sharpness."""
_USUAL_DPI = (75.0, 100.0, 150.0, 200.0, 240.0, 300.0, 400.0, 600.0, 1200.0)
_TRUSTED_TAG = 0.15
"""A dpi tag this near to what the page measures is the scanner's; printing scales by less."""
_SAME_LINE_MM = 0.6
"""Stripes nearer than this are one line of dirt."""
_MOST_LINES = 4
"""Lines noted of a page; more are a copier's or a fax's."""

_ALONG = np.arange(-_REACH_MM, _REACH_MM + _STEP_MM / 2, _STEP_MM)


def measure_scan(page: LocatedPage, stripes: Stripes) -> dict[str, float]:
    """Measure what a page shows of the machine it came through.

    Args:
        page: a located page.
        stripes: lines down and across its image.

    Returns:
        dpi_tagged, jpeg_quality: as the file says, left out if it says nothing; white, black: grey
        of paper and of print at the tags, median; light: darkest paper at a tag over the brightest;
        blur_mm: sd of the blur of an edge; dirt_lines: lines of dirt; dirt_1_mm ...: how far each
        is from the image's left edge on the glass, or from its top as dirt_across_1_mm. Cost: about
        0.3 ms.
    """
    scale = _scanner_dpi(page) / MM_PER_INCH
    measures = _measure_edges(page)
    if page.image.dpi:
        measures["dpi_tagged"] = round(float(page.image.dpi), 1)
    if page.image.jpeg_quality:
        measures["jpeg_quality"] = float(page.image.jpeg_quality)
    down, across = _lines(stripes.down, scale), _lines(stripes.across, scale)
    measures["dirt_lines"] = float(len(down) + len(across))
    for name, lines in (("dirt", down), ("dirt_across", across)):
        measures |= {f"{name}_{n}_mm": at for n, at in enumerate(lines[:_MOST_LINES], 1)}
    return measures


def _scanner_dpi(page: LocatedPage) -> float:
    """Return the resolution of the glass, which is not that of a page printed at 97 %."""
    along_x, along_y = page.frame_map.px_per_mm
    measured = float(np.sqrt(along_x * along_y)) * MM_PER_INCH
    tagged = page.image.dpi
    if tagged and abs(measured / tagged - 1) < _TRUSTED_TAG:
        return float(tagged)
    return min(_USUAL_DPI, key=lambda dpi: abs(np.log(dpi / measured)))


def _lines(stripes: Sequence[int] | NDArray[np.intp], scale: float) -> list[float]:
    """Join neighbouring columns; return where each line is, mm."""
    places = np.sort(np.asarray(stripes, dtype=np.float64)) / scale
    if not len(places):
        return []
    groups = np.split(places, np.flatnonzero(np.diff(places) > _SAME_LINE_MM) + 1)
    return [round(float(group.mean()), 1) for group in groups]


def _measure_edges(page: LocatedPage) -> dict[str, float]:
    tags = [A4.fiducials[n] for n in page.fiducials if n < len(A4.fiducials)]
    if not tags:
        return {}
    crossings = np.concatenate([_crossings(tag.x, tag.y) for tag in tags])
    profiles = _sample(page, crossings).reshape(-1, len(_LINES_MM), len(_ALONG)).mean(axis=1)
    white, black = profiles[:, :_ENDS].mean(axis=1), profiles[:, -_ENDS:].mean(axis=1)
    measures = {
        "white": round(float(np.median(white)), 1),
        "black": round(float(np.median(black)), 1),
        "light": round(float(white.min() / max(1.0, white.max())), 3),
    }
    clear = white - black >= _LEAST_CONTRAST
    if clear.any():
        span = (white - black)[clear, None]
        shares = (profiles[clear] - black[clear, None]) / span
        measures["blur_mm"] = round(float(np.median(_edge_sigma(shares))), 3)
    return measures


def _crossings(x: float, y: float) -> NDArray[np.float64]:
    """Return points (2 edges * lines * samples, 2), mm: from paper into a tag's left and top edge.

    (x, y) is the tag's top left corner.
    """
    along, lines = np.meshgrid(_ALONG, np.array(_LINES_MM))
    left = np.stack([x + along, y + lines], axis=-1)
    top = np.stack([x + lines, y + along], axis=-1)
    return np.concatenate([left.reshape(-1, 2), top.reshape(-1, 2)])


def _sample(page: LocatedPage, mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the grey of the image at points of the page."""
    px = page.frame_map.apply(apply_perspective(page.perspective, mm)).astype(np.float32)
    grey = cv2.remap(
        page.image.gray,
        px[None, :, 0],
        px[None, :, 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(grey[0], dtype=np.float64)


def _edge_sigma(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sd of blur of edges (N, samples) that fall from 1 to 0, mm.

    The sharp step with the same area is laid under each; what lies between the two is the blur.
    Nothing is made absolute, so noise averages out.
    """
    step = shares.sum(axis=1, keepdims=True)
    sharp = np.clip(step - np.arange(shares.shape[1]), 0.0, 1.0)
    side = np.where(np.arange(shares.shape[1]) < step, 1.0, -1.0)
    area = ((sharp - shares) * side).sum(axis=1) * _STEP_MM
    return np.asarray(np.maximum(0.0, area) * _AREA_TO_SIGMA)
