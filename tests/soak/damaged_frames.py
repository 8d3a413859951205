"""Sheets that carry nothing but their frame, with damaged codes and other codes lying about.

Drawn straight at scan resolution, so that an identification takes milliseconds: 100,000 trials fit
into a soak.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import font_source_sans_pro
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from papi.geometry import MM_PER_INCH, Affine, Box
from papi.model.page import Gray
from papi.model.sheet import (
    A4,
    CROCKFORD,
    ID_FOOT_MM,
    ID_GAP_MM,
    ID_SIZE_PT,
    HeaderId,
    SheetId,
    check_character,
    readable_form_id,
)

Generator = np.random.Generator
VERSIONS = ("ABC123", "HV59HG", "7Q2MNP")
FOREIGN_TEXTS = ("https://example.org/menu", "00020101021126580014ID.CO.QRIS.WWW", "INV/2026/0042")
DPI = (130, 150, 200)
PAPER_GREY = 238
CODES_ALONE = replace(A4, qr=Box(10, 12, 14, 14), data_matrix=Box(36, 12, 12, 12))
"""The two codes side by side, so that a trial needs a picture of 80 x 38 mm only."""
_FONTS = Path(font_source_sans_pro.font_directory)


@dataclass(frozen=True)
class Frame:
    """One drawn scan, whose sheet it is, and its true map page mm -> px."""

    gray: Gray
    sheet: SheetId
    affine: Affine


def draw_sheet_id(rng: Generator) -> SheetId:
    """Draw an identity: any id, page and layout."""
    while True:
        body = "".join(CROCKFORD[n] for n in rng.integers(0, 32, 8))
        if (check := check_character(body)) in CROCKFORD:
            return SheetId(body + check, int(rng.integers(1, 10)), str(rng.choice(VERSIONS)))


@lru_cache(maxsize=8)
def _tag(number: int, size: int) -> Gray:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    return cv2.aruco.generateImageMarker(dictionary, number, size)


def _symbol(text: str, is_qr: bool) -> Gray:
    kind = zxingcpp.BarcodeFormat.QRCode if is_qr else zxingcpp.BarcodeFormat.DataMatrix
    options = {"ec_level": "Q"} if is_qr else {"force_square": True}
    code = zxingcpp.create_barcode(text, kind, **options)
    return np.array(code.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)


def _paste(canvas: Gray, picture: Gray, box: Box, unit: float) -> None:
    x, y, side = round(box.x * unit), round(box.y * unit), round(box.w * unit)
    fine = np.kron(picture, np.ones((6, 6), np.uint8))
    patch = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    view = canvas[max(y, 0) : y + side, max(x, 0) : x + side]
    view[:] = np.minimum(patch[: view.shape[0], : view.shape[1]], PAPER_GREY)


def _flip_modules(symbol: Gray, rng: Generator) -> None:
    """Turn a share of the modules over, scattered or in a block: dirt, wear, a pen."""
    size = len(symbol)
    if rng.random() < 0.5:
        hit = rng.random(symbol.shape) < rng.uniform(0, 0.2)
        symbol[hit] = 255 - symbol[hit]
        return
    h, w = rng.integers(2, size * 2 // 3, 2)
    y, x = int(rng.integers(0, size - h + 1)), int(rng.integers(0, size - w + 1))
    block = symbol[y : y + h, x : x + w]
    block[:] = (0, 255)[int(rng.integers(2))] if rng.random() < 0.6 else 255 - block


def _scatter_others(canvas: Gray, unit: float, rng: Generator) -> None:
    """Lay codes of other sheets and of other people beside and on the sheet, off the own places."""
    for _ in range(int(rng.integers(1, 4))):
        kind = int(rng.integers(3))
        text = str(rng.choice(FOREIGN_TEXTS)) if kind else draw_sheet_id(rng).payload()
        if kind == 2 and rng.random() < 0.2:
            text = HeaderId("3201012001", "ABC123", 1).payload()
        side = float(rng.uniform(9, 22))
        place = Box(float(rng.uniform(60, 185)), float(rng.uniform(45, 240)), side, side)
        _paste(canvas, _symbol(text, bool(rng.integers(2))), place, unit)


def draw_frame(rng: Generator) -> Frame:
    """Draw a sheet's frame with worn codes, perhaps other codes near it, and scan it."""
    unit = int(rng.choice(DPI)) / MM_PER_INCH
    sheet = draw_sheet_id(rng)
    canvas = np.full((round(297 * unit), round(210 * unit)), PAPER_GREY, np.uint8)
    side = round(8 * unit)
    for number, box in enumerate(A4.fiducials):
        y, x = round(box.y * unit), round(box.x * unit)
        canvas[y : y + side, x : x + side] = _tag(number, side)
    for box, is_qr in ((A4.qr, True), (A4.data_matrix, False)):
        symbol = _symbol(sheet.payload(), is_qr)
        if rng.random() < 0.85:
            _flip_modules(symbol, rng)
        _paste(canvas, symbol, box, unit)
    if rng.random() < 0.5:
        _scatter_others(canvas, unit, rng)
    return _scanned(canvas, sheet, unit, rng)


