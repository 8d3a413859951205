"""`papi backup` and `papi restore`, as a person types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from made_forms import PERSON_FORM
from paper import Paper, papi, tiff

from papi.store.boot import close_store


@pytest.fixture
def taken_in(desk: Paper, stack: Path) -> Paper:
    (stack / "form.tif").write_bytes(tiff(desk.images(PERSON_FORM), bilevel=True))
    assert desk.ingest(stack).exit_code == 0
    return desk


@pytest.mark.parametrize("name", ["backup.tar", "backups"])
def test_there_and_back(taken_in: Paper, tmp_path: Path, name: str) -> None:
    before = taken_in.tables()
    done = taken_in.papi("backup", tmp_path / name)
    assert done.exit_code == 0, done.stderr
    assert "4 files" in done.stdout
    assert taken_in.papi("backup", "--check", tmp_path / name).stdout.endswith("4 file(s) whole\n")
    close_store()
    back = papi(tmp_path, "restore", tmp_path / name, tmp_path / "new")
    assert back.exit_code == 0, back.stderr
    assert Paper(tmp_path / "new", taken_in.out, taken_in.forms).tables() == before
    again = papi(tmp_path, "restore", tmp_path / name, tmp_path / "new")
    assert again.exit_code == 2
    assert "ever overwritten" in again.stderr


def test_a_damaged_scan_is_named_and_nothing_else_is_touched(
    taken_in: Paper, tmp_path: Path
) -> None:
    whole = taken_in.papi("backup", "--check")
    assert (whole.exit_code, whole.stdout) == (0, "1 original(s) whole; database whole\n")
    (original,) = (taken_in.workspace / "images").glob("*/*.tif")
    original.chmod(0o600)
    original.write_bytes(b"rotten")
    found = taken_in.papi("backup", "--check", "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["missing"] == [f"{original.parent.name}/{original.name}"]
    assert f"{original.name}: missing or damaged" in found.stderr
    done = taken_in.papi("backup", tmp_path / "backup.tar")
    assert (done.exit_code, "3 files" in done.stdout) == (1, True)
    assert original.read_bytes() == b"rotten"


def test_originals_hold_the_only_pictures(taken_in: Paper, stack: Path, tmp_path: Path) -> None:
    """They are unchanged and read-only; boxes are cut from them again, and only when asked."""
    parts = {path.relative_to(taken_in.workspace).parts[0] for path in files(taken_in.workspace)}
    assert {part for part in parts if not part.startswith(("papi.", "layouts-"))} == {
        "cache", "images", "ingest.lock", "secret.key",
    }  # fmt: skip
    assert {path.suffix for path in files(taken_in.workspace / "cache")} == {".json"}
    (original,) = files(taken_in.workspace / "images")
    assert original.read_bytes() == (stack / "form.tif").read_bytes()
    assert original.stat().st_mode & 0o777 == 0o400
    form_id = taken_in.sides(PERSON_FORM)[0].form_id
    cuts = [tmp_path / "first.png", tmp_path / "second.png"]
    for path in cuts:
        shown = taken_in.papi("show", form_id, 1, "--cuts", path)
        assert shown.exit_code == 0, shown.stderr
        shutil.rmtree(taken_in.workspace / "cache", ignore_errors=True)  # no only copy is in it
    assert cuts[0].read_bytes() == cuts[1].read_bytes()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_wrong_use_is_told(taken_in: Paper, tmp_path: Path) -> None:
    assert taken_in.papi("backup").exit_code == 2
    missing = papi(tmp_path, "restore", tmp_path / "none.tar", tmp_path / "new")
    assert missing.exit_code == 9
    assert "is no backup" in missing.stderr
