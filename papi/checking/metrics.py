"""How good readings are: accepted, to review, wrong though accepted; and whether P means it.

Knows arrays of confidence and truth. Must not know fields or forms. numpy only; bounds are
one-sided 95 % unless told otherwise. Characters of one writer recur, so give `groups` (writers)
where there are any: the bootstrap then resamples writers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rates:
    """Measured rates of a set of readings.

    Attributes:
        fields: how many were judged.
        accepted: how many a machine let pass.
        wrong: how many of those were wrong (substitutions).
    """

    fields: int
    accepted: int
    wrong: int

    @property
    def accept_rate(self) -> float:
        """Share accepted without a person."""
        return self.accepted / self.fields if self.fields else 0.0

    @property
    def reject_rate(self) -> float:
        """Share sent to a person."""
        return 1.0 - self.accept_rate if self.fields else 0.0

    @property
    def substitution_rate(self) -> float:
        """Share of the accepted that is wrong."""
        return self.wrong / self.accepted if self.accepted else 0.0

    @property
    def substitution_upper_95(self) -> float:
        """Exact upper bound of the substitution rate."""
        return upper_bound(self.wrong, self.accepted)


def rates(accepted: Bools, right: Bools) -> Rates:
    """Count readings. Both arrays (N,)."""
    return Rates(len(accepted), int(accepted.sum()), int((accepted & ~right).sum()))


def wilson_interval(events: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return Wilson's interval of a rate (two-sided 95 % by default); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    rate, square = events / trials, z * z
    middle = (rate + square / (2 * trials)) / (1 + square / trials)
    half = z * math.sqrt(rate * (1 - rate) / trials + square / (4 * trials**2))
    half /= 1 + square / trials
    low = middle - half if events else 0.0  # rounding would leave 1e-17
    high = middle + half if events < trials else 1.0
    return max(0.0, low), min(1.0, high)


def upper_bound(events: int, trials: int, level: float = 0.95) -> float:
    """Return the one-sided Clopper-Pearson upper bound of a rate; 1 without trials.

    The rate at which so few events would happen with probability 1 - `level`, by bisection.
    """
    if events >= trials:
        return 1.0
    low, high = events / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _binomial_at_most(events, trials, middle) > 1.0 - level:
            low = middle
        else:
            high = middle
    return high


def _binomial_at_most(events: int, trials: int, rate: float) -> float:
    """P(at most `events` of `trials`), summed in logarithms."""
    if rate <= 0.0 or rate >= 1.0:
        return 1.0 if rate <= 0.0 else 0.0
    logs = [
        math.lgamma(trials + 1)
        - math.lgamma(k + 1)
        - math.lgamma(trials - k + 1)
        + k * math.log(rate)
        + (trials - k) * math.log1p(-rate)
        for k in range(events + 1)
    ]
    peak = max(logs)
    return min(1.0, math.exp(peak) * sum(math.exp(value - peak) for value in logs))


def expected_calibration_error(confidence: Floats, right: Bools, bins: int = 15) -> float:
    """Return the mean |accuracy - confidence| over bins of equal count, weighted by count."""
    if len(confidence) == 0:
        return 0.0
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    gaps = [abs(right[part].mean() - confidence[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(order))


def reliability(confidence: Floats, right: Bools, bins: int = 15) -> Floats:
    """Return (bins, 3): mean confidence, accuracy and count of bins of equal count."""
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    rows = [(confidence[part].mean(), right[part].mean(), len(part)) for part in parts]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def error_reject_curve(confidence: Floats, right: Bools) -> Floats:
    """Return (N, 3): threshold, share rejected, error of the rest, from none rejected to all but 1.

    Ties share one row's fate only approximately: each row rejects one more reading, least sure
    first.
    """
    order = np.argsort(confidence, kind="stable")
    wrong_left = np.cumsum((~right[order])[::-1])[::-1]
    left = np.arange(len(order), 0, -1)
    rejected = 1.0 - left / max(len(order), 1)
    return np.column_stack([confidence[order], rejected, wrong_left / left])


def error_at_reject(confidence: Floats, right: Bools, share: float) -> float:
    """Return the error of the readings left when the least sure `share` is rejected."""
    curve = error_reject_curve(confidence, right)
    row = np.searchsorted(curve[:, 1], share, side="left")
    return float(curve[min(int(row), len(curve) - 1), 2]) if len(curve) else 0.0


def bootstrap_interval(
    right: Bools, groups: NDArray[np.integer], *, repeats: int = 1000, seed: int = 1
) -> tuple[float, float]:
    """Return the 95 % interval of the error rate, resampling whole groups (writers)."""
    _, index = np.unique(groups, return_inverse=True)
    wrong = np.bincount(index, weights=~right)
    size = np.bincount(index)
    draws = np.random.default_rng(seed).integers(0, len(size), (repeats, len(size)))
    errors = wrong[draws].sum(axis=1) / size[draws].sum(axis=1)
    low, high = np.quantile(errors, [0.025, 0.975])
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class KeyingTimes:
    """Seconds a clerk needs, as issue 3 assumes them.

    Attributes:
        field_s: to key one written field from its image.
        tick_s: to look at one choice field and press its code.
        form_s: to open a form, once for each form touched.
    """

    field_s: float = 10.0
    tick_s: float = 3.0
    form_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Keying:
    """Work of clerks, counted.

    Attributes:
        fields: fields keyed; one that is keyed twice (double keying) counts two.
        ticks: choice fields looked at, likewise.
        forms: forms opened.
    """

    fields: int = 0
    ticks: int = 0
    forms: int = 0

    def seconds(self, times: KeyingTimes | None = None) -> float:
        """Return how long this takes all in all."""
        times = times or KeyingTimes()
        return self.fields * times.field_s + self.ticks * times.tick_s + self.forms * times.form_s

    def share_of(self, everything: Keying, times: KeyingTimes | None = None) -> float:
        """Return these seconds over those of keying everything; 1 if that is nothing."""
        whole = everything.seconds(times)
        return self.seconds(times) / whole if whole else 1.0
