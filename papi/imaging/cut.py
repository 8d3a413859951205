"""Cut: from a snip of paper with rule, neighbours and dirt to the ink written in its box.

Knows one raster of snips (model.page: 10 px/mm, box 46x60 px inside a 12 px margin).
Must not know fields, layouts or characters.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.cut_beside import inks_beside
from papi.imaging.cut_covered import covered_boxes
from papi.imaging.cut_marks import Marks, choose_marks
from papi.imaging.cut_rules import BOX, FEWEST, OWN_LINES, Dark, Usual, remove_rules, usual_rules
from papi.model.ink import INK_LEFT, INK_RIGHT, CellInk
from papi.model.page import CELL_SHAPE, SNIP_PX_PER_MM, Gray

PAPER_PERCENTILE = 0.7
"""Of a snip's pixels: thick writing covers 40 % of a snip at most."""
QUIET_SHARE, NOISE_PER_STEP = 0.7, 3.0
"""Of normal noise, the mean of the smaller 70 % of the differences of 2x2 means is a third of the
single pixels' standard deviation."""
BLANK_DARKNESS = 7.0
"""Grey levels over 0.4 x 0.4 mm that may be paper texture; pale pencil leaves 15 or more."""
BLANK_NOISE = 1.1
"""Blank limit also rises with the page's noise (sd of single pixels), in its units."""
INK_SHARE = 0.33
"""Share of the pen's darkness from which a pixel is ink."""
FAINTEST_PEN, PEN_NOISE = 9.0, 1.2
"""Darkness of the palest pen, grey levels, and its rise with noise: rule remnants in blank boxes of
noisy scans were 4-14 dark, the palest pencil 25."""
STROKE_PX, DOT_PX = 12, 3
"""Px (of every fourth one) as dark as the pen in a box with a stroke (4.8 mm x 0.1 mm), a dot."""
INK_NOISE = 1.3
"""Ink is also darker than this many standard deviations of the (calmed) paper."""
REFERENCE_BOXES = 40
"""Boxes looked at to learn how the page's rules look."""
_SIDES = (INK_LEFT, INK_RIGHT)
_SORTS_FAST = np.int16
"""numpy sorts 16-bit numbers by vector instructions, grey levels of 8 bits one by one (5 times
slower)."""
_INNER = 5
"""Px inside the box's outer edge that the rule may take when its place is 0.3 mm off."""


def lift_ink(cells: Gray, px_per_mm: float = SNIP_PX_PER_MM) -> CellInk:
    """Lift the written ink out of character snips.

    Args:
        cells: uint8 (C, 84, 70) snips of one page, 255 = paper, rules visible.
        px_per_mm: raster of the snips; only SNIP_PX_PER_MM is cut.

    Returns:
        CellInk, about 20 us a written box and 4 us a blank one.

    Raises:
        ValueError: another raster or shape.
    """
    if cells.shape[1:] != CELL_SHAPE or px_per_mm != SNIP_PX_PER_MM:
        raise ValueError(f"snips must be {CELL_SHAPE} at {SNIP_PX_PER_MM} px/mm")
    count = len(cells)
    ink = np.zeros(cells.shape, np.uint8)
    level = np.zeros(count, np.float32)
    flags: list[tuple[str, ...]] = [()] * count
    if count == 0:
        return CellInk(ink, level, level, ())
    half = _halved(cells)
    paper, noise = _paper(half)
    trace = _trace(half, paper, noise)
    for index in np.flatnonzero(covered_boxes(half, paper)):
        flags[index] = ("covered",)
    written = np.flatnonzero(trace >= 1.0)
    usual = usual_rules(_reference(cells, paper, trace))
    if written.size:
        lifted, pen, marks = _lift(cells[written], paper[written], noise[written], usual)
        ink[written], level[written] = lifted, pen
        for row, index in enumerate(written):
            flags[index] += _named(marks, row)
    usual_pen = float(np.median(level[level > 0])) if (level > 0).any() else 0.0
    own = [line.height for line in usual[-len(OWN_LINES) :] if line is not None]
    rule = max(own) if len(own) == len(OWN_LINES) else 0.0
    beside = inks_beside(half, paper, level == 0, pen=usual_pen, rule=rule)
    for index in np.flatnonzero(beside.any(axis=1)):
        flags[index] += tuple(np.array(_SIDES)[beside[index]].tolist())
    return CellInk(ink, trace, level, tuple(flags))


