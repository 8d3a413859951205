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

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Belief:
    """One thing known about a field's value besides its ink.

    Attributes:
        holds: P(a value agrees), True or False where that is certain; blank ("") always does.
        weight: how often a value that does not agree is written all the same, 0..1 (1 = no belief).
        share: share of all values that agree; says how much of the unlisted mass may.
        printed: it comes from what the form already says (pre-list, NIK against birth date): if it
            turns the decision, a person looks.
    """

    holds: Callable[[str], float]
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
    plain = {value: _weighed(value, p, ink, general) for value, p in ink.values}
    weights = {value: p * _agreement(value, special) for value, p in plain.items()}
    if printed in weights:
        weights[printed] *= lift
    # What was not listed, or holds a scrawl, mostly shares its other boxes with what was.
    shared = min(1.0, sum(weights.values()) / max(sum(plain.values()), TINY)) if special else 1.0
    total = sum(weights.values()) + shared * (ink.rest * _rest_weight(general) + ink.junk)
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
        belief.holds(decided) > belief.holds(inked) for belief in special
    )


def _weighed(value: str, probability: float, ink: InkReading, general: Sequence[Belief]) -> float:
    """Weigh a value: one slip explains every general rule it breaks, so the rarest counts alone."""
    if not value:
        return probability
    weight = min((belief.weight for belief in general if not belief.holds(value)), default=1.0)
    slips = ink.slips.get(value, ())
    regular = probability - sum(p * slip for p, slip in slips)
    weighed = regular * weight + sum(p * min(slip, weight) for p, slip in slips)
    return max(0.0, weighed)


def _agreement(value: str, special: Sequence[Belief]) -> float:
    """Weigh a value by what the form says already; that comes from several places, each counts."""
    weight = 1.0
    for belief in special if value else ():
        weight *= belief.weight + (1.0 - belief.weight) * min(1.0, belief.holds(value))
    return weight


def _rest_weight(beliefs: Sequence[Belief]) -> float:
    return min((b.share + (1.0 - b.share) * b.weight for b in beliefs), default=1.0)


@cache
def code_set(codes: tuple[str, ...]) -> frozenset[str]:
    """Return the codes and their spellings without leading zeros (both are written)."""
    return frozenset(codes) | {code.lstrip("0") or "0" for code in codes}
