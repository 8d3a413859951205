"""Thin print that is torn off, taped over or stained says nothing; faded print does."""

from functools import cache

import cv2
import numpy as np
import pytest
from imaging_paper import MASTER, SOURCE, Scan, master, scan_sheet, sheet_id

from papi.geometry import Box
from papi.imaging.legibility import (
    LEAST_BITS,
    SURE_BITS,
    is_unwitnessed,
    measure_fine_print,
    refuse_pale,
)
from papi.model.page import LocatedPage, PageImage, Reason
from papi.model.sheet import A4, SECRECY_MARK

HEAD, FOOT = A4.id_texts
CORNERS = {"head": Box(0, 0, 56, 31.2), "foot": Box(0, 271, 73, 26)}
LINES = {"head": HEAD.grown(0.4), "foot": FOOT.grown(0.4)}
PLACES = [("head",), ("foot",), ("head", "foot")]
GOOD, PALE = 150, 75
"""Thresholds of a good scan in black and white, and of one that lost its pencil."""


def fill(canvas, box, tone):
    left, right = (max(0, round(x * MASTER)) for x in (box.x, box.right))
    top, bottom = (max(0, round(y * MASTER)) for y in (box.y, box.bottom))
    canvas[top:bottom, left:right] = tone


@cache
def printed():
    """Draw the lines with strokes of 0.25 mm and the mark with its frame of 0.3 mm."""
    canvas = master(3, ink_seed=4).copy()
    for box in A4.id_texts:
        for number in range(24):
            x, top = box.x + 1.2 + number * 1.25, box.y + 0.4
            start, end = (round(x * MASTER), round(top * MASTER)), round((top + 2.3) * MASTER)
            cv2.line(canvas, start, (start[0], end), 0, round(0.25 * MASTER))
    ends = [
        (round(x * MASTER), round(y * MASTER))
        for x, y in ((SECRECY_MARK.x, SECRECY_MARK.y), (SECRECY_MARK.right, SECRECY_MARK.bottom))
    ]
    cv2.rectangle(canvas, ends[0], ends[1], 0, round(0.3 * MASTER))
    for number in range(14):
        x = SECRECY_MARK.x + 3 + number
        start, end = (x, SECRECY_MARK.y + 1.2), (x, SECRECY_MARK.y + 3.4)
        points = [tuple(round(v * MASTER) for v in point) for point in (start, end)]
        cv2.line(canvas, points[0], points[1], 0, round(0.35 * MASTER))
    return canvas


def located(covers, threshold=None, brighter=1.0):
    """Scan the sheet with parts of it covered: (box, tone)."""
    canvas = printed().copy()
    for box, tone in covers:
        fill(canvas, box, tone)
    scan = Scan(dpi=300.0, rotation=1.0, blur_mm=0.15, noise=6.0, jpeg=75)
    image, affine = scan_sheet(canvas, scan)
    gray = cv2.convertScaleAbs(image.gray, alpha=brighter)
    if threshold is not None:
        gray = np.where(gray < threshold, 0, 255).astype(np.uint8)
    page = PageImage(gray, 300.0, SOURCE)
    return LocatedPage(page, sheet_id(3), affine, tuple(range(6)), 0.05)


def judge(page):
    """Return what is left of thin print, and what the page is refused for."""
    one_bit = set(np.unique(page.image.gray)) <= {0, 255}
    quality = {"black": 0.0, "white": 255.0} if one_bit else {"black": 20.0, "white": 235.0}
    quality |= measure_fine_print(page, quality["black"], quality["white"])
    return quality, refuse_pale(page, quality.get("fine_print"))


@pytest.mark.parametrize("threshold", [None, GOOD])
@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize(
    ("parts", "tone"),
    [(CORNERS, 255), (CORNERS, 0), (CORNERS, 90), (LINES, 255), (LINES, 50), (LINES, 160)],
    ids=["torn, white lid", "torn, black lid", "torn, grey lid", "taped", "stained", "grey tape"],
)
def test_a_good_scan_is_read_whatever_became_of_its_lines(threshold, places, parts, tone):
    page = located([(parts[name], tone) for name in places], threshold)
    quality, refused = judge(page)
    assert refused is None
    assert quality["fine_print"] > SURE_BITS or threshold is None
    assert not is_unwitnessed(page, quality)


@pytest.mark.parametrize("places", [(), *PLACES])
@pytest.mark.parametrize("parts", [CORNERS, LINES], ids=["torn", "taped"])
def test_a_pale_scan_is_refused_whatever_became_of_its_lines(places, parts):
    _, refused = judge(located([(parts[name], 255) for name in places], PALE))
    assert refused is not None and refused.reason is Reason.TOO_PALE


@pytest.mark.parametrize("places", [(), *PLACES])
def test_a_grey_scan_made_too_bright_is_refused_too(places):
    page = located([(CORNERS[name], 255) for name in places], brighter=2.6)
    quality = measure_fine_print(page, 52.0, 255.0)
    assert refuse_pale(page, quality["fine_print"]).reason is Reason.TOO_PALE


def test_a_faded_line_is_no_covered_one_though_the_barcode_beside_it_is_whole():
    quality, _ = judge(located([], PALE))
    assert quality["fine_print"] < LEAST_BITS


def bare(threshold=None):
    covers = [*((box, 255) for box in CORNERS.values()), (SECRECY_MARK.grown(1.5), 0)]
    return located(covers, threshold)


def test_where_all_thin_print_is_gone_only_a_grey_scan_of_good_contrast_is_trusted():
    grey, bits = bare(), bare(GOOD)
    for page in (grey, bits):
        quality, refused = judge(page)
        assert "fine_print" not in quality and refused is None
    assert is_unwitnessed(bits, judge(bits)[0])
    assert not is_unwitnessed(grey, {"black": 20.0, "white": 235.0})
    assert is_unwitnessed(grey, {"black": 20.0, "white": 255.0}), "white may have been cut off"
    assert is_unwitnessed(grey, {"black": 190.0, "white": 235.0}), "hardly any contrast"
    assert is_unwitnessed(grey, {})


def test_a_line_outside_the_image_says_nothing():
    page = located([])
    left = round(75 * page.frame_map.px_per_mm[0])
    moved = type(page.frame_map)(
        page.frame_map.a, page.frame_map.b, page.frame_map.c - left,
        page.frame_map.d, page.frame_map.e, page.frame_map.f,
    )  # fmt: skip
    cropped = PageImage(page.image.gray[:, left:].copy(), 300.0, SOURCE)
    quality, refused = judge(LocatedPage(cropped, page.sheet, moved, (1, 2, 4, 5), 0.05))
    assert refused is None and quality["fine_print"] > 0.5
