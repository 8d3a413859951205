"""Landmarks tell a flat sheet from one that was fed unevenly, though both have the same tags."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from papi.forms.layout import build_form
from papi.imaging.flat import lies_flat
from papi.imaging.locate import locate
from papi.imaging.register import register
from papi.model.landmarks import Landmarks
from papi.model.layout import Layout
from papi.model.page import LocatedPage, PageImage, PageSource, RegisteredPage
from papi.pipeline.page_landmarks import page_landmarks
from papi.synth.batch import RENDER_PX_PER_MM
from papi.synth.degradations import degrade_settings
from papi.synth.degrade import Scan, as_stored, degrade_page
from papi.synth.scan_settings import draw_settings

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from made_sides import MadeSide, make_sides
from placing import MAX_OFFSET_MM, offset_of

SEED = 20266
Landmarked = dict[tuple[str, int], Landmarks]


@pytest.fixture(scope="module")
def sides() -> list[MadeSide]:
    return make_sides(1, 1, SEED)


@pytest.fixture(scope="module")
def landmarks() -> Landmarked:
    found: Landmarked = {}
    for form in ("verivali-rt", "verivali-ppks"):
        built = build_form(form)
        pages = page_landmarks(built.layout, built.drawing)
        found |= {(built.layout.version, page): marks for page, marks in pages.items()}
    return found


def scan_of(side: MadeSide, kinds: dict[str, int], number: int) -> tuple[Scan, LocatedPage]:
    rng = np.random.default_rng([SEED, number])
    settings = draw_settings("L1", rng)
    for kind, severity in kinds.items():
        settings = degrade_settings(kind, severity, settings, rng)
    scan = degrade_page(side.clean, RENDER_PX_PER_MM, settings, rng)
    located = locate(PageImage(as_stored(scan), None, PageSource("", "", 0)))
    assert isinstance(located, LocatedPage), located
    return scan, located


def test_office_scans_in_black_and_white_lie_flat(
    sides: list[MadeSide], landmarks: Landmarked
) -> None:
    for number, side in enumerate(sides):
        marks = landmarks[side.sheet.version, side.sheet.page]
        scan, located = scan_of(side, {"1-bit": 1}, number)
        assert lies_flat(located, marks)
        placed = register(located, side.layout, marks)
        assert isinstance(placed, RegisteredPage)
        assert offset_of(placed, scan) <= MAX_OFFSET_MM


def test_sheets_fed_unevenly_do_not(sides: list[MadeSide], landmarks: Landmarked) -> None:
    told = 0
    for number, side in enumerate(sides):
        marks = landmarks[side.sheet.version, side.sheet.page]
        scan, located = scan_of(side, {"uneven feed": 3, "1-bit": 1}, number)
        told += not lies_flat(located, marks)
        placed = register(located, side.layout, marks)
        if isinstance(placed, RegisteredPage):
            assert offset_of(placed, scan) <= MAX_OFFSET_MM
    assert told >= len(sides) / 2


def test_another_page_of_print_is_not_flat(sides: list[MadeSide], landmarks: Landmarked) -> None:
    _, located = scan_of(sides[0], {}, 1)
    other = landmarks[sides[1].sheet.version, sides[1].sheet.page]
    assert not lies_flat(located, other)


def test_a_page_without_landmarks_is_not_flat(sides: list[MadeSide]) -> None:
    _, located = scan_of(sides[0], {}, 1)
    none = Landmarks(np.zeros((0, 2)), np.zeros((0, 20, 60), np.uint8))
    assert not lies_flat(located, none)


def test_layouts_of_the_sides_have_landmarks(sides: list[MadeSide], landmarks: Landmarked) -> None:
    layouts: dict[str, Layout] = {side.layout.version: side.layout for side in sides}
    for version, layout in layouts.items():
        assert all(len(landmarks[version, page]) > 20 for page in layout.by_page)
