"""`papi ingest` on real files: again, twice, late, from paths that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from made_forms import PERSON_FORM
from other_user import as_nobody, give_away, nobody
from paper import Paper, pdf, png, tiff

from papi.model.page import Reason
from papi.office.messages import explain


def test_good_scans_leave_with_zero(desk: Paper, stack: Path) -> None:
    (stack / "good.pdf").write_bytes(pdf(desk.images(PERSON_FORM)))
    result = desk.ingest(stack)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "read\t2\n"
    as_json = json.loads(desk.papi("ingest", stack, "--engine", "serial", "--json").stdout)
    assert (as_json["known_files"], as_json["pages"], as_json["problems"]) == (1, {}, [])


def test_the_same_file_twice_changes_nothing(desk: Paper, stack: Path) -> None:
    (stack / "one.tif").write_bytes(tiff(desk.images(PERSON_FORM)))
    desk.ingest(stack)
    before = {name: desk.table(name) for name in ("pages", "readings", "records", "queue")}
    (stack / "two.tif").write_bytes((stack / "one.tif").read_bytes())
    result = desk.ingest(stack)
    assert result.exit_code == 0
    assert "2 file(s) were here already" in result.stderr
    assert {name: desk.table(name) for name in before} == before


def test_the_same_image_in_another_container_is_a_duplicate(desk: Paper, stack: Path) -> None:
    pages = desk.images(PERSON_FORM)
    (stack / "one.tif").write_bytes(tiff(pages))
    desk.ingest(stack)
    readings = desk.table("readings")
    (stack / "two.png").write_bytes(png(pages[0]))
    assert desk.ingest(stack).exit_code == 0
    found = {row["source"]: row["status"] for row in desk.table("pages")}
    assert found["two.png"] == "duplicate"
    assert desk.table("readings") == readings


def test_two_different_scans_of_one_page(desk: Paper, stack: Path) -> None:
    pages = desk.images(PERSON_FORM)
    (stack / "one.tif").write_bytes(tiff(pages))
    desk.ingest(stack)
    readings = desk.table("readings")
    (stack / "two.png").write_bytes(png(np.minimum(pages[0], 240)))
    result = desk.ingest(stack)
    assert result.exit_code == 1
    assert explain(Reason.SAME_PAGE) in result.stderr
    found = {row["source"]: row["status"] for row in desk.table("pages")}
    assert found == {"one.tif": "read", "two.png": "conflict"}
    assert desk.table("readings") == readings
    assert desk.status()["forms"]["matched"] == 0


def test_page_two_before_page_one(desk: Paper, stack: Path) -> None:
    first, second = desk.images(PERSON_FORM)
    (stack / "second.png").write_bytes(png(second))
    assert desk.ingest(stack).exit_code == 0, "a late page is no mistake"
    report = desk.status()
    assert report["forms"]["incomplete"] == 1
    assert report["incomplete"][0]["missing_pages"] == [1]
    (record,) = desk.table("records")
    assert (record["outcome"], record["missing_pages"]) == ("incomplete", "1")
    assert {row["page"] for row in desk.table("readings")} == {"2"}
    (stack / "first.png").write_bytes(png(first))
    assert desk.ingest(stack).exit_code == 0
    (record,) = desk.table("records")
    assert (record["outcome"], record["missing_pages"]) == ("queue", "")
    assert {row["page"] for row in desk.table("readings")} == {"1", "2"}


def test_paths_that_cannot_be_read(desk: Paper, stack: Path) -> None:
    (stack / "good.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
    (stack / "dangling.pdf").symlink_to(stack / "nowhere")
    (stack / "loop").symlink_to(stack / "loop")
    result = desk.ingest(stack, stack / "good.png" / "inside")
    assert result.exit_code == 1
    for name in ("dangling.pdf", "loop", "inside"):
        assert f"{name} #1: quarantined: {explain(Reason.UNREADABLE_PATH)}" in result.stderr
    assert desk.status()["pages"]["by_status"] == {"read": 1}


def test_nothing_that_can_be_read(desk: Paper, stack: Path) -> None:
    result = desk.ingest(stack / "absent")
    assert (result.exit_code, result.stdout) == (9, "")
    assert "Cannot read absent" in result.stderr


def test_a_folder_without_rights(desk: Paper, stack: Path) -> None:
    with as_nobody() as home:
        workspace = desk.copy(home / "desk")
        (home / "stack").mkdir()
        (home / "stack" / "good.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
        (home / "stack" / "closed").mkdir()
        (home / "stack" / "shut.png").write_bytes(b"x")
        give_away(home)
        (home / "stack" / "closed").chmod(0)
        (home / "stack" / "shut.png").chmod(0)
        with nobody():
            result = workspace.ingest(home / "stack")
            assert result.exit_code == 1, result.stderr
            alone = workspace.ingest(home / "stack" / "closed")
        for name in ("closed", "shut.png"):
            assert f"{name} #1: quarantined: {explain(Reason.UNREADABLE_PATH)}" in result.stderr
        assert result.stdout == "read\t1\n"
        assert alone.exit_code == 9


def test_an_empty_folder_is_said_to_be_empty(desk: Paper, stack: Path) -> None:
    result = desk.ingest(stack)
    assert result.exit_code == 0
    assert "No file found" in result.stderr


def test_without_its_networks_nothing_is_taken_in(
    desk: Paper, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from papi.reading.characters import CharacterReader
    from papi.reading.fields import Reader

    def missing() -> CharacterReader:
        raise FileNotFoundError(2, "No such file", "characters.json")

    (stack / "a.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
    Reader.load.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(CharacterReader, "load", staticmethod(missing))
        result = desk.ingest(stack)
    assert result.exit_code == 11
    assert "Install PAPI again" in result.stderr
    assert desk.ingest(stack).exit_code == 0, "and later everything is read"
