"""Ink in and around a tick box that is no clear answer: taken back, rubbed out, beside it, a dab.

Knows how people correct and what paper suffers. Must not know printed surroundings or scanners.
A state is what a careful person would say: "cancelled" if somebody clearly took a mark back,
"doubtful" if that person would look at the rest of the form first.
"""

from __future__ import annotations

import cv2
import numpy as np

from papi.model.page import TICK_MARGIN_MM, TICK_MM
from papi.training.marks import (
    DRAW_PX_PER_MM,
    SIDE_MM,
    Canvas,
    Pen,
    Points,
    Random,
    curve,
    hatch,
    middle,
    stroke,
)

LINES, BLACKENED = "cancelled_lines", "cancelled_blackened"
"""Styles of taking a mark back."""
_LOW = round(TICK_MARGIN_MM * DRAW_PX_PER_MM)
_HIGH = round((TICK_MARGIN_MM + TICK_MM) * DRAW_PX_PER_MM)


def blacken(canvas: Canvas, pen: Pen, random: Random) -> None:
    """Scribble over a mark, 0.3 to 1.3 mm past the box's edges: a filled box stays within."""
    size = random.uniform(TICK_MM + 0.6, TICK_MM + 2.6)
    for _ in range(int(random.integers(2, 5))):
        spacing = max(pen.width * random.uniform(0.5, 1.3), 0.25)
        sides = size * random.uniform(0.92, 1.08, 2)
        hatch(canvas, pen, random, sides=sides, spacing=spacing)


def strike(canvas: Canvas, pen: Pen, random: Random) -> None:
    """Strike a mark through with two to four long lines, sometimes drawn over one another."""
    count = int(random.choice([2, 3, 4], p=[0.45, 0.4, 0.15]))
    turn = random.choice([0.0, random.uniform(-0.9, 0.9)], p=[0.75, 0.25])
    apart = random.uniform(-1.5, 1.5, count)
    for offset in apart:
        tilt = random.normal(0, 0.45)
        reach = random.uniform(2.7, 4.2, 2)
        ends = np.array([[-reach[0], offset - tilt], [0.0, offset], [reach[1], offset + tilt]])
        across = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        stroke(canvas, curve(ends @ across.T + middle(random, 0.3), random, 0.12), pen, random)


def ring_around(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A ring drawn around the box: meant as an answer by some, as a correction by others."""
    angles = np.linspace(0, 2 * np.pi * random.uniform(0.85, 1.2), 40) + random.uniform(0, 6)
    radius = random.uniform(2.5, 3.8, 2)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius
    stroke(canvas, middle(random, 0.3) + ring, pen, random)


def rubbed_out(ink: Canvas, random: Random) -> Canvas:
    """Return what a rubber leaves of a mark: pale, soft, patchy, but to be seen."""
    patches = random.uniform(0.3, 1.0, (5, 5)).astype(np.float32)
    left = cv2.resize(patches, ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
    blurred = cv2.GaussianBlur(ink, (0, 0), random.uniform(2, 6))
    tone = random.uniform(0.16, 0.34) / max(float(blurred.max()), 1e-6)
    soft = np.asarray(blurred * tone * np.clip(left, 0.35, 1.0), dtype=np.float32)
    if random.random() < 0.5:  # graphite wiped over the paper around
        wiped = cv2.GaussianBlur(ink, (0, 0), random.uniform(10, 22))
        soft = soft + wiped * (random.uniform(0.03, 0.09) / max(float(wiped.max()), 1e-6))
    return np.asarray(soft, dtype=np.float32)


def dab(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A dab of the pen in the box, 0.4 to 1.3 mm: too small for a mark, too dark for dirt."""
    centre = middle(random, 0.9)
    length = random.uniform(0.15, 0.9)
    angle = random.uniform(0, 2 * np.pi)
    tip = centre + length * np.array([np.cos(angle), np.sin(angle)])
    bend = (centre + tip) / 2 + random.normal(0, 0.12, 2)
    fine = Pen(min(pen.width, 0.6), pen.tone, 0.0, pen.pressure, pen.grain)
    stroke(canvas, curve(np.stack([centre, bend, tip]), random, 0.04), fine, random)


def slip(canvas: Canvas, pen: Pen, random: Random) -> None:
    """A short wriggle where the pen slipped, in the box or across its rule: no shape of a mark."""
    count = int(random.integers(4, 8))
    drift = random.normal(0, 0.35, 2)
    path = np.cumsum(random.normal(0, 0.38, (count, 2)) + drift, axis=0)
    fine = Pen(min(pen.width, 0.5), pen.tone * random.uniform(0.6, 1.0), 0.0, pen.pressure)
    at = middle(random, 1.2) - path.mean(axis=0)
    stroke(canvas, curve(path + at, random, 0.03), fine, random)


def moved(ink: Canvas, by_mm: Points) -> Canvas:
    """Return the ink shifted by (x, y) mm."""
    dx, dy = by_mm * DRAW_PX_PER_MM
    move = np.array([[1, 0, dx], [0, 1, dy]], dtype=np.float32)
    return np.asarray(cv2.warpAffine(ink, move, ink.shape[::-1]), dtype=np.float32)


def shifted_out(ink: Canvas, random: Random, low: float, high: float) -> Canvas:
    """Move a mark by `low`..`high` mm in any direction."""
    angle = random.uniform(0, 2 * np.pi)
    return moved(ink, np.array([np.cos(angle), np.sin(angle)]) * random.uniform(low, high))


def between_boxes(ink: Canvas, random: Random) -> Canvas:
    """Move a mark half way to a neighbour, so that nobody can say which box is meant."""
    direction = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)][int(random.integers(4))])
    return moved(ink, direction * random.uniform(2.7, 3.4) + random.normal(0, 0.15, 2))


def inside_share(ink: Canvas) -> float:
    """Return how much of the ink on the snip lies within the box."""
    inner = ink[_LOW:_HIGH, _LOW:_HIGH]
    return float(inner.sum() / max(float(ink.sum()), 1e-6))


def shows_through(ink: Canvas, random: Random) -> Canvas:
    """Return the ink of the back of the sheet: mirrored, pale, soft."""
    soft = cv2.GaussianBlur(cv2.flip(ink, 1), (0, 0), random.uniform(3, 8))
    top = max(float(soft.max()), 1e-6)
    return np.asarray(soft * (random.uniform(0.03, 0.1) / top), dtype=np.float32)


def speck(canvas: Canvas, random: Random, low: float, high: float) -> None:
    """A spot of `low`..`high` mm across, anywhere on the snip."""
    centre = random.uniform(0, SIDE_MM, 2)
    axes = np.maximum(random.uniform(low, high, 2) / 2 * DRAW_PX_PER_MM, 0.6)
    layer = np.zeros_like(canvas)
    at = (round(centre[0] * DRAW_PX_PER_MM), round(centre[1] * DRAW_PX_PER_MM))
    size = (max(1, round(axes[0])), max(1, round(axes[1])))
    cv2.ellipse(layer, at, size, 0, 0, 360, random.uniform(0.2, 1.0), -1, cv2.LINE_AA)
    np.maximum(canvas, layer, out=canvas)
