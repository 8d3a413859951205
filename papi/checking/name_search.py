"""Likeliest lines of a name, by ink and by letters that follow each other in names.

Knows box posteriors and a name model. Must not know fields, printed values or thresholds. The
search keeps beginnings that are likely by both, and beside them those likeliest by ink alone, so
that a name nobody bears yet stays readable. Cost: 0.5-2 ms for 24 boxes with 15 letters.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from operator import itemgetter

from papi.checking.fillers import FILL, SPACE
from papi.checking.name_model import NameModel
from papi.model.evidence import BLANK, FILLER, JUNK, Posterior

FAINTEST = 1e-4
"""Symbols rarer than this in a box are not searched for."""
SMALLEST = 1e-6
"""Beginnings this much rarer by ink than the likeliest are dropped."""
NEARLY_BLANK = 0.9
"""From this P(blank), a box amid such boxes is taken for empty: no letter stands so faint."""
_INK_BEAM = 12
"""Beginnings kept for their ink alone."""
_BREAKS = {SPACE, FILL}

_Line = tuple[str, float, float, str]
"""Symbols so far, probability by ink, probability of the finished words, the word begun."""
_JOINT, _SHARE = itemgetter(0), itemgetter(1)


def likeliest_names(
    cells: Sequence[Posterior], model: NameModel, beam: int
) -> list[tuple[str, float]]:
    """Return the likeliest lines of box symbols of a field of capitals, in no order.

    Args:
        cells: a posterior per box.
        model: how likely words are.
        beam: lines kept for ink and model together.

    Returns:
        (line, probability by ink given that each box holds a character); what they lack to 1 is the
        mass of lines not listed.
    """
    lines: list[_Line] = [("", 1.0, 1.0, "")]
    for box in _boxes(cells):
        floor = SMALLEST * max(line[1] for line in lines)
        grown = []
        for line in lines:
            for symbol, share in box:
                if line[1] * share < floor:
                    break
                grown.append(_grow(line, symbol, share, model))
        lines = [line for _, line in _choose(grown, beam)]
    return [(text, ink) for text, ink, _, _ in lines]


def _boxes(cells: Sequence[Posterior]) -> list[list[tuple[str, float]]]:
    """Return the symbols of each box that are worth a search, given that it holds a character."""
    silent = [True, *(cell.get(BLANK, 0.0) >= NEARLY_BLANK for cell in cells), True]
    return [
        [(SPACE, 1.0)] if silent[i] and silent[i + 1] and silent[i + 2] else _symbols(cell)
        for i, cell in enumerate(cells)
    ]


def _symbols(cell: Posterior) -> list[tuple[str, float]]:
    places = {BLANK: SPACE, FILLER: FILL}
    found = [(places.get(s, s), p) for s, p in cell.items() if s != JUNK and not s.isdigit()]
    total = sum(p for _, p in found)
    if total <= 0.0:
        return [(SPACE, 1.0)]
    worth = [(symbol, p / total) for symbol, p in found if p >= FAINTEST * total]
    return sorted(worth, key=_SHARE, reverse=True)


def _grow(line: _Line, symbol: str, share: float, model: NameModel) -> tuple[float, _Line]:
    text, ink, done, word = line
    ink *= share
    if symbol in _BREAKS:
        if word:
            done *= model.word(word)
        return ink * done, (text + symbol, ink, done, "")
    word += symbol
    return ink * done * model.beginning(word), (text + symbol, ink, done, word)


def _choose(grown: list[tuple[float, _Line]], beam: int) -> list[tuple[float, _Line]]:
    if len(grown) <= beam:
        return grown
    likeliest = heapq.nlargest(beam, grown, key=_JOINT)
    taken = {line[0] for _, line in likeliest}
    by_ink = heapq.nlargest(_INK_BEAM, grown, key=lambda item: item[1][1])
    return likeliest + [item for item in by_ink if item[1][0] not in taken]
