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
        turned: the ink prefers another value, and what the form already says made this one best.
    """

    values: tuple[tuple[str, float], ...]
    turned: bool


def weigh(
    ink: InkReading,
    beliefs: Sequence[Belief],
    *,
    top: int,
    printed: str = "",
    lift: float = 1.0,
) -> Weighed:
    """Weigh ink against beliefs.

    Args:
        ink: what the boxes say.
        beliefs: what is known.
        top: how many values to keep.
        printed: the value printed beside the boxes, "" if none.
        lift: likelihood ratio of agreeing with it, >= 1.
    """
    if not ink.values:
        return Weighed((), turned=False)
    general = [belief for belief in beliefs if not belief.printed]
    special = [belief for belief in beliefs if belief.printed]
    weights = {value: _weighed(value, p, ink, general, special) for value, p in ink.values}
    if printed in weights:
        weights[printed] *= lift
    rest = ink.rest * _rest_weight(general) * _rest_weight(special)
    total = sum(weights.values()) + rest + ink.junk
    if total <= 0.0:
        return Weighed((), turned=False)
    ranked = sorted(weights.items(), key=itemgetter(1), reverse=True)[:top]
    values = tuple((value, weight / total) for value, weight in ranked if weight > 0.0)
    return Weighed(values, _is_turned(ink.values[0][0], ranked[0][0], printed, special))


def _is_turned(inked: str, decided: str, printed: str, special: Sequence[Belief]) -> bool:
    """Tell whether the decision left the ink for something the form says already."""
    if decided == inked or not decided:
        return False
    return decided == printed or any(
        belief.holds(decided) and not belief.holds(inked) for belief in special
    )


def _weighed(
    value: str,
    probability: float,
    ink: InkReading,
    general: Sequence[Belief],
    special: Sequence[Belief],
) -> float:
    """Weigh a value: one slip explains every general rule it breaks, so the rarest counts alone."""
    if not value:
        return probability
    weight = min((belief.weight for belief in general if not belief.holds(value)), default=1.0)
    slips = ink.slips.get(value, ())
    regular = probability - sum(p * slip for p, slip in slips)
    weighed = regular * weight + sum(p * min(slip, weight) for p, slip in slips)
    for belief in special:
        if not belief.holds(value):
            weighed *= belief.weight
    return max(0.0, weighed)


def _rest_weight(beliefs: Sequence[Belief]) -> float:
    return min((b.share + (1.0 - b.share) * b.weight for b in beliefs), default=1.0)


@cache
def code_set(codes: tuple[str, ...]) -> frozenset[str]:
    """Return the codes and their spellings without leading zeros (both are written)."""
    return frozenset(codes) | {code.lstrip("0") or "0" for code in codes}
