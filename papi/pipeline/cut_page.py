"""A page's boxes as they went through the reader, for the snip sheet.

Knows the same stages as `read_page`. Must not know databases or whose form it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from papi.imaging.by_rules import register_by_rules
from papi.imaging.cut import lift_ink
from papi.imaging.locate import locate
from papi.imaging.located_by_hand import locate_by_hand, rests_on_clicks
from papi.imaging.register import register
from papi.imaging.snips import cut_snips
from papi.model.ink import CellInk
from papi.model.landmarks import Landmarks
from papi.model.layout import Layout
from papi.model.page import Gray, PageFailure, PageHint, PageImage, RegisteredPage, Snips
from papi.pipeline.snip_sheet import SheetBox
from papi.reading.characters import CellReadings
from papi.reading.fields import Reader
from papi.reading.normalise import normalise
from papi.reading.ticks import tick_inputs

NEARLY_INK = 0.5
"""Blank boxes are shown when they came this near to holding ink."""
SURELY_EMPTY = 0.999
"""Tick boxes are shown when they are less surely empty."""


def cut_page(
    page: PageImage,
    layout: Layout,
    reader: Reader,
    hint: PageHint | None = None,
    landmarks: Mapping[int, Landmarks] | None = None,
) -> list[SheetBox] | PageFailure:
    """Cut and read a page again; return its boxes with ink, in the order of the layout.

    Args:
        page: the page.
        layout: the layout of its version.
        reader: the networks.
        hint: what a person said of the page.
        landmarks: of the layout's pages, as it was read with.
    """
    registered = _place(page, layout, hint, landmarks or {})
    if isinstance(registered, PageFailure):
        return registered
    snips = cut_snips(registered)
    return [*_ticks(snips, reader), *_cells(snips, reader)]


def _place(
    page: PageImage, layout: Layout, hint: PageHint | None, landmarks: Mapping[int, Landmarks]
) -> RegisteredPage | PageFailure:
    if hint is None:
        located = locate(page)
        if isinstance(located, PageFailure):
            return located
        return register(located, layout, landmarks.get(located.sheet.page))
    places = locate_by_hand(page, hint)
    if isinstance(places, PageFailure):
        return places
    if rests_on_clicks(places[0]):
        return register_by_rules(places, layout)
    return register(places[0], layout, landmarks.get(places[0].sheet.page))


def _ticks(snips: Snips, reader: Reader) -> Iterator[SheetBox]:
    seen = np.clip(tick_inputs(snips.tick)[:, 0] * 255, 0, 255).astype(np.uint8)
    posteriors = reader.ticks.read(snips.tick)
    for (name, code), paper, small, posterior in zip(
        snips.tick_keys, snips.tick, seen, posteriors, strict=True
    ):
        if posterior["empty"] < SURELY_EMPTY:
            yield SheetBox(f"{name} {code}", paper, None, small, posterior)


@dataclass(frozen=True, slots=True)
class CutCells:
    """All character boxes of a page as they went through the reader, in the order of the layout.

    Attributes:
        keys: (field name, number of the box from 0).
        snips: uint8 (C, 84, 70) as they were cut, 255 = paper, rules visible.
        ink: what was lifted out of them.
        reading: what the network reads in each.
    """

    keys: tuple[tuple[str, int], ...]
    snips: Gray
    ink: CellInk
    reading: CellReadings


def cut_cells(
    page: PageImage,
    layout: Layout,
    reader: Reader,
    hint: PageHint | None = None,
    landmarks: Mapping[int, Landmarks] | None = None,
) -> CutCells | PageFailure:
    """Cut and read the character boxes of a page again, as `cut_page` does; blank ones, too."""
    registered = _place(page, layout, hint, landmarks or {})
    if isinstance(registered, PageFailure):
        return registered
    return _read_cells(cut_snips(registered), reader)


def _read_cells(snips: Snips, reader: Reader) -> CutCells:
    page = snips.page.located.sheet.page
    fields = {field.name: field for field in snips.page.layout.by_page[page]}
    ink = lift_ink(snips.cell)
    own = [fields[name] for name, _ in snips.cell_keys]
    reading = reader.characters.read_cells(ink, [f.kind for f in own], [f.alphabet for f in own])
    return CutCells(snips.cell_keys, snips.cell, ink, reading)


def _cells(snips: Snips, reader: Reader) -> Iterator[SheetBox]:
    cut = _read_cells(snips, reader)
    ink, reading = cut.ink, cut.reading
    seen = normalise(ink.ink).inputs[:, 0]
    for row, (name, number) in enumerate(snips.cell_keys):
        if ink.level[row] > 0 or ink.trace[row] >= NEARLY_INK:
            yield SheetBox(
                f"{name} {number + 1}",
                snips.cell[row],
                ink.ink[row],
                seen[row],
                reading.posteriors[row],
                reading.flags[row],
            )
