"""Calibrate: temperature and floor of each head on writers held out of training.

Knows logits and labels. Must not know networks, files or what dev writers wrote.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papi.reading.characters import scaled
from papi.reading.models import HEADS, Scaling

TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(2.5), 45))
FLOORS = (1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 4e-3, 8e-3)
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
        weights: (N,), so that every source counts alike.
    """
    result = {}
    for number, head in enumerate(HEADS):
        known = labels[:, number] >= 0
        result[head] = _best(logits[number][known], labels[known, number], weights[known])
    return result


def _best(logits: Logits, labels: Labels, weights: NDArray[np.float64]) -> Scaling:
    def cost(scaling: Scaling) -> float:
        probabilities = scaled(logits, scaling)[np.arange(len(labels)), labels]
        return float(-(weights * np.log(probabilities)).sum() / weights.sum())

    grid = [Scaling(float(t), floor) for t in TEMPERATURES for floor in FLOORS]
    return min(grid, key=cost)


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
    return np.asarray((1.0 / counts)[inverse] * len(names) / len(values))
