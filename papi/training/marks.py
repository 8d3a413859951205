"""Tick boxes as writers leave them: synthetic snips with their true state, for training only.

Knows pens, mark styles, printed surroundings and scanners. Must not know the network, nor any form.
Every snip is drawn at 20 px/mm and brought to the runtime raster (papi.model.page) through a
simulated scan, so that the network sees what `imaging.cut_snips` would give it. Answers are here;
what is no clear answer (taken back, rubbed out, beside the box) is in `mark_doubts`.
"""

from __future__ import annotations

import itertools
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


_FLAT = cv2.GaussianBlur(np.random.default_rng(11).normal(0, 1, (512, 512)), (0, 0), 1.4)
_GRAIN = np.asarray(_FLAT / np.std(_FLAT), dtype=np.float32)
"""One sheet of paper grain, sd 1: pencil and dry ballpoint leave its valleys white."""


@dataclass(frozen=True, slots=True)
class Pen:
    """A writing tool.

    Attributes:
        width: of its line, mm.
        tone: darkness 0..1.
        skip: share of a stroke that is left out where it skips.
        pressure: relative change of width along a stroke.
        grain: how much of the paper's grain shows, 0..1.
    """

    width: float
    tone: float
    skip: float
    pressure: float = 0.0
    grain: float = 0.0

    @staticmethod
    def draw(random: Random) -> Pen:
        """Pick ballpoint, pencil or felt pen."""
        kind = random.choice(["ballpoint", "pencil", "felt"], p=[0.58, 0.27, 0.15])
        pressure = float(random.uniform(0, 0.35))
        if kind == "pencil":
            width, tone, grain = random.uniform((0.28, 0.2, 0.1), (0.9, 0.65, 0.7))
            return Pen(width, tone, random.uniform(0, 0.2), pressure, grain)
        if kind == "felt":
            width, tone, grain = random.uniform((0.5, 0.7, 0.0), (1.3, 1.0, 0.1))
            return Pen(width, tone, 0.0, pressure, grain)
        width, tone, grain = random.uniform((0.2, 0.42, 0.0), (0.6, 1.0, 0.35))
        return Pen(width, tone, random.uniform(0, 0.08), pressure, grain)


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
    pieces = [pixels]
    if pen.skip and len(pixels) > 12 and random.random() < 0.5:
        start = int(random.integers(2, len(pixels) - 6))
        gap = max(2, int(pen.skip * len(pixels)))
        pieces = [pixels[:start], pixels[start + gap :]]
    for piece in pieces:
        _pressed(layer, piece, pen, random)
    if pen.grain > 0.05:
        y, x = random.integers(0, _GRAIN.shape[0] - DRAW_PX, 2)
        valleys = np.maximum(_GRAIN[y : y + DRAW_PX, x : x + DRAW_PX] + 0.3, 0)
        layer *= np.clip(1 - 0.5 * pen.grain * valleys, 0, 1)
    np.maximum(canvas, layer, out=canvas)


def _pressed(layer: Canvas, pixels: NDArray[np.int32], pen: Pen, random: Random) -> None:
    """Draw one unbroken piece, in up to six parts of changing width."""
    if len(pixels) < 2:
        return
    parts = min(6, 1 + len(pixels) // 12) if pen.pressure > 0.05 else 1
    phase, edges = random.uniform(0, 6.3), np.linspace(0, len(pixels) - 1, parts + 1).astype(int)
    for number, (first, last) in enumerate(itertools.pairwise(edges)):
        swell = 1 + pen.pressure * np.sin(phase + 4.5 * number / parts)
        width = max(1, round(pen.width * swell * DRAW_PX_PER_MM))
        piece = pixels[first : last + 1].reshape(-1, 1, 2)
        cv2.polylines(layer, [piece], False, pen.tone, width, cv2.LINE_AA, 4)


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
    """A tick: short stroke down, long one up, the tail often out of the box; some mirrored."""
    corner = (random.uniform(0.15, 0.55), random.uniform(0.75, 1.0))
    end = (random.uniform(0.8, 1.7), random.uniform(-0.7, 0.25))
    unit = [(random.uniform(0, 0.2), random.uniform(0.25, 0.75)), corner, end]
    if random.random() < 0.08:
        unit = [(1 - x, y) for x, y in unit]
    stroke(canvas, curve(_box_points(random, unit, 1.7, 4.4), random, 0.1), pen, random)


def cross(canvas: Canvas, pen: Pen, random: Random) -> None:
    """An X of two strokes."""
    for unit in ([(0, 0), (1, 1)], [(1, 0), (0, 1)]):
        stroke(canvas, curve(_box_points(random, unit, 1.8, 5.6), random), pen, random)


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


def hatch(
    canvas: Canvas, pen: Pen, random: Random, *, sides: Points, spacing: float, spread: float = 0.2
) -> None:
    """Zigzag shading over `sides` mm along and across, lines `spacing` mm apart."""
    turn_by = random.choice([0.0, np.pi / 2, random.uniform(0, np.pi)], p=[0.35, 0.15, 0.5])
    along_mm, across_mm = sides
    count = max(3, round(along_mm / spacing))
    along = np.linspace(-along_mm / 2, along_mm / 2, count)
    along += random.normal(0, spacing * 0.2, count)
    across = np.where(np.arange(count) % 2, 0.5, -0.5) * across_mm
    points = np.stack([along, across * random.uniform(0.8, 1.1, count)], axis=1)
    turn = np.array([[np.cos(turn_by), -np.sin(turn_by)], [np.sin(turn_by), np.cos(turn_by)]])
    if random.random() < 0.5:
        points = curve(points, random, 0.05)
    stroke(canvas, points @ turn.T + middle(random, spread), pen, random)


def fill(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A box shaded, tidily or not, about to its edges: a zigzag, a spiral, or solid."""
    kind = random.choice(["zigzag", "twice", "spiral"], p=[0.65, 0.15, 0.2])
    if kind == "spiral":
        turns, outer = random.uniform(2.5, 6), random.uniform(1.2, 2.0)
        t = np.linspace(0, 1, 120)
        angle = 2 * np.pi * turns * t + random.uniform(0, 6)
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (outer * t)[:, None]
        stroke(canvas, middle(random, 0.25) + ring, pen, random)
        return
    for _ in range(2 if kind == "twice" else 1):
        spacing = max(pen.width * random.uniform(0.6, 2.0), 0.25)
        sides = random.uniform(2.3, 4.1) * random.uniform(0.85, 1.1, 2)
        hatch(canvas, pen, random, sides=sides, spacing=spacing, spread=0.3)


def loop(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A small ring inside the box."""
    centre, radius = middle(random, 0.3), random.uniform(0.7, 1.7)
    angles = np.linspace(0, random.uniform(1.7, 2.4) * np.pi, 24) + random.uniform(0, 6)
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


def pasted(canvas: Canvas, strokes: Sequence[Points], pen: Pen, random: Random) -> None:
    """Draw a real pen trajectory (any unit, y down) as a mark of 1.8 to 5.2 mm."""
    everything = np.vstack(strokes).astype(np.float64)
    low, high = everything.min(axis=0), everything.max(axis=0)
    scale = random.uniform(1.8, 5.2) / max(float((high - low).max()), 1e-6)
    centre = middle(random, 0.5)
    for line in strokes:
        if len(line) > 1:
            stroke(canvas, (line - (low + high) / 2) * scale + centre, pen, random)
