"""Following rules from mark to mark: pages with most marks lost, and curled ones."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from imaging_paper import SOURCE, Scan, box_truth, dense_layout, master, scan_sheet
from numpy.typing import NDArray

from papi.geometry import MM_PER_INCH
from papi.imaging.anchors import Anchor, fit_loosely
from papi.imaging.frame_fit import tag_corners_mm
from papi.imaging.locate import locate
from papi.imaging.register import register
from papi.imaging.snips import page_boxes
from papi.model.page import LocatedPage, PageFailure, PageImage, Reason, RegisteredPage
from papi.model.sheet import A4

PX = 200 / MM_PER_INCH
LOST = [(0, 1, 2), (3, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3), (1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5)]


def worst_mm(page: RegisteredPage, truth: NDArray[np.float64]) -> float:
    centers = page_boxes(page.layout, 1).centers
    placed = page.located.frame_map.apply(centers + page.offsets_mm)
    return float(np.linalg.norm(placed - truth, axis=1).max() / PX)


def placed(image: PageImage) -> RegisteredPage | PageFailure:
    located = locate(image)
    return located if isinstance(located, PageFailure) else register(located, dense_layout())


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("rotation", [1.0, 184.0])
def test_most_tags_may_be_lost_where_the_rules_are_seen(
    lost: tuple[int, ...], rotation: float
) -> None:
    scan = Scan(rotation=rotation, dpi=200, scale_x=0.96, scale_y=0.965, noise=10)
    image, affine = scan_sheet(master(1, lost, 3), scan)
    page = placed(image)
    assert isinstance(page, RegisteredPage), page
    assert worst_mm(page, box_truth(affine, page_boxes(dense_layout(), 1).boxes)) < 0.2


@pytest.mark.parametrize("lost", LOST[1:])
def test_a_loose_place_that_no_rule_confirms_is_refused(lost: tuple[int, ...]) -> None:
    image, _ = scan_sheet(master(1, lost, 3, 255), Scan(dpi=200))
    page = placed(image)
    assert isinstance(page, PageFailure)
    assert page.reason in {Reason.NO_FIDUCIALS, Reason.POOR_FIT}
    assert page.sheet is not None


def curled(image: PageImage, across_mm: float, along_mm: float) -> PageImage:
    """Pull the middle of the sheet towards the camera: out(p) = in(p + d(p))."""
    height, width = image.gray.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    rise = across_mm * np.sin(np.pi * x / width) + along_mm * np.sin(np.pi * y / height)
    moved_x = x + rise * PX * (x - width / 2) / height
    moved_y = y + rise * PX * (y - height / 2) / height
    gray = cv2.remap(
        image.gray, moved_x.astype(np.float32), moved_y.astype(np.float32), cv2.INTER_LINEAR
    )
    return PageImage(np.asarray(gray, np.uint8), image.dpi, SOURCE)


@pytest.mark.parametrize(("across", "along"), [(0.0, 4.0), (5.0, 0.0), (-4.0, 0.0), (3.0, 3.0)])
def test_a_curled_sheet_is_placed_by_its_rules(across: float, along: float) -> None:
    image, affine = scan_sheet(master(1, (), 3), Scan(dpi=200, rotation=1))
    page = placed(curled(image, across, along))
    assert isinstance(page, RegisteredPage), page
    truth = box_truth(affine, page_boxes(dense_layout(), 1).boxes)
    height, width = image.gray.shape
    x, y = truth.T
    for _ in range(40):
        rise = across * np.sin(np.pi * x / width) + along * np.sin(np.pi * y / height)
        x = truth[:, 0] - rise * PX * (x - width / 2) / height
        y = truth[:, 1] - rise * PX * (y - height / 2) / height
    assert worst_mm(page, np.column_stack([x, y])) < 0.5


def test_a_mark_in_the_wrong_place_is_left_out_of_a_loose_fit() -> None:
    boxes = [A4.fiducials[0], A4.fiducials[5], A4.qr]
    anchors = [Anchor(tag_corners_mm(box), tag_corners_mm(box) * 8 + 20, 0.1) for box in boxes]
    stray = Anchor(tag_corners_mm(A4.fiducials[2]), tag_corners_mm(A4.fiducials[1]) * 8, 0.1, "", 2)
    loose = fit_loosely([*anchors, stray])
    assert loose is not None
    assert len(loose.anchors) == 3
    assert loose.residual_mm < 0.01
    assert fit_loosely([]) is None


def test_a_located_page_keeps_its_marks() -> None:
    located = locate(scan_sheet(master(1, (2,), 3), Scan(dpi=200))[0])
    assert isinstance(located, LocatedPage)
    assert located.marks_mm.shape == located.marks_px.shape == (20, 2)
    assert not located.loose
