"""What each threshold would accept, and how much of that is wrong.

Knows classes and measured error. Must not know fields' names or forms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papi.checking.metrics import upper_bound
from papi.model.recipe import CurvePoint

LOW_CONFIDENCE = "reading:low_confidence"


def measured_curve(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], thresholds: NDArray[np.float64]
) -> tuple[CurvePoint, ...]:
    """Return what each threshold would have accepted, and how much of that was wrong.

    Args:
        confidence: (N,) P(value) of fields whose truth is known.
        right: (N,) whether the value was right.
        thresholds: (M,) candidates, any order.
    """
    points = []
    for threshold in np.sort(thresholds):
        taken = confidence >= threshold
        accepted, wrong = int(taken.sum()), int((taken & ~right).sum())
        points.append(
            CurvePoint(
                threshold=float(threshold),
                fields=len(confidence),
                accepted=accepted,
                wrong=wrong,
                wrong_upper_95=upper_bound(wrong, accepted),
            )
        )
    return tuple(points)
