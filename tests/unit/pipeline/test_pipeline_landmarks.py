"""Printed pages whose pale rules a machine dropped are placed by other print, or refused."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from papi.imaging.locate import locate
from papi.imaging.register import register
from papi.imaging.snips import page_boxes
from papi.model.landmarks import HEIGHT_MM, WIDTH_MM, Landmarks
from papi.model.page import (
    LocatedPage,
    PageFailure,
    PageImage,
    PageSource,
    Reason,
    RegisteredPage,
)
from papi.pipeline.read_page import LayoutBook
from papi.synth.batch import RENDER_PX_PER_MM
from papi.synth.degrade import Scan, as_stored, degrade_page
from papi.synth.scan_settings import ScanSettings

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from made_sides import MadeSide, landmarks_of, make_sides

OFFICE = ScanSettings(200, 0.5, 1.0, 0.0, 0.14, 9.0, 0.04, 75)
UNEVEN = replace(OFFICE, feed=0.01)
DROPPED = {
    "1-bit": replace(UNEVEN, threshold=150.0, quality=0),
    "1-bit, pale": replace(UNEVEN, threshold=128.0, quality=0),
    "copied": replace(UNEVEN, copied=2),
    "too bright": replace(UNEVEN, exposure=1.8),
    "photographed and copied": replace(OFFICE, copied=1, phone=5.0, margins_mm=(11.0,) * 4),
}


@cache
def sides() -> list[MadeSide]:
    return make_sides(1, 1, 6)


def scanned(side: MadeSide, settings: ScanSettings, hidden: float = 0.0) -> tuple[Scan, PageImage]:
    """Scan a side; print between 30 mm and `hidden` mm from the head is covered first."""
    clean = side.clean.copy()
    if hidden:
        clean[round(30 * RENDER_PX_PER_MM) : round(hidden * RENDER_PX_PER_MM)] = 255
    scan = degrade_page(clean, RENDER_PX_PER_MM, settings, np.random.default_rng(3))
    return scan, PageImage(as_stored(scan), 200.0, PageSource("made", "1" * 64, 0))


def placed(
    side: MadeSide, image: PageImage, landmarks: Landmarks | None
) -> RegisteredPage | PageFailure:
    located = locate(image)
    assert isinstance(located, LocatedPage) and located.sheet == side.sheet
    return register(located, side.layout, landmarks)


def worst_mm(page: RegisteredPage, scan: Scan) -> float:
    centers = page_boxes(page.layout, page.located.sheet.page).centers
    places = page.located.frame_map.apply(centers + page.offsets_mm)
    return float(np.linalg.norm(scan.mm_of(places) - centers, axis=1).max())


@pytest.mark.parametrize("kind", DROPPED)
def test_pages_without_rules_are_placed_by_their_landmarks(kind: str) -> None:
    for side in sides()[::2]:
        scan, image = scanned(side, DROPPED[kind])
        page = placed(side, image, side.landmarks)
        assert isinstance(page, RegisteredPage), page
        assert worst_mm(page, scan) < 0.4


def test_without_rules_and_landmarks_a_page_is_refused() -> None:
    side = sides()[0]
    _, image = scanned(side, DROPPED["1-bit"])
    for landmarks in (None, Landmarks(np.zeros((0, 2)), np.zeros((0, 20, 60), np.uint8))):
        page = placed(side, image, landmarks)
        assert isinstance(page, PageFailure)
        assert page.reason is Reason.POOR_FIT and page.sheet == side.sheet


def test_where_neither_is_seen_on_a_part_of_the_page_it_is_refused() -> None:
    side = sides()[0]
    _, image = scanned(side, DROPPED["1-bit"], hidden=200)
    page = placed(side, image, side.landmarks)
    assert isinstance(page, PageFailure) and page.reason is Reason.POOR_FIT
    assert "of the boxes reached" in page.detail


def test_the_landmarks_of_another_page_place_nothing() -> None:
    side, other = sides()[0], sides()[-1]
    assert side.layout.form != other.layout.form or side.sheet.page != other.sheet.page
    _, image = scanned(side, DROPPED["1-bit"])
    assert isinstance(placed(side, image, other.landmarks), PageFailure)


def test_a_page_whose_rules_are_seen_is_placed_as_without_landmarks() -> None:
    for side in sides():
        _, image = scanned(side, OFFICE)
        alone, beside = placed(side, image, None), placed(side, image, side.landmarks)
        assert isinstance(alone, RegisteredPage) and isinstance(beside, RegisteredPage)
        assert np.array_equal(alone.offsets_mm, beside.offsets_mm)


def test_landmarks_show_nothing_that_differs_from_form_to_form() -> None:
    reach = np.array([WIDTH_MM, HEIGHT_MM]) / 2
    for side in sides():
        boxes = page_boxes(side.layout, side.sheet.page).array
        for center in side.landmarks.centers:
            low, high = center - reach, center + reach
            apart = (boxes[:, :2] > high) | (boxes[:, :2] + boxes[:, 2:] < low)
            assert apart.any(axis=1).all()
    first, second = (s for s in make_sides(0, 2, 6) if s.sheet.page == 1)
    differs = cv2.absdiff(first.clean, second.clean) > 128  # values, codes and handwriting
    for center in first.landmarks.centers:
        x, y = np.round((center - reach) * RENDER_PX_PER_MM).astype(int)
        right, bottom = np.round((center + reach) * RENDER_PX_PER_MM).astype(int)
        assert differs[y:bottom, x:right].mean() < 0.02


def test_a_book_keeps_landmarks_and_may_lack_them(tmp_path: Path) -> None:
    layout = sides()[0].layout
    book = LayoutBook({layout.version: layout}, {layout.version: landmarks_of(layout.form)})
    book.save(tmp_path / "book.json")
    loaded = LayoutBook.load(tmp_path / "book.json")
    assert loaded.layouts == book.layouts
    sheet = sides()[0].sheet
    found, kept = loaded.landmarks_of(sheet), book.landmarks_of(sheet)
    assert found is not None and kept is not None and len(found) > 40
    assert np.array_equal(found.patches, kept.patches)
    assert np.allclose(found.centers, kept.centers)
    (tmp_path / "old.json").write_text(json.dumps([layout.to_json()]), "utf-8")
    old = LayoutBook.load(tmp_path / "old.json")
    assert old.layouts == book.layouts and old.landmarks_of(sheet) is None
