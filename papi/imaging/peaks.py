"""The shift at which summed responses of rules peak, and whether the peak stands out.

Knows curves of response by shift (`imaging.rules`). Must not know boxes or pages.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papi.imaging.rules import SHIFTS_MM, STEP_MM, Floats

_FAINT = 1.5
"""Mean response, grey levels, below which no rule was seen (noise alone stays below 0.5)."""
_PRIOR = 1.0
"""Grey levels by which the largest shift must respond more than none."""
_CLEAR = 1.3
"""Best shift must respond this much more than the best one elsewhere."""
_ELSEWHERE_MM = 0.35


def best_shift(curves: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the peak of each curve (m, shifts) in mm, and whether it stands out."""
    curves = curves - _PRIOR * (SHIFTS_MM[None] / SHIFTS_MM[-1]) ** 2
    best = curves.argmax(axis=1)
    height = curves[np.arange(len(curves)), best]
    far = np.abs(SHIFTS_MM[None] - SHIFTS_MM[best][:, None]) > _ELSEWHERE_MM
    rival = np.where(far, curves, -np.inf).max(axis=1)
    clear = (height > _FAINT) & (height > _CLEAR * rival)
    return _peak(curves, best), clear


def _peak(curves: Floats, best: NDArray[np.int64]) -> Floats:
    """Refine peaks between samples by a parabola, mm."""
    inner = np.clip(best, 1, curves.shape[1] - 2)
    rows = np.arange(len(curves))
    before, middle, after = (curves[rows, inner + step] for step in (-1, 0, 1))
    bend = before - 2 * middle + after
    step = np.where(bend < -1e-6, (before - after) / (2 * np.minimum(bend, -1e-6)), 0.0)
    shift = SHIFTS_MM[inner] + np.clip(step, -1, 1) * STEP_MM
    return np.asarray(shift, dtype=np.float32)
