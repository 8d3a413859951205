"""How the officer of one form leaves fields empty: seen in its other fields, told to the doubtful.

Knows that one person fills a form, and that whoever leaves nine fields empty seldom crosses out the
tenth: a slanted stroke alone in a field is then a one. Must not know thresholds, rules or records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import prod

from papi.checking.fields import FieldReading
from papi.model.evidence import BLANK, FILLER, FieldEvidence

SEEN = 0.9
"""P from which a field left empty is counted."""
_LEAST = 0.001
"""Doubt smaller than this is left alone."""


def crossing_weight(
    names: Iterable[str],
    readings: Mapping[str, FieldReading],
    evidence: Mapping[str, FieldEvidence],
    floor: float,
) -> float:
    """Return how often this form's unused fields are crossed out rather than left empty.

    Laplace's rule, 1 as long as nothing was seen, and never below `floor`.

    Args:
        names: fields of digits in use that could have been crossed out, alike in what is printed.
        readings: what was read in them.
        evidence: their ink.
        floor: smallest weight.
    """
    empty = [name for name in names if _is_empty(readings[name])]
    crossed = sum(1 for name in empty if _crossed(evidence[name]) > 0.5)
    return max(floor, (crossed + 1) / (len(empty) + 1))


def less_crossed(reading: FieldReading, ink: FieldEvidence, weight: float) -> FieldReading:
    """Return the reading with "crossed out as a whole" weighed down."""
    unused = next((p for value, p in reading.candidates if not value), 0.0)
    if unused < _LEAST or weight >= 1.0:
        return reading
    share = _crossed(ink)
    kept = unused * (1.0 - share * (1.0 - weight))
    total = 1.0 - unused + kept
    candidates = [(value, (p if value else kept) / total) for value, p in reading.candidates]
    candidates.sort(key=lambda item: -item[1])
    return replace(reading, candidates=tuple(candidates))


def _is_empty(reading: FieldReading) -> bool:
    return not reading.value and reading.confidence >= SEEN


def _crossed(ink: FieldEvidence) -> float:
    """P(every box is crossed out), if the field is either that or blank."""
    fillers = prod(cell.get(FILLER, 0.0) for cell in ink.cells)
    blanks = prod(cell.get(BLANK, 0.0) for cell in ink.cells)
    return fillers / (fillers + blanks) if fillers > 0.0 else 0.0
