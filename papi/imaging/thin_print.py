"""How much is left of the thin print that stands on every page, and where it can be judged at all.

Knows the frame's marks and grey values. Must not know fields, nor which scan is too pale.

Three places have print as thin as a pen's whose ink is known: both lines for human eyes and the
mark of secrecy. Print that is torn off, taped over or under a stain says nothing of a scan; print
that faded does. They are told apart by what stands beside: the modules of a barcode or a tag are so
coarse that no scan loses them before it loses thin strokes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.imaging.frame_fit import apply_perspective
from papi.model.page import LocatedPage
from papi.model.sheet import A4, SECRECY_MARK

_STEP_MM = 0.1
_LINE_MM2 = 15.4
"""Ink of a line for human eyes as drawn: 14.3 to 16.1 mm2, by its characters."""
_MARK_MM2 = 24.0
"""Ink of the mark of secrecy with its frame on undamaged office scans: 20.5 to 24.2 mm2."""
_MARK_EDGE_MM = 0.6
_PALER = {True: 0.33, False: 0.18}
"""The mark's frame is drawn a little stronger than the lines, and keeps more: by as much, at most,
of 132 scans (1-bit: thresholds 60 to 200, faxes; grey: up to 2.8 times as bright, copies)."""
_LINE_COVERED, _MARK_COVERED = 2.5, 2.05
"""More ink than this share of nominal: the print is under a stain, a blot or a thumb. A threshold
of 200 gives 2.2 and 2.03."""
_PAPER_PERCENTILE, _BESIDE_PERCENTILE = 57, 85
"""A seventh of a line's box is ink, and half of the modules beside it: the middle of the paper."""
_LEAST_CONTRAST = 20.0
_MODULES = (0.15, 0.85)
"""Share of dark points of barcodes and tags: otherwise they are torn off or covered."""
_OTHER_PAPER, _LEAST_OTHER = 0.15, 10.0
"""Step between paper here and beside, share of contrast and greys, that no lamp makes in 10 mm."""
_WHOLE = 0.87
"""Print of which so much is left is neither covered nor torn."""
_GONE, _CLEAR = 0.15, 0.8
"""Lines of which less is left while so much of the mark is were covered: where they faded as far,
at most 0.32 of the mark was left."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Thin print.

    Attributes:
        box: where it stands.
        nominal_mm2: its ink.
        covered: share of it beyond which it is covered.
        beside: the nearest part of a barcode or tag.
    """

    box: Box
    nominal_mm2: float
    covered: float
    beside: Box


_QR, _MATRIX, _TAG = A4.qr, A4.data_matrix, A4.fiducials[1]
_LINES = (
    _Place(A4.id_texts[0], _LINE_MM2, _LINE_COVERED, Box(_QR.x, _QR.bottom - 5, _QR.w, 5)),
    _Place(
        A4.id_texts[1], _LINE_MM2, _LINE_COVERED, Box(_MATRIX.right - 5, _MATRIX.y, 5, _MATRIX.h)
    ),
)
_MARK = _Place(
    SECRECY_MARK.grown(_MARK_EDGE_MM),
    _MARK_MM2,
    _MARK_COVERED,
    Box(_TAG.right - 5, _TAG.y, 5, _TAG.h),
)


def thin_print_left(
    page: LocatedPage, black: float, white: float, *, one_bit: bool
) -> float | None:
    """Measure how much of the ink of thin print is left.

    Args:
        page: a located page.
        black: grey of full print.
        white: grey of paper.
        one_bit: the scan has black and white only.

    Returns:
        Ink of the better of the two lines for human eyes, 1 = as printed; where neither can be
        judged, what the mark of secrecy says of them; None if that cannot be judged either. Cost:
        about 0.3 ms.
    """
    lines = [s for place in _LINES if (s := _share(page, place, black, white)) is not None]
    best = max(lines, default=None)
    if best is not None and best > _GONE:
        return best
    mark = _share(page, _MARK, black, white)
    if mark is None or (best is not None and mark < _CLEAR):
        return best
    return max(0.0, mark - _PALER[one_bit])


def _share(page: LocatedPage, place: _Place, black: float, white: float) -> float | None:
    """Return how much of the ink of a place is left; None if nothing can be said."""
    grey = _sample(page, place.box)
    if grey is None:
        return None
    paper = float(np.percentile(grey, _PAPER_PERCENTILE))
    if paper - black < _LEAST_CONTRAST:
        return None
    share = float((paper - grey).sum()) * _STEP_MM**2 / (paper - black) / place.nominal_mm2
    if share > place.covered or (share < _WHOLE and _is_covered(page, place, paper, black, white)):
        return None
    return max(0.0, share)


def _is_covered(page: LocatedPage, place: _Place, paper: float, black: float, white: float) -> bool:
    """Tell whether coarse print beside is missing too, or the paper here is not that beside."""
    beside = _sample(page, place.beside)
    if beside is None:
        return True
    dark = float((beside < (black + white) / 2).mean())
    if not _MODULES[0] <= dark <= _MODULES[1]:
        return True
    step = abs(paper - float(np.percentile(beside, _BESIDE_PERCENTILE)))
    return step > max(_LEAST_OTHER, _OTHER_PAPER * (white - black))


def _sample(page: LocatedPage, box: Box) -> NDArray[np.float64] | None:
    """Return the greys of a box of the page, one per 0.1 mm each way; None if it is not on it."""
    columns, rows = round(box.w / _STEP_MM), round(box.h / _STEP_MM)
    grid = np.array([[0, 0], [columns, 0], [0, rows], [columns, rows]], np.float32)
    mm = np.array([box.x, box.y]) + (grid + 0.5) * _STEP_MM
    px = page.frame_map.apply(apply_perspective(page.perspective, mm)).astype(np.float32)
    height, width = page.image.gray.shape
    if px.min() < 0 or px[:, 0].max() >= width or px[:, 1].max() >= height:
        return None
    matrix = cv2.getAffineTransform(grid[:3], px[:3])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    grey = cv2.warpAffine(
        page.image.gray, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(grey, dtype=np.float64)
