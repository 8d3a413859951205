"""Pale scans: thin print tells what is lost; ink too pale to be the writer's is flagged."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from imaging_paper import MASTER, SOURCE, Scan, dense_layout, master, scan_sheet, sheet_id

from papi.geometry import Affine, Box
from papi.imaging.ink_zones import measure_ink
from papi.imaging.legibility import (
    DARK_BITS,
    LEAST_BITS,
    LEAST_GREY,
    SURE_BITS,
    is_one_bit,
    measure_fine_print,
    refuse_pale,
    refuse_traces,
    traced_fields,
)
from papi.imaging.pale_ink import flag_pale
from papi.imaging.snips import cut_snips, page_boxes
from papi.model.ink import CellInk
from papi.model.page import LocatedPage, PageImage, PageStatus, Reason, RegisteredPage
from papi.model.sheet import A4, SECRECY_MARK
from papi.reading.fields import ink_probability


@cache
def captioned():
    """Draw both lines for human eyes with strokes of 0.25 mm, 15.4 mm2 in each."""
    canvas = master(3, ink_seed=4).copy()
    for box in A4.id_texts:
        for number in range(24):
            x, top = box.x + 1.2 + number * 1.25, box.y + 0.4
            start, end = (round(x * MASTER), round(top * MASTER)), round((top + 2.3) * MASTER)
            cv2.line(canvas, start, (start[0], end), 0, round(0.25 * MASTER))
    return canvas


def located(canvas=None, *, dpi=300.0, blur_mm=0.15, noise=6.0, jpeg=75, threshold=None):
    scan = Scan(dpi=dpi, rotation=1.0, blur_mm=blur_mm, noise=noise, jpeg=jpeg)
    image, affine = scan_sheet(captioned() if canvas is None else canvas, scan)
    if threshold is not None:
        bits = np.where(image.gray < threshold, 0, 255).astype(np.uint8)
        image = PageImage(bits, dpi, SOURCE)
    return LocatedPage(image, sheet_id(3), affine, tuple(range(6)), 0.05)


def fine_print(page, black=20.0):
    return measure_fine_print(page, black).get("fine_print")


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("noise", [2.0, 14.0])
def test_grey_scans_keep_all_thin_print(dpi, noise):
    page = located(dpi=dpi, noise=noise)
    assert fine_print(page) == pytest.approx(1.0, abs=0.12)
    assert refuse_pale(page, fine_print(page)) is None


def test_a_grey_scan_made_too_bright_is_refused():
    page = located()
    shares = []
    for brighter in (1.0, 1.3, 2.6):
        gray = cv2.convertScaleAbs(page.image.gray, alpha=brighter)
        bright = replace(page, image=PageImage(gray, 300.0, SOURCE))
        shares.append(fine_print(bright, 20.0 * brighter))
        refused = refuse_pale(bright, shares[-1])
        assert (refused is not None) == (brighter > 2)
    assert shares == sorted(shares, reverse=True)


def test_a_lower_threshold_leaves_less_of_it():
    shares = [fine_print(located(threshold=t), 0.0) for t in (160, 130, 110, 90, 70)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > SURE_BITS > LEAST_GREY > shares[-1]


def test_a_pale_scan_of_one_bit_is_refused_and_says_so():
    pale, dark = located(threshold=80), located(threshold=150)
    failure = refuse_pale(pale, fine_print(pale, 0.0))
    assert failure.reason is Reason.TOO_PALE and failure.status is PageStatus.UNREADABLE
    assert failure.sheet == sheet_id(3) and "%" in failure.detail
    assert refuse_pale(dark, fine_print(dark, 0.0)) is None


def test_the_better_line_counts_and_a_covered_one_says_nothing():
    canvas = captioned().copy()
    for box, tone in zip(A4.id_texts, (0, 255), strict=True):
        top, bottom = round(box.y * MASTER), round(box.bottom * MASTER)
        canvas[top:bottom, round(box.x * MASTER) : round(box.right * MASTER)] = tone
        if tone == 0:
            assert fine_print(located(canvas)) == pytest.approx(1.0, abs=0.12)
    assert fine_print(located(canvas)) == pytest.approx(0.0, abs=0.1)


def test_thin_print_under_blots_says_nothing():
    canvas = captioned().copy()
    for box in A4.id_texts:
        top, bottom = round(box.y * MASTER), round(box.bottom * MASTER)
        canvas[top : bottom - 8, round(box.x * MASTER) : round((box.x + 14) * MASTER)] = 0
    mark = SECRECY_MARK.grown(1.2)
    top, bottom = round(mark.y * MASTER), round(mark.bottom * MASTER)
    canvas[top:bottom, round(mark.x * MASTER) : round(mark.right * MASTER)] = 0
    page = located(canvas, threshold=128)
    assert fine_print(page, 0.0) is None
    assert refuse_pale(page, None) is None


def by_tags(page):
    """Take the tags' word for every box: the sheet is flat, and its rules may be dropped."""
    offsets = np.zeros((len(page_boxes(dense_layout(), 1).boxes), 2), np.float32)
    return RegisteredPage(page, dense_layout(), offsets, 0.0)


