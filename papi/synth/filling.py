"""Putting the ink of all fields of one side onto its page image.

Knows layouts, field ink and hands. Must not know truth, people or scanners.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from papi.model.layout import FieldKind, Layout, LayoutField
from papi.model.page import Gray
from papi.synth.answers import CANCEL, FILLER_DASH, FILLERS, FieldInk
from papi.synth.hands import Hand, sign, write_character, write_words
from papi.synth.ink import Canvas
from papi.synth.marks import cross_out, fill_unused, mark_box, spot_dirt

Generator = np.random.Generator


def fill_page(
    blank: Gray,
    layout: Layout,
    page: int,
    *,
    px_per_mm: float,
    inks: Mapping[str, FieldInk],
    hand: Hand,
    rng: Generator,
) -> Gray:
    """Return a copy of a printed side with handwriting on it.

    Args:
        blank: uint8 (H, W) the printed side.
        layout: where its fields stand.
        page: which side it is.
        px_per_mm: raster of `blank`.
        inks: field -> ink; fields that are missing stay blank.
        hand: who writes.
        rng: source of chance.
    """
    canvas = Canvas(blank.copy(), px_per_mm)
    for item in layout.by_page[page]:
        if item.name in inks:
            _fill_field(canvas, hand, item, inks[item.name], rng)
    sheet = next(p for p in layout.pages if p.page == page)
    spot_dirt(canvas, sheet.width_mm, sheet.height_mm, rng)
    return canvas.gray


def _fill_field(
    canvas: Canvas, hand: Hand, item: LayoutField, ink: FieldInk, rng: Generator
) -> None:
    if item.kind is FieldKind.CHOICE:
        _mark_choices(canvas, hand, item, ink, rng)
    elif ink.text == "signature" and item.box:
        sign(canvas, hand, item.box, rng)
    elif ink.text and item.box:
        words = "PINDAH KE LUAR DESA" if ink.text == "ink" else ink.text
        write_words(canvas, hand, words, item.box, rng)
    else:
        for box, character in zip(item.cells, ink.cells, strict=False):
            if character in FILLERS:
                fill_unused(canvas, hand, box, rng, dash=character == FILLER_DASH)
            elif character:
                write_character(canvas, hand, character, box, rng)


def _mark_choices(
    canvas: Canvas, hand: Hand, item: LayoutField, ink: FieldInk, rng: Generator
) -> None:
    for choice in item.choices:
        state = ink.marks.get(choice.code)
        if state is None:
            continue
        mark_box(canvas, hand, choice.box, rng)
        if state == CANCEL:
            cross_out(canvas, hand, choice.box, rng)
