"""Read single boxes of any image by their corners: the reader on paper PAPI did not print.

Knows the same stages as `read_page`, without a page: cut, lift, read. Must not know layouts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from papi.imaging.cut import lift_ink
from papi.imaging.quads import place_boxes
from papi.model.evidence import JUNK, Posterior
from papi.model.layout import FieldKind
from papi.model.page import Gray
from papi.reading.fields import Reader

BoxKind = Literal["tick", "digit", "capital"]
NONE = "none"
"""What the contract calls a box that holds no character."""
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
    readings: list[BoxReading | None] = [None] * len(boxes)
    ticks = [n for n, box in enumerate(boxes) if box.kind == "tick"]
    cells = [n for n, box in enumerate(boxes) if box.kind != "tick"]
    for number, posterior in zip(ticks, _read_ticks(gray, boxes, ticks, reader), strict=True):
        readings[number] = _reading(posterior)
    for number, posterior in zip(cells, _read_cells(gray, boxes, cells, reader), strict=True):
        readings[number] = _reading(posterior)
    return [reading for reading in readings if reading is not None]


def _quads(
    boxes: Sequence[QuadBox], chosen: Sequence[int]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([boxes[n].corners for n in chosen], dtype=np.float64).reshape(-1, 4, 2)


def _read_ticks(
    gray: Gray, boxes: Sequence[QuadBox], chosen: Sequence[int], reader: Reader
) -> list[Posterior]:
    return reader.ticks.read(place_boxes(gray, _quads(boxes, chosen), "tick"))


def _read_cells(
    gray: Gray, boxes: Sequence[QuadBox], chosen: Sequence[int], reader: Reader
) -> Sequence[Posterior]:
    ink = lift_ink(place_boxes(gray, _quads(boxes, chosen), "cell"))
    kinds = [_FIELD_KIND[boxes[n].kind] for n in chosen]
    return reader.characters.read_cells(ink, kinds, [None] * len(chosen)).posteriors


def _reading(posterior: Posterior) -> BoxReading:
    named = [(NONE if symbol == JUNK else symbol, p) for symbol, p in posterior.items()]
    ranked = sorted(named, key=lambda item: -item[1])[:SHOWN]
    return BoxReading(ranked[0][0], ranked[0][1], tuple(ranked))
