"""From box posteriors to a distribution over what was written, by ink alone.

Knows boxes, blanks, fillers and scrawls. Must not know rules, code lists or people: what is known
about a value besides its ink enters in `priors`. Characters are independent here, and how the boxes
of a number are used is weighed in `shapes`; the search keeps the `beam` likeliest beginnings, so
listed probabilities are exact or a little too small, never too big.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import prod
from operator import itemgetter

from papi.checking.fillers import FILL, SPACE, line_values
from papi.checking.shapes import SMALLEST, Shapes, likeliest_numbers
from papi.model.evidence import BLANK, FILLER, JUNK, Posterior
from papi.model.sheet import CROCKFORD

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CAPITALS = LETTERS + "-'."
NEARLY_BLANK = 0.9
"""From this P(blank) a box counts as empty for its neighbours."""
CLEARLY_BLANK = 0.97
"""From this P(blank) in every box, two written boxes at once are not searched for."""
_ROUNDING = 0.02
"""A posterior may sum this far below 1 by rounding; what lacks beyond that counts as junk."""

Weighted = dict[str, float]
Expand = Callable[[str], Weighted]
Places = Mapping[str, str]
"""Symbol -> what it adds to the line; other symbols must be in the field's alphabet."""

_SILENT = frozenset({BLANK, JUNK})
_INDEPENDENT = Shapes()
_UNUSED: Places = {BLANK: SPACE} | dict.fromkeys((FILLER, "-", "/"), FILL)
_DIGITS: Places = {d: d for d in DIGITS} | {**_UNUSED, "X": FILL}
_CODE: Places = {s: s for s in DIGITS + LETTERS} | {**_UNUSED}
_FORM_ID: Places = {s: s for s in CROCKFORD} | {**_UNUSED, "I": "1", "L": "1", "O": "0"}
_CAPITALS: Places = {s: s for s in CAPITALS} | {BLANK: SPACE, FILLER: FILL}


@dataclass(frozen=True, slots=True)
class InkReading:
    """What the ink of one field says before anything else is asked.

    Attributes:
        values: (value, probability), best first; they sum to at most 1.
        junk: P(some box holds no character).
        worst: the same of the worst box.
        gap: by ink alone, an empty or crossed-out box stands inside a number or code, or a
            crossed-out one inside a line of capitals.
        rest: probability of all values not listed.
        slips: of values that need an irregular use of the boxes, the parts that do: (probability by
            ink, weight of the slip); `values` counts them at their weight.
        written: how many boxes hold a character rather than anything else, by ink alone.
    """

    values: tuple[tuple[str, float], ...]
    junk: float
    worst: float
    gap: bool
    rest: float
    slips: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    written: int = 0


@dataclass(frozen=True, slots=True)
class _Box:
    """One box: what it may add to the line, best first; P(empty); P(no character)."""

    symbols: tuple[tuple[str, float], ...]
    blank: float
    junk: float


def read_digits(
    cells: Sequence[Posterior], beam: int, isolated: float = 1.0, shapes: Shapes = _INDEPENDENT
) -> InkReading:
    """Decode a digit field: digits left to right, fillers and blanks dropped, zeros kept.

    Args:
        cells: a posterior per box.
        beam: beginnings kept while decoding.
        isolated: weight of ink in a nearly blank box between blank boxes (1 = boxes independent).
        shapes: weights of irregular lines.
    """
    return _number(_boxes(cells, _DIGITS, isolated), beam, shapes)


def read_code(
    cells: Sequence[Posterior],
    beam: int,
    isolated: float = 1.0,
    shapes: Shapes = _INDEPENDENT,
    *,
    form_id: bool,
) -> InkReading:
    """Decode letters and digits; for form ids I, L and O are read as Crockford's 1, 1 and 0."""
    places = _FORM_ID if form_id else _CODE
    return _number(_boxes(cells, places, isolated), beam, shapes)


def read_capitals(cells: Sequence[Posterior], beam: int, isolated: float = 1.0) -> InkReading:
    """Decode a line of capitals: inner blanks are one space, blank or filled ends dropped."""
    return _line(_boxes(cells, _CAPITALS, isolated), beam, line_values)


def _boxes(cells: Sequence[Posterior], places: Places, isolated: float) -> list[_Box]:
    """Sort all boxes, and weigh down faint ink that stands alone.

    Nobody writes one faint letter amid empty boxes, and a field is either faint as a whole or not:
    so twenty blank boxes are not twenty chances to have missed something. In a field that is blank
    throughout, the box that came nearest to holding ink keeps its say.
    """
    boxes = [_box(cell, places) for cell in cells]
    if isolated >= 1.0 or len(boxes) < 2:
        return boxes
    silent = [True, *(box.blank >= NEARLY_BLANK for box in boxes), True]
    alone = [i for i in range(len(boxes)) if silent[i] and silent[i + 1] and silent[i + 2]]
    if len(alone) == len(boxes):
        alone.remove(min(alone, key=lambda i: boxes[i].blank))
    for i in alone:
        boxes[i] = _weighed_down(boxes[i], isolated)
    return boxes


