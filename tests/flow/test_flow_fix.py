"""Pages a person must mend, on real scans: once mended they read like the undamaged page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from paper import Paper, papi, png
from paper_round import Round
from torn_sides import CODES, FRAME_CORNERS, PAPER_CORNERS, Side, side_of

from papi.model.page import Gray
from papi.model.sheet import A4


@pytest.fixture(scope="module")
def side(scanned: Round) -> Side:
    """The first side of a person's form."""
    return side_of(scanned, "verivali-ppks")


@pytest.fixture
def desk(scanned: Round, tmp_path: Path) -> Paper:
    """The workspace before anything was scanned."""
    return scanned.paper.copy(tmp_path / "desk")


@pytest.fixture(scope="module")
def sound(scanned: Round, side: Side, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The undamaged side, read."""
    folder = tmp_path_factory.mktemp("sound")
    copy = scanned.paper.copy(folder / "desk")
    assert scan(copy, side.gray, folder / "sound.png").exit_code == 0
    return copy


def scan(desk: Paper, gray: Gray, path: Path) -> Any:
    path.write_bytes(png(gray))
    return desk.ingest(path)


def values(desk: Paper) -> dict[str, tuple[str, str]]:
    return {r["field"]: (r["machine_value"], r["status"]) for r in desk.table("readings")}


def accepted(desk: Paper) -> dict[str, str]:
    return {r["field"]: r["value"] for r in desk.table("readings") if r["status"] == "accepted"}


def states(desk: Paper) -> dict[str, str]:
    return {row["source"]: row["status"] for row in desk.table("pages")}


def waiting(desk: Paper) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(desk.papi("fix", "list", "--json").stdout)
    return rows


def test_a_page_without_codes_reads_alike_once_its_id_is_keyed(
    desk: Paper, side: Side, sound: Paper, tmp_path: Path
) -> None:
    assert scan(desk, side.without(CODES), tmp_path / "torn.png").exit_code == 1
    (page,) = waiting(desk)
    assert page["status"] == "unidentified"
    fixed = desk.papi("fix", page["number"], *side.told)
    assert fixed.exit_code == 0, fixed.stderr
    assert waiting(desk) == []
    assert states(desk) == {"torn.png": "read"}
    assert values(desk) == values(sound)
    again = desk.papi("fix", "torn.png#1", *side.told)
    assert again.exit_code == 0
    assert values(desk) == values(sound)


@pytest.mark.parametrize("corners", [FRAME_CORNERS, PAPER_CORNERS])
def test_a_page_without_marks_reads_alike_once_its_corners_are_clicked(
    corners: tuple[tuple[float, float], ...], desk: Paper, side: Side, sound: Paper, tmp_path: Path
) -> None:
    damaged = side.without((*A4.fiducials, *CODES))
    assert scan(desk, damaged, tmp_path / "cut.png").exit_code == 1
    clicks = side.clicks(corners, error_px=5)
    fixed = desk.papi("fix", "cut.png#1", *side.told, "--corners", *clicks)
    assert fixed.exit_code == 0, fixed.stderr
    read, whole = accepted(desk), accepted(sound)
    both = read.keys() & whole.keys()
    assert len(both) >= 0.9 * len(whole)
    assert {name: read[name] for name in both} == {name: whole[name] for name in both}


def test_careless_clicks_are_refused_and_nothing_is_read(
    desk: Paper, side: Side, tmp_path: Path
) -> None:
    scan(desk, side.without((*A4.fiducials, *CODES)), tmp_path / "cut.png")
    clicks = side.clicks(FRAME_CORNERS, error_px=60)
    fixed = desk.papi("fix", "cut.png#1", *side.told, "--corners", *clicks)
    assert fixed.exit_code == 1
    assert states(desk) == {"cut.png": "unreadable"}
    assert values(desk) == {}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_page_with_its_turn_said_reads_alike(
    turns: int, desk: Paper, side: Side, sound: Paper, tmp_path: Path
) -> None:
    lying = np.rot90(side.without(CODES), turns).copy()
    scan(desk, lying, tmp_path / "lying.png")
    fixed = desk.papi("fix", "lying.png#1", "--turn", 90 * turns, *side.told)
    assert fixed.exit_code == 0, fixed.stderr
    read, whole = accepted(desk), accepted(sound)
    both = read.keys() & whole.keys()
    assert len(both) >= 0.9 * len(whole)
    assert {name: read[name] for name in both} == {name: whole[name] for name in both}


def test_wrong_identities_are_refused_and_change_nothing(
    desk: Paper, side: Side, scanned: Round, tmp_path: Path
) -> None:
    scan(desk, side.without([A4.qr]), tmp_path / "half.png")
    assert states(desk) == {"half.png": "read"}
    other = next(row for row in scanned.paper.manifest if row.form_id != side.form_id)
    before = values(desk)
    wrong = side.form_id[:-1] + ("0" if side.form_id[-1] != "0" else "1")
    for words, said in (
        ((wrong, 1), "check character"),
        (("00000000-0", 1), "never printed"),
        ((side.form_id, 9), "no page 9"),
        ((other.form_id, 1), "barcode"),
    ):
        refused = desk.papi("fix", "half.png#1", "--id", words[0], "--page", words[1])
        assert refused.exit_code == 2
        assert said in refused.stderr
    assert values(desk) == before
    assert states(desk) == {"half.png": "read"}


def test_a_supervisor_chooses_between_two_scans_and_takes_it_back(
    desk: Paper, side: Side, sound: Paper, tmp_path: Path
) -> None:
    scan(desk, side.gray, tmp_path / "a.png")
    altered = side.gray.copy()
    cell = next(f for f in desk.layout("verivali-ppks").by_page[1] if f.name == "no_kk").cells[0]
    line = side.place.apply(np.array([[cell.x + 1, cell.y + 1], [cell.right - 1, cell.bottom - 1]]))
    cv2.line(altered, *(tuple(map(int, point)) for point in line), 40, 5)  # type: ignore[call-overload]
    scan(desk, altered, tmp_path / "b.png")
    assert states(desk) == {"a.png": "read", "b.png": "conflict"}
    (page,) = waiting(desk)
    assert page["reason"] == "same_page"
    chosen = desk.papi("fix", page["number"], "--choose")
    assert chosen.exit_code == 0, chosen.stderr
    assert states(desk) == {"a.png": "superseded", "b.png": "read"}
    assert waiting(desk) == []
    batch = max(
        int(row["batch"]) for row in json.loads(desk.papi("batch", "list", "--json").stdout)
    )
    withdrawn = papi(desk.workspace, "batch", "withdraw", batch, "--yes")
    assert withdrawn.exit_code == 0, withdrawn.stderr
    assert states(desk) == {"a.png": "read"}
    assert values(desk) == values(sound)


def test_a_page_set_aside_waits_no_longer_until_it_is_read_again(
    desk: Paper, side: Side, sound: Paper, tmp_path: Path
) -> None:
    scan(desk, side.gray, tmp_path / "a.png")
    assert desk.papi("fix", "a.png#1", "--foreign").exit_code == 0
    assert states(desk) == {"a.png": "foreign"}
    assert waiting(desk) == []
    assert values(desk) == {}
    assert desk.papi("status").exit_code == 0
    assert desk.papi("fix", "a.png#1", "--again").exit_code == 0
    assert values(desk) == values(sound)


def test_the_stored_page_can_be_looked_at(desk: Paper, side: Side, tmp_path: Path) -> None:
    scan(desk, side.gray, tmp_path / "a.png")
    result = desk.papi("fix", "a.png#1", "--picture", tmp_path / "look.png")
    assert result.exit_code == 0, result.stderr
    seen = cv2.imread(str(tmp_path / "look.png"), cv2.IMREAD_GRAYSCALE)
    assert np.array_equal(seen, side.gray)
