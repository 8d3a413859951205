"""Snips of tick boxes in a known state: marks in printed surroundings, through a scanner.

Knows the print around a box, the raster of snips and real pen trajectories. Must not know the
network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, TICK_STATES
from papi.model.page import SNIP_PX_PER_MM, TICK_MARGIN_MM, TICK_MM
from papi.training.marks import (
    DRAW_PX,
    DRAW_PX_PER_MM,
    DRAWN_STYLES,
    SIDE_MM,
    Canvas,
    Pen,
    Points,
    Random,
    cancel,
    curve,
    middle,
    pasted,
    ring_around,
    shifted_out,
    smudge,
    stroke,
)

REAL_MARKS = "VX/\\+|-1*"
"""UNIPEN labels whose trajectories look like what people put into a tick box."""
_SNIP_PX = round(SIDE_MM * SNIP_PX_PER_MM)


def speck(canvas: Canvas, random: Random, low: float, high: float) -> None:
    """A spot of `low`..`high` mm across, anywhere on the snip."""
    centre = random.uniform(0, SIDE_MM, 2)
    axes = np.maximum(random.uniform(low, high, 2) / 2 * DRAW_PX_PER_MM, 0.6)
    layer = np.zeros_like(canvas)
    at = (round(centre[0] * DRAW_PX_PER_MM), round(centre[1] * DRAW_PX_PER_MM))
    size = (max(1, round(axes[0])), max(1, round(axes[1])))
    cv2.ellipse(layer, at, size, 0, 0, 360, random.uniform(0.3, 1.0), -1, cv2.LINE_AA)
    np.maximum(canvas, layer, out=canvas)


def surroundings(random: Random) -> Canvas:
    """Print: the box's rule (faint to black, whole or dotted), neighbour boxes, a label beside."""
    canvas = np.zeros((DRAW_PX, DRAW_PX), dtype=np.float32)
    tone = random.choice(
        [random.uniform(0.05, 0.45), random.uniform(0.45, 1.0), 0.0], p=[0.6, 0.2, 0.2]
    )
    offset = random.normal(0, 0.13, 2)
    width = random.uniform(0.1, 0.32)
    _rule(canvas, np.array([TICK_MARGIN_MM, TICK_MARGIN_MM]) + offset, tone, width)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        if random.random() < 0.4:
            pitch = random.uniform(5.8, 8.5)
            at = np.array([TICK_MARGIN_MM + dx * pitch, TICK_MARGIN_MM + dy * pitch]) + offset
            _rule(canvas, at, tone, width)
    for _ in range(int(random.choice([0, 1, 2], p=[0.5, 0.35, 0.15]))):
        _band(canvas, random)
    if random.random() < 0.65:
        _label(canvas, random)
    if tone and random.random() < 0.25:
        dots = random.random((DRAW_PX, DRAW_PX)) < random.uniform(0.3, 0.9)
        canvas *= cv2.resize(dots.astype(np.float32), canvas.shape, interpolation=cv2.INTER_NEAREST)
    return canvas


def _rule(canvas: Canvas, at: Points, tone: float, width: float) -> None:
    inset = width / 2
    low = np.round((at + inset) * DRAW_PX_PER_MM * 16).astype(int)
    high = np.round((at + TICK_MM - inset) * DRAW_PX_PER_MM * 16).astype(int)
    thickness = max(1, round(width * DRAW_PX_PER_MM))
    layer = np.zeros_like(canvas)
    cv2.rectangle(layer, tuple(low), tuple(high), float(tone), thickness, cv2.LINE_AA, 4)
    np.maximum(canvas, layer, out=canvas)


def _band(canvas: Canvas, random: Random) -> None:
    """A line of the form, a heading's dark bar or a tinted column, as near as 0.5 mm to the box."""
    near = random.uniform(0.5, TICK_MARGIN_MM)
    width = random.choice([random.uniform(0.1, 0.4), 3 * TICK_MARGIN_MM])
    tone = random.choice([random.uniform(0.5, 1.0), random.uniform(0.05, 0.3)])
    strip = np.zeros_like(canvas)
    edge = round((TICK_MARGIN_MM - near) * DRAW_PX_PER_MM)
    strip[max(edge - round(width * DRAW_PX_PER_MM), 0) : edge] = tone
    np.maximum(canvas, np.rot90(strip, int(random.integers(4))), out=canvas)


