"""Scans are moved only once their content is kept, and never over another file."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from made_forms import issue, persons
from stand_in import Shown, reader, run, write

from papi.office import ingesting
from papi.office.moving import move_taken
from papi.office.workspace import Workspace


@pytest.fixture
def taken(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (form,) = issue(persons(1))
    shown: Shown = {"a.tif": form.pages()}
    monkeypatch.setattr(ingesting, "read_all", reader(shown))
    (tmp_path / "in").mkdir()
    path = write(tmp_path / "in" / "stack", "a.tif", 2)
    run(workspace, path)
    return path


def test_to_the_same_place_below_the_other_folder(taken: Path, tmp_path: Path) -> None:
    data = taken.read_bytes()
    moved = move_taken(taken, tmp_path / "in", tmp_path / "done")
    assert moved == tmp_path / "done" / "stack" / "a.tif"
    assert moved.read_bytes() == data
    assert not taken.exists()
    assert move_taken(taken, tmp_path / "in", tmp_path / "done") is None


def test_what_is_not_in_the_store_stays(taken: Path, tmp_path: Path) -> None:
    taken.write_bytes(taken.read_bytes() + b"more")
    assert move_taken(taken, tmp_path / "in", tmp_path / "done") is None
    assert taken.exists()


def test_another_file_of_that_name_is_not_overwritten(taken: Path, tmp_path: Path) -> None:
    place = tmp_path / "done" / "stack" / "a.tif"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"another scan")
    data = taken.read_bytes()
    assert move_taken(taken, tmp_path / "in", tmp_path / "done") == place.with_name("a (2).tif")
    assert place.read_bytes() == b"another scan"
    taken.write_bytes(data)  # the same scan again replaces itself
    assert move_taken(taken, tmp_path / "in", tmp_path / "done") == place.with_name("a (2).tif")
    assert len(list(place.parent.iterdir())) == 2


def test_to_another_disk_it_is_copied_whole(
    taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(self: Path, target: Path) -> Path:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "rename", other_disk)
    data = taken.read_bytes()
    moved = move_taken(taken, tmp_path / "in", tmp_path / "done")
    assert moved is not None
    assert moved.read_bytes() == data
    assert not taken.exists()
    assert [path.name for path in moved.parent.iterdir()] == ["a.tif"]
