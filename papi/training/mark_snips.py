"""Snips of tick boxes in a known state: marks in printed surroundings, through a scanner.

Knows the print around a box, which ink makes which state, and real pen trajectories. Must not know
the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, TICK_STATES
from papi.model.page import SNIP_PX_PER_MM, TICK_MARGIN_MM, TICK_MM
from papi.training.mark_doubts import (
    BLACKENED,
    LINES,
    between_boxes,
    blacken,
    dab,
    inside_share,
    moved,
    ring_around,
    rubbed_out,
    shifted_out,
    shows_through,
    slip,
    speck,
    strike,
)
from papi.training.mark_scans import scan
from papi.training.marks import (
    DRAW_PX,
    DRAW_PX_PER_MM,
    DRAWN_STYLES,
    SIDE_MM,
    Canvas,
    Pen,
    Points,
    Random,
    pasted,
)

REAL_STYLES = {
    "tick": "VLJUY7",
    "cross": "X+*",
    "slash": "/\\|1-",
    "loop": "O0C",
    "scrawl": "NZ",
}
"""UNIPEN labels whose trajectories look like what people put into a tick box, by style."""
PARTLY_OUTSIDE, SMUDGE = "partly_outside", "smudge"
_INK = 0.1
"""Darkness a pen adds to paper and print where it leaves ink."""
_SNIP_PX = round(SIDE_MM * SNIP_PX_PER_MM)


def surroundings(random: Random) -> Canvas:
    """Print: the box's rule (faint to black, whole or dotted), neighbour boxes, a label beside."""
    canvas = np.zeros((DRAW_PX, DRAW_PX), dtype=np.float32)
    tone = random.choice(
        [random.uniform(0.05, 0.45), random.uniform(0.45, 1.0), 0.0], p=[0.6, 0.2, 0.2]
    )
    offset = random.normal(0, 0.13, 2)
    width = random.uniform(0.1, 0.32)
    if random.random() < 0.06:
        _hatching(canvas, random)
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


def _hatching(canvas: Canvas, random: Random) -> None:
    """Slanted pale lines printed over a box that is not to be marked."""
    layer = np.zeros_like(canvas)
    low = round(TICK_MARGIN_MM * DRAW_PX_PER_MM)
    high = round((TICK_MARGIN_MM + TICK_MM) * DRAW_PX_PER_MM)
    pitch = round(random.uniform(0.7, 1.1) * DRAW_PX_PER_MM)
    tone, width = (
        random.uniform(0.15, 0.48),
        max(2, round(random.uniform(0.1, 0.2) * DRAW_PX_PER_MM)),
    )
    start = low + int(random.integers(pitch))
    for x in range(start - (high - low), high, pitch):
        cv2.line(layer, (x, high), (x + high - low, low), float(tone), width, cv2.LINE_AA)
    layer[:low], layer[high:], layer[:, :low], layer[:, high:] = 0, 0, 0, 0
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


def overhang(canvas: Canvas, random: Random, source: MarkSource) -> None:
    """A mark that belongs to a neighbouring box and reaches into this snip."""
    ink = np.zeros_like(canvas)
    source.mark(ink, random, Pen.draw(random))
    direction = np.array([(1, 0), (-1, 0), (0, 1), (0, -1)][int(random.integers(4))])
    by = direction * random.uniform(5.6, 7.5) + random.normal(0, 0.3, 2)
    np.maximum(canvas, moved(ink, by), out=canvas)


