"""What is printed on a blank side: outlines, lines, solid marks; from pixels alone.

Knows pixels and millimetres. Must not know words, fields or forms. A blank side that is a scan and
one rendered from a PDF are seen alike: a box is white paper that dark rule closes in, however it
was drawn (rectangle, four lines, table cell, rounded, a glyph).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.imaging.illumination import paper_map
from papi.model.foreign import PrintedBox, PrintFound
from papi.model.page import Gray

Mask = NDArray[np.uint8]
Stats = NDArray[np.int32]
LEAST_BOX_MM = 1.7
"""Smallest inner side of a box; letters of running text enclose less."""
THICKEST_RULE_MM = 1.1
RECTANGLE_SHARE = 0.9
"""Share of its bounding box that a rectangle's inside fills; of a circle it is 0.785."""
ROUND_SHARES = (0.7, 0.86)
LONGEST_ROUND = 2.2
"""Ratio of the sides of the longest oval bubble."""
LARGEST_LETTER_MM, LETTER_LINE = 3.6, 0.115
"""Insides of printed letters are smaller; their line is thicker in share of it. Bubbles are drawn
with a line of 5-10 %."""
RULE_MM, TOOTH_MM = 8.0, 2.2
"""Shortest horizontal line to write on; shortest tooth of an open comb."""
DOT_MM, DOT_GAP_MM, LEAST_DOTS = 0.9, 2.6, 6
MARK_MM = (3.0, 14.0)
SHADE = (150, 248)
"""Grey levels, of paper 255, of a shaded writing area."""
_NEAR_MM = 0.7


def find_print(gray: Gray, px_per_mm: float, *, clean: bool) -> PrintFound:
    """Find outlines, lines and marks on a blank side.

    Args:
        gray: uint8 (H, W), upright and straight.
        px_per_mm: its scale; 300 dpi (11.8) is best.
        clean: rendered, without scanner noise: every shade counts.

    Returns:
        What was found; no words. About 0.5 s an A4 side at 300 dpi.
    """
    flat = gray if clean else flatten(gray)
    dark = _dark(flat, px_per_mm, clean=clean)
    found = _holes(dark, px_per_mm)
    boxes = tuple(sorted(found, key=lambda b: -b.box.w * b.box.h))
    rules = [*_rules(dark, px_per_mm), *_dotted(dark, px_per_mm)]
    return PrintFound(
        gray.shape[1] / px_per_mm,
        gray.shape[0] / px_per_mm,
        boxes=boxes,
        rules=tuple(rule for rule in rules if not _bounds_a_box(rule, boxes, across=True)),
        teeth=tuple(
            t
            for t in _lines(dark, px_per_mm, TOOTH_MM, across=False)
            if not _bounds_a_box(t, boxes, across=False)
        ),
        marks=tuple(_marks(flat, px_per_mm)),
        shaded=tuple(_shaded(flat, px_per_mm)) if clean else (),
    )


def flatten(gray: Gray) -> Gray:
    """Return the image with its paper at 255 everywhere."""
    grid, _ = paper_map(gray)
    paper = cv2.resize(grid, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, paper, scale=255.0), np.uint8)


def _dark(flat: Gray, px_per_mm: float, *, clean: bool) -> Mask:
    """Printed pixels, 255; rules of a scan are closed where they are broken."""
    if clean:
        return np.asarray((flat < SHADE[1]) * np.uint8(255), np.uint8)
    soft = cv2.GaussianBlur(flat, (0, 0), 0.06 * px_per_mm)
    noise = 1.4826 * float(np.median(np.abs(soft.astype(np.float32) - np.median(soft))))
    limit = 255.0 - max(45.0, 6.0 * noise)
    mask = (soft < limit).astype(np.uint8) * 255
    kernel = np.ones((3, 3), np.uint8)
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), np.uint8)


