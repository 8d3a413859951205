"""Tick boxes of one question together: from the four states of each to what was answered.

Knows empty, marked, cancelled and doubtful. Must not know what the codes mean. Each box was read as
if it stood alone; together they weigh by how people answer a question: one mark is usual, two are
rare (`marks` weight), a mark taken back without another is rarer still, and dirt or a rubbed-out
mark beside a clear answer is seldom a second one. Nothing is excluded.
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
LONE_CANCELLED = 0.05
"""Weight of "a mark was taken back and nothing else marked". A box read alone takes one mark in 40
for taken back; of those, people leave about one in 20 without another mark, while one person in 20
shades boxes as if blackening them."""
QUIET = 0.4
"""Share of doubtful boxes that say nothing where another box is clearly marked; the rest may be a
second answer. Not used in critical fields: there a doubtful box is always looked at."""


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


@dataclass(frozen=True, slots=True)
class _Weights:
    """What a single-choice question can say, weighed by how people answer; not yet normalised.

    Attributes:
        blank: nothing was marked.
        answers: this box alone was marked, by code.
        taken_back: marks were taken back and none is left.
        several: two or more are marked.
        doubtful: a person must look.
    """

    blank: float
    answers: Mapping[str, float]
    taken_back: float
    several: float
    doubtful: float

    @staticmethod
    def of(boxes: Sequence[_Tick], rarely: float, *, critical: bool) -> _Weights:
        """Weigh. `rarely`: how often people mark two boxes where one is asked."""
        quiet, loud = (0.0, 1.0) if critical else (QUIET, rarely)
        blank, silent = prod(b.empty for b in boxes), prod(b.silent for b in boxes)
        clear = prod(1.0 - b.doubtful for b in boxes)
        alone = sum(_alone(boxes, 0.0).values())
        answers = _alone(boxes, quiet)
        with_doubt = sum(_alone(boxes, 1.0).values()) - alone
        said = sum(answers.values()) - alone
        unmarked = prod(b.silent + b.doubtful for b in boxes) - silent
        crowd = 1.0 - clear - unmarked - with_doubt
        doubtful = unmarked + loud * (with_doubt - said) + rarely * crowd
        return _Weights(
            blank,
            answers,
            LONE_CANCELLED * max(0.0, silent - blank),
            rarely * max(0.0, clear - alone - silent),
            max(0.0, doubtful),
        )

    @property
    def total(self) -> float:
        answers = sum(self.answers.values())
        return self.blank + answers + self.taken_back + self.several + self.doubtful


def _alone(boxes: Sequence[_Tick], quiet: float) -> dict[str, float]:
    """Return P(this box is marked, others say nothing) per code; `quiet` of doubtful ones do."""
    return {
        box.code: box.marked
        * prod(other.silent + quiet * other.doubtful for other in boxes if other is not box)
        for box in boxes
    }


def _read_single(boxes: Sequence[_Tick], settings: Decoding, *, critical: bool) -> ChoiceReading:
    rarely = settings.exceptions.marks
    weights = _Weights.of(boxes, rarely, critical=critical)
    total = weights.total
    if total <= 0.0:
        return ChoiceReading((("", 0.0),), (DOUBTFUL_MARK,))
    values = {"": weights.blank / total}
    values |= {code: weight / total for code, weight in weights.answers.items()}
    values |= {code: rarely * weight / total for code, weight in _pair_weights(boxes).items()}
    # A mark struck through with no other: taken back, or filled heavily? Half for each.
    cancelled = max(sum(box.cancelled for box in boxes), 1e-12)
    for box in boxes:
        half = weights.taken_back * box.cancelled / cancelled / 2 / total
        values[box.code] += half
        values[""] += half
    reasons = _reasons(
        settings,
        several=weights.several / total,
        doubtful=(weights.doubtful + weights.taken_back) / total,
        cancelled=_any_cancelled(boxes) if critical else 0.0,
    )
    return ChoiceReading(_ranked(values, settings.top), reasons)


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
