"""Backups: whole or not there, made while pages come in, checked to the last original."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made_forms import issue, persons
from stand_in import Shown, exports, reader, run, write

from papi.errors import InputUnreadable, StorageFull, UsageError
from papi.model.evidence import PageEvidence
from papi.office import archives, ingesting
from papi.office.backing_up import back_up, check_workspace
from papi.office.restoring import check_backup, restore
from papi.office.workspace import Workspace, open_workspace
from papi.pipeline.tasks import PageTask
from papi.store.boot import close_store
from papi.store.models import ScanPage, SourceFile
from papi.store.originals import kept_originals

NOW = dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)
PLACES = ("backup.tar", "backups")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    pages: Shown = {}
    monkeypatch.setattr(ingesting, "read_all", reader(pages))
    return pages


@pytest.fixture
def filled(workspace: Workspace, shown: Shown, tmp_path: Path) -> Workspace:
    """A workspace with two files taken in."""
    first, second = issue(persons(2))
    shown |= {"a.tif": first.pages(), "b.tif": second.pages()}
    for name in shown:
        write(tmp_path / "in", name, 2)
    run(workspace, tmp_path / "in")
    return workspace


def originals(workspace: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in kept_originals(workspace)}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_put_back_is_what_was_there(filled: Workspace, tmp_path: Path, name: str) -> None:
    before = exports(tmp_path / "before")
    report = back_up(filled, tmp_path / name, NOW)
    assert (report.missing, report.files) == ([], 5)
    assert check_backup(report.place).files == 5
    found = restore(tmp_path / name, tmp_path / "new")
    assert (found.files, found.damaged, found.missing) == (5, [], [])
    assert originals(tmp_path / "new") == originals(filled.folder)
    for file in ("papi.toml", "secret.key"):
        assert (tmp_path / "new" / file).read_bytes() == (filled.folder / file).read_bytes()
    close_store()
    shutil.rmtree(filled.folder)
    open_workspace(tmp_path / "new")
    assert exports(tmp_path / "after") == before


@pytest.mark.parametrize("name", PLACES)
def test_nobody_else_may_read_it(filled: Workspace, tmp_path: Path, name: str) -> None:
    mask = os.umask(0)
    try:
        back_up(filled, tmp_path / name, NOW)
        restore(tmp_path / name, tmp_path / "new")
    finally:
        os.umask(mask)
    for top in (tmp_path / name, tmp_path / "new"):
        for path in [top, *top.rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    for path in kept_originals(tmp_path / "new"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_a_folder_keeps_each_scan_once(filled: Workspace, shown: Shown, tmp_path: Path) -> None:
    first = back_up(filled, tmp_path / "backups", NOW)
    shown["c.tif"] = [page for pages in list(shown.values()) for page in pages]
    path = write(tmp_path / "later", "c.tif", 4)
    run(filled, tmp_path / "later")
    second = back_up(filled, tmp_path / "backups", LATER)
    images = tmp_path / "backups" / "images"
    assert {p.name for p in images.rglob("*.tif")} == set(originals(filled.folder))
    assert (first.files, second.files) == (5, 6)
    database = (second.place / "papi.sqlite3").stat().st_size
    small = sum((filled.folder / n).stat().st_size for n in ("papi.toml", "secret.key"))
    assert second.copied == database + small + path.stat().st_size
    assert check_backup(tmp_path / "backups").files == 6  # the newest
    assert check_backup(first.place).files == 5


def test_made_while_pages_come_in(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy lacks what came later, and taking the same files in again completes it."""
    first, second = issue(persons(2))
    shown |= {"a.tif": first.pages(), "b.tif": second.pages()}
    for name in shown:
        write(tmp_path / "in", name, 2)

    def read_all(tasks: Iterable[PageTask], *_: object) -> Iterator[PageEvidence]:
        for number, task in enumerate(tasks):
            if number == 3:
                back_up(workspace, tmp_path / "backup.tar", NOW)
            yield replace(shown[task.source.name][task.source.index], source=task.source)

    with monkeypatch.context() as patch:
        patch.setattr(ingesting, "read_all", read_all)
        patch.setattr(ingesting, "GROUP_PAGES", 1)
        run(workspace, tmp_path / "in")
    whole = exports(tmp_path / "whole")
    restore(tmp_path / "backup.tar", tmp_path / "new")
    close_store()
    restored = open_workspace(tmp_path / "new")
    assert ScanPage.objects.count() == 3
    assert check_workspace(restored).whole
    run(restored, tmp_path / "in")
    assert exports(tmp_path / "again") == whole


def test_damage_in_the_workspace_is_named(filled: Workspace, tmp_path: Path) -> None:
    assert check_workspace(filled).originals == 2
    rotten, gone = (filled.images / row.stored for row in SourceFile.objects.order_by("pk"))
    rotten.chmod(0o600)
    rotten.write_bytes(b"rotten")
    gone.unlink()
    names = sorted(f"{path.parent.name}/{path.name}" for path in (rotten, gone))
    found = check_workspace(filled)
    assert (found.whole, found.originals, found.missing) == (False, 0, names)
    report = back_up(filled, tmp_path / "backup.tar", NOW)
    assert (report.missing, report.files) == (names, 3)
    assert restore(tmp_path / "backup.tar", tmp_path / "new").missing == names


