"""Stacks from machines that are not in order: told while they are read, and in the status."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from made_forms import PERSON_FORM, persons
from paper import Paper, pdf, print_paper

from papi.model.page import Gray
from papi.synth.batch import RENDER_PX_PER_MM, render_side
from papi.synth.degrade import as_stored, degrade_page
from papi.synth.scan_settings import ScanSettings, draw_settings

FORMS = 5
DPI = 200


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """Five forms of persons, ten sides."""
    return print_paper(tmp_path_factory.mktemp("scanner"), persons(FORMS))


def scanned(
    paper: Paper,
    seed: int,
    machine: Callable[[ScanSettings], ScanSettings] = lambda settings: settings,
    glass: Callable[[Gray], Gray] = lambda gray: gray,
) -> list[Gray]:
    """All sides as an office scanner (L1, 200 dpi) sees them, changed by `machine` and `glass`."""
    rng = np.random.default_rng(seed)
    pages = []
    for number in range(FORMS):
        for side in paper.sides(PERSON_FORM, number):
            blank = render_side(paper.out / side.form / side.pdf_file, side.pdf_page)
            settings = replace(draw_settings("L1", rng), dpi=DPI, upside_down=False)
            scan = degrade_page(blank, RENDER_PX_PER_MM, machine(settings), rng)
            pages.append(as_stored(replace(scan, gray=glass(scan.gray))))
    return pages


def ingested(
    paper: Paper, folder: Path, pages: list[Gray], dpi: int = DPI
) -> tuple[str, dict[str, Any]]:
    """What is told on stderr, and the batch in the status."""
    desk = paper.copy(folder / "desk")
    (folder / "stack.pdf").write_bytes(pdf(pages, dpi))
    told = desk.ingest(folder / "stack.pdf").stderr
    (batch,) = desk.status()["batches"]
    return told, batch


def kinds(batch: dict[str, Any]) -> list[str]:
    return [warning["kind"] for warning in batch["warnings"]]


def test_a_machine_in_order_raises_nothing(printed: Paper, tmp_path: Path) -> None:
    told, batch = ingested(printed, tmp_path, scanned(printed, 1))
    assert batch["by_status"] == {"read": 2 * FORMS}
    assert kinds(batch) == []
    assert "WARNING" not in told
    assert "Note" not in told
    measures = batch["quality"]["measures"]
    assert 190 < measures["dpi"]["low"] <= measures["dpi"]["median"] <= measures["dpi"]["high"]
    assert measures["tag_ratio"]["median"] == pytest.approx(1, abs=0.03)
    assert batch["quality"]["refused_share"] == 0


@pytest.mark.parametrize("turned", [False, True])
def test_a_dirty_glass_is_told_with_its_place(printed: Paper, tmp_path: Path, turned: bool) -> None:
    """The line stays where it is on the glass, however the paper lies on it."""

    def dirty(gray: Gray) -> Gray:
        gray = gray.copy()
        at = round(83 / 25.4 * DPI)
        gray[:, at : at + 1] = np.minimum(gray[:, at : at + 1], 110)
        return gray

    pages = scanned(printed, 2, lambda s: replace(s, upside_down=turned), dirty)
    told, batch = ingested(printed, tmp_path, pages)
    assert "WARNING: Bersihkan kaca pemindai: ada garis 83 mm" in told
    assert "Clean the glass: a line at 83 mm from the left" in told
    assert told.count("Clean the glass") == 1
    assert kinds(batch) == ["dirt", *(["upside_down"] if turned else [])]
    (line,) = batch["quality"]["dirt"]
    assert line["at_mm"] == pytest.approx(83, abs=0.5)
    assert line["pages"] >= 0.8 * 2 * FORMS


def test_a_double_feed_is_told_with_scan_and_form(printed: Paper, tmp_path: Path) -> None:
    pages = scanned(printed, 3)
    told, batch = ingested(printed, tmp_path, [*pages[:4], pages[4], pages[7], *pages[8:]])
    assert kinds(batch) == ["double_feed"]
    assert "Perhaps a double feed between scan 5 and 6 of stack.pdf" in told


def test_a_wrong_dpi_tag_is_told_and_read_all_the_same(printed: Paper, tmp_path: Path) -> None:
    told, batch = ingested(printed, tmp_path, scanned(printed, 4), dpi=300)
    assert kinds(batch) == ["wrong_tag"]
    assert batch["by_status"] == {"read": 2 * FORMS}
    assert "check the scanner's dpi setting" in told


def test_a_stack_upside_down_is_a_note(printed: Paper, tmp_path: Path) -> None:
    pages = [np.ascontiguousarray(np.rot90(page, 2)) for page in scanned(printed, 5)][::-1]
    told, batch = ingested(printed, tmp_path, pages)
    assert kinds(batch) == ["upside_down"]
    assert batch["by_status"] == {"read": 2 * FORMS}
    assert "WARNING" not in told
    assert "Note: Tumpukan terbalik" in told


def test_a_faint_lamp_is_told(printed: Paper, tmp_path: Path) -> None:
    def faint(gray: Gray) -> Gray:
        return np.asarray(cv2.convertScaleAbs(gray, alpha=0.65, beta=0), np.uint8)

    told, batch = ingested(printed, tmp_path, scanned(printed, 6, glass=faint))
    assert kinds(batch)[0] == "dark"
    assert "Raise the brightness or clean the lamp" in told


def test_pages_that_nobody_can_read_stop_the_stack(printed: Paper, tmp_path: Path) -> None:
    def smeared(gray: Gray) -> Gray:
        return np.asarray(cv2.GaussianBlur(gray, (0, 0), 9), np.uint8)

    told, batch = ingested(printed, tmp_path, scanned(printed, 7, glass=smeared))
    assert kinds(batch) == ["refused"]
    assert batch["quality"]["refused_share"] == 1
    assert len(re.findall(r"Stop and look at scanner and stack: (\d+)/\1 pages", told)) == 1
