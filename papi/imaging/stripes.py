"""Stripes of the scanner: dirt on the glass draws one straight line down every page.

Knows the image's own rows and columns (a stripe is straight in the image, however askew the paper
lay). Must not know what is written. Through a column of boxes such a line reads as a 1 in each.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.snips import page_boxes
from papi.model.page import Gray, LocatedPage, RegisteredPage

_SAMPLES = (192, 24, 24)
"""Rows looked at in the page, and in its first and last margin."""
_TURNED_ROWS = 700
"""Columns from which level stripes are looked for: 24 of them are the page's margin."""
AROUND_MM = 2.4
"""A stripe is darker than the mean of so much paper around it."""
DARKER = 10
"""By so many grey levels; noise of sd 12 is so far below in one row of five."""
LEAST_SHARE = 0.6
"""Share of rows in which a stripe shows; black bars hide it in a tenth of them."""
MARGIN = 0.035
"""The first and last 3.5 % of an A4 page carry no print (tags begin at 13 mm): a stripe shows there
too, the edges of a column of boxes do not."""
NEAR_MM = 0.2


@dataclass(frozen=True, slots=True)
class Stripes:
    """Columns (`down`) and rows (`across`) of an image that are stripes, px."""

    down: NDArray[np.intp]
    across: NDArray[np.intp]


def page_stripes(page: LocatedPage) -> Stripes:
    """Find stripes down the image; and along it, where the page was turned. Cost: 2 ms."""
    gray, scale = page.image.gray, min(page.frame_map.px_per_mm)
    return Stripes(find_stripes(gray, scale), find_level_stripes(gray, scale))


def find_stripes(gray: Gray, px_per_mm: float) -> NDArray[np.intp]:
    """Return the columns of an image that are stripes, px. Cost: 0.7 ms for A4 at 300 dpi."""
    around = max(3, round(AROUND_MM * px_per_mm))
    shares = [_darker_share(gray[rows], around, 0) for rows in _looked_at(len(gray))]
    return np.flatnonzero(np.min(shares, axis=0) > LEAST_SHARE)


def find_level_stripes(gray: Gray, px_per_mm: float) -> NDArray[np.intp]:
    """Return the rows of an image that are stripes, px. Cost: 1 ms for A4 at 300 dpi.

    The columns looked at are picked as they lie: turning the whole page would cost 8 ms.
    """
    around = max(3, round(AROUND_MM * px_per_mm))
    thin = max(1, gray.shape[1] // _TURNED_ROWS)
    first, count = thin // 2, len(range(thin // 2, gray.shape[1], thin))
    shares = [
        _darker_share(
            gray[:, first + thin * some.start : first + thin * some.stop : thin * some.step],
            around,
            1,
        )
        for some in _looked_at(count)
    ]
    return np.flatnonzero(np.min(shares, axis=0) > LEAST_SHARE)


def _looked_at(count: int) -> list[slice]:
    """Return which of `count` lines are looked at in the page, and in either margin of it."""
    margin = max(1, round(count * MARGIN))
    parts = ((0, count), (0, margin), (count - margin, margin))
    steps = [max(1, long // samples) for (_, long), samples in zip(parts, _SAMPLES, strict=True)]
    return [
        slice(first + step // 2, first + long, step)
        for (first, long), step in zip(parts, steps, strict=True)
    ]


def _darker_share(picked: Gray, around: int, along: int) -> NDArray[np.float64]:
    """Return per column (`along` 0) or row (1) the share of px darker than the paper beside it."""
    sampled = np.ascontiguousarray(picked)
    size = (1, around) if along else (around, 1)
    darker = cv2.subtract(cv2.blur(sampled, size), sampled)
    cv2.threshold(darker, DARKER, 1, cv2.THRESH_BINARY, dst=darker)
    count = cv2.reduce(darker, along, cv2.REDUCE_SUM, dtype=cv2.CV_32S)  # 1 ms less than a mean
    return np.asarray(count.ravel() / sampled.shape[along])


def striped_boxes(page: RegisteredPage, stripes: Stripes | None = None) -> NDArray[np.bool_]:
    """Tell which boxes a stripe runs through: bool (N,) in the order of `page_boxes`.

    Args:
        page: the registered page.
        stripes: what `page_stripes` found; None to look now.
    """
    boxes = page_boxes(page.layout, page.located.sheet.page).array
    if not len(boxes):
        return np.zeros(0, bool)
    affine = page.located.frame_map
    low, high = boxes[:, :2] + page.offsets_mm, boxes[:, :2] + boxes[:, 2:] + page.offsets_mm
    corners = affine.apply(
        np.stack([low, np.column_stack([high[:, 0], low[:, 1]]), high,
                  np.column_stack([low[:, 0], high[:, 1]])], axis=1)
    )  # fmt: skip
    scale = min(affine.px_per_mm)
    near = NEAR_MM * scale
    first, last = corners.min(axis=1) - near, corners.max(axis=1) + near
    struck = np.zeros(len(boxes), bool)
    stripes = stripes or page_stripes(page.located)
    for axis, places in enumerate((stripes.down, stripes.across)):
        for place in places:
            struck |= (first[:, axis] <= place) & (place <= last[:, axis])
    return struck
