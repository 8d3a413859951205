"""`papi show`: a picture of what was read, or why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_forms import PERSON_FORM
from paper import Paper, png
from PIL import Image

from papi.office.showing import WIDTH_PX


@pytest.fixture
def read(desk: Paper, stack: Path) -> Paper:
    """A workspace that read the first page of one form."""
    (stack / "first.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
    assert desk.ingest(stack).exit_code == 0
    return desk


@pytest.mark.parametrize(("name", "kind"), [("x.png", "PNG"), ("x.JPG", "JPEG")])
def test_a_read_page_as_a_picture(read: Paper, tmp_path: Path, name: str, kind: str) -> None:
    out = tmp_path / name
    result = read.papi("show", read.sides(PERSON_FORM)[0].form_id, 1, "--out", out)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{out}\n"
    with Image.open(out) as picture:
        assert picture.format == kind
        assert picture.width == WIDTH_PX == 1240
        assert picture.height > picture.width
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert any(max(colour) - min(colour) > 80 for _, colour in colours)  # boxes are outlined


def test_boxes_before_and_after_the_cut(read: Paper, tmp_path: Path) -> None:
    out = tmp_path / "cuts.png"
    result = read.papi("show", read.sides(PERSON_FORM)[0].form_id, 1, "--cuts", out)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{out}\n"
    assert out.stat().st_mode & 0o077 == 0
    with Image.open(out) as picture:
        assert picture.width > 1000


def test_a_name_that_tells_a_number_is_refused(read: Paper, tmp_path: Path) -> None:
    out = tmp_path / "3201022001900001.png"
    result = read.papi("show", read.sides(PERSON_FORM)[0].form_id, 1, "--cuts", out)
    assert result.exit_code == 2
    assert "3201022001900001" not in result.stderr
    assert not out.exists()


def test_nothing_to_write(read: Paper) -> None:
    result = read.papi("show", read.sides(PERSON_FORM)[0].form_id, 1)
    assert result.exit_code == 2
    assert "--cuts" in result.stderr


def test_another_kind_of_picture_is_refused(read: Paper, tmp_path: Path) -> None:
    out = tmp_path / "x.gif"
    result = read.papi("show", read.sides(PERSON_FORM)[0].form_id, 1, "--out", out)
    assert result.exit_code == 2
    assert "neither PNG nor JPEG" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("form_id", ["nothing", "ZZZZZZZZZZ", "3201234509870001"])
def test_an_unknown_form(desk: Paper, tmp_path: Path, form_id: str) -> None:
    result = desk.papi("show", form_id, 1, "--out", tmp_path / "x.png")
    assert result.exit_code == 2
    assert "no form id" in result.stderr
    assert form_id not in result.stderr  # it may be a NIK


def test_a_page_that_was_not_read(read: Paper, tmp_path: Path) -> None:
    form_id = read.sides(PERSON_FORM)[0].form_id
    result = read.papi("show", form_id, 2, "--out", tmp_path / "x.png")
    assert result.exit_code == 2
    assert f"Page 2 of form {form_id} was not read." in result.stderr


def test_a_folder_that_is_not_there(read: Paper, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "x.png"
    result = read.papi("show", read.sides(PERSON_FORM)[0].form_id, 1, "--out", out)
    assert result.exit_code == 2
    assert "Cannot write" in result.stderr