def _weighed_down(box: _Box, weight: float) -> _Box:
    total = box.blank + weight * (1.0 - box.blank)
    symbols = tuple(
        (symbol, (p if rank == 0 else weight * p) / total)
        for rank, (symbol, p) in enumerate(box.symbols)
    )
    return _Box(symbols, box.blank / total, weight * box.junk / total)


def _box(cell: Posterior, places: Places) -> _Box:
    """Sort a posterior's symbols; those outside `places` are no character here."""
    if len(cell) == len(_SILENT) and cell.keys() == _SILENT:
        return _silent_box(cell[BLANK], cell[JUNK])
    total = sum(cell.values())
    scale = 1.0 / total if total > 1.0 - _ROUNDING else 1.0
    symbols: Weighted = {}
    for symbol, probability in cell.items():
        place = places.get(symbol)
        if place is not None:
            symbols[place] = symbols.get(place, 0.0) + probability * scale
    ordered = sorted(symbols.items(), key=itemgetter(1), reverse=True)
    junk = max(0.0, 1.0 - sum(symbols.values()))
    return _Box(tuple(ordered), symbols.get(places[BLANK], 0.0), junk)


@lru_cache(maxsize=4096)
def _silent_box(blank: float, junk: float) -> _Box:
    """Return the box of a posterior that holds nothing else: half of all boxes."""
    total = blank + junk
    share = blank * (1.0 / total) if total > 1.0 - _ROUNDING else blank
    return _Box(((SPACE, share),), share, max(0.0, 1.0 - share))


def _line(boxes: Sequence[_Box], beam: int, expand: Expand) -> InkReading:
    """Read a line of capitals: every line of symbols, expanded to what it may mean."""
    lines = _almost_blank(boxes) if _is_silent(boxes) else _likeliest_lines(boxes, beam)
    values: Weighted = {}
    for line, probability in lines.items():
        for value, share in expand(line).items():
            values[value] = values.get(value, 0.0) + probability * share
    read = _reading(boxes, values, {}, sum(values.values()))
    return replace(read, gap=_is_struck(boxes))


def _is_struck(boxes: Sequence[_Box]) -> bool:
    """Tell whether by ink alone a box is crossed out between letters; an empty one is a space."""
    line = "".join(box.symbols[0][0] if box.symbols else SPACE for box in boxes)
    return FILL in line.strip(SPACE + FILL + "X-")


def _number(boxes: Sequence[_Box], beam: int, shapes: Shapes) -> InkReading:
    """Read a number or code: how its boxes are used is weighed, value by value."""
    if _is_silent(boxes):
        plain = _almost_blank(boxes)
        plain[""] += plain.pop(FILL, 0.0)
        return _reading(boxes, plain, {}, sum(plain.values()))
    parts = likeliest_numbers((box.symbols for box in boxes), beam, shapes)
    values = {value: sum(p * w for p, w in found) for value, found in parts.items()}
    slips = {value: tuple((p, w) for p, w in found if w < 1.0) for value, found in parts.items()}
    listed = sum(p for found in parts.values() for p, _ in found)
    return _reading(boxes, values, {v: found for v, found in slips.items() if found}, listed)


def _reading(
    boxes: Sequence[_Box],
    values: Weighted,
    slips: Mapping[str, tuple[tuple[float, float], ...]],
    listed: float,
) -> InkReading:
    junk = 1.0 - prod(1.0 - box.junk for box in boxes)
    written = [bool(box.symbols) and box.symbols[0][0] not in {SPACE, FILL} for box in boxes]
    used = "".join("1" if w else "0" for w in written)
    return InkReading(
        values=tuple(sorted(values.items(), key=itemgetter(1), reverse=True)),
        junk=junk,
        worst=max((box.junk for box in boxes), default=0.0),
        gap="0" in used.strip("0"),
        rest=max(0.0, 1.0 - junk - listed),
        slips=slips,
        written=sum(written),
    )


def _is_silent(boxes: Sequence[_Box]) -> bool:
    return all(box.blank >= CLEARLY_BLANK for box in boxes)


def _almost_blank(boxes: Sequence[_Box]) -> Weighted:
    """Return the empty line and all lines with one box that is not empty."""
    blank = prod(box.blank for box in boxes)
    lines: Weighted = {"": blank}
    for box in boxes:
        for symbol, probability in box.symbols:
            if symbol != SPACE:
                lines[symbol] = lines.get(symbol, 0.0) + blank / box.blank * probability
    return lines


def _likeliest_lines(boxes: Sequence[_Box], beam: int) -> Weighted:
    """Return the `beam` likeliest lines (exact up to what the beam drops)."""
    lines: Weighted = {"": 1.0}
    for box in boxes:
        floor = SMALLEST * max(lines.values(), default=0.0)
        grown: Weighted = {}
        for line, probability in lines.items():
            for symbol, share in box.symbols:
                joint = probability * share
                if joint < floor:
                    break
                key = line + symbol
                grown[key] = grown.get(key, 0.0) + joint
        if len(grown) > beam:
            grown = dict(heapq.nlargest(beam, grown.items(), key=itemgetter(1)))
        lines = grown
    return lines
