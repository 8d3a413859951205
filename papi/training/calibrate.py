"""Calibrate: temperature and floor of each head on writers held out of training.

Knows logits and labels. Must not know networks, files or what dev writers wrote.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from papi.reading.characters import scaled
from papi.reading.models import HEADS, Scaling

TEMPERATURES = tuple(np.exp(np.linspace(np.log(0.4), np.log(2.5), 45)))
FLOORS = (5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 4e-3, 8e-3)
RARITIES = tuple(np.linspace(0.0, -5.0, 11))
SCRAWL_SHARE = 0.02
"""Boxes of scrawl, strange marks and dirt among the written ones, as expected on paper."""
ODD_GROUPS = ("scrawl", "mark")
ROUNDS = 3
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
        result[head] = _best(head, logits[number][known], labels[known, number], weights[known])
    return result


def _best(head: str, logits: Logits, labels: Labels, weights: NDArray[np.float64]) -> Scaling:
    """Improve one number after the other; three rounds settle it."""

    def cost(scaling: Scaling) -> float:
        probabilities = scaled(logits, scaling, head)[np.arange(len(labels)), labels]
        return float(-(weights * np.log(probabilities)).sum() / weights.sum())

    best = Scaling(temperature=1.0, floor=5e-4, rarity=0.0)
    for _ in range(ROUNDS):
        best = min((replace(best, rarity=float(value)) for value in RARITIES), key=cost)
        best = min((replace(best, temperature=float(value)) for value in TEMPERATURES), key=cost)
        best = min((replace(best, floor=value) for value in FLOORS), key=cost)
    return best


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
    """Weights that give every source the same total, and scrawl its small share."""
    values, inverse, counts = np.unique(names, return_inverse=True, return_counts=True)
    odd = np.isin(values, ODD_GROUPS)
    shares = np.where(odd, SCRAWL_SHARE / max(odd.sum(), 1), (1 - SCRAWL_SHARE) / (~odd).sum())
    return np.asarray((shares / counts)[inverse])
