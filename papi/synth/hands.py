"""A writer's hand: how big, slanted and steady characters are put into boxes and onto lines.

Knows boxes in millimetres, glyphs and the pen. Must not know fields, truth or layouts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from papi.geometry import Box
from papi.synth.ink import Canvas, Pen
from papi.synth.skeletons import CHARACTERS, LETTERS, Stroke
from papi.synth.sources import CharacterSource, Glyph, Writer

Generator = np.random.Generator
_SMALL = {"-": 0.5, "'": 0.12, ".": 0.92}
"""Characters that do not fill the height: where their middle is, as a share of it."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One person with one pen.

    Attributes:
        writer: where the characters come from.
        pen: the tool.
        size: height of characters as a share of the box's height, 0.55..1.
        slant: shear, x per y; positive leans right.
        unsteady_mm: sd of the place inside a box.
        overhang: share of characters that are moved past the rule.
        tick: style of marks, see papi.synth.marks.
        sloppy: 0 tidy .. 1 hurried; scales how far marks leave their box.
        cancel: style of crossing out.
    """

    writer: Writer
    pen: Pen
    size: float
    slant: float
    unsteady_mm: float
    overhang: float
    tick: str
    sloppy: float
    cancel: str

    @staticmethod
    def draw(source: CharacterSource, rng: Generator) -> Hand:
        """Draw a person from a crowd of writers."""
        styles, weights = ("check", "cross", "slash", "fill", "dot"), (0.5, 0.36, 0.07, 0.05, 0.02)
        tick = styles[int(rng.choice(len(styles), p=weights))]
        cancels = ("lines",) if tick == "fill" else ("lines", "blacken", "lines")
        return Hand(
            writer=source.writer(rng),
            pen=Pen.draw(rng),
            size=float(np.clip(rng.normal(0.76, 0.1), 0.55, 1.0)),
            slant=float(rng.normal(0.08, 0.1)),
            unsteady_mm=float(rng.uniform(0.1, 0.3)),
            overhang=float(rng.uniform(0.0, 0.06)),
            tick=tick,
            sloppy=float(rng.beta(1.6, 3.0)),
            cancel=cancels[int(rng.integers(len(cancels)))],
        )


def write_character(
    canvas: Canvas,
    hand: Hand,
    character: str,
    box: Box,
    rng: Generator,
    *,
    size: float | None = None,
) -> None:
    """Write one character into a box (page mm). `size`: share of its height, default the hand's."""
    glyph = hand.writer.glyph(character, rng)
    height = box.h * (size or hand.size) * float(np.clip(rng.normal(1, 0.05), 0.85, 1.12))
    width_limit = box.w * (1.02 if rng.random() < hand.overhang else 0.92)
    squeeze = min(1.0, width_limit / max(glyph.aspect * height, 0.1))
    x, y = box.center
    spread = hand.unsteady_mm * (3.0 if rng.random() < hand.overhang else 1.0)
    x, y = x + rng.normal(0, spread), y + rng.normal(0, spread)
    y += (_SMALL.get(character, 0.5) - 0.5) * height
    if glyph.raster is not None:
        width = max(glyph.aspect * height * squeeze, 0.5)
        place = Box(x - width / 2, y - height / 2, width, height)
        canvas.draw_raster(glyph.raster, place, hand.pen, rng)
        return
    turn = np.radians(rng.normal(0, 2.0))
    slant = hand.slant + rng.normal(0, 0.03)
    shape = _rotation(turn) @ np.array([[squeeze, -slant], [0.0, 1.0]]) * height
    canvas.draw_strokes(_placed(glyph, shape, (x, y)), hand.pen, rng)


def _rotation(turn: float) -> Stroke:
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def _placed(glyph: Glyph, shape: Stroke, middle: tuple[float, float]) -> list[Stroke]:
    """Shape a glyph's strokes around their middle and move it to `middle`."""
    points = np.concatenate(glyph.strokes)
    centre = (points.min(0) + points.max(0)) / 2
    return [(stroke - centre) @ shape.T + np.array(middle) for stroke in glyph.strokes]


def write_words(canvas: Canvas, hand: Hand, text: str, box: Box, rng: Generator) -> None:
    """Write free text on a line, shrunk to fit; characters without a shape are left out."""
    height = min(box.h * 0.62, 3.6)
    advance = min(height * 0.86, box.w / max(len(text) + 1, 1))
    x = box.x + rng.uniform(0.5, 2.0)
    line = box.y + box.h / 2 + rng.normal(0, 0.2)
    drift = rng.normal(0, 0.006)
    for character in text.upper():
        known = character in CHARACTERS
        if known and x + advance < box.right + 1:
            cell = Box(x, line - height / 2 + drift * (x - box.x), advance, height)
            write_character(canvas, hand, character, cell, rng, size=0.95)
        x += advance * (0.6 if character in " .'" else 1.0) * rng.uniform(0.92, 1.08)


def sign(canvas: Canvas, hand: Hand, box: Box, rng: Generator) -> None:
    """Put a signature into a box: a letter, then running loops, often underlined."""
    width, height = box.w * rng.uniform(0.45, 0.85), min(box.h * 0.75, 14.0)
    x0 = box.x + (box.w - width) * rng.uniform(0.2, 0.8)
    y0 = box.y + box.h * rng.uniform(0.45, 0.6)
    letter = LETTERS[int(rng.integers(26))]
    first = Box(x0, y0 - height * 0.5, height * 0.6, height * 0.8)
    write_character(canvas, hand, letter, first, rng, size=0.95)
    t = np.linspace(0, 1, 140)
    loops = rng.integers(3, 8)
    swing = height * rng.uniform(0.15, 0.32) * (1 - 0.6 * t) * (0.6 + 0.4 * np.sin(9 * t + x0))
    x = x0 + height * 0.4 + (width - height * 0.4) * t + swing * 0.7 * np.cos(6.28 * loops * t)
    y = y0 + swing * np.sin(6.28 * loops * t) - height * rng.uniform(0, 0.2) * t
    strokes = [np.column_stack([x, y])]
    if rng.random() < 0.5:
        under = y0 + height * 0.3 + np.array([0.0, rng.normal(-0.5, 0.5)])
        strokes.append(np.column_stack([[x0, x0 + width], under]))
    canvas.draw_strokes(strokes, hand.pen, rng)
