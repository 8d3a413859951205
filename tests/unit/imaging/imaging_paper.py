"""Synthetic sheets of known geometry: the frame's tags, both barcodes, grey boxes, some ink.

Draws at 600 dpi and warps to the wanted scan, so the true place of every box is known exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from papi.geometry import MM_PER_INCH, Affine, Box
from papi.model.layout import Choice, FieldKind, Layout, LayoutField, LayoutPage
from papi.model.page import Gray, PageImage, PageSource
from papi.model.sheet import A4, CROCKFORD, SheetId, check_character

MASTER_DPI = 600.0
MASTER = MASTER_DPI / MM_PER_INCH
RULE_GRAY, RULE_MM = 190, 0.25
SOURCE = PageSource("scan.jpg", "0" * 64, 0)


def sheet_id(number: int = 1, page: int = 1) -> SheetId:
    """Return a valid identity that differs by `number`."""
    while True:
        body = "".join(CROCKFORD[(number >> (5 * i)) & 31] for i in range(7, -1, -1))
        if (check := check_character(body)) in CROCKFORD:
            return SheetId(body + check, page, "ABC123")
        number += 1 << 20


@lru_cache
def dense_layout() -> Layout:
    """Return a page of 18 rows: 22 cells and 3 ticks each, one text and one signature zone."""
    fields: list[LayoutField] = []
    for row in range(18):
        y = 34.0 + row * 11.2
        cells = tuple(Box(14 + i * 5.4, y, 4.6, 6.0) for i in range(22))
        kind = FieldKind.DIGITS if row % 2 else FieldKind.CAPITALS
        fields.append(LayoutField(name=f"row{row}", page=1, kind=kind, cells=cells))
        choices = tuple(
            Choice(code=str(i), box=Box(140 + 12 * i, y + 1, 4.0, 4.0)) for i in range(3)
        )
        fields.append(
            LayoutField(name=f"pick{row}", page=1, kind=FieldKind.CHOICE, choices=choices)
        )
    fields.append(LayoutField(name="note", page=1, kind=FieldKind.TEXT, box=Box(14, 240, 90, 16)))
    fields.append(
        LayoutField(name="sign", page=1, kind=FieldKind.SIGNATURE, box=Box(120, 240, 60, 20))
    )
    return Layout(
        form="test",
        version="ABC123",
        codebook="1",
        pages=(LayoutPage(page=1, width_mm=A4.width_mm, height_mm=A4.height_mm),),
        fields=tuple(fields),
    )


def _px(value: float) -> int:
    return round(value * MASTER)


def _fill(canvas: Gray, box: Box, gray: int) -> None:
    canvas[_px(box.y) : _px(box.bottom), _px(box.x) : _px(box.right)] = gray


def _paste_code(canvas: Gray, text: str, kind: zxingcpp.BarcodeFormat, box: Box) -> None:
    code = zxingcpp.create_barcode(text, kind)
    image = np.asarray(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=False))
    size = (_px(box.w), _px(box.h))
    patch = cv2.resize(image, size, interpolation=cv2.INTER_NEAREST)
    canvas[_px(box.y) : _px(box.y) + size[1], _px(box.x) : _px(box.x) + size[0]] = patch


def draw_frame(canvas: Gray, sheet: SheetId, lost: tuple[int, ...] = ()) -> None:
    """Draw tags (except `lost`) and both barcodes."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for index, box in enumerate(A4.fiducials):
        if index not in lost:
            tag = cv2.aruco.generateImageMarker(dictionary, index, _px(box.w))
            y, x = _px(box.y), _px(box.x)
            canvas[y : y + tag.shape[0], x : x + tag.shape[1]] = tag
    _paste_code(canvas, sheet.payload(), zxingcpp.BarcodeFormat.QRCode, A4.qr)
    _paste_code(canvas, sheet.payload(), zxingcpp.BarcodeFormat.DataMatrix, A4.data_matrix)


def draw_boxes(canvas: Gray, layout: Layout, rule_gray: int = RULE_GRAY) -> None:
    """Draw every box of page 1; the rule lies inside the box."""
    for field in layout.by_page[1]:
        boxes = [*field.cells, *(choice.box for choice in field.choices)]
        if field.box:
            boxes.append(field.box)
        for box in boxes:
            _fill(canvas, box, rule_gray)
            _fill(canvas, box.grown(-RULE_MM), 255)


