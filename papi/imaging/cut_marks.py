"""Which connected marks of a snip belong to its box: ours are followed, the neighbours' dropped.

Knows connected ink and the box's place. Must not know rules, fields or characters.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.cut_rules import BOX, Dark
from papi.model.page import CELL_SHAPE

SMALLEST_MARK_PX = 6
"""0.06 mm2: a pen's full stop is twice as large, dust usually smaller."""
OURS = 0.5
"""Share of a mark's area inside the box from which on it is ours."""
OUT_SHARE, OUT_PX = 0.12, 15
"""A mark of ours that has this share and area outside the box is flagged out_of_box."""
FIRM, FIRM_PX, FIRM_SHARE = 1.6, 3, 0.08
"""A mark has at least 3 px, and 8 % of its area, darker than 1.6 times the ink threshold: noise and
compression leave faint patches."""
INTRUDES_PX = 25
"""A foreign mark with this area inside our box may be what was meant for it: written on its edge,
or joined to the neighbour's."""
STRAY_THICK_PX, STRAY_LONG_PX, STRAY_EDGE_PX = 3, 12, 6
"""A straight mark no thicker, no shorter, all of it this near the box's edge is a rule that was
printed elsewhere than expected, provided something larger is written in the box."""
_GROWN = 2
"""Px around the box that still count as inside: strokes end on the rule."""
_TOGETHER = 43
"""Snips labelled in one call: labels of 16 bits (twice as quick as 32) are enough for them whatever
is on them, since every 2x2 px begin one mark at most, and 43 x 85 x 70 / 4 < 65,536."""
_INSIDE_BOX = np.zeros((CELL_SHAPE[0] + 1, CELL_SHAPE[1]), np.bool_)
_INSIDE_BOX[BOX[1] - _GROWN : BOX[3] + _GROWN, BOX[0] - _GROWN : BOX[2] + _GROWN] = True
_INSIDE = _INSIDE_BOX.ravel()
"""Px of a snip, and of the empty row below it, that count as inside its box."""


class Marks(NamedTuple):
    """keep: uint8 (N, H, W), 1 on our ink; the others: bool (N,), any at all, and the flags."""

    keep: NDArray[np.uint8]
    written: NDArray[np.bool_]
    out_of_box: NDArray[np.bool_]
    touching: NDArray[np.bool_]
    neighbour: NDArray[np.bool_]
    intruding: NDArray[np.bool_]


def choose_marks(dark: Dark, threshold: NDArray[np.float32]) -> Marks:
    """Label the ink of all snips at once and keep what belongs to each box.

    Args:
        dark: float32 (N, 84, 70) darkness without rules.
        threshold: (N,) darkness from which a pixel is ink.
    """
    parts = [
        _choose(dark[start : start + _TOGETHER], threshold[start : start + _TOGETHER])
        for start in range(0, len(dark), _TOGETHER)
    ]
    return Marks(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _choose(dark: Dark, threshold: NDArray[np.float32]) -> Marks:
    """Choose among the marks of at most _TOGETHER snips."""
    count, height, width = dark.shape
    tall = np.zeros((count, height + 1, width), np.bool_)  # one empty row keeps snips apart
    tall[:, :height] = dark > threshold[:, None, None]
    _, marked, rows, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        tall.view(np.uint8).reshape(-1, width), 8, cv2.CV_16U, cv2.CCL_SPAGHETTI
    )
    stats = np.asarray(rows, dtype=np.int32)
    marks = len(stats)
    ink = np.flatnonzero(tall)  # a tenth of all px: what follows looks at no paper
    labels = np.asarray(marked, dtype=np.uint16).ravel()[ink]
    inside = np.bincount(labels[np.tile(_INSIDE, count)[ink]], minlength=marks)
    area = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    pitch = (height + 1) * width
    found = np.diff(np.searchsorted(ink, np.arange(count + 1) * pitch))
    place = ink - np.repeat(np.arange(count) * width, found)  # where there are no empty rows
    firm_ink = dark.ravel()[place] > np.repeat(FIRM * threshold, found)
    firm = np.bincount(labels[firm_ink], minlength=marks)
    is_firm = (firm >= FIRM_PX) & (firm >= FIRM_SHARE * area)
    is_firm[0] = False
    ours = is_firm & (inside >= OURS * area) & (area >= SMALLEST_MARK_PX)
    intruding = is_firm & ~ours & (inside >= INTRUDES_PX)
    ours &= ~_stray_rules(stats, ours, count, height + 1)
    keep = np.zeros(dark.size, np.uint8)
    keep[place] = ours[labels]
    outside = area - inside
    return Marks(keep.reshape(dark.shape), *_flags(stats, outside, ours, intruding, tall.shape))


def _stray_rules(
    stats: NDArray[np.int32], ours: NDArray[np.bool_], count: int, pitch: int
) -> NDArray[np.bool_]:
    """Marks that are remnants of a rule beside a character, not the character."""
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP] % pitch
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    upright = (wide <= STRAY_THICK_PX) & (high >= STRAY_LONG_PX)
    upright &= (left + wide <= BOX[0] + STRAY_EDGE_PX) | (left >= BOX[2] - STRAY_EDGE_PX)
    level = (high <= STRAY_THICK_PX) & (wide >= STRAY_LONG_PX)
    level &= (top + high <= BOX[1] + STRAY_EDGE_PX) | (top >= BOX[3] - STRAY_EDGE_PX)
    straight = ours & (upright | level)
    snip = np.minimum(stats[:, cv2.CC_STAT_TOP] // pitch, count - 1)
    area = stats[:, cv2.CC_STAT_AREA]
    character = np.zeros(count, np.int64)
    rest = ours & ~straight
    np.maximum.at(character, snip[rest], area[rest])
    return np.asarray(straight & (character[snip] > area))


def _flags(
    stats: NDArray[np.int32],
    outside: NDArray[np.int64],
    ours: NDArray[np.bool_],
    intruding: NDArray[np.bool_],
    shape: tuple[int, ...],
) -> list[NDArray[np.bool_]]:
    """Per snip: any is ours, one leaves the box, one reaches the side; a foreign one, far in."""
    count, pitch, width = shape
    snip = np.minimum(stats[:, cv2.CC_STAT_TOP] // pitch, count - 1)
    left = stats[:, cv2.CC_STAT_LEFT]
    at_side = (left == 0) | (left + stats[:, cv2.CC_STAT_WIDTH] >= width)
    area = stats[:, cv2.CC_STAT_AREA]
    leaves = ours & (outside > OUT_SHARE * area) & (outside > OUT_PX)
    foreign = ~ours & (area > 20)
    foreign[0] = False
    result = []
    for condition in (ours, leaves, ours & at_side, foreign, intruding):
        flag = np.zeros(count, bool)
        flag[snip[condition]] = True
        result.append(flag)
    return result
