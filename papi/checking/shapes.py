"""How the boxes of a number are used: which lines of digits, blanks and fillers are regular.

Knows that officers write a number in one piece and cross out only boxes that stay unused, all of
them alike and at one end. Everything else keeps a weight: how often people do it all the same.
Must not know fields, rules or probabilities of ink: a filler inside a number is a digit struck out,
rare but never impossible.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

BLANK_BOX, FILLED_BOX = " ", "~"
"""How an empty box and a crossed-out one stand among the symbols of a box."""
_SILENT = frozenset({BLANK_BOX, FILLED_BOX})
SMALLEST = 1e-6
"""Beginnings this much rarer than the best are left out."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Weights of irregular lines, 0..1; 1 = boxes independent.

    Attributes:
        filler_inside: a crossed-out box between digits.
        gap: an empty box between digits.
        mixed: unused boxes that are not alike, or fillers at both ends.
    """

    filler_inside: float = 1.0
    gap: float = 1.0
    mixed: float = 1.0


Line = tuple[str, int, float]
"""Digits so far, state, and the smallest weight met: one slip explains all."""
Symbols = Sequence[tuple[str, float]]

_START, _BLANKS, _FILLERS, _BOTH, _PLAIN, _AFTER_BLANKS, _AFTER_FILLERS = range(7)
_THEN_BLANKS, _THEN_FILLERS, _THEN_BOTH = range(7, 10)
_DIGIT = "0"

_NEXT: Mapping[int, Mapping[str, tuple[int, str]]] = MappingProxyType(
    {
        _START: {_DIGIT: (_PLAIN, ""), " ": (_BLANKS, ""), "~": (_FILLERS, "")},
        _BLANKS: {_DIGIT: (_AFTER_BLANKS, ""), " ": (_BLANKS, ""), "~": (_BOTH, "")},
        _FILLERS: {_DIGIT: (_AFTER_FILLERS, ""), " ": (_BOTH, ""), "~": (_FILLERS, "")},
        _BOTH: {_DIGIT: (_PLAIN, "mixed"), " ": (_BOTH, ""), "~": (_BOTH, "")},
        _PLAIN: {_DIGIT: (_PLAIN, ""), " ": (_THEN_BLANKS, ""), "~": (_THEN_FILLERS, "")},
        _AFTER_BLANKS: {
            _DIGIT: (_AFTER_BLANKS, ""),
            " ": (_THEN_BLANKS, ""),
            "~": (_THEN_FILLERS, "mixed"),
        },
        _AFTER_FILLERS: {
            _DIGIT: (_AFTER_FILLERS, ""),
            " ": (_THEN_BLANKS, "mixed"),
            "~": (_THEN_FILLERS, "mixed"),
        },
        _THEN_BLANKS: {
            _DIGIT: (_PLAIN, "gap"),
            " ": (_THEN_BLANKS, ""),
            "~": (_THEN_BOTH, "mixed"),
        },
        _THEN_FILLERS: {
            _DIGIT: (_PLAIN, "filler_inside"),
            " ": (_THEN_BOTH, "mixed"),
            "~": (_THEN_FILLERS, ""),
        },
        _THEN_BOTH: {
            _DIGIT: (_PLAIN, "filler_inside"),
            " ": (_THEN_BOTH, ""),
            "~": (_THEN_BOTH, ""),
        },
    }
)
"""State, then what the box holds -> the next state and the slip it takes. A field without digits
is empty, whatever was crossed out: nothing is charged before a digit follows."""


def likeliest_numbers(
    boxes: Iterable[Symbols], beam: int, shapes: Shapes
) -> dict[str, list[tuple[float, float]]]:
    """Return the likeliest values, each with (probability by ink, weight of its shape) parts.

    Args:
        boxes: the symbols of each box with their probabilities, likeliest first.
        beam: beginnings kept.
        shapes: weights of irregular lines.
    """
    lines: dict[Line, float] = {("", _START, 1.0): 1.0}
    for symbols in boxes:
        lines = _grown(lines, symbols, shapes)
        if len(lines) > beam:
            kept = heapq.nlargest(beam, lines.items(), key=lambda item: item[1] * item[0][2])
            lines = dict(kept)
    values: dict[str, list[tuple[float, float]]] = {}
    for (text, _, weight), probability in lines.items():
        values.setdefault(text, []).append((probability, weight))
    return values


def _grown(lines: Mapping[Line, float], symbols: Symbols, shapes: Shapes) -> dict[Line, float]:
    """Add one box to every beginning."""
    floor = SMALLEST * max([p * line[2] for line, p in lines.items()], default=0.0)
    grown: dict[Line, float] = {}
    for (text, state, weight), probability in lines.items():
        follows = _NEXT[state]
        after_digit, digit_slip = follows[_DIGIT]
        least_digit = min(weight, getattr(shapes, digit_slip)) if digit_slip else weight
        for symbol, share in symbols:
            joint = probability * share
            if joint * weight < floor:
                break
            if symbol in _SILENT:
                after, slip = follows[symbol]
                key = (text, after, min(weight, getattr(shapes, slip)) if slip else weight)
            else:
                key = (text + symbol, after_digit, least_digit)
            grown[key] = grown.get(key, 0.0) + joint
    return grown
