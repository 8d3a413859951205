"""Tick boxes of one question together: from the four states of each to what was answered.

Knows empty, marked, cancelled and doubtful. Must not know what the codes mean. Boxes are
independent given the ink; two marks in one question are rare (`marks` weight) but never excluded.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from operator import itemgetter

from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, Posterior
from papi.model.layout import LayoutField
from papi.model.recipe import Decoding

MULTIPLE_MARKS = "reading:multiple_marks"
CANCELLED_MARK = "reading:cancelled"
DOUBTFUL_MARK = "reading:doubtful"


@dataclass(frozen=True, slots=True)
class ChoiceReading:
    """What was answered by ticks.

    Attributes:
        values: (code, codes space-joined, or ""; probability), best first; sum at most 1.
        reasons: why a person must look whatever the probability.
    """

    values: tuple[tuple[str, float], ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Tick:
    """One box: P of each state, and of "says nothing" (empty or cancelled)."""

    code: str
    empty: float
    marked: float
    cancelled: float
    doubtful: float

    @property
    def silent(self) -> float:
        return self.empty + self.cancelled


def read_choice(
    field: LayoutField, ticks: Mapping[str, Posterior], settings: Decoding
) -> ChoiceReading:
    """Decode a choice field. A box without evidence counts as doubtful."""
    boxes = [_tick(choice.code, ticks.get(choice.code)) for choice in field.choices]
    if field.multiple:
        return _read_multiple(boxes, settings, critical=field.critical)
    return _read_single(boxes, settings, critical=field.critical)


def _tick(code: str, posterior: Posterior | None) -> _Tick:
    if not posterior:
        return _Tick(code, 0.0, 0.0, 0.0, 1.0)
    total = sum(posterior.values())
    empty, marked, cancelled = (
        posterior.get(state, 0.0) / total for state in (EMPTY, MARKED, CANCELLED)
    )
    return _Tick(code, empty, marked, cancelled, posterior.get(DOUBTFUL, 0.0) / total)


def _read_single(boxes: Sequence[_Tick], settings: Decoding, *, critical: bool) -> ChoiceReading:
    weights = _single_weights(boxes)
    pairs = _pair_weights(boxes)
    eps = settings.exceptions.marks
    blank = prod(box.empty for box in boxes)
    cancelled_alone = max(0.0, prod(box.silent for box in boxes) - blank)
    several = max(0.0, _all_clear(boxes) - sum(weights.values()) - blank - cancelled_alone)
    doubtful = max(0.0, 1.0 - _all_clear(boxes))
    total = blank + cancelled_alone + sum(weights.values()) + eps * several + doubtful
    if total <= 0.0:
        return ChoiceReading((("", 0.0),), (DOUBTFUL_MARK,))
    values = {"": blank / total, **{code: w / total for code, w in weights.items()}}
    values |= {code: eps * w / total for code, w in pairs.items()}
    # A mark struck through with no other: taken back, or filled heavily? Half for each.
    for box in boxes:
        alone = cancelled_alone * box.cancelled / max(sum(b.cancelled for b in boxes), 1e-12)
        values[box.code] += alone / 2 / total
        values[""] += alone / 2 / total
    reasons = _reasons(
        settings,
        several=eps * several / total,
        doubtful=(doubtful + cancelled_alone) / total,
        cancelled=_any_cancelled(boxes) if critical else 0.0,
    )
    return ChoiceReading(_ranked(values, settings.top), reasons)


def _single_weights(boxes: Sequence[_Tick]) -> dict[str, float]:
    """Return P(this box alone is marked, the others say nothing) per code."""
    return {
        box.code: box.marked * prod(other.silent for other in boxes if other is not box)
        for box in boxes
    }


def _pair_weights(boxes: Sequence[_Tick]) -> dict[str, float]:
    """Return P(exactly these two are marked), for boxes that may well be marked."""
    likely = [box for box in boxes if box.marked > 0.01]
    return {
        f"{one.code} {two.code}": one.marked
        * two.marked
        * prod(box.silent for box in boxes if box is not one and box is not two)
        for one, two in combinations(likely, 2)
    }


def _all_clear(boxes: Sequence[_Tick]) -> float:
    return prod(1.0 - box.doubtful for box in boxes)


def _any_cancelled(boxes: Sequence[_Tick]) -> float:
    return 1.0 - prod(1.0 - box.cancelled for box in boxes)


def _read_multiple(boxes: Sequence[_Tick], settings: Decoding, *, critical: bool) -> ChoiceReading:
    """Decode a question with several answers: every subset, best first."""
    subsets: list[tuple[tuple[str, ...], float]] = [((), 1.0)]
    for box in boxes:
        grown = [(codes, p * box.silent) for codes, p in subsets]
        grown += [((*codes, box.code), p * box.marked) for codes, p in subsets]
        subsets = heapq.nlargest(settings.beam, grown, key=itemgetter(1))
    values = {" ".join(codes): p for codes, p in subsets}
    reasons = _reasons(
        settings,
        several=0.0,
        doubtful=1.0 - _all_clear(boxes),
        cancelled=_any_cancelled(boxes) if critical else 0.0,
    )
    return ChoiceReading(_ranked(values, settings.top), reasons)


def _reasons(
    settings: Decoding, *, several: float, doubtful: float, cancelled: float
) -> tuple[str, ...]:
    found = (
        (MULTIPLE_MARKS, several >= settings.doubtful),
        (DOUBTFUL_MARK, doubtful >= settings.doubtful),
        (CANCELLED_MARK, cancelled >= settings.cancelled),
    )
    return tuple(reason for reason, applies in found if applies)


def _ranked(values: Mapping[str, float], top: int) -> tuple[tuple[str, float], ...]:
    ranked = sorted(values.items(), key=itemgetter(1), reverse=True)
    return tuple(item for item in ranked[:top] if item[1] > 0.0) or (("", 0.0),)
