"""register: every box within 0.5 mm under random scanning, askew pages refused."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imaging_paper import (
    SOURCE,
    Scan,
    box_truth,
    dense_layout,
    draw_frame,
    master,
    scan_sheet,
    sheet_id,
)
from numpy.typing import NDArray

from papi.geometry import MM_PER_INCH, Affine
from papi.imaging.frame_fit import apply_perspective, tag_corners_mm
from papi.imaging.locate import locate
from papi.imaging.register import register
from papi.imaging.snips import page_boxes
from papi.model.layout import Layout
from papi.model.page import Gray, LocatedPage, PageFailure, PageImage, Reason, RegisteredPage
from papi.model.sheet import A4

PX_300 = 300 / MM_PER_INCH


def registered(image: PageImage) -> RegisteredPage:
    located = locate(image)
    assert isinstance(located, LocatedPage), located
    page = register(located, dense_layout())
    assert isinstance(page, RegisteredPage), page
    return page


def worst_mm(page: RegisteredPage, truth: NDArray[np.float64]) -> float:
    """Return the largest distance of a placed box from its true place, mm."""
    boxes = page_boxes(page.layout, 1)
    placed = page.located.frame_map.apply(boxes.centers + page.offsets_mm)
    scale = page.located.frame_map.px_per_mm[0]
    return float(np.linalg.norm(placed - truth, axis=1).max() / scale)


def blank_out(image: PageImage, affine: Affine, tags: list[int]) -> PageImage:
    """Paint over tags of a scan, as a torn or folded corner would."""
    gray = image.gray.copy()
    for number in tags:
        quad = affine.apply(tag_corners_mm(A4.fiducials[number].grown(1.0)))
        cv2.fillConvexPoly(gray, np.round(quad).astype(np.int32), 235)
    return PageImage(gray, image.dpi, image.source)


scans = st.builds(
    Scan,
    dpi=st.sampled_from([200.0, 300.0]),
    rotation=st.builds(lambda turn, skew: turn + skew, st.sampled_from([0, 180]), st.floats(-5, 5)),
    scale_x=st.floats(0.95, 1.05),
    blur_mm=st.floats(0.05, 0.2),
    noise=st.floats(0, 12),
    shading=st.floats(0, 0.3),
    jpeg=st.sampled_from([None, 85, 60]),
    one_bit=st.sampled_from([False, False, True]),
    seed=st.integers(0, 1000),
)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    scan=scans,
    aspect=st.floats(0.995, 1.005),
    lost=st.lists(st.integers(0, 5), max_size=2, unique=True),
    number=st.integers(1, 2),
)
def test_every_box_is_placed_and_no_identity_is_wrong(
    scan: Scan, aspect: float, lost: list[int], number: int
) -> None:
    scan = Scan(**{**vars(scan), "scale_y": scan.scale_x * aspect})
    image, affine = scan_sheet(master(number, (), 3), scan)
    located = locate(blank_out(image, affine, lost))
    assert isinstance(located, LocatedPage) and located.sheet == sheet_id(number)
    page = register(located, dense_layout())
    if scan.one_bit:  # it dropped all rules, and nothing else is printed between the tags
        assert isinstance(page, PageFailure) and page.reason is Reason.POOR_FIT
        return
    assert isinstance(page, RegisteredPage), page
    assert worst_mm(page, box_truth(affine, page_boxes(dense_layout(), 1).boxes)) < 0.2


def feed_unevenly(image: PageImage, amplitude_mm: float, period_mm: float) -> PageImage:
    """Displace rows by a sine: out(y) = in(y + d(y))."""
    height, width = image.gray.shape
    y = np.arange(height, dtype=np.float32)
    source = y + amplitude_mm * PX_300 * np.sin(2 * np.pi * y / PX_300 / period_mm)
    columns = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    rows = np.repeat(source[:, None], width, 1).astype(np.float32)
    gray = np.asarray(cv2.remap(image.gray, columns, rows, cv2.INTER_LINEAR), np.uint8)
    return PageImage(gray, image.dpi, SOURCE)


@pytest.mark.parametrize(("amplitude", "period"), [(0.5, 300.0), (1.0, 600.0), (0.16, 100.0)])
def test_uneven_feed_is_followed(amplitude: float, period: float) -> None:
    image, affine = scan_sheet(master(1, (), 3), Scan(rotation=1))
    page = registered(feed_unevenly(image, amplitude, period))
    truth = box_truth(affine, page_boxes(dense_layout(), 1).boxes)
    y = truth[:, 1].copy()
    for _ in range(20):
        y = truth[:, 1] - amplitude * PX_300 * np.sin(2 * np.pi * y / PX_300 / period)
    truth[:, 1] = y
    frame_alone = RegisteredPage(page.located, page.layout, page.offsets_mm * 0, 0.0)
    assert worst_mm(frame_alone, truth) > 0.25
    assert worst_mm(page, truth) < 0.1


@pytest.mark.parametrize("rule_gray", [130, 190, 225])
def test_dark_and_pale_rules(rule_gray: int) -> None:
    image, affine = scan_sheet(master(1, (), 3, rule_gray), Scan(dpi=200, rotation=-2, noise=10))
    page = registered(image)
    assert worst_mm(page, box_truth(affine, page_boxes(dense_layout(), 1).boxes)) < 0.1


@pytest.mark.parametrize("lost", [[], [5], [1, 3]])
@pytest.mark.parametrize("pull_mm", [2.0, 5.0])
def test_a_photograph_is_placed_or_refused(pull_mm: float, lost: list[int]) -> None:
    image, affine = scan_sheet(master(1, (), 3), Scan(rotation=1, blur_mm=0.15))
    image = blank_out(image, affine, lost)
    height, width = image.gray.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    pulls = np.array([[1, 0.5], [-0.6, 1], [-1, -0.4], [0.3, -0.8]]) * pull_mm * PX_300
    matrix = cv2.getPerspectiveTransform(corners, (corners + pulls).astype(np.float32))
    gray = np.asarray(cv2.warpPerspective(image.gray, matrix, (width, height)), np.uint8)
    located = locate(PageImage(gray, None, SOURCE))
    assert isinstance(located, LocatedPage)
    page = register(located, dense_layout())
    if isinstance(page, PageFailure):
        assert lost
        assert page.reason is Reason.POOR_FIT
        return
    boxes = page_boxes(dense_layout(), 1)
    truth = apply_perspective(matrix, box_truth(affine, boxes.boxes))
    assert worst_mm(page, truth) < 0.4


def shifted_boxes(shift: float) -> Gray:
    """Return a sheet whose boxes were printed `shift` mm off below the middle of the page."""
    sheet = master(1, (), 3).copy()
    rows = round(shift * 600 / MM_PER_INCH)
    middle, foot = round(150 * 600 / MM_PER_INCH), round(265 * 600 / MM_PER_INCH)
    sheet[middle:foot] = np.roll(sheet[middle:foot], rows, axis=0)
    return sheet


def test_a_slip_is_followed_or_refused() -> None:
    for shift in (0.4, 0.8):
        image, affine = scan_sheet(shifted_boxes(shift), Scan())
        located = locate(image)
        assert isinstance(located, LocatedPage)
        page = register(located, dense_layout())
        if isinstance(page, PageFailure):
            assert page.reason is Reason.POOR_FIT
            continue
        boxes = page_boxes(dense_layout(), 1)
        moved = boxes.centers + np.where(boxes.centers[:, 1:] > 150, [0, shift], [0, 0])
        assert worst_mm(page, affine.apply(moved)) < 0.5


def test_boxes_outside_the_scan_are_refused() -> None:
    image, _ = scan_sheet(master(1, (2, 5), 3), Scan())
    cropped = PageImage(np.ascontiguousarray(image.gray[:, :1700]), 300, SOURCE)
    located = locate(cropped)
    assert isinstance(located, LocatedPage)
    failure = register(located, dense_layout())
    assert isinstance(failure, PageFailure)
    assert failure.reason is Reason.POOR_FIT
    assert failure.sheet == located.sheet


def test_a_page_the_layout_lacks() -> None:
    sheet = master(1).copy()
    draw_frame(sheet, sheet_id(1, page=7))
    located = locate(scan_sheet(sheet, Scan())[0])
    assert isinstance(located, LocatedPage)
    failure = register(located, dense_layout())
    assert isinstance(failure, PageFailure)
    assert failure.reason is Reason.UNKNOWN_PAGE


def test_a_page_without_boxes() -> None:
    layout = Layout(form="t", version="ABC123", codebook="1", pages=dense_layout().pages, fields=())
    located = locate(scan_sheet(master(1), Scan())[0])
    assert isinstance(located, LocatedPage)
    page = register(located, layout)
    assert isinstance(page, RegisteredPage)
    assert page.offsets_mm.shape == (0, 2)