def _holes(dark: Mask, scale: float) -> list[PrintedBox]:
    """White regions with a closed outline that is a rectangle or round."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(255 - dark, connectivity=4)
    least = LEAST_BOX_MM * scale
    found = []
    for label in range(1, count):
        x, y, w, h, _ = stats[label]
        touches = x == 0 or y == 0 or x + w == dark.shape[1] or y + h == dark.shape[0]
        if touches or w < least or h < least:
            continue
        shape = _shape(labels[y : y + h, x : x + w] == label)
        if shape is not None:
            item = _printed(dark, (x, y, w, h), shape, scale)
            if not _is_letter(item):
                found.append(item)
    return found


def _shape(own: NDArray[np.bool_]) -> Any:
    """Tell box from bubble by the area inside the outline, islands included; None: neither."""
    outlines, _ = cv2.findContours(
        np.pad(own.astype(np.uint8), 1), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    outline = max(outlines, key=len)
    height, width = own.shape
    # A contour runs through the middles of the outermost pixels.
    area = cv2.contourArea(outline) + len(outline) / 2 + 1
    share, ratio = area / (width * height), max(width, height) / min(width, height)
    hull = cv2.contourArea(cv2.convexHull(outline)) + len(outline) / 2 + 1
    if share >= RECTANGLE_SHARE or (
        share >= ROUND_SHARES[1] and ratio < 1.3 and area > 0.97 * hull
    ):
        return "box"
    if ROUND_SHARES[0] <= share and ratio <= LONGEST_ROUND and area > 0.94 * hull:
        return "bubble"
    return None


def _printed(dark: Mask, place: tuple[int, int, int, int], shape: Any, scale: float) -> PrintedBox:
    """Measure the rule around a hole and the print inside it."""
    x, y, w, h = place
    inner = Box(x / scale, y / scale, w / scale, h / scale)
    left, top = _thickness(dark, place, 0), _thickness(dark, place, 1)
    right, bottom = _thickness(dark, place, 2), _thickness(dark, place, 3)
    box = Box(
        (x - left) / scale,
        (y - top) / scale,
        (w + left + right) / scale,
        (h + top + bottom) / scale,
    )
    return PrintedBox(box, inner, shape, _ink_inside(dark, place, shape, scale))


def _is_letter(item: PrintedBox) -> bool:
    """Tell the inside of an O or D of a heading: small, round, with a thick line."""
    inner = min(item.inner.w, item.inner.h)
    line = max(item.box.w - item.inner.w, item.box.h - item.inner.h) / 2
    return item.shape == "bubble" and inner < LARGEST_LETTER_MM and line > LETTER_LINE * inner


def _thickness(dark: Mask, place: tuple[int, int, int, int], side: int) -> int:
    """Return px of rule on a side (left, top, right, bottom); 0 where a whole area is dark."""
    x, y, w, h = place
    most = 14
    mid_y, mid_x = (
        slice(y + h * 2 // 5, y + h * 3 // 5 + 1),
        slice(x + w * 2 // 5, x + w * 3 // 5 + 1),
    )
    if side == 0:
        strip = dark[mid_y, max(0, x - most) : x][:, ::-1].mean(axis=0)
    elif side == 1:
        strip = dark[max(0, y - most) : y, mid_x][::-1].mean(axis=1)
    elif side == 2:
        strip = dark[mid_y, x + w : x + w + most].mean(axis=0)
    else:
        strip = dark[y + h : y + h + most, mid_x].mean(axis=1)
    white = np.flatnonzero(strip < 128)
    return int(white[0]) if white.size else 0


def _ink_inside(
    dark: Mask, place: tuple[int, int, int, int], shape: Any, scale: float
) -> Box | None:
    """Smallest box around print inside a hole, clear of its rule."""
    x, y, w, h = place
    rim = max(1, round(0.15 * scale))
    inside = dark[y + rim : y + h - rim, x + rim : x + w - rim].copy()
    if shape == "bubble":
        disc = np.zeros_like(inside)
        centre = (inside.shape[1] // 2, inside.shape[0] // 2)
        axes = (max(1, centre[0] - rim), max(1, centre[1] - rim))
        cv2.ellipse(disc, centre, axes, 0, 0, 360, 255, -1)
        inside &= disc
    ys, xs = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if cv2.countNonZero(inside) < 0.12 * scale * scale:
        return None
    return Box(
        (x + rim + xs[0]) / scale,
        (y + rim + ys[0]) / scale,
        (xs[-1] - xs[0] + 1) / scale,
        (ys[-1] - ys[0] + 1) / scale,
    )


def _lines(dark: Mask, scale: float, least_mm: float, *, across: bool) -> list[Box]:
    """Straight lines no thicker than a rule."""
    length = round(least_mm * scale)
    kernel = np.ones((1, length) if across else (length, 1), np.uint8)
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
    stats = cv2.connectedComponentsWithStats(opened, connectivity=8)[2][1:]
    thick = stats[:, 3] if across else stats[:, 2]
    return [_to_mm(row, scale) for row in stats[thick <= THICKEST_RULE_MM * scale]]


def _to_mm(row: Any, scale: float) -> Box:
    x, y, w, h = (float(v) / scale for v in row[:4])
    return Box(x, y, w, h)


def _rules(dark: Mask, scale: float) -> list[Box]:
    return _lines(dark, scale, RULE_MM, across=True)


def _dotted(dark: Mask, scale: float) -> list[Box]:
    """Rows of small dots or dashes, evenly spaced."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    small = (stats[:, 2] <= 2 * DOT_MM * scale) & (stats[:, 3] <= DOT_MM * scale)
    small[0] = False
    dots = small[labels].astype(np.uint8) * 255
    reach = round(DOT_GAP_MM * scale)
    joined = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    rows = cv2.connectedComponentsWithStats(joined, connectivity=8)[2][1:]
    found = []
    for x, y, w, h, _ in rows:
        if w < RULE_MM * scale or h > DOT_MM * scale:
            continue
        starts = np.unique(labels[y : y + h, x : x + w])
        lefts = np.sort(stats[starts[small[starts]], 0])
        if len(lefts) < LEAST_DOTS:
            continue
        gaps = np.diff(lefts)
        if gaps.std() <= 0.35 * gaps.mean():
            found.append(_to_mm((x, y, w, h), scale))
    return found


