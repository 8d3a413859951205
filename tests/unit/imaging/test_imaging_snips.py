"""Snips: exact raster, paper brought to white, ink of zones, boxes given by corners."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from imaging_paper import MASTER, SOURCE, Scan, dense_layout, master, scan_sheet

from papi.geometry import Affine, Box
from papi.imaging.locate import locate
from papi.imaging.quads import place_boxes
from papi.imaging.register import register
from papi.imaging.snips import cut_snips, page_boxes
from papi.model.layout import FieldKind, Layout, LayoutField, LayoutPage
from papi.model.page import (
    CELL_SHAPE,
    TICK_SHAPE,
    Gray,
    LocatedPage,
    PageImage,
    RegisteredPage,
    Snips,
)
from papi.model.sheet import SheetId


def snips_of(sheet: Gray, scan: Scan) -> Snips:
    located = locate(scan_sheet(sheet, scan)[0])
    assert isinstance(located, LocatedPage)
    page = register(located, dense_layout())
    assert isinstance(page, RegisteredPage)
    return cut_snips(page)


def on_known_map(gray: Gray, affine: Affine, layout: Layout) -> RegisteredPage:
    located = LocatedPage(
        PageImage(gray, None, SOURCE), SheetId("0" * 9, 1, "ABC123"), affine, (0, 1, 2, 3), 0.0
    )
    boxes = page_boxes(layout, 1)
    return RegisteredPage(located, layout, np.zeros((len(boxes.boxes), 2), np.float32), 0.0)


def one_cell(box: Box) -> Layout:
    field = LayoutField(name="a", page=1, kind=FieldKind.DIGITS, cells=(box,))
    page = LayoutPage(page=1, width_mm=210, height_mm=297)
    return Layout(form="t", version="1", codebook="1", pages=(page,), fields=(field,))


def test_page_boxes_lists_ticks_then_cells_once() -> None:
    layout = dense_layout()
    boxes = page_boxes(layout, 1)
    assert len(boxes.tick_keys) == 54
    assert len(boxes.cell_keys) == 396
    assert boxes.tick_keys[0] == ("pick0", "0")
    assert boxes.cell_keys[:2] == (("row0", 0), ("row0", 1))
    assert boxes.boxes[54] == layout.by_name["row0"].cells[0]
    assert page_boxes(layout, 1) is boxes
    assert set(boxes.zones) == {"note", "sign"}


@pytest.mark.parametrize("box", [Box(20, 30, 4.6, 6.0), Box(20, 30, 5.0, 7.0)])
def test_box_edges_fall_on_the_canonical_raster(box: Box) -> None:
    gray = np.full((800, 600), 255, np.uint8)
    gray[300 : 300 + round(box.h * 10), 200 : 200 + round(box.w * 10)] = 0
    affine = Affine(10, 0, -0.5, 0, 10, -0.5)
    cell = cut_snips(on_known_map(gray, affine, one_cell(box))).cell[0]
    dark = cell < 128
    assert cell.shape == CELL_SHAPE
    assert np.flatnonzero(dark.any(axis=0))[[0, -1]].tolist() == [12, 57]
    assert np.flatnonzero(dark.any(axis=1))[[0, -1]].tolist() == [12, 71]


def test_offsets_move_the_snip() -> None:
    gray = np.full((800, 600), 255, np.uint8)
    gray[305:365, 196:242] = 0
    page = on_known_map(gray, Affine(10, 0, -0.5, 0, 10, -0.5), one_cell(Box(20, 30, 4.6, 6.0)))
    page.offsets_mm[:] = [[-0.4, 0.5]]
    dark = cut_snips(page).cell[0] < 128
    assert np.flatnonzero(dark.any(axis=0))[[0, -1]].tolist() == [12, 57]
    assert np.flatnonzero(dark.any(axis=1))[[0, -1]].tolist() == [12, 71]


@pytest.mark.parametrize("scan", [Scan(), Scan(dpi=200, rotation=183), Scan(dpi=600, rotation=-2)])
def test_snips_show_the_same_box_at_any_dpi_and_turn(scan: Scan) -> None:
    snips = snips_of(master(1, (), 3), scan)
    assert snips.tick.shape == (54, *TICK_SHAPE)
    assert snips.cell.shape == (396, *CELL_SHAPE)
    truth = snips_of(master(1, (), 3), Scan(noise=0, jpeg=None))
    apart = np.abs(snips.cell.astype(int) - truth.cell).mean(axis=(1, 2))
    assert apart.mean() < 6
    assert apart.max() < 16


def test_shading_does_not_darken_the_paper() -> None:
    snips = snips_of(master(), Scan(shading=0.4))
    inner = np.median(snips.cell[:, 25:60, 20:50], axis=(1, 2))
    assert inner.min() > 235


def test_ink_of_zones_is_measured_without_their_rule() -> None:
    blank = snips_of(master(), Scan(noise=12)).ink
    assert blank == {"note": 0.0, "sign": 0.0}
    sheet = master().copy()
    start, end = (round(v * MASTER) for v in (30, 250)), (round(v * MASTER) for v in (70, 250))
    cv2.line(sheet, tuple(start), tuple(end), 60, round(0.5 * MASTER))
    ink = snips_of(sheet, Scan(noise=12)).ink
    assert 40 * 0.5 <= ink["note"] < 40 * 0.75  # the scanner's blur widens a stroke
    assert ink["sign"] == 0.0


@pytest.mark.parametrize(("gray", "least", "most"), [(100, 20, 30), (190, 1.0, 1.5), (250, 0, 0)])
def test_pale_ink_in_a_zone_leaves_doubt_and_is_not_nothing(
    gray: int, least: float, most: float
) -> None:
    sheet = master().copy()
    start, end = (round(v * MASTER) for v in (30, 250)), (round(v * MASTER) for v in (70, 250))
    cv2.line(sheet, tuple(start), tuple(end), gray, round(0.5 * MASTER))
    assert least <= snips_of(sheet, Scan(noise=8)).ink["note"] <= most


def corners(box: Box, scale: float) -> list[tuple[float, float]]:
    left, top, right, bottom = (v * scale for v in (box.x, box.y, box.right, box.bottom))
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def test_boxes_by_corners_equal_boxes_by_layout() -> None:
    image, affine = scan_sheet(master(1, (), 3), Scan(rotation=3))
    boxes = page_boxes(dense_layout(), 1)
    quads = affine.apply(np.array([corners(box, 1.0) for box in boxes.boxes]))
    cells = place_boxes(image.gray, quads[54:], "cell")
    ticks = place_boxes(image.gray, quads[:54], "tick")
    truth = snips_of(master(1, (), 3), Scan(rotation=3))
    assert np.abs(cells.astype(int) - truth.cell).mean() < 4
    assert np.abs(ticks.astype(int) - truth.tick).mean() < 4


def test_wide_box_keeps_the_proportions_of_its_character() -> None:
    gray = np.full((400, 400), 230, np.uint8)
    cv2.rectangle(gray, (100, 100), (199, 199), 120, 3)
    cv2.circle(gray, (150, 150), 30, 20, 5)
    quad = np.array([[[100, 100], [200, 100], [200, 200], [100, 200]]], float)
    (cell,) = place_boxes(gray, quad, "cell")
    dark = cell[:, 20:50] < 120
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert rows[-1] - rows[0] == pytest.approx(columns[-1] - columns[0], abs=1)
    assert cell[:18].min() == 255
    assert cell[-18:].min() == 255


def test_perspective_and_size_are_taken_out() -> None:
    gray = np.full((3000, 3000), 240, np.uint8)
    quad = np.array([[[500, 500], [1800, 700], [1700, 2300], [600, 2200]]], float)
    cv2.polylines(gray, [quad[0].astype(np.int32)], True, 30, 60)
    (cell,) = place_boxes(gray, quad, "cell")
    assert cell[20:65, [12, 57]].max() < 120
    assert cell[[12, 71], 20:50].max() < 120
    assert cell[16:68, 16:54].min() > 200
    assert cell[:, :9].min() > 200


def test_degenerate_boxes_do_not_crash() -> None:
    gray = np.full((100, 100), 240, np.uint8)
    quads = np.array([[[5, 5]] * 4, [[-50, -50], [-40, -50], [-40, -38], [-50, -38]]], float)
    assert place_boxes(gray, quads, "cell").min() > 200
    assert place_boxes(gray, np.empty((0, 4, 2)), "tick").shape == (0, *TICK_SHAPE)