def write_ink(canvas: Gray, layout: Layout, seed: int) -> None:
    """Scribble a character-like stroke into about half of the boxes, some over the rule."""
    rng = np.random.default_rng(seed)
    for field in layout.by_page[1]:
        for box in [*field.cells, *(choice.box for choice in field.choices)]:
            if rng.random() < 0.5:
                reach = box.grown(rng.choice([-0.8, -0.3, 0.5]))
                points = rng.random((4, 2)) * [reach.w, reach.h] + [reach.x, reach.y]
                line = np.round(points * MASTER).astype(np.int32)
                cv2.polylines(canvas, [line], False, int(rng.integers(20, 90)), _px(0.45))


@lru_cache(maxsize=8)
def master(
    number: int = 1, lost: tuple[int, ...] = (), ink_seed: int = 0, rule_gray: int = RULE_GRAY
) -> Gray:
    """Return the clean sheet at 600 dpi."""
    canvas = np.full((_px(A4.height_mm), _px(A4.width_mm)), 255, np.uint8)
    draw_boxes(canvas, dense_layout(), rule_gray)
    if ink_seed:
        write_ink(canvas, dense_layout(), ink_seed)
    draw_frame(canvas, sheet_id(number), lost)
    canvas.setflags(write=False)
    return canvas


@dataclass(frozen=True)
class Scan:
    """How a sheet was scanned."""

    dpi: float = 300.0
    rotation: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    blur_mm: float = 0.1
    noise: float = 6.0
    shading: float = 0.0
    jpeg: int | None = 75
    one_bit: bool = False
    seed: int = 0


def true_map(scan: Scan) -> tuple[Affine, tuple[int, int]]:
    """Return page mm -> px of the scan and its (width, height); quarter turns swap the size."""
    ppm = scan.dpi / MM_PER_INCH
    quarter = round(scan.rotation / 90) % 2
    width, height = (A4.height_mm, A4.width_mm) if quarter else (A4.width_mm, A4.height_mm)
    angle = np.radians(scan.rotation)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([scan.scale_x * ppm, scan.scale_y * ppm])
    middle = np.array([width, height]) / 2 * ppm + np.array(scan.shift) * ppm
    offset = middle - linear @ (np.array([A4.width_mm, A4.height_mm]) / 2) - 0.5
    affine = Affine(*linear[0], offset[0], *linear[1], offset[1])
    return affine, (round(width * ppm), round(height * ppm))


def scan_sheet(sheet: Gray, scan: Scan) -> tuple[PageImage, Affine]:
    """Scan a 600 dpi master. Returns the page and the true map page mm -> px."""
    affine, size = true_map(scan)
    to_px = affine.matrix() @ np.array(
        [[1 / MASTER, 0, 0.5 / MASTER], [0, 1 / MASTER, 0.5 / MASTER], [0, 0, 1]]
    )
    soft = max(0.5 * MASTER_DPI / scan.dpi, scan.blur_mm * MASTER)
    paper = cv2.GaussianBlur(sheet, (0, 0), soft)
    gray = cv2.warpAffine(paper, to_px, size, flags=cv2.INTER_LINEAR, borderValue=235)
    rng = np.random.default_rng(scan.seed)
    return PageImage(_degrade(gray, scan, rng), scan.dpi, SOURCE), affine


def _degrade(gray: Gray, scan: Scan, rng: np.random.Generator) -> Gray:
    shade = 1 - scan.shading * np.linspace(0, 1, gray.shape[1])[None, :]
    noisy = (20 + gray.astype(np.float32) * (225 / 255)) * shade
    noisy += scan.noise * rng.standard_normal(gray.shape, dtype=np.float32)
    image = np.clip(noisy, 0, 255).astype(np.uint8)
    if scan.one_bit:
        return np.where(image < 128, 0, 255).astype(np.uint8)
    if scan.jpeg is not None:
        image = cv2.imdecode(
            cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, scan.jpeg])[1],
            cv2.IMREAD_GRAYSCALE,
        )
    return image


def box_truth(affine: Affine, boxes: tuple[Box, ...]) -> NDArray[np.float64]:
    """Return the true centres of `boxes` in px (N, 2)."""
    return affine.apply(np.array([box.center for box in boxes]))
