"""Tick boxes as writers leave them: synthetic snips with their true state, for training only.

Knows pens, mark styles, printed surroundings and scanners. Must not know the network, nor any form.
Every snip is drawn at 20 px/mm and brought to the runtime raster (papi.model.page) through a
simulated scan, so that the network sees what `imaging.cut_snips` would give it. Real pen
trajectories (UNIPEN V, X, /, 1 ...) can be used as marks beside the drawn ones; a style that is
left out of training (`styles`) can be used to judge the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.model.page import TICK_MARGIN_MM, TICK_MM

Canvas = NDArray[np.float32]
Points = NDArray[np.float64]
Random = np.random.Generator

DRAW_PX_PER_MM = 20.0
SIDE_MM = TICK_MM + 2 * TICK_MARGIN_MM
DRAW_PX = round(SIDE_MM * DRAW_PX_PER_MM)


@dataclass(frozen=True, slots=True)
class Pen:
    """A writing tool: stroke width in mm, darkness 0..1, share of the stroke that skips."""

    width: float
    tone: float
    skip: float

    @staticmethod
    def draw(random: Random) -> Pen:
        """Pick ballpoint, pencil or felt pen."""
        kind = random.choice(["ballpoint", "pencil", "felt"], p=[0.6, 0.25, 0.15])
        if kind == "pencil":
            return Pen(random.uniform(0.3, 0.8), random.uniform(0.22, 0.65), random.uniform(0, 0.2))
        if kind == "felt":
            return Pen(random.uniform(0.6, 1.3), random.uniform(0.7, 1.0), 0.0)
        return Pen(random.uniform(0.22, 0.6), random.uniform(0.45, 1.0), random.uniform(0, 0.08))


def curve(points: Points, random: Random, wobble: float = 0.12) -> Points:
    """Return a smooth line through jittered `points` (mm), about 24 samples a segment."""
    jittered = points + random.normal(0, wobble, points.shape)
    if len(jittered) == 2:
        middle = jittered.mean(axis=0) + random.normal(0, wobble * 1.5, 2)
        jittered = np.stack([jittered[0], middle, jittered[1]])
    t = np.linspace(0, len(jittered) - 1, 24 * (len(jittered) - 1))
    at = np.clip(t.astype(int), 0, len(jittered) - 2)
    u = (t - at)[:, None]
    padded = np.vstack([jittered[:1], jittered, jittered[-1:]])
    p0, p1, p2, p3 = (padded[at + i] for i in range(4))
    # Catmull-Rom spline: passes through its points.
    spline = p1 + 0.5 * u * (
        p2 - p0 + u * (2 * p0 - 5 * p1 + 4 * p2 - p3 + u * (3 * (p1 - p2) + p3 - p0))
    )
    return np.asarray(spline, dtype=np.float64)


def stroke(canvas: Canvas, line: Points, pen: Pen, random: Random) -> None:
    """Draw one pen line (mm) onto the darkness canvas; ink does not lighten what it crosses."""
    layer = np.zeros_like(canvas)
    pixels = np.round(line * DRAW_PX_PER_MM * 16).astype(np.int32)
    width = max(1, round(pen.width * DRAW_PX_PER_MM))
    pieces = [pixels]
    if pen.skip and len(pixels) > 12 and random.random() < 0.5:
        start = int(random.integers(2, len(pixels) - 6))
        gap = max(2, int(pen.skip * len(pixels)))
        pieces = [pixels[:start], pixels[start + gap :]]
    for piece in pieces:
        if len(piece) > 1:
            cv2.polylines(layer, [piece.reshape(-1, 1, 2)], False, pen.tone, width, cv2.LINE_AA, 4)
    np.maximum(canvas, layer, out=canvas)


def middle(random: Random, spread: float = 0.5) -> Points:
    """Draw a point (mm) near the box's middle."""
    return np.array([SIDE_MM / 2, SIDE_MM / 2]) + random.normal(0, spread, 2)


def _box_points(
    random: Random, unit: Sequence[tuple[float, float]], low: float, high: float
) -> Points:
    """Scale unit-square points to a mark of `low`..`high` mm around the box's middle."""
    size = random.uniform(low, high, 2) * np.array([1.0, random.uniform(0.8, 1.25)])
    return np.asarray(middle(random) + (np.array(unit) - 0.5) * size)


