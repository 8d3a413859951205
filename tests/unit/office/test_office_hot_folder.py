"""Files in a hot folder are ready when they are whole and quiet, and only once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from other_user import as_nobody, give_away, nobody
from stand_in import write

from papi.office.hot_folder import STALLED_SECONDS, HotFolder, is_temporary

SETTLE = 5.0


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.fixture
def hot(tmp_path: Path) -> HotFolder:
    (tmp_path / "hot").mkdir()
    return HotFolder(tmp_path / "hot", SETTLE)


def test_a_file_is_ready_when_it_is_quiet(hot: HotFolder, tmp_path: Path) -> None:
    path = write(tmp_path / "hot", "a.tif", 2)
    assert names(hot.look(0).waiting) == ["a.tif"]
    assert names(hot.look(4.9).waiting) == ["a.tif"]
    path.write_bytes(path.read_bytes() + b"\0")  # it grows
    assert names(hot.look(6).waiting) == ["a.tif"]
    assert names(hot.look(10.9).waiting) == ["a.tif"]
    look = hot.look(11)
    assert (names(look.ready), look.waiting, look.stalled) == (["a.tif"], [], [])


def test_a_file_that_is_not_whole_waits_until_its_copy_has_stalled(
    hot: HotFolder, tmp_path: Path
) -> None:
    path = write(tmp_path / "hot", "a.tif", 2)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    for now in (0, 10, 100, STALLED_SECONDS - 1):
        assert names(hot.look(now).waiting) == ["a.tif"]
    look = hot.look(STALLED_SECONDS)
    assert (names(look.ready), names(look.stalled)) == (["a.tif"], ["a.tif"])
    hot.take(look.ready)
    assert hot.look(STALLED_SECONDS + 10).ready == []
    path.write_bytes(whole)  # the copy goes on
    assert names(hot.look(STALLED_SECONDS + 20).waiting) == ["a.tif"]
    assert names(hot.look(STALLED_SECONDS + 25).ready) == ["a.tif"]


def test_a_file_that_was_taken_in_is_ready_again_only_if_it_changes(
    hot: HotFolder, tmp_path: Path
) -> None:
    path = write(tmp_path / "hot", "a.tif", 1)
    hot.look(0)
    hot.take(hot.look(5).ready)
    assert hot.look(50).ready == []
    os.utime(path, (1, 1))
    hot.look(60)
    assert names(hot.look(65).ready) == ["a.tif"]


@pytest.mark.parametrize(
    "name", ["a.tif.part", "~a.tif", "a.tif~", ".a.tif", "a.TMP", "b.pdf.filepart", "c.crdownload"]
)
def test_unfinished_names_are_passed_over(hot: HotFolder, tmp_path: Path, name: str) -> None:
    assert is_temporary(name)
    write(tmp_path / "hot", "a.tif", 1).rename(tmp_path / "hot" / name)
    hot.look(0)
    look = hot.look(10)
    assert (look.ready, look.waiting, look.closed) == ([], [], [])


def test_folders_in_it_are_looked_into_but_for_the_one_of_what_is_done(tmp_path: Path) -> None:
    hot = HotFolder(tmp_path / "hot", SETTLE, tmp_path / "hot" / "done")
    (tmp_path / "hot").mkdir()
    write(tmp_path / "hot" / "stack", "a10.tif", 1)
    write(tmp_path / "hot" / "stack", "a9.tif", 1)
    write(tmp_path / "hot" / "done", "b.tif", 1)
    hot.look(0)
    assert names(hot.look(5).ready) == ["a9.tif", "a10.tif"]


def test_a_folder_that_goes_away_and_comes_back(hot: HotFolder, tmp_path: Path) -> None:
    write(tmp_path / "hot", "a.tif", 1)
    hot.look(0)
    hot.take(hot.look(5).ready)
    (tmp_path / "hot").rename(tmp_path / "away")
    look = hot.look(10)
    assert (look.away, look.ready, look.waiting) == (True, [], [])
    (tmp_path / "away").rename(tmp_path / "hot")
    write(tmp_path / "hot", "b.tif", 1)
    look = hot.look(15)
    assert (look.away, names(look.waiting)) == (False, ["b.tif"])
    assert names(hot.look(20).ready) == ["b.tif"]


def test_what_cannot_be_read_is_named_and_tried_again() -> None:
    with as_nobody() as home:
        hot = HotFolder(home / "hot", SETTLE)
        path = write(home / "hot", "a.tif", 1)
        write(home / "hot" / "closed", "b.tif", 1)
        give_away(home)
        path.chmod(0)
        path.parent.joinpath("closed").chmod(0)
        with nobody():
            hot.look(0)
            look = hot.look(5)
            assert (look.ready, sorted(look.closed)) == ([], ["a.tif", "closed"])
            assert not look.away
            path.chmod(0o600)
            assert names(hot.look(10).ready) == ["a.tif"]
