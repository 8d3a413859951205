"""Whether a sheet lies as flat as its marks say: a few landmarks from all over the page tell.

Knows where dark print stands on paper. Must not know boxes, nor how a sheet may bend. A page whose
pale rules were dropped needs no more than this, if it went straight through the scanner.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from papi.imaging.landmark_search import find_landmarks, reduce_page
from papi.model.landmarks import Landmarks
from papi.model.page import LocatedPage

_BANDS, _ACROSS = 12, 3
"""The page is looked at in so many bands, at so many places from left to right in each."""
_SEEN = 0.6
"""Share of those looked at that must be seen; other print shows less than 0.05."""
_WORST_MM = 0.25
"""A landmark is found to 0.1 mm (98 of 100), and boxes may be 0.5 mm off."""
_FURTHEST_MM = 55.0
"""Stretch of the page without a landmark seen in which the sheet might be bent unseen: 1 % of feed
that comes and goes within it moves print by 0.28 mm."""

_chosen: WeakKeyDictionary[Landmarks, NDArray[np.int64]] = WeakKeyDictionary()


def lies_flat(page: LocatedPage, landmarks: Landmarks) -> bool:
    """Tell whether print all over the page is where the map of its marks has it.

    Args:
        page: a page that was placed by its marks, without perspective.
        landmarks: of its side of paper.

    Returns:
        False also where too little of it is seen. Cost: about 4 ms.
    """
    if not len(landmarks):
        return False
    numbers = _spread(landmarks)
    centers = landmarks.centers[numbers]
    straight = np.tile(np.eye(2), (len(numbers), 1, 1))
    reduced = reduce_page(page.image.gray, page.frame_map)
    shifts, clear = find_landmarks(reduced, landmarks, numbers, centers, straight)
    if clear.mean(axis=0).min() < _SEEN:
        return False
    if np.abs(shifts[clear]).max() > _WORST_MM:
        return False
    return all(_widest_gap(centers, landmarks, clear[:, axis]) <= _FURTHEST_MM for axis in (0, 1))


def _spread(landmarks: Landmarks) -> NDArray[np.int64]:
    """Choose landmarks from all over the page."""
    if landmarks not in _chosen:
        x, y = landmarks.centers.T
        bands = np.floor((y - y.min()) / max(np.ptp(y), 1e-6) * (_BANDS - 1e-6))
        numbers: list[int] = []
        for band in np.unique(bands):
            row = np.flatnonzero(bands == band)
            row = row[np.argsort(x[row])]
            numbers += row[np.unique(np.linspace(0, len(row) - 1, _ACROSS).astype(int))].tolist()
        _chosen[landmarks] = np.array(numbers, np.int64)
    return _chosen[landmarks]


def _widest_gap(
    centers: NDArray[np.float64], landmarks: Landmarks, seen: NDArray[np.bool_]
) -> float:
    """Return the longest way down the page from one seen landmark to the next, mm."""
    ends = [landmarks.centers[:, 1].min(), landmarks.centers[:, 1].max()]
    return float(np.diff(np.sort(np.concatenate([ends, centers[seen, 1]]))).max())
