"""Pages without a readable barcode: named by the line for human eyes, or left with a guess."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import font_source_sans_pro
import numpy as np
import pytest
from imaging_paper import MASTER, SOURCE, Scan, dense_layout, master, scan_sheet, sheet_id
from PIL import Image, ImageDraw, ImageFont

from papi.geometry import Box
from papi.imaging.human_id import read_human_id
from papi.imaging.locate import find_frame, locate
from papi.imaging.register import register
from papi.imaging.unnamed import name_unnamed
from papi.model.layout import FieldKind, Layout, LayoutField
from papi.model.page import (
    Gray,
    LocatedPage,
    PageFailure,
    PageImage,
    PageStatus,
    Reason,
    RegisteredPage,
)
from papi.model.sheet import A4, ID_FOOT_MM, ID_GAP_MM, ID_SIZE_PT, readable_form_id

FOLDER = Path(font_source_sans_pro.font_directory)
LAYOUTS = {"ABC123": dense_layout()}


def write(gray: Gray, x: float, y: float, text: str, face: str) -> float:
    """Set a line of type with its baseline at (x, y) mm; return where it ends."""
    font = ImageFont.truetype(
        str(FOLDER / f"SourceSansPro-{face}.ttf"),
        ID_SIZE_PT / 72 * 600,
        layout_engine=ImageFont.Layout.BASIC,  # the printer sets no kerning
    )
    picture = Image.fromarray(gray)
    ImageDraw.Draw(picture).text((x * MASTER, y * MASTER), text, fill=0, font=font, anchor="ls")
    gray[:] = np.asarray(picture)
    return x + font.getlength(text) / MASTER


@lru_cache
def unnamed_sheet(number: int = 5, caption: str = "hal. 1/1", check: str = "") -> Gray:
    """Return a master whose barcodes are torn out and whose readable line stands."""
    sheet = master(number, (), 3).copy()
    for box in (A4.qr, A4.data_matrix):
        rows = slice(round(box.y * MASTER), round(box.bottom * MASTER))
        sheet[rows, round(box.x * MASTER) : round(box.right * MASTER)] = 255
    form_id = sheet_id(number).form_id
    shown = readable_form_id(form_id[:-1] + check if check else form_id)
    for box in A4.id_texts:
        x = write(sheet, box.x, box.bottom - ID_FOOT_MM, shown, "Semibold")
        write(sheet, x + ID_GAP_MM, box.bottom - ID_FOOT_MM, caption, "Regular")
    sheet.setflags(write=False)
    return sheet


def named(image: PageImage, layouts: dict[str, Layout] | None = None) -> LocatedPage | PageFailure:
    located = locate(image)
    assert isinstance(located, PageFailure)
    return name_unnamed(image, located, LAYOUTS if layouts is None else layouts)


@pytest.mark.parametrize(
    "scan",
    [
        Scan(),
        Scan(dpi=200, rotation=-2, noise=10, jpeg=60),
        Scan(dpi=200, rotation=181, blur_mm=0.15),
        Scan(dpi=150, scale_x=0.96, scale_y=0.965),
    ],
)
@pytest.mark.parametrize("number", [5, 77_123_456_789])
def test_the_readable_line_names_the_page(scan: Scan, number: int) -> None:
    image, _ = scan_sheet(unnamed_sheet(number), scan)
    page = named(image)
    assert isinstance(page, LocatedPage), page
    assert page.sheet == sheet_id(number)
    assert isinstance(register(page, dense_layout()), RegisteredPage)


def test_one_of_the_two_lines_is_enough() -> None:
    sheet = unnamed_sheet().copy()
    foot = A4.id_texts[1]
    x, y, right, bottom = (
        round(v * MASTER) for v in (foot.x, foot.y - 1, foot.right, foot.bottom + 1)
    )
    sheet[y:bottom, x:right] = 60
    page = named(scan_sheet(sheet, Scan(dpi=200))[0])
    assert isinstance(page, LocatedPage), page
    assert page.sheet == sheet_id(5)


def test_a_wrong_check_character_names_nothing() -> None:
    form_id = sheet_id(5).form_id
    wrong = "7" if form_id[-1] != "7" else "4"
    page = named(scan_sheet(unnamed_sheet(5, check=wrong), Scan(dpi=200))[0])
    assert isinstance(page, PageFailure)
    assert (page.status, page.reason) == (PageStatus.UNIDENTIFIED, Reason.NO_BARCODE)
    assert page.sheet is None


@pytest.mark.parametrize("caption", ["hal. 2/2", "hal. 1/3", ""])
def test_a_page_the_layout_cannot_have_names_nothing(caption: str) -> None:
    page = named(scan_sheet(unnamed_sheet(5, caption), Scan(dpi=200))[0])
    assert isinstance(page, PageFailure), page
    assert page.reason is Reason.NO_BARCODE


def test_rules_of_another_form_do_not_take_the_name() -> None:
    cells = tuple(Box(20 + 7 * i, 60, 4.6, 6) for i in range(20))
    field = LayoutField(name="other", page=1, kind=FieldKind.DIGITS, cells=cells)
    other = Layout(
        form="other", version="ZZZ999", codebook="1", pages=dense_layout().pages, fields=(field,)
    )
    image, _ = scan_sheet(unnamed_sheet(), Scan(dpi=200))
    both = named(image, {**LAYOUTS, "ZZZ999": other})
    assert isinstance(both, LocatedPage)
    assert both.sheet.version == "ABC123"


def test_the_guess_is_told_to_a_person() -> None:
    sheet = unnamed_sheet().copy()
    for box in A4.id_texts:
        x, y = round(box.x * MASTER), round(box.y * MASTER)
        sheet[y : round(box.bottom * MASTER), x : round(box.right * MASTER)] = 255
    page = named(scan_sheet(sheet, Scan(dpi=200))[0])
    assert isinstance(page, PageFailure)
    assert page.detail.endswith("looks like test page 1")
    assert named(scan_sheet(sheet, Scan(dpi=200))[0], {}) == page.__class__(
        page.source, page.status, page.reason, "6 tags found"
    )


def test_blots_and_blank_paper_are_not_read() -> None:
    for tone in (255, 0, 120):
        sheet = unnamed_sheet().copy()
        for box in A4.id_texts:
            x, y = round(box.x * MASTER), round((box.y - 0.5) * MASTER)
            sheet[y : round(box.bottom * MASTER), x : round(box.right * MASTER)] = tone
        image, _ = scan_sheet(sheet, Scan(dpi=200))
        fit, _ = find_frame(image.gray)
        assert fit is not None
        human = read_human_id(image.gray, fit.to_px, 4)
        assert human is None or not human.sure


def test_only_pages_without_a_barcode_are_looked_into() -> None:
    failure = PageFailure(SOURCE, PageStatus.FOREIGN, Reason.NO_FORM)
    image = PageImage(np.full((800, 600), 255, np.uint8), None, SOURCE)
    assert name_unnamed(image, failure, LAYOUTS) is failure
    assert cv2.countNonZero(image.gray) == image.gray.size
