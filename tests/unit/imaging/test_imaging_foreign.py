"""Foreign paper: what is printed on it, and where it lies in a scan."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from foreign_paper import FORMS, PX_PER_MM, Printed, fill, render, shrunk

from papi.geometry import Box
from papi.imaging.foreign_guess import guess_by_frame
from papi.imaging.foreign_map import PaperMap, project
from papi.imaging.foreign_match import (
    Blank,
    Placed,
    Refused,
    Scanned,
    place_on_form,
    register_to_blank,
)
from papi.imaging.foreign_print import find_print
from papi.imaging.foreign_snips import cut_foreign
from papi.imaging.foreign_unmark import add_blackened, empty_bubbles
from papi.model.foreign import Anchors, ForeignPage
from papi.model.page import Gray, Reason
from papi.synth.degrade import as_stored, degrade_page
from papi.synth.scan_settings import ScanSettings

OFFICE = ScanSettings(
    dpi=200, rotation=0, scale=1, anisotropy=0.004, blur_mm=0.15, noise=9, shading=0.1, quality=75
)
CORNER_MARKS = tuple(Box(x, y, 12, 12) for x, y in ((10, 10), (188, 10), (188, 275), (10, 275)))


@cache
def paper(name: str, folder: Path) -> tuple[Gray, list[Printed]]:
    path = folder / f"{name}.pdf"
    printed = FORMS[name](path)
    return render(path), printed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("foreign")


def blank_of(gray: Gray, anchors: Anchors = Anchors.FEATURES, number: int = 1) -> Blank:
    page = ForeignPage(
        page=number,
        width_mm=gray.shape[1] / PX_PER_MM,
        height_mm=gray.shape[0] / PX_PER_MM,
        blank="blank.png",
        anchors=anchors,
        marks=CORNER_MARKS if anchors is Anchors.CORNER_MARKS else (),
    )
    return Blank(page, shrunk(gray, 200))


def worst_mm(placed: Placed, truth: np.ndarray, printed: list[Printed], px_per_mm: float) -> float:
    centers = np.array([item.box.center for item in printed])
    return float(np.linalg.norm(placed.map.apply(centers) - truth, axis=1).max()) / px_per_mm


@pytest.mark.parametrize("name", FORMS)
def test_every_printed_box_is_found(name: str, folder: Path) -> None:
    gray, printed = paper(name, folder)
    found = find_print(gray, PX_PER_MM, clean=True)
    for item in printed:
        near = min(max(np.abs(np.array(b.box.center) - item.box.center)) for b in found.boxes)
        assert near < 0.15, item
    rounds = sum(b.shape == "bubble" for b in found.boxes)
    assert rounds == (160 if name == "answer_sheet" else 0)
    assert len(found.marks) == (4 if name == "answer_sheet" else 0)


@pytest.mark.parametrize(
    ("name", "changes", "turns", "anchors"),
    [
        ("questionnaire", {"rotation": 9.0, "scale": 0.92}, 1, Anchors.FEATURES),
        ("ministry", {"rotation": -3.0, "threshold": 150.0, "quality": 0}, 2, Anchors.FEATURES),
        ("answer_sheet", {"scale": 1.05, "dpi": 300}, 3, Anchors.CORNER_MARKS),
        ("answer_sheet", {"dpi": 150, "rotation": -7.0, "copied": True}, 2, Anchors.FEATURES),
    ],
)
def test_a_filled_scan_is_placed_within_a_quarter_millimetre(
    name: str, changes: dict[str, float], turns: int, anchors: Anchors, folder: Path
) -> None:
    gray, printed = paper(name, folder)
    rng = np.random.default_rng(3)
    filled, _ = fill(gray, printed, rng)
    scan = degrade_page(filled, PX_PER_MM, replace(OFFICE, **changes), rng)
    seen = as_stored(scan)
    truth = scan.to_px.apply(np.array([item.box.center for item in printed]))
    width = seen.shape[1]
    for _ in range(turns):  # a quarter turn anticlockwise: (x, y) -> (y, width - 1 - x)
        truth = np.stack([truth[:, 1], width - 1 - truth[:, 0]], axis=1)
        seen = np.ascontiguousarray(np.rot90(seen))
        width = seen.shape[1]
    placed = register_to_blank(Scanned(seen), blank_of(gray, anchors))
    assert isinstance(placed, Placed), placed
    assert worst_mm(placed, truth, printed, max(scan.to_px.px_per_mm)) < 0.25


def test_a_page_of_another_form_is_refused(folder: Path) -> None:
    own, _ = paper("ministry", folder)
    other, printed = paper("questionnaire", folder)
    rng = np.random.default_rng(4)
    seen = as_stored(degrade_page(fill(other, printed, rng)[0], PX_PER_MM, OFFICE, rng))
    refused = place_on_form(seen, [blank_of(own)])
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NO_FORM


@pytest.mark.parametrize(
    "gray", [np.full((1200, 900), 255, np.uint8), np.zeros((50, 40), np.uint8)]
)
def test_an_empty_image_is_refused(gray: Gray, folder: Path) -> None:
    refused = place_on_form(gray, [blank_of(paper("ministry", folder)[0])])
    assert isinstance(refused, Refused)


def test_the_side_that_fits_is_chosen(folder: Path) -> None:
    first, second = (paper(name, folder)[0] for name in ("ministry", "questionnaire"))
    rng = np.random.default_rng(5)
    seen = as_stored(degrade_page(second, PX_PER_MM, OFFICE, rng))
    placed = place_on_form(seen, [blank_of(first, number=1), blank_of(second, number=2)])
    assert isinstance(placed, Placed)
    assert placed.blank.page.page == 2


def test_two_sides_that_look_alike_are_not_guessed(folder: Path) -> None:
    gray, _ = paper("questionnaire", folder)
    refused = place_on_form(shrunk(gray, 200), [blank_of(gray, number=1), blank_of(gray, number=2)])
    assert isinstance(refused, Refused)
    assert "1 / 2" in refused.detail or "2 / 1" in refused.detail


def test_bent_paper_is_followed(folder: Path) -> None:
    gray, printed = paper("ministry", folder)
    small = shrunk(gray, 200)
    scale = 200 / 25.4
    y, x = np.mgrid[0 : small.shape[0], 0 : small.shape[1]].astype(np.float32)
    bend = 1.2 * scale * np.sin(y / small.shape[0] * np.pi)  # 1.2 mm to the side in the middle
    seen = cv2.remap(small, x + bend.astype(np.float32), y, cv2.INTER_LINEAR, borderValue=255)
    placed = register_to_blank(Scanned(np.asarray(seen, np.uint8)), blank_of(gray))
    assert isinstance(placed, Placed)
    centers = np.array([item.box.center for item in printed]) * scale - 0.5
    centers[:, 0] -= 1.2 * scale * np.sin(centers[:, 1] / small.shape[0] * np.pi)
    assert worst_mm(placed, centers, printed, scale) < 0.4


def test_print_inside_bubbles_is_taken_out(folder: Path) -> None:
    gray, printed = paper("answer_sheet", folder)
    blank = blank_of(gray, Anchors.CORNER_MARKS)
    rng = np.random.default_rng(6)
    filled, answers = fill(gray, printed, rng, share=1.0)
    seen = as_stored(degrade_page(filled, PX_PER_MM, OFFICE, rng))
    placed = register_to_blank(Scanned(seen), blank)
    assert isinstance(placed, Placed)
    snips = cut_foreign(placed, seen, [p.box for p in printed], "tick", list(range(len(printed))))
    marked = np.array([answers[p.question] == p.code for p in printed])
    assert snips.added[marked].min() > 0.05
    assert np.percentile(snips.added[~marked], 98) < 0.02
    assert not snips.plain.any()


def test_a_map_without_shifts_is_its_homography() -> None:
    page = PaperMap.plain(np.diag([8.0, 8.0, 1.0]), 210, 297)
    assert np.allclose(
        page.apply(np.array([[10.0, 20.0], [209.0, 296.0]])), [[80, 160], [1672, 2368]]
    )


def test_bubbles_blackened_on_the_drafted_page_are_found_and_emptied(folder: Path) -> None:
    gray, printed = paper("answer_sheet", folder)
    chosen = printed[::9]
    marked = gray.copy()
    for item in chosen:
        centre = tuple(round(v * PX_PER_MM) for v in item.box.center)
        cv2.circle(marked, centre, round(2.4 * PX_PER_MM), 40, -1)
    found, places = add_blackened(find_print(marked, PX_PER_MM, clean=True))
    assert len(places) == len(chosen)
    assert sum(b.shape == "bubble" for b in found.boxes) == len(printed)
    assert len(found.marks) == 4
    emptied = empty_bubbles(marked, PX_PER_MM, places)
    for place in places:
        x, y = (round(v * PX_PER_MM) for v in place.center)
        assert emptied[y, x] > 240


def test_an_outer_frame_gives_its_four_turns() -> None:
    image = np.full((1400, 1000), 235, np.uint8)
    corners = np.array([[90, 120], [905, 150], [890, 1300], [70, 1270]])
    cv2.polylines(image, [corners.astype(np.int32)], True, 20, 5)
    frame = Box(10, 12, 190, 270)
    own = np.array([(10, 12), (200, 12), (200, 282), (10, 282)], np.float64)
    maps = list(guess_by_frame(frame, image))
    assert len(maps) == 4
    worst = [np.abs(project(m, own) - corners).max() for m in maps]
    assert min(worst) < 8
    assert sum(w < 8 for w in worst) == 1
