"""Marks in tick boxes, crossing out, fillers in unused boxes, and dirt.

Knows tick boxes in millimetres and a hand. Must not know fields, codes or layouts.
A tick box is 4 mm; strokes are given in shares of its side around its middle.
"""

from __future__ import annotations

import numpy as np

from papi.geometry import Box
from papi.model.page import TICK_MM
from papi.synth.hands import Hand
from papi.synth.ink import Canvas, Pen
from papi.synth.skeletons import Stroke, smooth_stroke

Generator = np.random.Generator


def mark_box(canvas: Canvas, hand: Hand, box: Box, rng: Generator, style: str = "") -> None:
    """Mark a tick box in the hand's own style: check, cross, slash, fill or dot."""
    style = style or hand.tick
    if style != "dot" and rng.random() < 0.03:
        style = "cross" if style == "check" else "check"
    reach = 1.0 + 0.45 * hand.sloppy
    drift = rng.normal(0, 0.06 + 0.08 * hand.sloppy, 2)
    paths = _SHAPES[style](rng, reach)
    _draw(canvas, hand.pen, paths, np.array(box.center) + drift * box.w, rng)


def cross_out(canvas: Canvas, hand: Hand, box: Box, rng: Generator) -> None:
    """Take back a mark: long lines through the box, or blackened beyond its edges."""
    if hand.cancel == "blacken":
        paths = _scribble(rng, 0.66, 11) + _scribble(rng, 0.62, 9)
    else:
        paths = []
        for offset in rng.uniform(-0.35, 0.35, int(rng.integers(2, 4))):
            tilt = rng.normal(0, 0.1)
            ends = np.array([[-0.95, offset - tilt], [0.0, offset], [0.95, offset + tilt]])
            paths.append(_curve(ends + rng.normal(0, 0.05, ends.shape)))
    _draw(canvas, hand.pen, paths, np.array(box.center) + rng.normal(0, 0.12, 2), rng)


def fill_unused(canvas: Canvas, hand: Hand, box: Box, rng: Generator, *, dash: bool) -> None:
    """Strike an unused character box with a dash or a cross."""
    if dash:
        paths = [_curve(np.array([[-0.34, 0.02], [0.34, -0.02]]) + rng.normal(0, 0.05, (2, 2)))]
    else:
        paths = _cross(rng, rng.uniform(0.7, 1.05))
    middle = np.array(box.center) + rng.normal(0, 0.2, 2)
    scale = np.array([box.w, box.w if dash else box.h]) * rng.uniform(0.8, 1.0)
    canvas.draw_strokes([p * scale + middle for p in paths], hand.pen, rng)


def spot_dirt(canvas: Canvas, width_mm: float, height_mm: float, rng: Generator) -> None:
    """Leave a few specks and a slip of the pen anywhere on the page."""
    for _ in range(int(rng.poisson(3))):
        where = rng.uniform((5, 5), (width_mm - 5, height_mm - 5))
        size = rng.uniform(0.1, 0.45)
        pen = Pen("felt", size, rng.uniform(60, 190), 0.1, 0.0, 0.05, 0.3)
        dab = where + rng.normal(0, size * 0.6, (3, 2))
        canvas.draw_strokes([dab], pen, rng)
    if rng.random() < 0.1:
        where = rng.uniform((15, 35), (width_mm - 25, height_mm - 35))
        pen = Pen("ballpoint", 0.3, rng.uniform(80, 170), 0.2, 0.03, 0.03, 0.2)
        slip = where + np.cumsum(rng.normal((0.5, 0.1), 0.4, (5, 2)), axis=0)
        canvas.draw_strokes([_curve(slip)], pen, rng)


def _draw(canvas: Canvas, pen: Pen, paths: list[Stroke], middle: Stroke, rng: Generator) -> None:
    """Draw paths given in shares of a tick box's side around a middle (page mm)."""
    canvas.draw_strokes([path * TICK_MM + middle for path in paths], pen, rng)


def _curve(points: Stroke) -> Stroke:
    return smooth_stroke(points, [False] * len(points))


def _check(rng: Generator, reach: float) -> list[Stroke]:
    points = np.array([[-0.36, -0.02], [-0.1, 0.36], [0.42, -0.48]])
    points[2] *= reach * rng.uniform(0.9, 1.35)
    points += rng.normal(0, 0.05, points.shape)
    down, up = points[:2], np.array([points[1], (points[1] + points[2]) / 2, points[2]])
    up[1] += rng.normal((0.03, 0.03), 0.03)
    return [np.concatenate([_curve(down), _curve(up)[1:]])]


def _cross(rng: Generator, reach: float) -> list[Stroke]:
    arm = 0.4 * reach
    paths = []
    for side in (1, -1):
        ends = np.array([[-arm * side, -arm], [0.0, 0.0], [arm * side, arm]])
        paths.append(_curve(ends + rng.normal(0, 0.05, ends.shape)))
    return paths


def _slash(rng: Generator, reach: float) -> list[Stroke]:
    arm = 0.45 * reach
    ends = np.array([[arm, -arm], [0.0, 0.0], [-arm, arm]])
    return [_curve(ends + rng.normal(0, 0.05, ends.shape))]


def _fill(rng: Generator, reach: float) -> list[Stroke]:
    return _scribble(rng, min(0.42 * reach, 0.46), 8)


def _dot(rng: Generator, reach: float) -> list[Stroke]:
    return _scribble(rng, 0.16 * reach, 4)


def _scribble(rng: Generator, half: float, turns: int) -> list[Stroke]:
    """Zigzag that covers a square of half side `half`."""
    y = np.linspace(-half, half, turns)
    x = np.where(np.arange(turns) % 2, half, -half) * rng.uniform(0.85, 1.05, turns)
    return [_curve(np.column_stack([x, y]) + rng.normal(0, 0.03, (turns, 2)))]


_SHAPES = {"check": _check, "cross": _cross, "slash": _slash, "fill": _fill, "dot": _dot}
