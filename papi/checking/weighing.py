"""Weighing ink against what is known: beliefs lift consistent values, and never force one.

P(value) is proportional to ink(value) x the weights of the beliefs it breaks. A weight is how often
people break that rule, so clear ink always wins. Printed values get a capped lift, and a decision
that such a lift turned is reported, never accepted. Must not know where beliefs come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from papi.checking.decode import InkReading


@dataclass(frozen=True, slots=True)
class Belief:
    """One thing known about a field's value besides its ink.

    Attributes:
        holds: tells whether a value agrees; blank ("") always does.
        weight: how often it is written all the same, 0..1 (1 = no belief).
        share: share of all values that agree; says how much of the unlisted mass may.
        printed: it comes from what the form already says (pre-list, NIK against birth date): if it
            turns the decision, a person looks.
    """

    holds: Callable[[str], bool]
    weight: float
    share: float
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """A distribution over values after weighing.

    Attributes:
        values: (value, probability), best first; they sum to at most 1.
        turned: a printed belief changed which value is best.
    """

    values: tuple[tuple[str, float], ...]
    turned: bool


def weigh(
    ink: InkReading,
    beliefs: Sequence[Belief],
    *,
    top: int,
    lifted: str | None = None,
    lift: float = 1.0,
) -> Weighed:
    """Weigh ink against beliefs.

    Args:
        ink: what the boxes say.
        beliefs: what is known.
        top: how many values to keep.
        lifted: the printed value, if agreeing with it is to count for more; never "".
        lift: its likelihood ratio, >= 1.
    """
    if not ink.values:
        return Weighed((), turned=False)
    plain = [belief for belief in beliefs if not belief.printed]
    printed = [belief for belief in beliefs if belief.printed]
    weights = {value: p * _weight(value, plain) for value, p in ink.values}
    before = max(weights, key=weights.__getitem__)
    rest = ink.rest * _rest_weight(plain)
    for value in weights:
        weights[value] *= _weight(value, printed)
        if lifted and value == lifted:
            weights[value] *= lift
    # Unlisted values could all be the printed kind only if they were written so: same shares.
    rest *= _rest_weight(printed)
    total = sum(weights.values()) + rest + ink.junk
    ranked = sorted(weights.items(), key=itemgetter(1), reverse=True)[:top]
    values = tuple((value, w / total) for value, w in ranked if w > 0) if total > 0 else ()
    return Weighed(values, turned=bool(values) and values[0][0] != before)


def _weight(value: str, beliefs: Sequence[Belief]) -> float:
    weight = 1.0
    if value:
        for belief in beliefs:
            if not belief.holds(value):
                weight *= belief.weight
    return weight


def _rest_weight(beliefs: Sequence[Belief]) -> float:
    weight = 1.0
    for belief in beliefs:
        weight *= belief.share + (1.0 - belief.share) * belief.weight
    return weight


@cache
def code_set(codes: tuple[str, ...]) -> frozenset[str]:
    """Return the codes and their spellings without leading zeros (both are written)."""
    return frozenset(codes) | {code.lstrip("0") or "0" for code in codes}