def _label(canvas: Canvas, random: Random) -> None:
    """Printed characters beside the box, as near as 0.7 mm."""
    text = "".join(
        random.choice(list("1234567890YaTidkLPSTSesuaiLainy"), int(random.integers(1, 6)))
    )
    gap = random.uniform(0.7, 1.9)
    height = random.uniform(0.045, 0.065) * DRAW_PX_PER_MM
    right = random.random() < 0.75
    x = TICK_MARGIN_MM + TICK_MM + gap if right else TICK_MARGIN_MM - gap
    font = int(random.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX]))
    (wide, _), _ = cv2.getTextSize(text, font, height, 2)
    left = round(x * DRAW_PX_PER_MM) if right else round(x * DRAW_PX_PER_MM) - wide
    base = round((TICK_MARGIN_MM + random.uniform(2.2, 4.2)) * DRAW_PX_PER_MM)
    layer = np.zeros(canvas.shape, dtype=np.uint8)
    cv2.putText(layer, text, (left, base), font, height, 255, 2, cv2.LINE_AA)
    np.maximum(canvas, layer * np.float32(random.uniform(0.75, 1.0) / 255), out=canvas)


def overhang(canvas: Canvas, random: Random, styles: Sequence[str]) -> None:
    """A mark that belongs to a neighbouring box and reaches into this snip."""
    ink = np.zeros_like(canvas)
    DRAWN_STYLES[str(random.choice(list(styles)))](ink, Pen.draw(random), random)
    direction = [(1, 0), (-1, 0), (0, 1), (0, -1)][int(random.integers(4))]
    pitch = random.uniform(5.6, 7.5)
    dx, dy = (np.array(direction) * pitch + random.normal(0, 0.3, 2)) * DRAW_PX_PER_MM
    move = np.array([[1, 0, dx], [0, 1, dy]], dtype=np.float32)
    np.maximum(canvas, cv2.warpAffine(ink, move, canvas.shape[::-1]), out=canvas)


