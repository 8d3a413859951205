"""All snips of a page -> evidence per field.

Knows which reader a kind of field wants and how to join boxes back into fields. Must not know
rules, the pre-list or whose form it is.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from papi.errors import InstallationDamaged
from papi.model.evidence import BLANK, JUNK, FieldEvidence, Posterior
from papi.model.ink import INK_LEFT, INK_RIGHT, CellInk
from papi.model.layout import CELL_KINDS, LayoutField
from papi.model.page import Snips
from papi.reading.beside import strokes_of_nobody
from papi.reading.characters import CharacterReader
from papi.reading.tick_fields import read_ticks
from papi.reading.ticks import TickReader

INK_HALF_MM2 = 1.5
"""Ink area at which writing and dirt are equally likely in a text or signature field. The shortest
word or initials leave about 5 mm2 (0.4 mm pen, 12 mm of line); a 1 mm spot leaves 0.8 mm2."""
INK_SLOPE = 4.0
"""Steepness in ln(area): 5 mm2 of ink is then writing with 0.99, 0.5 mm2 with 0.01."""
STRIPE = "stripe"
"""Flag of a character box that holds ink where a stripe of the scanner runs."""
BESIDE = "beside"
"""Flag of a blank character box with a stroke beside it that no other box answers for."""
MISSED: Posterior = {BLANK: 0.8, JUNK: 0.2}
"""What such a box holds: blank as it looks, or what was written beside it; a person looks."""
_STILL_BLANK = 0.95
"""P(blank) from which the stripe left no ink in the box."""


@dataclass(frozen=True)
class Reader:
    """The networks a worker holds."""

    characters: CharacterReader
    ticks: TickReader

    @staticmethod
    @cache
    def load() -> Reader:
        """Load both networks (about 0.1 s), once per process.

        Raises:
            InstallationDamaged: a network is missing or cannot be loaded.
        """
        try:
            return Reader(CharacterReader.load(), TickReader.load())
        except Exception as error:  # onnxruntime has no common base class for what may be wrong
            raise InstallationDamaged(
                f"The networks that read forms cannot be loaded ({type(error).__name__})."
            ) from error

    @property
    def provenance(self) -> dict[str, str]:
        """Return sha256 of each model file."""
        return {"characters": self.characters.sha256, "ticks": self.ticks.sha256}


def ink_probability(area_mm2: float) -> float:
    """Return P(somebody wrote here) of an ink area in mm2."""
    if area_mm2 <= 0:
        return 0.0
    return 1 / (1 + math.exp(-INK_SLOPE * math.log(area_mm2 / INK_HALF_MM2)))


def read_fields(
    snips: Snips,
    ink: CellInk,
    reader: Reader,
    striped: NDArray[np.bool_] | None = None,
    covered: NDArray[np.bool_] | None = None,
) -> dict[str, FieldEvidence]:
    """Read every field of a page.

    Args:
        snips: all boxes of the page.
        ink: what was lifted from its character boxes.
        reader: the networks.
        striped: bool (ticks + cells,), boxes a stripe of the scanner runs through.
        covered: bool (ticks,), tick boxes whose rule is not there.

    Returns:
        Evidence by field name, fields without ink included. About 90 us per written box.
    """
    fields = snips.page.layout.by_page[snips.page.located.sheet.page]
    ticks = len(snips.tick_keys)
    struck = np.zeros(ticks + len(snips.cell_keys), bool) if striped is None else striped
    evidence = {i.name: i for i in _cell_fields(snips, ink, reader, fields, struck[ticks:])}
    hidden = np.zeros(ticks, bool) if covered is None else covered
    states = read_ticks(
        snips.tick_keys,
        snips.tick,
        reader.ticks,
        striped=struck[:ticks],
        covered=hidden,
        places=tick_places(fields, snips.tick_keys),
    )
    evidence |= {name: FieldEvidence(name, ticks=found) for name, found in states.items()}
    for name, area in snips.ink.items():
        evidence[name] = FieldEvidence(name, ink=area, ink_present=ink_probability(area))
    return {field.name: evidence[field.name] for field in fields}


def tick_places(
    fields: Iterable[LayoutField], keys: Iterable[tuple[str, str]]
) -> NDArray[np.float64]:
    """Return the upper left corner of each tick box (N, 2), mm."""
    boxes = {(f.name, choice.code): choice.box for f in fields for choice in f.choices}
    return np.array([(boxes[key].x, boxes[key].y) for key in keys], np.float64).reshape(-1, 2)


def _cell_fields(
    snips: Snips,
    ink: CellInk,
    reader: Reader,
    fields: tuple[LayoutField, ...],
    struck: NDArray[np.bool_],
) -> Iterator[FieldEvidence]:
    by_name = {field.name: field for field in fields if field.kind in CELL_KINDS}
    kinds = [by_name[name].kind for name, _ in snips.cell_keys]
    alphabets = [by_name[name].alphabet for name, _ in snips.cell_keys]
    reading = reader.characters.read_cells(ink, kinds, alphabets)
    boxes = [by_name[name].cells[number] for name, number in snips.cell_keys]
    missed = strokes_of_nobody(boxes, ink.flags, ink.blank)
    cells: dict[str, list[Posterior]] = defaultdict(list)
    flags: dict[str, set[str]] = defaultdict(set)
    for (name, _), posterior, marks, stripe, beside in zip(
        snips.cell_keys,
        reading.posteriors,
        reading.flags,
        struck.tolist(),
        missed.tolist(),
        strict=True,
    ):
        cells[name].append(MISSED if beside else posterior)
        flags[name].update(set(marks) - {INK_LEFT, INK_RIGHT})
        if beside:
            flags[name].add(BESIDE)
        if stripe and posterior.get(BLANK, 0.0) < _STILL_BLANK:
            flags[name].add(STRIPE)
    for name in by_name:
        yield FieldEvidence(name, cells=tuple(cells[name]), flags=tuple(sorted(flags[name])))
