"""A chart of dots with their intervals beside a target, on a logarithmic scale.

Knows geometry. Must not know what the shares are of. No inline style: shapes carry classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format

from papi.office.quality_estimate import Share

LEAST, MOST = 1e-5, 1.0
"""Ends of the scale: 0.001 % and all."""
WIDTH, LABEL, END = 1240, 300, 40
"""Units of the whole, of what stands before the scale, and behind it."""
ROW, TOP, BOTTOM = 26, 8, 26


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One row to draw.

    Attributes:
        label: what it is.
        share: dot and interval.
        target: a stroke, None for no one.
        style: class of its colour.
        hint: the figures in words.
    """

    label: str
    share: Share
    target: float | None
    style: str
    hint: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row as it is drawn; x and y in units of the chart."""

    row: ChartRow
    y: float
    text_y: float
    dot: float
    low: float
    high: float
    target: float | None


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """Everything the template draws."""

    rows: tuple[Drawn, ...]
    marks: tuple[tuple[float, str], ...]
    width: int
    height: int
    left: int
    base: int
    text: int


def interval_chart(rows: Sequence[ChartRow]) -> IntervalChart:
    """Lay rows out from top to bottom."""
    drawn = [_drawn(row, TOP + ROW * (place + 0.5)) for place, row in enumerate(rows)]
    base = TOP + ROW * len(rows)
    decades = range(round(math.log10(LEAST)), round(math.log10(MOST)) + 1)
    marks = tuple((_x(10.0**power), _decade(power + 2)) for power in decades)
    return IntervalChart(tuple(drawn), marks, WIDTH, base + BOTTOM, LABEL, base, base + BOTTOM - 8)


def _decade(power: int) -> str:
    return f"{number_format(10.0**power, max(0, -power))} %"


def _drawn(row: ChartRow, y: float) -> Drawn:
    target = None if row.target is None else _x(row.target)
    low, high = _x(row.share.low), _x(row.share.high)
    return Drawn(row, y, y + 5, _x(row.share.point or 0.0), low, high, target)


def _x(share: float) -> float:
    """Return where a share stands; what is below the scale stands at its beginning."""
    span = math.log10(MOST / LEAST)
    place = math.log10(max(share, LEAST) / LEAST) / span
    return round(LABEL + place * (WIDTH - LABEL - END), 1)
