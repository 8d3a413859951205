"""Snips from boxes given by their corners, on any image: for paper PAPI did not print.

Knows the canonical raster of model.page. Must not know layouts, frames or what is written.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.reduce import halve
from papi.model.page import (
    CELL_H_MM,
    CELL_MARGIN_MM,
    CELL_SHAPE,
    CELL_W_MM,
    SNIP_PX_PER_MM,
    TICK_MARGIN_MM,
    TICK_MM,
    TICK_SHAPE,
    Gray,
)

_SAME_ASPECT = 1.15
"""Boxes whose shape differs by less are stretched to the canonical box; a character 15 % wider or
narrower is an ordinary character."""
_RULE_SHARE = 0.08
"""Rim of a padded box that is left out with its rule, as a share of its side."""
_TOO_FINE = 1.6
"""Image px per snip px above which the image is halved first."""
_PAPER_PERCENTILE = 80
_LEAST_PAPER = 40.0

Quads = NDArray[np.float64]


def place_boxes(gray: Gray, quads: Quads, kind: Literal["tick", "cell"]) -> Gray:
    """Cut boxes given by their four corners, upright and brought to the canonical raster.

    A box of another shape keeps its characters' proportions: it fills the canonical box one way
    and is padded with paper the other way, where its rule is cut off, since a rule is expected at
    the canonical box's edge only.

    Args:
        gray: uint8 (H, W), any size.
        quads: (N, 4, 2) px, clockwise from the box's own top left, outer edge of its rule.
        kind: raster of the result.

    Returns:
        uint8 (N, 80, 80) for ticks, (N, 84, 70) for character boxes; paper near 255.
        Cost: 20 us a box.
    """
    shape, size, margin = _raster(kind)
    snips = np.full((len(quads), *shape), 255, np.uint8)
    quads = np.asarray(quads, dtype=np.float64).reshape(-1, 4, 2)
    levels = _levels(gray, quads, size)
    for snip, quad in zip(snips, quads, strict=True):
        level = _level_for(quad, size, len(levels))
        corners = (quad + 0.5) / 2**level - 0.5
        _cut_quad(levels[level], corners, snip, size, margin)
    return snips


def _raster(kind: str) -> tuple[tuple[int, int], tuple[float, float], float]:
    """Return snip shape, size of the canonical box (w, h) and margin, both in snip px."""
    if kind == "tick":
        side = TICK_MM * SNIP_PX_PER_MM
        return TICK_SHAPE, (side, side), TICK_MARGIN_MM * SNIP_PX_PER_MM
    box = (CELL_W_MM * SNIP_PX_PER_MM, CELL_H_MM * SNIP_PX_PER_MM)
    return CELL_SHAPE, box, CELL_MARGIN_MM * SNIP_PX_PER_MM


def _sides(quad: Quads) -> tuple[float, float]:
    """Return mean width and height of a quad, px, at least one."""
    edges = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    return max(1.0, float(edges[0] + edges[2]) / 2), max(1.0, float(edges[1] + edges[3]) / 2)


def sides_of(quads: Quads) -> NDArray[np.float64]:
    """Return mean width and height of each quad, (N, 2) px."""
    return np.array([_sides(quad) for quad in quads], np.float64).reshape(-1, 2)


def _level_for(quad: Quads, size: tuple[float, float], levels: int) -> int:
    width, height = _sides(quad)
    fineness = max(width / size[0], height / size[1])
    return min(levels - 1, max(0, int(np.ceil(np.log2(fineness / _TOO_FINE)))))


def _levels(gray: Gray, quads: Quads, size: tuple[float, float]) -> list[Gray]:
    """Return the image and as many halvings of it as the largest box needs."""
    needed = max((_level_for(quad, size, 8) for quad in quads), default=0)
    levels = [gray]
    while len(levels) <= needed and min(levels[-1].shape) >= 2:
        levels.append(halve(levels[-1]))
    return levels


def _cut_quad(
    gray: Gray, quad: Quads, snip: Gray, size: tuple[float, float], margin: float
) -> None:
    """Cut one box into `snip`, in place."""
    width, height = _sides(quad)
    wider = (width / height) / (size[0] / size[1])
    fit_w = size[0] if wider > 1 / _SAME_ASPECT else size[0] * wider
    fit_h = size[1] if wider < _SAME_ASPECT else size[1] / wider
    left, top = margin + (size[0] - fit_w) / 2, margin + (size[1] - fit_h) / 2
    # Edges of a box lie between pixels, half a pixel before the middle of the first.
    first, last = np.array([left, top]) - 0.5, np.array([left + fit_w, top + fit_h]) - 0.5
    target = np.array([first, [last[0], first[1]], last, [first[0], last[1]]])
    source = quad.astype(np.float32)
    if abs(cv2.contourArea(source)) < 1.0:
        return
    matrix = cv2.getPerspectiveTransform(target.astype(np.float32), source)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpPerspective(
        gray, matrix, snip.shape[::-1], dst=snip, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    paper = max(_LEAST_PAPER, float(np.percentile(snip, _PAPER_PERCENTILE)))
    cv2.convertScaleAbs(snip, dst=snip, alpha=255.0 / paper)
    _pad(snip, (left, left + fit_w), 1, fit_w < size[0])
    _pad(snip, (top, top + fit_h), 0, fit_h < size[1])


def _pad(snip: Gray, edges: tuple[float, float], axis: int, padded: bool) -> None:
    """Turn what lies beyond the box's inner edges along `axis` into paper."""
    if not padded:
        return
    rim = (edges[1] - edges[0]) * _RULE_SHARE
    first, last = round(edges[0] + rim), round(edges[1] - rim)
    view = snip if axis == 0 else snip.T
    view[:first] = 255
    view[last:] = 255