def test_a_damaged_database_is_found(filled: Workspace) -> None:
    close_store()
    place = filled.folder / "papi.sqlite3"
    data = bytearray(place.read_bytes())
    data[-8192:] = b"\xff" * 8192
    place.write_bytes(data)
    assert check_workspace(filled).database


@pytest.mark.parametrize("name", PLACES)
def test_a_damaged_scan_in_a_backup_is_named(filled: Workspace, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    back_up(filled, path, NOW)
    stored = SourceFile.objects.order_by("pk")[0].stored
    harm(path, f"images/{stored}", (filled.images / stored).read_bytes())
    found = check_backup(path)
    assert (found.damaged, found.files) == ([f"images/{stored}"], 4)
    with pytest.raises(InputUnreadable, match=r"1 file\(s\) of the backup are damaged: images/"):
        restore(path, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert restore(path, tmp_path / "new", accept_damage=True).damaged == found.damaged
    assert len(originals(tmp_path / "new")) == 1


def harm(path: Path, name: str, content: bytes) -> None:
    """Change one byte of a file in a backup."""
    if path.is_dir():
        (path / name).chmod(0o600)
        (path / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        return
    data = bytearray(path.read_bytes())
    data[data.index(content) + len(content) - 1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("name", PLACES)
def test_a_damaged_database_is_never_put_back(filled: Workspace, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    report = back_up(filled, path, NOW)
    if path.is_dir():
        (report.place / "papi.sqlite3").write_bytes(b"SQLite format 3\0")
    else:
        data = path.read_bytes()
        path.write_bytes(data.replace(b"SQLite format 3\0", b"SQLite format 4\0"))
    with pytest.raises(InputUnreadable, match=r"papi\.sqlite3"):
        restore(path, tmp_path / "new", accept_damage=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "in", "workspace"])


def test_a_tar_that_was_cut_off_is_no_backup(filled: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    back_up(filled, path, NOW)
    data = path.read_bytes()
    for size in (0, 100, 5000, len(data) // 2, len(data) - 12_000):
        path.write_bytes(data[:size])
        with pytest.raises(InputUnreadable):
            check_backup(path)


@pytest.mark.parametrize("name", PLACES)
def test_nothing_has_the_name_of_a_backup_before_it_is_whole(
    filled: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StorageFull):
        patch.setattr(archives.Manifest, "to_bytes", full)
        back_up(filled, tmp_path / name, NOW)
    assert not (tmp_path / "backup.tar").exists()
    assert not list(tmp_path.glob("**/.part-*"))
    assert not list((tmp_path / "backups").glob("[0-9]*"))
    assert not list(filled.folder.glob(".backup-*"))
    with pytest.raises(InputUnreadable):
        check_backup(tmp_path / name)
    assert back_up(filled, tmp_path / name, NOW).files == 5


def test_rests_of_killed_backups_go_after_a_day(filled: Workspace, tmp_path: Path) -> None:
    old, young = tmp_path / "backups" / ".part-2026", tmp_path / "backups" / ".part-2027"
    for rest in (old, young):
        rest.mkdir(parents=True)
    os.utime(old, (1, 1))
    back_up(filled, tmp_path / "backups", NOW)
    assert (old.exists(), young.exists()) == (False, True)


def test_nothing_is_overwritten(filled: Workspace, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup.tar", NOW)
    with pytest.raises(UsageError, match="there already"):
        back_up(filled, tmp_path / "backup.tar", NOW)
    with pytest.raises(UsageError, match="not empty"):
        restore(tmp_path / "backup.tar", filled.folder)
    with pytest.raises(UsageError, match="lost with it"):
        back_up(filled, filled.folder / "backup.tar", NOW)
    with pytest.raises(UsageError, match="no folder"):
        back_up(filled, filled.folder.parent / "in" / "a.tif", NOW)
    (tmp_path / "empty").mkdir()
    assert restore(tmp_path / "backup.tar", tmp_path / "empty").files == 5


def test_a_backup_cannot_write_outside_the_workspace(filled: Workspace, tmp_path: Path) -> None:
    place = back_up(filled, tmp_path / "backups", NOW).place
    manifest = json.loads((place / "manifest.json").read_text())
    for name in ("../outside", "/tmp/outside"):  # noqa: S108
        (place / "manifest.json").write_text(json.dumps({**manifest, "files": {name: "0"}}))
        with pytest.raises(InputUnreadable, match="outside the workspace"):
            restore(place, tmp_path / "new")


def test_settings_beside_the_workspace_file_come_along(filled: Workspace, tmp_path: Path) -> None:
    settings = filled.folder / "papi.toml"
    text = settings.read_text().replace('recipe = "default"', 'recipe = "own.yaml"')
    settings.write_text(text.replace('table = "builtin"', 'table = "desa/regions.csv"'))
    (filled.folder / "own.yaml").write_text("{}\n")
    (filled.folder / "desa").mkdir()
    (filled.folder / "desa" / "regions.csv").write_text("kode,nama\n")
    close_store()
    back_up(open_workspace(filled.folder), tmp_path / "backup.tar", NOW)
    restore(tmp_path / "backup.tar", tmp_path / "new")
    assert (tmp_path / "new" / "own.yaml").read_text() == "{}\n"
    assert (tmp_path / "new" / "desa" / "regions.csv").read_text() == "kode,nama\n"