def scan(darkness: Canvas, random: Random, tone: float) -> NDArray[np.uint8]:
    """Turn a darkness canvas into the grey snip an office scanner and `cut_snips` would give.

    `tone` is the pen's darkness: a threshold that would erase the mark is not used, since what
    cannot be seen cannot be labelled.
    """
    blur = random.uniform(0.05, 0.25) * DRAW_PX_PER_MM
    image = cv2.GaussianBlur(darkness, (0, 0), blur)
    dpi = random.choice([300, 200, 150, 240], p=[0.5, 0.3, 0.1, 0.1])
    side = round(SIDE_MM * dpi / 25.4)
    image = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    paper = random.uniform(185, 255)
    black = random.uniform(0, 60)
    gray = paper - image * (paper - black)
    ramp = np.linspace(-1, 1, side)
    gray += random.normal(0, 4) * ramp[None, :] + random.normal(0, 4) * ramp[:, None]
    gray += random.normal(0, random.uniform(0, 14), gray.shape)
    if random.random() < 0.2 and tone > 0.4:
        level = paper - random.uniform(0.3, 0.65) * tone * (paper - black)
        gray = np.where(gray > level, 255.0, 0.0)
    pixels = np.clip(gray, 0, 255).astype(np.uint8)
    if random.random() < 0.6:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(35, 92))]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_GRAYSCALE)
    return np.asarray(
        cv2.resize(pixels, (_SNIP_PX, _SNIP_PX), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )


@dataclass(frozen=True, slots=True)
class MarkSource:
    """Where marks come from: drawn styles, and real trajectories (lists of strokes) if given."""

    styles: tuple[str, ...] = tuple(DRAWN_STYLES)
    real: tuple[tuple[Points, ...], ...] = ()
    real_share: float = 0.4

    def mark(self, canvas: Canvas, random: Random, pen: Pen) -> str:
        """Draw one answer mark; return its style."""
        if self.real and random.random() < self.real_share:
            pasted(canvas, self.real[int(random.integers(len(self.real)))], pen, random)
            return "real"
        style = str(random.choice(self.styles))
        DRAWN_STYLES[style](canvas, pen, random)
        return style

    def snip(self, state: str, random: Random) -> tuple[NDArray[np.uint8], str]:
        """Return one snip (uint8, TICK_SHAPE) in the given state, and the style's name."""
        canvas, pen = surroundings(random), Pen.draw(random)
        style = getattr(self, f"_{state}")(canvas, pen, random)
        if random.random() < 0.3:
            overhang(canvas, random, tuple(DRAWN_STYLES))
        for _ in range(int(random.integers(0, 3))):
            speck(canvas, random, 0.05, 0.3)
        return scan(canvas, random, pen.tone), style

    def _empty(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        if random.random() < 0.1:
            ghost = np.zeros_like(canvas)
            self.mark(ghost, random, Pen(pen.width, random.uniform(0.05, 0.1), 0.0))
            np.maximum(canvas, cv2.flip(cv2.GaussianBlur(ghost, (0, 0), 4), 1), out=canvas)
            return "bleed_through"
        return "clean"

    def _marked(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        ink = np.zeros_like(canvas)
        style = self.mark(ink, random, pen)
        if random.random() < 0.15:
            moved = shifted_out(ink, random)
            if self._inside_share(moved) >= 0.3:
                ink, style = moved, "partly_outside"
        np.maximum(canvas, ink, out=canvas)
        return style

    def _cancelled(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        self.mark(canvas, random, pen)
        cancel(canvas, pen, random)
        return "cancelled"

    def _doubtful(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        kind = str(random.choice(["ring", "smudge", "outside", "spot"]))
        if kind == "ring":
            ring_around(canvas, pen, random)
        elif kind == "smudge":
            smudge(canvas, random)
        elif kind == "spot":
            centre = middle(random, 0.8)
            tip = centre + random.normal(0, 0.35, 2)
            stroke(canvas, curve(np.stack([centre, tip]), random, 0.05), pen, random)
        else:
            self._almost_outside(canvas, pen, random)
        return kind

    def _almost_outside(self, canvas: Canvas, pen: Pen, random: Random) -> None:
        for _ in range(20):
            ink = np.zeros_like(canvas)
            self.mark(ink, random, pen)
            moved = shifted_out(shifted_out(ink, random), random)
            if 0.03 < self._inside_share(moved) < 0.2:
                np.maximum(canvas, moved, out=canvas)
                return
        smudge(canvas, random)

    @staticmethod
    def _inside_share(ink: Canvas) -> float:
        low, high = (
            round(TICK_MARGIN_MM * DRAW_PX_PER_MM),
            round((TICK_MARGIN_MM + TICK_MM) * DRAW_PX_PER_MM),
        )
        return float(ink[low:high, low:high].sum() / max(float(ink.sum()), 1e-6))


STATE_SHARES = {EMPTY: 0.4, MARKED: 0.36, CANCELLED: 0.14, DOUBTFUL: 0.1}


def draw_snips(
    count: int, source: MarkSource, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    """Draw `count` snips.

    Returns:
        snips uint8 (count, *TICK_SHAPE), 255 = paper; index into TICK_STATES (count,); styles.
    """
    random = np.random.default_rng(seed)
    states = random.choice(4, count, p=[STATE_SHARES[state] for state in TICK_STATES])
    drawn = [source.snip(TICK_STATES[int(state)], random) for state in states]
    return np.stack([snip for snip, _ in drawn]), states, [style for _, style in drawn]


def real_marks(
    path: Path, *, trusted: bool, takes_part: Callable[[int], bool] = lambda writer: True
) -> tuple[tuple[NDArray[np.float64], ...], ...]:
    """Load the trajectories of REAL_MARKS from a UNIPEN strokes file.

    Args:
        path: npz as described in the data folder's README.
        trusted: keep only characters whose label a donor and a small network both uphold.
        takes_part: which writers are used.
    """
    data = np.load(path)
    labels = np.isin(data["label"], [ord(mark) for mark in REAL_MARKS])
    if trusted:
        labels &= data["quality_ok"] & ~((data["p_label"] >= 0) & (data["p_label"] < 0.5))
    strokes, points = data["stroke_offset"], data["points"].astype(np.float64)
    marks = []
    for character in np.flatnonzero(labels):
        if not takes_part(int(data["writer"][character])):
            continue
        first, last = data["char_offset"][character : character + 2]
        lines = [points[strokes[s] : strokes[s + 1]] for s in range(first, last)]
        if any(len(line) > 1 for line in lines):
            marks.append(tuple(lines))
    return tuple(marks)
