"""What tells where a page's print lies: the rules of its boxes, and its landmarks.

Knows one page at a time and where each witness is expected. Must not know how a sheet may bend.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from papi.imaging.landmark_search import find_landmarks, reduce_page
from papi.imaging.peaks import best_shift
from papi.imaging.rules import Floats, Probes, measure_rules
from papi.model.landmarks import Landmarks
from papi.model.page import LocatedPage

Array = NDArray[np.float64]
Found = tuple[Array, NDArray[np.bool_]]
"""(n, 2) mm by which witnesses lie beside where they were expected, and whether each says so."""

_RULES_REACHED_MM, _LANDMARKS_REACHED_MM = 0.45, 0.75
"""Uncertainty at which they are looked for: rules up to 1.2 mm off, landmarks up to 2 mm."""
_RULE_SD_MM, _LANDMARK_SD_MM = 0.15, 0.1
"""What one measurement is worth: neighbouring boxes share their curves; print is found to 0.1 mm
(98 of 100)."""
_NEIGHBOURS_MM = (40.0, 10.0)
"""Reach (x, y) over which curves of rules are added: mainly the row."""
_MOVED_MM, _TURNED = 0.6, 0.015
"""A landmark is looked for again where it is expected this far from before, or turned or stretched
by this: its ends then lie 0.1 mm elsewhere."""
_LOCAL_MM = 25.0
"""Reach over which a sheet's turn and stretch are taken from where landmarks are expected."""


class Witness(Protocol):
    """Print of known places.

    Attributes:
        centers: (n, 2) where it stands on paper, mm.
        reached_mm: uncertainty of a place at which looking makes sense.
        sd_mm: what a measurement is worth.
        alone: each is measured for itself, so that the others may contradict it.
    """

    centers: Array
    reached_mm: float
    sd_mm: float
    alone: bool

    def look(self, middle: Array, ready: NDArray[np.bool_]) -> Found:
        """Look for the `ready` ones, `middle` (n, 2) mm away from where `frame_map` has them."""
        ...


class RuleWitness:
    """The rules around boxes."""

    reached_mm = _RULES_REACHED_MM
    sd_mm = _RULE_SD_MM
    alone = False

    def __init__(self, located: LocatedPage, probes: Probes, paper: float) -> None:
        """`paper`: grey of bare paper."""
        self.centers = probes.centers
        self._located, self._probes, self._paper = located, probes, paper
        self._together = _closeness(probes.centers)

    def look(self, middle: Array, ready: NDArray[np.bool_]) -> Found:
        """Add the curves of neighbours and take their peaks. Cost: 3 ms."""
        gray, affine = self._located.image.gray, self._located.frame_map
        weights = self._together * ready[None]
        weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
        shifts, clear = [], []
        for response in measure_rules(gray, affine, self._probes, middle, self._paper):
            shift, stands_out = best_shift(weights @ response)
            shifts.append(shift)
            clear.append(stands_out & ready)
        return np.column_stack(shifts).astype(np.float64), np.column_stack(clear)


class LandmarkWitness:
    """Dark print of the frozen drawing. What was seen near where it is expected is kept."""

    reached_mm = _LANDMARKS_REACHED_MM
    sd_mm = _LANDMARK_SD_MM
    alone = True

    def __init__(self, located: LocatedPage, landmarks: Landmarks) -> None:
        """The page, and the landmarks of its side of paper."""
        self.centers = landmarks.centers
        self._landmarks = landmarks
        self._page = reduce_page(located.image.gray, located.frame_map)
        self._turns = np.zeros((len(landmarks), 2, 2))
        self._weights = _local_weights(landmarks.centers)
        self._looked = np.full(landmarks.centers.shape, np.inf)
        self._places = np.zeros(landmarks.centers.shape)
        self._clear = np.zeros(landmarks.centers.shape, dtype=bool)

    def look(self, middle: Array, ready: NDArray[np.bool_]) -> Found:
        """Correlate each landmark with the page. Cost: 0.15 ms for each not yet seen."""
        turns = _turns(self.centers, middle, self._weights)
        moved = np.abs(middle - self._looked).max(axis=1) > _MOVED_MM
        turned = np.abs(turns - self._turns).max(axis=(1, 2)) > _TURNED
        chosen = np.flatnonzero(ready & (moved | turned))
        places = self.centers[chosen] + middle[chosen]
        shifts, clear = find_landmarks(self._page, self._landmarks, chosen, places, turns[chosen])
        self._turns[chosen] = turns[chosen]
        self._looked[chosen] = middle[chosen]
        self._places[chosen], self._clear[chosen] = middle[chosen] + shifts, clear
        return self._places - middle, self._clear & ready[:, None]


def _local_weights(centers: Array) -> Array:
    """Return (n, n) how much each other landmark tells of the sheet around each."""
    squared = ((centers[:, None] - centers[None]) ** 2).sum(axis=2)
    return np.asarray(np.exp(-squared / (2 * _LOCAL_MM**2)))


def _turns(centers: Array, middle: Array, weights: Array) -> Array:
    """Return (n, 2, 2) how displacements turn and stretch the sheet around each landmark."""
    apart = centers[None] - centers[:, None]
    moved = middle[None] - middle[:, None]
    spread = np.einsum("ij,ija,ijb->iab", weights, apart, apart) + np.eye(2)
    along = np.einsum("ij,ija,ijb->iab", weights, moved, apart)
    return np.asarray(np.eye(2) + along @ np.linalg.inv(spread))


def _closeness(centers: Array) -> Floats:
    apart = (centers[:, None] - centers[None]) / np.array(_NEIGHBOURS_MM)
    return np.asarray(np.exp(-(apart**2).sum(axis=2) / 2), dtype=np.float32)