def _bounds_a_box(line: Box, boxes: tuple[PrintedBox, ...], *, across: bool) -> bool:
    """Tell whether a line is an edge of a box, or lies within one bubble or box's rule."""
    for item in boxes:
        box = item.box.grown(_NEAR_MM)
        if across:
            beside = box.x <= line.right and line.x <= box.right
            at = min(abs(line.y - item.box.y), abs(line.bottom - item.box.bottom))
            shared = min(box.right, line.right) - max(box.x, line.x)
            if beside and at < _NEAR_MM and shared > 0.5 * min(line.w, item.box.w):
                return True
        else:
            beside = box.y <= line.bottom and line.y <= box.bottom
            at = min(abs(line.x - item.box.x), abs(line.right - item.box.right))
            if beside and at < _NEAR_MM:
                return True
    return False


def _marks(flat: Gray, scale: float) -> list[Box]:
    """Solid black squares and discs."""
    black = (cv2.blur(flat, (3, 3)) < 110).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(black, connectivity=8)[2][1:]
    low, high = MARK_MM[0] * scale, MARK_MM[1] * scale
    w, h, area = stats[:, 2], stats[:, 3], stats[:, 4]
    square = (np.minimum(w, h) >= low) & (np.maximum(w, h) <= high)
    square &= np.maximum(w, h) <= 1.25 * np.minimum(w, h)
    return [_to_mm(row, scale) for row in stats[square & (area >= 0.74 * w * h)]]


def _shaded(flat: Gray, scale: float) -> list[Box]:
    """Solid light-grey rectangles: writing areas that have a shade and no outline."""
    gray = ((flat > SHADE[0]) & (flat < SHADE[1])).astype(np.uint8)
    opened = cv2.morphologyEx(gray, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    stats = cv2.connectedComponentsWithStats(opened, connectivity=4)[2][1:]
    w, h, area = stats[:, 2], stats[:, 3], stats[:, 4]
    least = LEAST_BOX_MM * scale
    solid = (w >= least) & (h >= least) & (area >= 0.97 * w * h)
    return [_to_mm(row, scale) for row in stats[solid]]