def _halved(cells: Gray) -> Gray:
    """All snips at half size (C, 42, 35), in one call."""
    count, height, width = cells.shape
    tall = np.ascontiguousarray(cells).reshape(count * height, width)
    small = cv2.resize(tall, (width // 2, count * height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8).reshape(count, height // 2, width // 2)


def _paper(half: Gray) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Paper level and pixel noise of each snip.

    Noise comes from neighbouring pixels, the quieter 70 % of their differences: strokes change few
    of them, and white paper that the scanner clips still shows it.
    """
    sample = half[:, 1::3, 1::3]
    beside = half[:, 1::3, 2::3]
    ordered = np.sort(sample.reshape(len(half), -1).astype(_SORTS_FAST), axis=1)
    paper = ordered[:, int(PAPER_PERCENTILE * ordered.shape[1])].astype(np.float32)
    steps = cv2.absdiff(sample[:, :, : beside.shape[2]].copy(), beside.copy())
    steps = np.sort(np.asarray(steps).reshape(len(half), -1).astype(_SORTS_FAST), axis=1)
    quiet = steps[:, : int(QUIET_SHARE * steps.shape[1])].mean(axis=1, dtype=np.float32)
    return paper, np.minimum(NOISE_PER_STEP * quiet, 25.0).astype(np.float32)


def _trace(
    half: Gray, paper: NDArray[np.float32], noise: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How near each snip comes to holding ink inside the rule: 0..1, 1 = it may hold some."""
    count, height, width = half.shape
    soft = cv2.blur(half.reshape(count * height, width), (3, 3)).reshape(half.shape)
    x1, y1, x2, y2 = ((BOX[i] + (_INNER + 1 if i < 2 else -_INNER - 1)) // 2 for i in range(4))
    darkest = soft[:, y1:y2, x1:x2].reshape(count, -1).min(axis=1)
    limit = np.maximum(BLANK_DARKNESS, BLANK_NOISE * noise)
    return np.asarray(np.clip((paper - darkest) / limit, 0.0, 1.0), np.float32)


def _reference(cells: Gray, paper: NDArray[np.float32], trace: NDArray[np.float32]) -> Dark:
    """Darkness of boxes that show the page's rules: blank ones, or all where few are blank."""
    blank = np.flatnonzero(trace < 1.0)
    chosen = blank if len(blank) >= FEWEST else np.arange(len(cells))
    chosen = chosen[:: max(1, len(chosen) // REFERENCE_BOXES)]
    return _darkness(cells[chosen], paper[chosen])


def _darkness(cells: Gray, paper: NDArray[np.float32]) -> Dark:
    """How much darker than the paper each pixel is, grey levels."""
    dark = np.subtract(paper[:, None, None], cells, dtype=np.float32)
    return np.asarray(np.maximum(dark, 0.0, out=dark))


def _lift(
    cells: Gray,
    paper: NDArray[np.float32],
    noise: NDArray[np.float32],
    usual: tuple[Usual | None, ...],
) -> tuple[Gray, NDArray[np.float32], Marks]:
    """Lift the ink of snips that are not blank: ink, pen darkness (0 = none left), marks."""
    dark = _darkness(cells, paper)
    remove_rules(dark, _pen_level(dark), noise, usual)
    _calm(dark, noise)
    level = _pen_level(dark)
    marks = choose_marks(dark, np.maximum(INK_SHARE * level, np.maximum(5.0, INK_NOISE * noise)))
    width = dark.shape[2]
    near = cv2.dilate(marks.keep.reshape(-1, width), np.ones((3, 3), np.uint8))
    dark *= np.asarray(near).reshape(dark.shape)
    level, limit = _pen_level(dark), FAINTEST_PEN + PEN_NOISE * noise
    level = np.where(level > limit, level, _pen_level(dark, DOT_PX))
    level = np.where(marks.written & (level > limit), level, 0.0)
    floor = noise + 2.0
    scale = np.where(level > 0, 255.0 / np.maximum(level - floor, 1.0), 0.0).astype(np.float32)
    dark -= floor[:, None, None]
    dark *= scale[:, None, None]
    np.clip(dark, 0.0, 255.0, out=dark)
    return dark.astype(np.uint8), level.astype(np.float32), marks


def _calm(dark: Dark, noise: NDArray[np.float32]) -> None:
    """Smooth noisy snips a little, in place: pale pencil is hardly darker than their grain."""
    grainy = np.flatnonzero(noise > 6.0)
    for index in grainy:
        dark[index] = cv2.GaussianBlur(dark[index], (3, 3), 0.8)


def _pen_level(dark: Dark, darkest: int = STROKE_PX) -> NDArray[np.float32]:
    """Darkness of the pen inside each box: that of its n-th darkest px, of every fourth one."""
    x1, y1, x2, y2 = BOX
    inner = dark[:, y1 + _INNER : y2 - _INNER : 2, x1 + _INNER : x2 - _INNER : 2]
    flat = inner.astype(np.uint8).reshape(len(dark), -1)
    place = flat.shape[1] - darkest
    return np.partition(flat.astype(_SORTS_FAST), place, axis=1)[:, place].astype(np.float32)


def _named(marks: Marks, row: int) -> tuple[str, ...]:
    return tuple(
        name
        for name in ("out_of_box", "touching", "neighbour", "intruding")
        if getattr(marks, name)[row]
    )
