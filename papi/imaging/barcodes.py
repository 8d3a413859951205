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
from numpy.typing import NDArray

from papi.geometry import Affine, Box
from papi.imaging.frame_fit import tag_corners_mm
from papi.imaging.modules import redraw_code
from papi.imaging.reduce import reduce_image
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
_LEAST_PX = 8
"""Images smaller than this hold no code."""
_QR = zxingcpp.BarcodeFormat.QRCode
_DATA_MATRIX = zxingcpp.BarcodeFormat.DataMatrix
_BOTH: Any = [_QR, _DATA_MATRIX]
ToPx = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class FoundCode:
    """One code that was read: its text, and `corners` (4, 2) px, clockwise from its own top left.

    Corners of a code that was read in a laboured view are where the frame's map puts them.
    """

    text: str
    is_qr: bool
    corners: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Codes:
    """All codes that were read, PAPI's or not, and the identities among them."""

    found: tuple[FoundCode, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Texts, in order of reading."""
        return tuple(code.text for code in self.found)

    @property
    def sheets(self) -> tuple[SheetId, ...]:
        """Distinct identities, in order of reading."""
        parsed = (SheetId.parse(text) for text in self.texts)
        return tuple(dict.fromkeys(sheet for sheet in parsed if sheet is not None))

    @property
    def headers(self) -> tuple[str, ...]:
        """Texts of batch header codes."""
        return tuple(text for text in self.texts if HeaderId.parse(text) is not None)


def read_frame_codes(gray: Gray, to_px: ToPx, frame: Frame = A4) -> Codes:
    """Read QR and DataMatrix where the map predicts them; codes of others are passed over.

    Args:
        gray: uint8 (H, W).
        to_px: page mm (N, 2) -> px.
        frame: where the codes stand.

    Returns:
        What was read; nothing is a valid answer. Cost: 1-2 ms if both are clean, up to 40 ms.
    """
    found: list[FoundCode] = []
    for box, kind in ((frame.qr, _QR), (frame.data_matrix, _DATA_MATRIX)):
        corners = to_px(tag_corners_mm(box))
        nearby = Affine.fit(tag_corners_mm(box), corners)
        if text := _read_one(gray, nearby, box, kind):
            found.append(FoundCode(text, kind == _QR, corners))
    return Codes(tuple(found))


def read_whole_page(gray: Gray) -> Codes:
    """Look for codes anywhere on the page, first on a reduced image. Cost: 10-60 ms."""
    reduced, factor = reduce_image(gray, _WHOLE_PAGE_DPI)
    found = _find(reduced, factor)
    if not any(_is_ours(code.text) for code in found) and factor > 1:
        found = _find(gray, 1.0) or found
    return Codes(tuple(found))


def keep_near(codes: Codes, to_px: ToPx, frame: Frame = A4) -> Codes:
    """Return the codes that stand where the frame has them.

    What lies beside or under the sheet (another form's corner) must not name it.
    """
    near = []
    for code in codes.found:
        place = to_px(tag_corners_mm(frame.qr if code.is_qr else frame.data_matrix))
        side = float(np.linalg.norm(place[1] - place[0]))
        if np.linalg.norm(place - code.corners, axis=1).max() < side / 2:
            near.append(code)
    return Codes(tuple(near))


def _is_ours(text: str) -> bool:
    return SheetId.parse(text) is not None or HeaderId.parse(text) is not None


def _find(gray: Gray, factor: float) -> list[FoundCode]:
    """Return all codes of an image that is `factor` times smaller than the original."""
    if min(gray.shape) < _LEAST_PX:
        return []
    return [
        FoundCode(result.text, result.format == _QR, (_corners(result) + 0.5) * factor - 0.5)
        for result in zxingcpp.read_barcodes(gray, formats=_BOTH, try_invert=False)
        if result.valid
    ]


def _corners(result: Any) -> NDArray[np.float64]:
    place = result.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([[corner.x, corner.y] for corner in corners], dtype=np.float64)


def _read_one(gray: Gray, affine: Affine, box: Box, kind: zxingcpp.BarcodeFormat) -> str | None:
    for view in _views(gray, affine, box):
        if text := _decode(view, kind):
            return text
    for redrawn in redraw_code(_upright(gray, affine, box), kind == _QR):
        if text := _decode(redrawn, kind):
            return text
    return None


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


def _decode(view: Gray, kind: Any) -> str | None:
    """Return the first text of ours in a view of one code."""
    if min(view.shape) < _LEAST_PX:
        return None
    results = zxingcpp.read_barcodes(view, formats=kind, try_invert=False)
    return next((r.text for r in results if r.valid and _is_ours(r.text)), None)
