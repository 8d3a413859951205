"""How far the printed rules of the boxes lie from where the frame's map puts them.

Knows boxes in mm, grey values and the width of a rule. Must not know fields or what is written.

A single box is a poor witness: ink crosses its rule, its rule is pale, its neighbour's rule stands
0.8 mm away. So boxes do not vote with a place but with a curve, response by shift, and curves of
neighbours are added before a peak is taken. Of left and right edge the weaker counts: only the true
shift lets both fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine
from papi.imaging.snips import PageBoxes
from papi.model.page import Gray

Floats = NDArray[np.float32]

STEP_MM = 0.1
"""Spacing of samples across an edge: 1.2 px at 300 dpi."""
REACH_MM = 1.2
"""Largest shift looked for: 1 % uneven feed displaces a box by at most 1 mm from the fit."""
_RULE_CENTER_MM = 0.1
"""A rule of 0.2 mm lies inside the box's outer edge."""
_FLANK_MM = 0.4
"""Paper on both sides of a rule is seen at this distance from its middle; the gap is 0.8 mm."""
_LINES = 8
"""Samples along each edge, over its middle 80 %: the mean of 8 has noise below 5 grey levels."""
_MOST_BOXES = 240
"""Boxes that are measured; a denser page is thinned evenly, since the misplacement is smooth."""
_HALF_STRONG = 20.0
"""Response that counts half: a 25 % rule gives 20 to 50 grey levels, a copied one 5, text 90; text
beside one box must not outweigh the pale rules of ten."""
_LEAST = -5.0
"""An edge brighter than what is beside it has no rule there; how much brighter says nothing."""
_INK_GAP = 90
"""Pixels darker than paper by more than this are taken for this much, so that one stroke across
an edge counts like one of the eight samples, not like three."""

_NO_SECOND_MAP: Any = None
"""OpenCV's stubs do not know that a map of points needs no second one."""

_SIDE = round((REACH_MM + _FLANK_MM) / STEP_MM)
_SAMPLES = 2 * _SIDE + 1
SHIFTS_MM = np.arange(-round(REACH_MM / STEP_MM), round(REACH_MM / STEP_MM) + 1) * STEP_MM
_FLANK = round(_FLANK_MM / STEP_MM)


@dataclass(frozen=True)
class Probes:
    """Where to sample: fixed for a page of a layout.

    Attributes:
        chosen: (n,) numbers of the boxes that are measured.
        points: float32 (n * 4, lines * samples, 2) mm; edges left, right, top, bottom.
        centers: (n, 2) mm, middles of the chosen boxes.
    """

    chosen: NDArray[np.int64]
    points: Floats
    centers: NDArray[np.float64]


def plan_probes(boxes: PageBoxes) -> Probes:
    """Lay the sampling points around the boxes of a page (once for each layout)."""
    count = len(boxes.boxes)
    chosen = np.unique(np.linspace(0, count - 1, min(count, _MOST_BOXES)).round().astype(np.int64))
    x, y, w, h = boxes.array[chosen].T
    across = np.arange(-_SIDE, _SIDE + 1) * STEP_MM
    along = np.linspace(0.1, 0.9, _LINES)
    edges = []
    for middle in (x + _RULE_CENTER_MM, x + w - _RULE_CENTER_MM):
        edges.append(_grid(middle[:, None] + across, y[:, None] + along * h[:, None], False))
    for middle in (y + _RULE_CENTER_MM, y + h - _RULE_CENTER_MM):
        edges.append(_grid(middle[:, None] + across, x[:, None] + along * w[:, None], True))
    points = np.stack(edges, axis=1).astype(np.float32)
    return Probes(
        chosen, points.reshape(len(chosen) * 4, _LINES * _SAMPLES, 2), boxes.centers[chosen]
    )


def _grid(
    across: NDArray[np.float64], along: NDArray[np.float64], swapped: bool
) -> NDArray[np.float64]:
    """Return (n, lines, samples, 2) points; `swapped` if across is y."""
    shape = (len(across), _LINES, _SAMPLES)
    first = np.broadcast_to(across[:, None, :], shape)
    second = np.broadcast_to(along[:, :, None], shape)
    return np.stack([second, first] if swapped else [first, second], axis=-1)


def measure_rules(
    gray: Gray, affine: Affine, probes: Probes, bend: NDArray[np.float64], paper: float
) -> tuple[Floats, Floats]:
    """Return the response of every measured box by shift.

    Args:
        gray: uint8 (H, W).
        affine: page mm -> px.
        probes: where to sample.
        bend: (n, 2) mm by which the measured boxes are expected away from their place.
        paper: grey of bare paper.

    Returns:
        (n, shifts) along x and along y: grey levels by which the shifted places of both rules are
        darker than the paper beside, saturating at 20. Cost: about 2 ms.
    """
    matrix = affine.matrix().astype(np.float32)
    points = probes.points
    if bend.any():
        points = points + np.repeat(bend, 4, axis=0)[:, None].astype(np.float32)
    places = cv2.transform(points, matrix)
    values = cv2.remap(
        gray, places, _NO_SECOND_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    floor = np.uint8(max(0.0, paper - _INK_GAP))
    lines = np.maximum(values, floor).reshape(-1, _LINES, _SAMPLES)
    profile = lines.sum(axis=1, dtype=np.uint16).astype(np.float32) / _LINES
    response = _respond(profile).reshape(-1, 4, len(SHIFTS_MM))
    return _agree(response[:, 0], response[:, 1]), _agree(response[:, 2], response[:, 3])


def _agree(first: Floats, second: Floats) -> Floats:
    """Return what both edges of a box say: the weaker one, strong ones saturating."""
    weaker = np.clip(np.minimum(first, second), _LEAST, None)
    both = np.where(weaker > 0, weaker * _HALF_STRONG / (_HALF_STRONG + np.abs(weaker)), weaker)
    return np.asarray(both, dtype=np.float32)


def _respond(profile: Floats) -> Floats:
    """Turn grey profiles (m, samples) into "darker than both sides" (m, shifts)."""
    soft = profile.copy()
    soft[:, 1:-1] = (profile[:, :-2] + 2 * profile[:, 1:-1] + profile[:, 2:]) / 4
    middle = soft[:, _FLANK:-_FLANK]
    beside = np.minimum(soft[:, : -2 * _FLANK], soft[:, 2 * _FLANK :])
    return np.asarray(beside - middle, dtype=np.float32)
