"""Read single boxes of any image by their corners: the reader on paper PAPI did not print.

Knows the same stages as `read_page`, without a page: cut, lift, read. Must not know layouts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from papi.imaging.cut import lift_ink
from papi.imaging.quads import place_boxes, sides_of
from papi.imaging.shared_print import remove_shared_print
from papi.model.evidence import JUNK, Posterior
from papi.model.layout import FieldKind
from papi.model.page import Gray
from papi.pipeline.snip_sheet import NONE, SheetBox
from papi.reading.fields import Reader
from papi.reading.normalise import normalise
from papi.reading.ticks import tick_inputs

BoxKind = Literal["tick", "digit", "capital"]
SHOWN = 5
_FIELD_KIND = {"digit": FieldKind.DIGITS, "capital": FieldKind.CAPITALS}


@dataclass(frozen=True, slots=True)
class QuadBox:
    """One box: corners (x, y) in px, clockwise from its top left, and what it holds."""

    corners: tuple[tuple[float, float], ...]
    kind: BoxKind


@dataclass(frozen=True, slots=True)
class BoxReading:
    """What a box says: value, probability, candidates best first."""

    value: str
    probability: float
    candidates: tuple[tuple[str, float], ...]


def read_boxes(gray: Gray, boxes: Sequence[QuadBox], reader: Reader) -> list[BoxReading]:
    """Read boxes of one image.

    Args:
        gray: uint8 (H, W), any size and scale.
        boxes: corners at the outer edge of each box's rule.
        reader: the networks.

    Returns:
        A reading for each box, in the same order.
    """
    return [reading_of(box.posterior) for box in cut_boxes(gray, boxes, reader)]


def cut_boxes(gray: Gray, boxes: Sequence[QuadBox], reader: Reader) -> list[SheetBox]:
    """Read boxes of one image; return each with what was cut, lifted and seen of it."""
    ticks = [n for n, box in enumerate(boxes) if box.kind == "tick"]
    cells = [n for n, box in enumerate(boxes) if box.kind != "tick"]
    found = {
        **dict(zip(ticks, _read_ticks(gray, boxes, ticks, reader), strict=True)),
        **dict(zip(cells, _read_cells(gray, boxes, cells, reader), strict=True)),
    }
    return [found[number] for number in range(len(boxes))]


def _quads(
    boxes: Sequence[QuadBox], chosen: Sequence[int]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([boxes[n].corners for n in chosen], dtype=np.float64).reshape(-1, 4, 2)


def _name(boxes: Sequence[QuadBox], number: int) -> str:
    return f"{number + 1} {boxes[number].kind}"


def _read_ticks(
    gray: Gray, boxes: Sequence[QuadBox], chosen: Sequence[int], reader: Reader
) -> list[SheetBox]:
    snips = place_boxes(gray, _quads(boxes, chosen), "tick")
    seen = np.clip(tick_inputs(snips)[:, 0] * 255, 0, 255).astype(np.uint8)
    return [
        SheetBox(_name(boxes, number), snips[row], None, seen[row], posterior)
        for row, (number, posterior) in enumerate(
            zip(chosen, reader.ticks.read(snips), strict=True)
        )
    ]


def _read_cells(
    gray: Gray, boxes: Sequence[QuadBox], chosen: Sequence[int], reader: Reader
) -> list[SheetBox]:
    quads = _quads(boxes, chosen)
    snips = place_boxes(gray, quads, "cell")
    ink = lift_ink(remove_shared_print(snips, sides_of(quads)))
    seen = normalise(ink.ink).inputs[:, 0]
    kinds = [_FIELD_KIND[boxes[n].kind] for n in chosen]
    reading = reader.characters.read_cells(ink, kinds, [None] * len(chosen))
    return [
        SheetBox(
            _name(boxes, number),
            snips[row],
            ink.ink[row],
            seen[row],
            reading.posteriors[row],
            reading.flags[row],
        )
        for row, number in enumerate(chosen)
    ]


def reading_of(posterior: Posterior) -> BoxReading:
    """Say what a box's posterior says in the words of the contract."""
    named = [(NONE if symbol == JUNK else symbol, p) for symbol, p in posterior.items()]
    ranked = sorted(named, key=lambda item: -item[1])[:SHOWN]
    return BoxReading(ranked[0][0], ranked[0][1], tuple(ranked))
