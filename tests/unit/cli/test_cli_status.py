"""`papi status`: what a supervisor sees, for people and as JSON."""

from __future__ import annotations

from pathlib import Path

from made_forms import PERSON_FORM
from paper import Paper, papi, png, tiff

from papi.model.page import Reason
from papi.office.messages import explain

KEYS = {
    "pages", "files", "forms", "readings", "queue", "villages", "incomplete", "attention",
    "batches", "todo", "quality",
}  # fmt: skip


def test_before_anything_came_back(desk: Paper) -> None:
    result = desk.papi("status")
    assert result.exit_code == 0
    assert "Pages in: 0, stored: 0 (all accounted for)" in result.stdout
    assert "Forms issued: 2 = returned 0 + missing 2; complete 0" in result.stdout


def test_one_form_complete_one_half_and_a_stranger(desk: Paper, stack: Path) -> None:
    whole = [desk.image(side) for side in desk.sides(PERSON_FORM, 0)]
    half = desk.sides(PERSON_FORM, 1)
    (stack / "a.tif").write_bytes(tiff([*whole, desk.image(half[0])]))
    (stack / "b.txt").write_bytes(b"notes")
    desk.ingest(stack)
    result = desk.papi("status")
    assert result.exit_code == 1, "a page needs attention"
    lines = result.stdout.splitlines()
    assert lines[0] == "Pages in: 4, stored: 4 (all accounted for)"
    assert "Forms issued: 2 = returned 2 + missing 0; complete 1" in result.stdout
    assert f"Form {half[0].form_id} ({half[0].region}): page 2 missing" in lines
    told = f"b.txt #1: quarantined: {explain(Reason.NOT_AN_IMAGE)}"
    assert any(line.startswith(told) for line in lines)


def test_as_json(desk: Paper, stack: Path) -> None:
    (stack / "a.png").write_bytes(png(desk.image(desk.sides(PERSON_FORM)[0])))
    desk.ingest(stack)
    report = desk.status()
    assert report.keys() == KEYS
    assert report["pages"]["by_status"] == {"read": 1}
    assert sum(row["issued"] for row in report["villages"]) == report["forms"]["issued"] == 2
    assert sum(report["readings"].values()) == len(desk.table("readings"))


def test_keys_are_documented(desk: Paper) -> None:
    text = (Path(__file__).parents[3] / "docs" / "status.md").read_text("utf-8")
    report = desk.status()
    nested = [
        f"{part}.{name}" for part in ("pages", "forms", "files", "queue") for name in report[part]
    ]
    for name in [*nested, *(KEYS - {"pages", "files", "forms", "queue"})]:
        assert f"`{name}`" in text, name


def test_without_a_workspace(tmp_path: Path) -> None:
    assert papi(tmp_path, "status").exit_code == 3
