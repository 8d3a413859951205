"""Pages placed by what a person says: exact where the rules confirm it, refused elsewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import product

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imaging_paper import (
    MASTER,
    SOURCE,
    Scan,
    box_truth,
    dense_layout,
    draw_boxes,
    draw_frame,
    master,
    scan_sheet,
    sheet_id,
)
from numpy.typing import NDArray

from papi.geometry import Affine, Box
from papi.imaging.by_rules import register_by_rules
from papi.imaging.located_by_hand import locate_by_hand, rests_on_clicks, turn_upright
from papi.imaging.snips import page_boxes
from papi.model.layout import FieldKind, Layout, LayoutField
from papi.model.page import (
    Gray,
    LocatedPage,
    PageFailure,
    PageHint,
    PageImage,
    Reason,
    RegisteredPage,
)
from papi.model.sheet import A4

FRAME = np.array([[13.0, 13.0], [197.0, 13.0], [197.0, 284.0], [13.0, 284.0]])
PAPER = np.array([[0.0, 0.0], [210.0, 0.0], [210.0, 297.0], [0.0, 297.0]])
DESK = Scan(dpi=150, rotation=1.5, shift=(1.0, -1.5), noise=5)
ALL_TAGS = tuple(range(len(A4.fiducials)))


@lru_cache
def uneven_layout() -> Layout:
    """A page as templates make them: short rows that begin and end at different places."""
    rng = np.random.default_rng(4)
    fields = []
    for row, half in product(range(24), range(2)):
        left, count = 14 + 92 * half + rng.uniform(0, 40), int(rng.integers(1, 8))
        cells = tuple(Box(left + i * 5.4, 34 + row * 9.6, 4.6, 6.0) for i in range(count))
        name = f"r{row}.{half}"
        fields.append(LayoutField(name=name, page=1, kind=FieldKind.DIGITS, cells=cells))
    return Layout(**{**dict(dense_layout()), "fields": tuple(fields)})


@lru_cache
def sheet(layout_of: str, lost: tuple[int, ...]) -> Gray:
    layout = uneven_layout() if layout_of == "uneven" else dense_layout()
    canvas = np.full_like(master(), 255)
    draw_boxes(canvas, layout)
    draw_frame(canvas, sheet_id(), lost)
    for box in (A4.qr, A4.data_matrix):
        x, y, right, bottom = (round(v * MASTER) for v in (box.x, box.y, box.right, box.bottom))
        canvas[y:bottom, x:right] = 255
    return canvas


def clicked(truth: Affine, corners: NDArray[np.float64], off_mm: object = 0.0) -> PageHint:
    points = truth.apply(corners + np.asarray(off_mm))
    return PageHint(sheet_id(), tuple((float(x), float(y)) for x, y in points))


def placed(image: PageImage, hint: PageHint, layout: Layout) -> RegisteredPage | PageFailure:
    places = locate_by_hand(image, hint)
    if isinstance(places, PageFailure):
        return places
    assert all(rests_on_clicks(place) for place in places)
    return register_by_rules(places, layout)


def worst_mm(page: RegisteredPage, truth: Affine) -> float:
    boxes = page_boxes(page.layout, 1)
    there = page.located.frame_map.apply(boxes.centers + page.offsets_mm)
    misses = np.linalg.norm(there - box_truth(truth, boxes.boxes), axis=1)
    return float(misses.max() / truth.px_per_mm[0])


@pytest.mark.parametrize("corners", [FRAME, PAPER])
@pytest.mark.parametrize("lost", [ALL_TAGS, (0, 1, 2, 3, 4)])
def test_corners_a_millimetre_off_place_a_page(
    corners: NDArray[np.float64], lost: tuple[int, ...]
) -> None:
    image, truth = scan_sheet(sheet("uneven", lost), DESK)
    off = np.array([[1.0, -0.6], [-0.9, -0.8], [0.7, 0.9], [-0.8, 0.5]])
    page = placed(image, clicked(truth, corners, off), uneven_layout())
    assert isinstance(page, RegisteredPage), page
    assert worst_mm(page, truth) < 0.3


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    shift=st.tuples(st.floats(-22, 22), st.floats(-22, 22)),
    spread=st.floats(0, 5),
    seed=st.integers(0, 99),
)
def test_careless_clicks_never_place_a_page_askew(
    shift: tuple[float, float], spread: float, seed: int
) -> None:
    """Off by whole cells, or anyhow: the page lies where it lies, or it is refused."""
    image, truth = scan_sheet(sheet("uneven", ALL_TAGS), DESK)
    off = np.array(shift) + np.random.default_rng(seed).normal(0, spread, (4, 2))
    page = placed(image, clicked(truth, FRAME, off), uneven_layout())
    if isinstance(page, PageFailure):
        assert page.reason in {Reason.POOR_FIT, Reason.NO_FIDUCIALS}
    else:
        assert worst_mm(page, truth) < 0.5


@pytest.mark.parametrize("cells", [-1, 2])
def test_clicks_off_by_whole_cells_do_not_move_a_page_by_cells(cells: int) -> None:
    image, truth = scan_sheet(sheet("uneven", ALL_TAGS), DESK)
    page = placed(image, clicked(truth, FRAME, [5.4 * cells, 0]), uneven_layout())
    assert isinstance(page, PageFailure) or worst_mm(page, truth) < 0.5


def test_a_page_that_looks_alike_a_cell_further_is_refused() -> None:
    """18 equal rows of 22 cells: only their ends tell, which is too little to be sure."""
    image, truth = scan_sheet(sheet("dense", ALL_TAGS), DESK)
    page = placed(image, clicked(truth, FRAME), dense_layout())
    assert isinstance(page, PageFailure)
    assert page.reason is Reason.POOR_FIT
    assert "alike" in page.detail


def test_points_that_are_no_sheet_are_refused() -> None:
    image, truth = scan_sheet(sheet("uneven", ALL_TAGS), DESK)
    for corners in (FRAME[::-1], FRAME * [1, 0.4], FRAME * 0.01):
        page = locate_by_hand(image, clicked(truth, corners))
        assert isinstance(page, PageFailure)
        assert page.reason is Reason.POOR_FIT


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_turned_page_is_placed_in_the_image_as_it_is_stored(turns: int) -> None:
    image, truth = scan_sheet(sheet("uneven", ()), DESK)
    stored = PageImage(turn_upright(image.gray, -turns % 4), image.dpi, SOURCE)
    located = locate_by_hand(stored, PageHint(sheet_id(), quarter_turns=turns))
    assert isinstance(located, tuple)
    (place,) = located
    assert not rests_on_clicks(place)
    upright = turn_upright(stored.gray, turns)
    assert np.array_equal(upright, image.gray)
    shown = np.zeros(stored.gray.shape, np.uint8)
    for point in place.frame_map.apply(FRAME):
        cv2.circle(shown, (round(point[0]), round(point[1])), 3, 255, -1)
    for point in truth.apply(FRAME):
        x, y = (round(float(v)) for v in point)
        assert turn_upright(shown, turns)[y - 2 : y + 3, x - 2 : x + 3].any()
    assert np.allclose(place.marks_px, place.frame_map.apply(place.marks_mm), atol=4)


def test_a_keyed_identity_yields_to_a_barcode_unless_forced() -> None:
    image, _ = scan_sheet(master(), DESK)
    other = replace(sheet_id(), page=2)
    refused = locate_by_hand(image, PageHint(other))
    assert isinstance(refused, PageFailure)
    assert refused.reason is Reason.BARCODES_DISAGREE
    forced = locate_by_hand(image, PageHint(other, forced=True))
    assert isinstance(forced, tuple)
    assert forced[0].sheet == other
    agreed = locate_by_hand(image, PageHint(sheet_id()))
    assert isinstance(agreed, tuple)
    assert isinstance(agreed[0], LocatedPage)


def test_corners_without_any_identity_are_not_enough() -> None:
    image, truth = scan_sheet(sheet("uneven", ALL_TAGS), DESK)
    hint = replace(clicked(truth, FRAME), sheet=None)
    refused = locate_by_hand(image, hint)
    assert isinstance(refused, PageFailure)
    assert refused.reason is Reason.NO_BARCODE


def test_a_hint_comes_back_from_json_as_it_went() -> None:
    hint = PageHint(sheet_id(), ((1.5, 2.0), (3.0, 4.0), (5.0, 6.0), (7.0, 8.0)), 3, forced=True)
    assert PageHint.from_json(hint.to_json()) == hint
    assert PageHint().to_json() == {}
    assert PageHint.from_json({"marked": "blank"}) == PageHint()