def tick(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A tick: short stroke down, long one up, the tail often out of the box."""
    corner = (random.uniform(0.2, 0.5), random.uniform(0.75, 1.0))
    end = (random.uniform(0.8, 1.6), random.uniform(-0.6, 0.2))
    unit = [(random.uniform(0, 0.2), random.uniform(0.3, 0.65)), corner, end]
    stroke(canvas, curve(_box_points(random, unit, 2.0, 4.2), random, 0.1), pen, random)


def cross(canvas: Canvas, pen: Pen, random: Random) -> None:
    """An X of two strokes."""
    for unit in ([(0, 0), (1, 1)], [(1, 0), (0, 1)]):
        stroke(canvas, curve(_box_points(random, unit, 2.0, 5.0), random), pen, random)


def plus(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A + of two strokes."""
    for unit in ([(0.5, 0), (0.5, 1)], [(0, 0.5), (1, 0.5)]):
        stroke(canvas, curve(_box_points(random, unit, 2.0, 4.5), random), pen, random)


def slash(canvas: Canvas, pen: Pen, random: Random) -> None:
    """One stroke through the box, any direction."""
    unit: list[list[tuple[float, float]]] = [
        [(0, 1), (1, 0)],
        [(0, 0), (1, 1)],
        [(0, 0.5), (1, 0.5)],
        [(0.5, 0), (0.5, 1)],
    ]
    weights = [0.5, 0.2, 0.15, 0.15]
    chosen = unit[int(random.choice(4, p=weights))]
    stroke(canvas, curve(_box_points(random, chosen, 2.2, 5.5), random), pen, random)


def dot(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A blot of 1 to 2.6 mm."""
    centre, radius = middle(random, 0.4), random.uniform(0.5, 1.3)
    angles = np.linspace(0, 2 * np.pi, 20)
    edge = radius * (1 + random.normal(0, 0.12, 20))
    outline = centre + np.stack([np.cos(angles), np.sin(angles)], axis=1) * edge[:, None]
    layer = np.zeros_like(canvas)
    cv2.fillPoly(
        layer, [np.round(outline * DRAW_PX_PER_MM).astype(np.int32)], pen.tone, cv2.LINE_AA
    )
    np.maximum(canvas, layer, out=canvas)


def hatch(canvas: Canvas, pen: Pen, random: Random, *, side: float, spacing: float) -> None:
    """Zigzag shading over a square of `side` mm, lines `spacing` mm apart."""
    centre, half, angle = middle(random, 0.2), side / 2, random.uniform(0, np.pi)
    count = max(3, round(side / spacing))
    along = np.linspace(-half, half, count) + random.normal(0, spacing * 0.2, count)
    across = np.where(np.arange(count) % 2, half, -half) * random.uniform(0.8, 1.1, count)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stroke(canvas, np.stack([along, across], axis=1) @ turn.T + centre, pen, random)


def fill(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A box shaded tidily from edge to edge."""
    spacing = max(pen.width * random.uniform(0.6, 1.5), 0.3)
    hatch(canvas, pen, random, side=random.uniform(2.4, 3.8), spacing=spacing)


def loop(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A small ring inside the box."""
    centre, radius = middle(random, 0.3), random.uniform(0.7, 1.6)
    angles = np.linspace(0, random.uniform(1.8, 2.3) * np.pi, 24) + random.uniform(0, 6)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius
    stroke(canvas, centre + ring * random.uniform(0.8, 1.2, 2), pen, random)


DRAWN_STYLES: dict[str, Callable[[Canvas, Pen, Random], None]] = {
    "tick": tick,
    "cross": cross,
    "plus": plus,
    "slash": slash,
    "dot": dot,
    "fill": fill,
    "loop": loop,
}


def shifted_out(canvas: Canvas, random: Random) -> Canvas:
    """Move a mark so that much of it, not all, lies outside the box."""
    angle, distance = random.uniform(0, 2 * np.pi), random.uniform(1.0, 2.3)
    dx, dy = np.array([np.cos(angle), np.sin(angle)]) * distance * DRAW_PX_PER_MM
    move = np.array([[1, 0, dx], [0, 1, dy]], dtype=np.float32)
    return np.asarray(cv2.warpAffine(canvas, move, canvas.shape[::-1]), dtype=np.float32)


def pasted(canvas: Canvas, strokes: Sequence[Points], pen: Pen, random: Random) -> None:
    """Draw a real pen trajectory (any unit, y down) as a mark of 2 to 5 mm."""
    everything = np.vstack(strokes).astype(np.float64)
    low, high = everything.min(axis=0), everything.max(axis=0)
    scale = random.uniform(2.0, 5.0) / max(float((high - low).max()), 1e-6)
    centre = middle(random, 0.5)
    for line in strokes:
        if len(line) > 1:
            stroke(canvas, (line - (low + high) / 2) * scale + centre, pen, random)


def cancel(canvas: Canvas, pen: Pen, random: Random) -> None:
    """Take a mark back: blacken it past the box's edge, or strike it through more than once."""
    if random.random() < 0.5:
        side = random.uniform(3.4, 5.6)
        for _ in range(int(random.integers(1, 4))):
            spacing = max(pen.width * random.uniform(0.5, 1.1), 0.25)
            hatch(canvas, pen, random, side=side, spacing=spacing)
        return
    count = int(random.integers(2, 5))
    tilt = random.uniform(-0.35, 0.35)
    for number in range(count):
        y = SIDE_MM / 2 + (number - (count - 1) / 2) * random.uniform(0.5, 1.1)
        reach = random.uniform(2.2, 3.9, 2)
        ends = np.array([[SIDE_MM / 2 - reach[0], y + tilt], [SIDE_MM / 2 + reach[1], y - tilt]])
        stroke(canvas, curve(ends, random, 0.15), pen, random)


def ring_around(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A ring drawn around the box: meant as an answer by some, as a correction by others."""
    angles = np.linspace(0, 2 * np.pi * random.uniform(0.9, 1.15), 40) + random.uniform(0, 6)
    radius = random.uniform(2.6, 3.7, 2)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius
    stroke(canvas, middle(random, 0.3) + ring, pen, random)


def smudge(canvas: Canvas, random: Random) -> None:
    """What a rubber leaves of a pencil mark."""
    ghost = np.zeros_like(canvas)
    pen = Pen(random.uniform(0.4, 0.9), random.uniform(0.1, 0.2), 0.2)
    (tick if random.random() < 0.5 else cross)(ghost, pen, random)
    ghost = cv2.GaussianBlur(ghost, (0, 0), random.uniform(2, 6)).astype(np.float32)
    np.maximum(canvas, ghost, out=canvas)