def draw_codes(rng: Generator) -> Frame:
    """Draw only the two codes, worn, side by side as in CODES_ALONE, a sticker beside them."""
    unit = int(rng.choice(DPI)) / MM_PER_INCH
    sheet = draw_sheet_id(rng)
    canvas = np.full((round(38 * unit), round(80 * unit)), PAPER_GREY, np.uint8)
    for box, is_qr in ((CODES_ALONE.qr, True), (CODES_ALONE.data_matrix, False)):
        symbol = _symbol(sheet.payload(), is_qr)
        if rng.random() < 0.7:
            _flip_modules(symbol, rng)
        _paste(canvas, symbol, box, unit)
    if rng.random() < 0.3:
        text = (
            draw_sheet_id(rng).payload() if rng.random() < 0.5 else str(rng.choice(FOREIGN_TEXTS))
        )
        _paste(canvas, _symbol(text, bool(rng.integers(2))), Box(62, 12, 11, 11), unit)
    return _scanned(canvas, sheet, unit, rng)


def draw_line(rng: Generator) -> Frame:
    """Draw only the two lines for human eyes, worn, and scan them."""
    unit = int(rng.choice((150, 200, 300))) / MM_PER_INCH
    sheet = draw_sheet_id(rng)
    canvas = np.full((round(297 * unit), round(210 * unit)), PAPER_GREY, np.uint8)
    fine = 4
    size = ID_SIZE_PT / 72 * MM_PER_INCH * unit * fine
    for box in A4.id_texts:
        area = canvas[
            round(box.y * unit) - 6 : round(box.bottom * unit) + 6, round(box.x * unit) :
        ][:, : round(40 * unit)]
        large = Image.new("L", (area.shape[1] * fine, area.shape[0] * fine), PAPER_GREY)
        pen = ImageDraw.Draw(large)
        x = (box.x * unit - round(box.x * unit)) * fine
        y = ((box.bottom - ID_FOOT_MM) * unit - round(box.y * unit) + 6) * fine
        bold, plain = (_font(face, size) for face in ("Semibold", "Regular"))
        shown = readable_form_id(sheet.form_id)
        pen.text((x, y), shown, fill=15, font=bold, anchor="ls")
        x += bold.getlength(shown) + ID_GAP_MM * unit * fine
        pen.text((x, y), f"hal. {sheet.page}/9", fill=15, font=plain, anchor="ls")
        area[:] = cv2.resize(np.asarray(large), area.shape[::-1], interpolation=cv2.INTER_AREA)
        _wear(area, unit, rng)
    return _scanned(canvas, sheet, unit, rng)


def _font(face: str, size: float) -> ImageFont.FreeTypeFont:
    """Return a face as the printer sets it: without kerning, whatever Pillow finds installed."""
    path = str(_FONTS / f"SourceSansPro-{face}.ttf")
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _wear(area: Gray, unit: float, rng: Generator) -> None:
    """Strike through, cover or smear a part of a line."""
    for _ in range(int(rng.integers(0, 3))):
        x, y = int(rng.uniform(0, area.shape[1])), int(rng.uniform(0, area.shape[0]))
        grey = int(rng.choice((20, 120, PAPER_GREY)))
        if rng.random() < 0.5:
            end = (x + int(rng.normal(0, 12 * unit)), y + int(rng.normal(0, 2 * unit)))
            cv2.line(area, (x, y), end, grey, max(1, round(0.4 * unit)))
        else:
            cv2.circle(area, (x, y), round(rng.uniform(0.4, 2.5) * unit), grey, -1)


def _scanned(canvas: Gray, sheet: SheetId, unit: float, rng: Generator) -> Frame:
    """Turn, blur, add noise, and reduce to one bit now and then."""
    height, width = canvas.shape
    turn = np.radians(rng.uniform(-4, 4))
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    middle = np.array([width, height]) / 2
    linear = np.array([[cos, -sin], [sin, cos]])
    shift = middle - linear @ middle
    matrix = np.column_stack([linear, shift])
    turned = cv2.warpAffine(
        canvas, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=PAPER_GREY
    )
    soft = cv2.GaussianBlur(turned, (0, 0), float(rng.uniform(0.3, 1.4)))
    noise = cv2.randn(np.empty(soft.shape, np.int16), 0, float(rng.uniform(2, 14)))
    gray = np.asarray(cv2.add(soft, noise, dtype=cv2.CV_8U), np.uint8)
    if rng.random() < 0.2:
        gray = np.where(gray < rng.uniform(80, 190), 0, 255).astype(np.uint8)
    a, b, d, e = (linear * unit).ravel()
    # A box edge at x mm lies between pixels, half a pixel before the middle of the next.
    c, f = linear @ np.array([-0.5, -0.5]) + shift
    return Frame(gray, sheet, Affine(a, b, float(c), d, e, float(f)))