@dataclass(frozen=True, slots=True)
class RealMark:
    """A pen trajectory with the style of mark it looks like."""

    style: str
    strokes: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class MarkSource:
    """Where marks come from: drawn styles, and real trajectories if given.

    Attributes:
        styles: drawn answers.
        real: trajectories.
        real_share: share of answers that are such.
        outside: share of answers that stand partly outside the box.
        cancels: ways of taking a mark back.
    """

    styles: tuple[str, ...] = tuple(DRAWN_STYLES)
    real: tuple[RealMark, ...] = ()
    real_share: float = 0.4
    outside: float = 0.15
    cancels: tuple[str, ...] = (LINES, BLACKENED)

    def mark(self, canvas: Canvas, random: Random, pen: Pen) -> str:
        """Draw one answer mark; return its style."""
        if self.real and random.random() < self.real_share:
            chosen = self.real[int(random.integers(len(self.real)))]
            pasted(canvas, chosen.strokes, pen, random)
            return f"real {chosen.style}"
        style = str(random.choice(self.styles))
        DRAWN_STYLES[style](canvas, pen, random)
        return style

    def snip(self, state: str, random: Random) -> tuple[NDArray[np.uint8], str]:
        """Return one snip (uint8, TICK_SHAPE) in the given state, and the style's name."""
        canvas, pen = surroundings(random), Pen.draw(random)
        printed = canvas.copy()
        style = getattr(self, f"_{state}")(canvas, pen, random)
        ink = canvas - printed > _INK
        if random.random() < 0.3:
            overhang(canvas, random, self)
        for _ in range(int(random.integers(0, 3))):
            speck(canvas, random, 0.05, 0.32)
        tone = 0.0 if style == SMUDGE else pen.tone
        return scan(canvas, random, tone, _SNIP_PX, ink), style

    def _ink(self, canvas: Canvas, random: Random, pen: Pen) -> Canvas:
        ink = np.zeros_like(canvas)
        self.mark(ink, random, pen)
        return ink

    def _empty(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        if random.random() < 0.1:
            through = shows_through(self._ink(canvas, random, pen), random)
            np.maximum(canvas, through, out=canvas)
            return "bleed_through"
        return "clean"

    def _marked(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        ink = np.zeros_like(canvas)
        style = self.mark(ink, random, pen)
        if random.random() < self.outside:
            away = shifted_out(ink, random, 1.0, 2.3)
            if self._stays_inside(ink, away, 0.3, 0.8):
                ink, style = away, PARTLY_OUTSIDE
        np.maximum(canvas, ink, out=canvas)
        return style

    def _cancelled(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        self.mark(canvas, random, pen)
        style = str(random.choice(self.cancels))
        (strike if style == LINES else blacken)(canvas, pen, random)
        return style

    def _doubtful(self, canvas: Canvas, pen: Pen, random: Random) -> str:
        kinds = ("ring", SMUDGE, "outside", "between", "spot", "slip")
        kind = str(random.choice(kinds, p=(0.14, 0.24, 0.14, 0.14, 0.22, 0.12)))
        if kind == "ring":
            ring_around(canvas, pen, random)
        elif kind == "spot":
            dab(canvas, pen, random)
        elif kind == "slip":
            slip(canvas, pen, random)
        elif kind == SMUDGE:
            np.maximum(canvas, rubbed_out(self._ink(canvas, random, pen), random), out=canvas)
        elif kind == "between":
            np.maximum(canvas, between_boxes(self._ink(canvas, random, pen), random), out=canvas)
        else:
            np.maximum(canvas, self._almost_outside(canvas, pen, random), out=canvas)
        return kind

    def _almost_outside(self, canvas: Canvas, pen: Pen, random: Random) -> Canvas:
        """Return a mark of which 5 to 20 % lies in the box."""
        for _ in range(20):
            ink = self._ink(canvas, random, pen)
            away = shifted_out(ink, random, 2.0, 4.2)
            if self._stays_inside(ink, away, 0.05, 0.2):
                return away
        return between_boxes(self._ink(canvas, random, pen), random)

    @staticmethod
    def _stays_inside(ink: Canvas, away: Canvas, low: float, high: float) -> bool:
        whole = max(float(ink.sum()), 1e-6)
        return low <= inside_share(away) * float(away.sum()) / whole <= high


STATE_SHARES = {EMPTY: 0.38, MARKED: 0.34, CANCELLED: 0.13, DOUBTFUL: 0.15}


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
) -> tuple[RealMark, ...]:
    """Load the trajectories of REAL_STYLES from a UNIPEN strokes file.

    Args:
        path: npz as described in the data folder's README.
        trusted: keep only characters whose label a donor and a small network both uphold.
        takes_part: which writers are used.
    """
    data = np.load(path)
    style_of = {ord(label): style for style, labels in REAL_STYLES.items() for label in labels}
    labels = np.isin(data["label"], list(style_of))
    if trusted:
        labels &= data["quality_ok"] & ~((data["p_label"] >= 0) & (data["p_label"] < 0.5))
    strokes, points = data["stroke_offset"], data["points"].astype(np.float64)
    starts, writers, names = data["char_offset"], data["writer"], data["label"]
    marks = []
    for character in np.flatnonzero(labels):
        if not takes_part(int(writers[character])):
            continue
        first, last = starts[character : character + 2]
        lines = tuple(points[strokes[s] : strokes[s + 1]] for s in range(first, last))
        if any(len(line) > 1 for line in lines):
            marks.append(RealMark(style_of[int(names[character])], lines))
    return tuple(marks)
