"""What happens to paper on its way: torn, folded, punched, stapled, print shining through.

Knows millimetres of the paper and grey levels. Must not know scanners, layouts or fields.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.model.page import Gray
from papi.model.sheet import Frame

Generator = np.random.Generator
HOLE_MM, HOLE_APART_MM = 6.0, 80.0
"""ISO 838: holes of 6 mm, 80 mm apart, their middle 12 mm from the edge."""
STAPLE_MM, WIRE_MM = 12.5, 0.55
"""A 24/6 staple: crown 12.5 mm long, of wire 0.5 to 0.6 mm thick."""
_BACK_BLUR_MM = 0.25
"""Paper of 80 g/m2 spreads what shines through it."""
_FLAP = 238
"""Grey of the back of a folded corner, and of the shadow along its edge."""
_CREASE, _CREASE_MM = 150, 0.5
_WEDGE = 3


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet's clean raster, changed in place.

    Attributes:
        gray: uint8 (H, W).
        px_per_mm: its raster.
        frame: its size.
        lid: grey seen where paper is missing.
    """

    gray: Gray
    px_per_mm: float
    frame: Frame
    lid: int

    def at(self, x_mm: float, y_mm: float) -> tuple[int, int]:
        """Return the pixel at a place, mm."""
        return round(x_mm * self.px_per_mm), round(y_mm * self.px_per_mm)

    def long(self, mm: float) -> int:
        """Return a length in whole pixels, at least one."""
        return max(1, round(mm * self.px_per_mm))


def tear_corner(paper: Paper, side_mm: float, rng: Generator) -> None:
    """Tear off any corner, 0.8 to 1.2 x `side_mm` along both edges, in place."""
    first, second = side_mm * rng.uniform(0.8, 1.2, 2)
    share = np.linspace(0.0, 1.0, 11)
    ragged = np.column_stack([first * (1 - share), second * share])
    ragged[1:-1] += rng.normal(0, 0.6, (9, 2))
    outline = np.vstack([[0.0, 0.0], ragged])
    _fill(paper, _at_corner(outline, int(rng.integers(4)), paper.frame), paper.lid)


def fold_corner(paper: Paper, side_mm: float, rng: Generator) -> None:
    """Fold any corner over the print: the flap's white back hides what is under it, in place."""
    first, second = side_mm * rng.uniform(0.8, 1.2, 2)
    edge = np.array([[first, 0.0], [0.0, second]])
    along = edge[1] - edge[0]
    tip = edge[0] + along * (-(edge[0] @ along) / (along @ along))
    corner = int(rng.integers(4))
    gone, flap = np.vstack([[0.0, 0.0], edge]), np.vstack([2 * tip, edge])
    _fill(paper, _at_corner(gone, corner, paper.frame), paper.lid)
    placed = _at_corner(flap, corner, paper.frame)
    _fill(paper, placed, _FLAP)
    points = np.rint(placed * paper.px_per_mm).astype(np.int32)
    cv2.polylines(paper.gray, [points], True, _CREASE, paper.long(_CREASE_MM))


def punch_holes(paper: Paper, count: int, from_edge_mm: float, rng: Generator) -> None:
    """Punch holes along the left edge, in place; through them one sees the lid or its shadow."""
    middle = paper.frame.height_mm / 2 + rng.normal(0, 2.0)
    tone = int(rng.choice((0, 60, 190)))
    for number in range(count):
        center = paper.at(from_edge_mm, middle + (number - (count - 1) / 2) * HOLE_APART_MM)
        cv2.circle(paper.gray, center, paper.long(HOLE_MM / 2), tone, cv2.FILLED, cv2.LINE_AA)


def draw_staple(paper: Paper, stage: int, rng: Generator) -> None:
    """Leave what a staple leaves, in place.

    Args:
        paper: the sheet.
        stage: 1 two holes with torn rims where it was, 2 the staple itself with its shadow, 3 also
            the dark wedge of the lifted corner.
        rng: where.
    """
    left = bool(rng.random() < 0.5)
    inset, y = rng.uniform(8, 16), rng.uniform(7, 15)
    x = inset if left else paper.frame.width_mm - inset
    turn = np.radians(rng.uniform(25, 65))
    dx, dy = STAPLE_MM / 2 * np.cos(turn), STAPLE_MM / 2 * np.sin(turn) * (-1 if left else 1)
    ends = [paper.at(x - dx, y - dy), paper.at(x + dx, y + dy)]
    if stage >= _WEDGE:
        _shade_corner(paper, left=left)
    if stage == 1:
        for end in ends:
            cv2.circle(paper.gray, end, paper.long(0.5), 70, cv2.FILLED, cv2.LINE_AA)
        return
    for tone, thick in ((150, 3.2 * WIRE_MM), (40, WIRE_MM)):
        cv2.line(paper.gray, ends[0], ends[1], tone, paper.long(thick), cv2.LINE_AA)


def _shade_corner(paper: Paper, *, left: bool) -> None:
    """Darken the corner that does not lie flat, by 60 % at the corner to nothing 38 mm from it."""
    side = paper.long(38)
    part = paper.gray[:side, :side] if left else paper.gray[:side, -side:]
    ys, xs = np.mgrid[0 : part.shape[0], 0 : part.shape[1]] / side
    away = ys + (xs if left else 1 - xs)
    part[:] = (part * (1 - 0.6 * np.clip(1 - away, 0, 1))).astype(np.uint8)


def shine_through(page: Gray, px_per_mm: float, share: float, rng: Generator) -> Gray:
    """Return the page with the print of its back shining through, mirrored, at `share` of black."""
    blurred = cv2.GaussianBlur(page[:, ::-1], (0, 0), _BACK_BLUR_MM * px_per_mm)
    shift = rng.normal(0, 1.0, 2) * px_per_mm
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    size = (page.shape[1], page.shape[0])
    back = cv2.warpAffine(blurred, matrix, size, borderValue=255.0)
    lost = cv2.LUT(back, ((255 - np.arange(256)) * share).astype(np.uint8))
    return np.asarray(cv2.subtract(page, np.asarray(lost, np.uint8)), np.uint8)


def _at_corner(points: NDArray[np.float64], corner: int, frame: Frame) -> NDArray[np.float64]:
    """Move points given from a corner (0,0) inwards to one of the paper's four, clockwise, mm."""
    x, y = points.T
    return np.column_stack(
        [frame.width_mm - x if corner in {1, 2} else x, frame.height_mm - y if corner >= 2 else y]
    )


def _fill(paper: Paper, outline_mm: NDArray[np.float64], tone: int) -> None:
    points = np.rint(outline_mm * paper.px_per_mm).astype(np.int32)
    cv2.fillPoly(paper.gray, [points], tone, cv2.LINE_AA)