def test_specks_in_boxes_tell_of_lost_strokes():
    page = located(threshold=128)
    page = replace(page, image=replace(page.image, gray=page.image.gray.copy()))
    box = dense_layout().by_name["pick4"].choices[1].box
    for choice in dense_layout().by_name["pick4"].choices:
        x, y = page.frame_map.apply(np.array(choice.box.center)).round().astype(int)
        page.image.gray[y - 22 : y + 23, x - 22 : x + 23] = 255
    assert "pick4" not in traced_fields(cut_snips(by_tags(page)), SURE_BITS)
    x, y = page.frame_map.apply(np.array(box.center)).round().astype(int)
    page.image.gray[y : y + 2, x : x + 2] = 0
    specked = cut_snips(by_tags(page))
    assert "pick4" in traced_fields(specked, SURE_BITS)
    assert not traced_fields(specked, DARK_BITS) and not traced_fields(specked, None)
    grey = cut_snips(by_tags(located()))
    assert not traced_fields(grey, SURE_BITS)


def test_a_rather_pale_scan_with_traces_is_refused():
    page = located(threshold=110)
    traced = refuse_traces(page, LEAST_BITS, 2)
    assert traced.reason is Reason.TOO_PALE and "2 fields" in traced.detail
    assert refuse_traces(page, LEAST_BITS, 0) is None
    assert refuse_traces(page, SURE_BITS, 2) is None
    assert refuse_traces(page, None, 2) is None


def test_one_bit_is_told_even_when_stored_as_jpeg():
    bits = located(threshold=128).image.gray
    loss = cv2.imdecode(cv2.imencode(".jpg", bits, [cv2.IMWRITE_JPEG_QUALITY, 75])[1], 0)
    assert is_one_bit(bits) and is_one_bit(loss)
    assert not is_one_bit(located().image.gray)


def inked(*levels):
    count = len(levels)
    flags = tuple(("touching",) if number == 0 else () for number in range(count))
    shapes = np.zeros((count, 84, 70), np.uint8)
    return CellInk(shapes, np.ones(count, np.float32), np.array(levels, np.float32), flags)


def test_ink_paler_than_any_pencil_is_flagged():
    ink = flag_pale(inked(160, 0, 60, 120), contrast=0.95)
    assert ink.flags == (("touching",), (), ("pale",), ())


def test_ink_paler_than_the_pages_pen_is_flagged():
    ink = flag_pale(inked(*[210] * 9, 100, 0), contrast=0.95)
    assert [number for number, own in enumerate(ink.flags) if "pale" in own] == [9]


def test_pencil_on_its_own_page_is_not_pale():
    ink = inked(*[100, 115, 95, 130, 105, 90, 120, 110, 88])
    assert flag_pale(ink, contrast=0.95) is ink


def test_on_a_scan_of_low_contrast_pens_are_pale_and_may_be():
    ink = inked(40, 38, 45)
    assert flag_pale(ink, contrast=0.3) is ink


def test_a_stain_over_a_text_zone_leaves_doubt_and_writing_none():
    zone = Box(20, 40, 60, 10)
    page = np.full((600, 800), 235, np.uint8)
    affine = Affine(8, 0, 0, 0, 8, 0)
    cv2.putText(page, "RUMAH TERKUNCI", (170, 385), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 60, 3)
    stained = page.copy()
    cv2.circle(stained, (400, 360), 130, 130, cv2.FILLED)

    def area(gray):
        grid = np.full((30, 40), 235, np.uint8)
        return measure_ink(gray, affine, {"note": zone}, grid, 20.0)["note"]

    assert ink_probability(area(page)) > 0.99
    assert ink_probability(area(stained)) == pytest.approx(0.5)
    assert ink_probability(area(np.full_like(page, 235))) < 0.01
