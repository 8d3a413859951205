"""Judge readings of tick snips: right, confident, and wrong though confident, by state and style.

Knows snips with their true state. Must not know torch: the benchmark runs without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papi.model.evidence import TICK_STATES

CONFIDENT = 0.985
"""As in the default recipe: from here a tick is taken without a person."""


@dataclass(frozen=True)
class TickSet:
    """Drawn snips with their states."""

    snips: NDArray[np.uint8]
    states: NDArray[np.int64]
    styles: list[str]


def judge(probabilities: NDArray[np.float64], test: TickSet) -> dict[str, Any]:
    """Return figures per state and per style.

    Args:
        probabilities: (N, 4) in the order of TICK_STATES.
        test: the snips' truth.
    """
    best = probabilities.argmax(axis=1)
    confident = probabilities.max(axis=1) >= CONFIDENT
    styles = np.array(test.styles)
    report: dict[str, Any] = {"states": {}, "styles": {}}
    for kind, names in (("states", TICK_STATES), ("styles", sorted(set(test.styles)))):
        for number, name in enumerate(names):
            mask = test.states == number if kind == "states" else styles == name
            report[kind][name] = {
                "boxes": int(mask.sum()),
                "right": round(float((best == test.states)[mask].mean()), 5) if mask.any() else 0.0,
                "confident": round(float(confident[mask].mean()), 5) if mask.any() else 0.0,
                "wrong_when_confident": int(((best != test.states) & mask & confident).sum()),
            }
    return report


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities of logits (N, C)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
