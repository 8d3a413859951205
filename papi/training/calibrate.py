"""Calibrate: temperature and floor of each head on writers held out of training.

Knows logits and labels. Must not know networks, files or what dev writers wrote.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from papi.model.evidence import BLANK, FILLER, JUNK
from papi.reading.characters import scaled
from papi.reading.models import HEADS, Scaling

TEMPERATURES = tuple(np.exp(np.linspace(np.log(0.4), np.log(2.5), 45)))
FLOORS = (2e-5, 5e-5, 1e-4)
"""Not above 1e-4: a larger floor would fit the wrong labels of the handwriting (up to 5 in 1,000),
and a floor of 5e-4 alone takes 0.8 % from every identity number of 16 boxes. Read at L1, none of
2,167 boxes above 0.999 of held-out writers was wrong."""
RARITIES = tuple(np.linspace(0.0, -3.0, 13))
"""Not below -3: scrawl must stay visible even where likelihood could do without it."""
SHARES = {JUNK: 0.01, BLANK: 0.02, FILLER: 0.01}
"""Scrawl, dirt and crossed-out unused boxes among the boxes with ink, as expected on paper (0.7 %
fillers on simulated forms); training shows some 20 % (letters count as junk among digits, too)."""
ROUNDS = 3
ON_OFFICE_PAPER = 0.9
"""Factor on every temperature: the boxes of training are harder than those of an office scanner.
On 14,151 digits and 928 capitals of 220 forms by held-out writers at L1, likelihood alone chooses
1.1 and 1.4 where training's boxes say 1.24 and 1.45."""
BINS = 15

Logits = NDArray[np.float32]
Labels = NDArray[np.int16]


def calibrate(
    logits: list[Logits], labels: Labels, weights: NDArray[np.float64]
) -> dict[str, Scaling]:
    """Choose each head's scaling by weighted log-likelihood.

    Args:
        logits: per head (N, classes).
        labels: (N, heads), -1 = not known in this head.
        weights: (N,), so that every source counts as it should.
    """
    result = {}
    for number, head in enumerate(HEADS):
        known = labels[:, number] >= 0
        true = labels[known, number]
        result[head] = _best(
            head, logits[number][known], true, _as_on_paper(head, true, weights[known])
        )
    return result


def _as_on_paper(head: str, labels: Labels, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights with junk and blank at the share they have on paper."""
    result = weights / weights.sum()
    plain = np.ones(len(labels), bool)
    shares = {symbol: share for symbol, share in SHARES.items() if symbol in HEADS[head]}
    for symbol, share in shares.items():
        members = labels == HEADS[head].index(symbol)
        plain &= ~members
        if members.any():
            result[members] *= share / result[members].sum()
    result[plain] *= (1 - sum(shares.values())) / max(result[plain].sum(), 1e-12)
    return np.asarray(result)


def _best(head: str, logits: Logits, labels: Labels, weights: NDArray[np.float64]) -> Scaling:
    """Improve one number after the other; three rounds settle it."""

    def cost(scaling: Scaling) -> float:
        probabilities = scaled(logits, scaling, head)[np.arange(len(labels)), labels]
        return float(-(weights * np.log(probabilities)).sum() / weights.sum())

    best = Scaling(temperature=1.0, floor=1e-4, rarity=0.0)
    for _ in range(ROUNDS):
        best = min((replace(best, rarity=float(value)) for value in RARITIES), key=cost)
        best = min((replace(best, temperature=float(value)) for value in TEMPERATURES), key=cost)
        best = min((replace(best, floor=value) for value in FLOORS), key=cost)
    return replace(best, temperature=best.temperature * ON_OFFICE_PAPER)


def calibration_error(probabilities: NDArray[np.float64], labels: Labels) -> float:
    """Expected calibration error of the best class, equal-mass bins weighted by size."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    order = np.argsort(confidence)
    error = 0.0
    for part in np.array_split(order, BINS):
        if len(part):
            error += len(part) * abs(float(confidence[part].mean() - right[part].mean()))
    return error / max(len(labels), 1)


def source_weights(names: NDArray[np.str_]) -> NDArray[np.float64]:
    """Weights that give every source the same total."""
    values, inverse, counts = np.unique(names, return_inverse=True, return_counts=True)
    return np.asarray((1.0 / (counts * len(values)))[inverse])
