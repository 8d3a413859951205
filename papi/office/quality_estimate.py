"""How wrong a share is, from a sample: exact intervals, and a weighted total over classes.

Knows counts. Must not know fields, people or databases.

One class: Clopper & Pearson 1934 (Biometrika 26:404), the exact binomial interval. Fields are drawn
from a finite number without putting back, for which it is a little too wide, never too narrow.
The total: Fay & Feuer 1997 (Statistics in Medicine 16:791), the gamma interval of a weighted sum of
rare counts, made for directly standardised rates. It holds its level with few events in few strata,
where a normal interval does not, and is Poisson's exact interval where there is one stratum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEVEL = 0.95
"""Two-sided level of every interval."""
_TAIL = (1.0 - LEVEL) / 2
_HALVINGS = 80
"""Of a bracket, which leaves less than a double can hold."""


@dataclass(frozen=True, slots=True)
class Share:
    """Events among trials with their interval.

    Attributes:
        events, trials: counts.
        low, high: two-sided 95 % interval; 0 and 1 without trials.
    """

    events: int
    trials: int
    low: float
    high: float

    @property
    def point(self) -> float | None:
        """The share itself; None without trials."""
        return self.events / self.trials if self.trials else None


@dataclass(frozen=True, slots=True)
class Stratum:
    """One class of fields: what was drawn of it, and for how many it stands."""

    events: int
    trials: int
    size: int


@dataclass(frozen=True, slots=True)
class Total:
    """The weighted share over all strata of which something was drawn."""

    point: float
    low: float
    high: float
    size: int


class Verdict(StrEnum):
    """How a share stands to its target."""

    SURE = "sure"
    """Even the lower end of the interval is above the target."""
    WATCH = "watch"
    """The point is above the target; chance may explain it."""
    WITHIN = "within"
    """The point is not above the target."""
    PROVED = "proved"
    """Even the upper end is not above the target."""
    UNKNOWN = "unknown"
    """Nothing was judged yet, or there is no target."""


def share_of(events: int, trials: int) -> Share:
    """Return a share with its exact interval (Clopper-Pearson); < 1 ms for 100 events."""
    return Share(events, trials, *exact_interval(events, trials))


def exact_interval(events: int, trials: int) -> tuple[float, float]:
    """Return the two-sided 95 % Clopper-Pearson interval; (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    low = 1.0 - _upper(trials - events, trials) if events else 0.0
    return low, _upper(events, trials)


def _upper(events: int, trials: int) -> float:
    """Return the rate at which so few events happen with the probability of one tail."""
    if events >= trials:
        return 1.0
    return _bisect(lambda rate: _at_most(events, trials, rate) - _TAIL, 0.0, 1.0)


def _at_most(events: int, trials: int, rate: float) -> float:
    """P(at most `events` of `trials`); by the shorter of the two tails."""
    if rate <= 0.0 or rate >= 1.0:
        return 1.0 if rate <= 0.0 else 0.0
    if 2 * events > trials:
        return 1.0 - _at_most(trials - events - 1, trials, 1.0 - rate)
    odds, logs = math.log(rate) - math.log1p(-rate), [trials * math.log1p(-rate)]
    for k in range(1, events + 1):
        logs.append(logs[-1] + odds + math.log((trials - k + 1) / k))
    peak = max(logs)
    return min(1.0, math.exp(peak) * math.fsum(math.exp(value - peak) for value in logs))


def total_of(strata: Sequence[Stratum]) -> Total | None:
    """Return the share of events over all strata, each weighted by its size (Fay & Feuer).

    Strata of which nothing was drawn say nothing and are left out; None if all are.
    """
    known = [stratum for stratum in strata if stratum.trials and stratum.size]
    size = sum(stratum.size for stratum in known)
    if not size:
        return None
    weights = [stratum.size / size / stratum.trials for stratum in known]
    point = math.fsum(w * s.events for w, s in zip(weights, known, strict=True))
    variance = math.fsum(w * w * s.events for w, s in zip(weights, known, strict=True))
    largest = max(weights)
    low = _gamma_quantile(_TAIL, point**2 / variance, variance / point) if point else 0.0
    mean, spread = point + largest, variance + largest**2
    high = _gamma_quantile(1.0 - _TAIL, mean**2 / spread, spread / mean)
    return Total(point, min(low, 1.0), min(high, 1.0), size)


def _gamma_quantile(level: float, shape: float, scale: float) -> float:
    top = max(1.0, shape)
    while _gamma_below(shape, top) < level:
        top *= 2.0
    return scale * _bisect(lambda x: level - _gamma_below(shape, x), 0.0, top)


def _gamma_below(shape: float, x: float) -> float:
    """P(a gamma variable of this shape < x): the regularised incomplete gamma function.

    The series below the mean, Lentz's continued fraction above (Press et al., Numerical Recipes,
    section 6.2): each converges within a few dozen steps of sqrt(shape) on its side.
    """
    if x <= 0.0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        divisor = shape
        while term > total * 1e-15:
            divisor += 1.0
            term *= x / divisor
            total += term
        return front * total
    return 1.0 - front * _upper_fraction(shape, x)


def _upper_fraction(shape: float, x: float) -> float:
    tiny, b = 1e-300, x + 1.0 - shape
    c, d = 1.0 / tiny, 1.0 / b
    value, step = d, 0
    change = 0.0
    while abs(change - 1.0) > 1e-15:
        step += 1
        factor = -step * (step - shape)
        b += 2.0
        d = 1.0 / (factor * d + b or tiny)
        c = b + factor / c or tiny
        change = d * c
        value *= change
        if step > 10_000:  # oscillates in the last digit
            break
    return value


def _bisect(falls: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function crosses zero."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if falls(middle) > 0.0:
            low = middle
        else:
            high = middle
    return high


def judge(share: Share, target: float | None) -> Verdict:
    """Say how a share stands to its target."""
    if target is None or share.point is None:
        return Verdict.UNKNOWN
    if share.low > target:
        return Verdict.SURE
    if share.point > target:
        return Verdict.WATCH
    return Verdict.PROVED if share.high <= target else Verdict.WITHIN


def percent_digits(share: float) -> int:
    """Return the decimals that show two digits of a share in percent; 1 from 10 % up."""
    percent = 100.0 * share
    return 1 if percent == 0.0 or percent >= 10.0 else max(1, 1 - math.floor(math.log10(percent)))
