"""Each command of the to-do list can be typed, and the page then waits no longer."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_forms import PERSON_FORM
from paper import DPI, Paper, png

from papi.model.page import Gray, PageStatus, Reason
from papi.model.sheet import A4, readable_form_id
from papi.store.models import ScanPage


def torn(gray: Gray) -> Gray:
    """The page with both barcodes and lines cut away."""
    gray = gray.copy()
    for box in (A4.qr, A4.data_matrix, *A4.id_texts):
        top, bottom = (round(mm / 25.4 * DPI) for mm in (box.y - 1.5, box.bottom + 1.5))
        left, right = (round(mm / 25.4 * DPI) for mm in (box.x - 1.5, box.right + 1.5))
        gray[top:bottom, left:right] = 255
    return gray


def letter() -> Gray:
    """A sheet full of writing that is no form."""
    gray = np.full((round(297 / 25.4 * DPI), round(210 / 25.4 * DPI)), 255, np.uint8)
    for row in range(300, 2000, 60):
        for start in range(200, 1500, 45):
            gray[row : row + 22, start : start + 6] = 0
            gray[row : row + 5, start : start + 28] = 0
    return gray


def waiting(desk: Paper) -> list[dict[str, Any]]:
    items = json.loads(desk.papi("status", "--todo", "--json").stdout)["items"]
    return [item for item in items if item["action"] in {"fix", "rescan", "choose"}]


def typed(desk: Paper, command: str, **read: str) -> None:
    for capitals, seen in read.items():
        command = command.replace({"id": "XXXX-XXXX-X", "page": "--page N"}[capitals], seen)
    result = desk.papi(*shlex.split(command)[1:])
    assert result.exit_code == 0, result.stderr


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures are written where one stands."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_torn_page_is_looked_at_and_named(desk: Paper, stack: Path, here: Path) -> None:
    (stack / "a.png").write_bytes(png(torn(desk.images(PERSON_FORM)[1])))
    desk.ingest(stack)
    (item,) = waiting(desk)
    assert "looks like verivali-ppks page 2" in item["detail"]
    shown = desk.papi("status", "--todo").stdout
    assert "looks like verivali-ppks page 2" in shown
    assert "looks like verivali-ppks page 2" in desk.papi("fix", "list").stdout
    look, name = item["commands"]
    assert f"    {look}\n    {name}\n" in shown
    typed(desk, look)
    assert (here / f"halaman-{item['number']}.png").stat().st_size > 0
    keyed = readable_form_id(desk.sides(PERSON_FORM)[0].form_id)
    typed(desk, name, id=keyed, page="--page 2")
    assert waiting(desk) == []
    assert desk.status()["pages"]["by_status"] == {"read": 1}


def test_a_letter_is_set_aside(desk: Paper, stack: Path, here: Path) -> None:
    (stack / "a.png").write_bytes(png(letter()))
    desk.ingest(stack)
    (item,) = waiting(desk)
    assert [word in " ".join(item["commands"]) for word in ("--foreign", "--id")] == [True, True]
    typed(desk, item["commands"][0])
    typed(desk, item["command"])
    assert waiting(desk) == []
    assert desk.status()["pages"]["by_status"] == {"foreign": 1}


def test_a_note_is_a_file_to_be_removed_and_no_sheet(desk: Paper, stack: Path) -> None:
    (stack / "note.txt").write_text("jangan lupa")
    desk.ingest(stack / "note.txt")
    (item,) = waiting(desk)
    assert (item["sheet"], item["source"]) == (None, "note.txt")
    shown = desk.papi("status", "--todo").stdout
    assert "  Remove the file: the file note.txt\n" in shown
    assert "sheet" not in shown and "Rescan" not in shown
    typed(desk, item["command"])
    assert waiting(desk) == []


@pytest.mark.parametrize("status", [PageStatus.UNREADABLE, PageStatus.QUARANTINED])
def test_a_page_that_was_too_slow_is_read_again(
    desk: Paper, stack: Path, status: PageStatus
) -> None:
    (stack / "a.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
    desk.ingest(stack)
    ScanPage.objects.update(
        status=status.value, read_status=status.value, reason=Reason.TOO_SLOW.value, active=False
    )
    (item,) = waiting(desk)
    typed(desk, item["command"])
    assert waiting(desk) == []
    assert desk.status()["pages"]["by_status"] == {"read": 1}


def test_a_cut_file_is_copied_again(desk: Paper, stack: Path) -> None:
    (stack / "a.png").write_bytes(png(desk.images(PERSON_FORM)[0])[:9000])
    desk.ingest(stack)
    (item,) = waiting(desk)
    assert item["reason"] == "truncated"
    assert (item["command"], item["commands"]) == ("", [])
    assert "papi fix" not in desk.papi("status", "--todo").stdout


def test_a_file_that_ends_early_is_no_sheet(desk: Paper, stack: Path) -> None:
    (stack / "a.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n")
    desk.ingest(stack)
    (item,) = waiting(desk)
    assert item["status"] == "quarantined" and item["sheet"] is None and item["index"] == 0
    assert "the file a.pdf\n" in desk.papi("status", "--todo").stdout
