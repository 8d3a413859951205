"""Read the page's identity from its two barcodes.

Knows where the codes stand and how hard to try. Must not know layouts or what a form contains.
A wrong identity is worse than none: both codes are read, and a disagreement is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import zxingcpp

from papi.geometry import Affine, Box
from papi.imaging.frame_fit import tag_corners_mm
from papi.imaging.modules import redraw_code
from papi.imaging.reduce import guess_dpi, reduce_image
from papi.model.page import Gray
from papi.model.sheet import A4, Frame, HeaderId, SheetId

_MARGINS_MM = (3.0, 7.0)
"""Paper around a code that is given to the reader: as predicted, and if the map is a bit off."""
_RETRY_PX_PER_MM = 14.0
"""Raster of the second tries: upright, about 6 px a module of the DataMatrix."""
_LABOURS: tuple[Callable[[Gray], Any], ...] = (
    lambda view: cv2.medianBlur(view, 5),
    lambda view: cv2.GaussianBlur(view, (0, 0), 2.0),
    lambda view: cv2.threshold(view, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1],
    lambda view: cv2.dilate(view, np.ones((3, 3), np.uint8)),
    lambda view: cv2.erode(view, np.ones((3, 3), np.uint8)),
)
"""Against fax noise, halftone, stains, ink that spread, and print that faded."""
_WHOLE_PAGE_DPI = 210.0
_QR = zxingcpp.BarcodeFormat.QRCode
_DATA_MATRIX = zxingcpp.BarcodeFormat.DataMatrix
_BOTH = [_QR, _DATA_MATRIX]


@dataclass(frozen=True, slots=True)
class Codes:
    """Texts of all codes that were read, PAPI's or not, and the identities among them."""

    texts: tuple[str, ...]

    @property
    def sheets(self) -> tuple[SheetId, ...]:
        """Distinct identities, in order of reading."""
        parsed = (SheetId.parse(text) for text in self.texts)
        return tuple(dict.fromkeys(sheet for sheet in parsed if sheet is not None))

    @property
    def headers(self) -> tuple[str, ...]:
        """Texts of batch header codes."""
        return tuple(text for text in self.texts if HeaderId.parse(text) is not None)


def read_frame_codes(gray: Gray, affine: Affine, frame: Frame = A4) -> Codes:
    """Read QR and DataMatrix where the map predicts them.

    Args:
        gray: uint8 (H, W).
        affine: page mm -> px.
        frame: where the codes stand.

    Returns:
        What was read; nothing is a valid answer. Cost: 1-2 ms if both are clean, up to 40 ms.
    """
    found: list[str] = []
    for box, kind in ((frame.qr, _QR), (frame.data_matrix, _DATA_MATRIX)):
        found.extend(_read_one(gray, affine, box, kind))
    return Codes(tuple(found))


def read_whole_page(gray: Gray) -> Codes:
    """Look for codes anywhere on the page, first on a reduced image. Cost: 10-60 ms."""
    reduced, _ = reduce_image(gray, _WHOLE_PAGE_DPI)
    texts = _decode(reduced, _BOTH)
    if not texts and guess_dpi(gray) > _WHOLE_PAGE_DPI:
        texts = _decode(gray, _BOTH)
    return Codes(tuple(texts))


def _read_one(gray: Gray, affine: Affine, box: Box, kind: zxingcpp.BarcodeFormat) -> list[str]:
    for view in _views(gray, affine, box):
        if texts := _decode(view, kind):
            return texts
    for redrawn in redraw_code(_upright(gray, affine, box), kind == _QR):
        if texts := _decode(redrawn, kind):
            return texts
    return []


def _views(gray: Gray, affine: Affine, box: Box) -> Iterator[Gray]:
    """Yield ever more laboured views of one code, cheapest first."""
    near, far = (box.grown(margin) for margin in _MARGINS_MM)
    yield _crop(gray, affine, near)
    for area in (near, far):
        upright = _upright(gray, affine, area)
        yield upright
        for labour in _LABOURS:
            yield np.asarray(labour(upright), dtype=np.uint8)


def _crop(gray: Gray, affine: Affine, area: Box) -> Gray:
    quad = affine.apply(tag_corners_mm(area))
    left, top = np.floor(quad.min(axis=0)).astype(int)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + 1
    view = gray[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    return np.ascontiguousarray(view)


def _upright(gray: Gray, affine: Affine, area: Box) -> Gray:
    step = 1 / _RETRY_PX_PER_MM
    to_mm = np.array([[step, 0, area.x], [0, step, area.y], [0, 0, 1]])
    size = (round(area.w / step), round(area.h / step))
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    upright = cv2.warpAffine(
        gray, affine.matrix() @ to_mm, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(upright, dtype=np.uint8)


def _decode(view: Gray, formats: Any) -> list[str]:
    if min(view.shape) < 8:
        return []
    results = zxingcpp.read_barcodes(view, formats=formats, try_invert=False)
    return [result.text for result in results if result.valid]
