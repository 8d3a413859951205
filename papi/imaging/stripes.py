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
"""Rows kept of a page on its side: 24 of them are its margin."""
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
    """Find stripes down the image; and along it, where the page was turned. Cost: 3 ms."""
    gray, scale = page.image.gray, min(page.frame_map.px_per_mm)
    return Stripes(find_stripes(gray, scale), find_stripes(_turned(gray), scale))


def find_stripes(gray: Gray, px_per_mm: float) -> NDArray[np.intp]:
    """Return the columns of an image that are stripes, px. Cost: 2 ms for A4 at 300 dpi."""
    margin = max(1, round(len(gray) * MARGIN))
    parts = (gray, gray[:margin], gray[-margin:])
    around = max(3, round(AROUND_MM * px_per_mm))
    shares = [_darker_share(part, around, n) for part, n in zip(parts, _SAMPLES, strict=True)]
    return np.flatnonzero(np.min(shares, axis=0) > LEAST_SHARE)


def _darker_share(rows: Gray, around: int, samples: int) -> NDArray[np.float64]:
    """Return per column the share of (sampled) rows darker than the paper beside it."""
    step = max(1, len(rows) // samples)
    sampled = np.ascontiguousarray(rows[step // 2 :: step])
    darker = cv2.subtract(cv2.blur(sampled, (around, 1)), sampled) > DARKER
    return np.asarray(darker.mean(axis=0))


def _turned(gray: Gray) -> Gray:
    """Return columns as rows, thinned first: transposing the whole page would cost 8 ms."""
    step = max(1, gray.shape[1] // _TURNED_ROWS)
    return np.ascontiguousarray(gray[:, step // 2 :: step].T)


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
