"""Copies of the database: whole while others write, checked, private, made before upgrades."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from made_forms import issue, persons, scan

from papi.errors import StorageFull, WorkspaceUnusable
from papi.office.workspace import Workspace, open_workspace
from papi.store import snapshots
from papi.store.boot import close_store
from papi.store.models import ScanPage
from papi.store.snapshots import check_database, copy_before_upgrade, copy_database

PROGRAM = r"""#!/bin/sh
echo "$0 $PGPASSWORD $*" >> "$(dirname "$0")/called"
case "$*" in *refuse*) printf 'x: error: connection refused\nCommand was: x (\n' >&2; exit 1;; esac
for word in "$@"; do case "$word" in --file=*) echo dump > "${word#--file=}";; esac; done
"""


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def test_the_copy_is_whole_private_and_one_file(workspace: Workspace, tmp_path: Path) -> None:
    (form,) = issue(persons(1))
    scan(form.pages())
    copy_database(workspace.folder, "", tmp_path / "copy.sqlite3")
    assert rows(tmp_path / "copy.sqlite3", "papi_scan_page") == 2
    assert check_database(tmp_path / "copy.sqlite3") == ""
    assert stat.S_IMODE((tmp_path / "copy.sqlite3").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["copy.sqlite3"]


def test_copies_made_while_somebody_writes_are_consistent(tmp_path: Path) -> None:
    """Two tables change in one transaction: a copy never shows one without the other."""
    source = tmp_path / "papi.sqlite3"
    with closing(sqlite3.connect(source)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE a (x)")
        database.execute("CREATE TABLE b (x)")
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(source, timeout=20)) as writer:
            while not stop.is_set():
                with writer:
                    writer.execute("INSERT INTO a VALUES (randomblob(3000))")
                    writer.execute("INSERT INTO b VALUES (randomblob(3000))")

    thread = threading.Thread(target=write)
    thread.start()
    counts = []
    try:
        while len(counts) < 20 or not counts[-1]:
            copy_database(tmp_path, "", tmp_path / "copy")
            counts.append(rows(tmp_path / "copy", "a"))
            assert counts[-1] == rows(tmp_path / "copy", "b")
    finally:
        stop.set()
        thread.join()
    assert counts == sorted(counts)


def test_a_damaged_database_is_not_copied_over_a_good_copy(
    workspace: Workspace, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy_database(workspace.folder, "", copy)
    good = copy.read_bytes()
    close_store()
    place = workspace.folder / "papi.sqlite3"
    data = bytearray(place.read_bytes())
    data[8192:16384] = bytes(8192)
    place.write_bytes(data)
    with pytest.raises(WorkspaceUnusable, match="damaged"):
        copy_database(workspace.folder, "", copy)
    assert copy.read_bytes() == good
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["copy.sqlite3"]


def test_no_room_leaves_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "sync", full)
    with pytest.raises(StorageFull):
        copy_database(workspace.folder, "", tmp_path / "copy.sqlite3")
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == []


def test_an_upgrade_copies_the_database_first(workspace: Workspace) -> None:
    (form,) = issue(persons(1))
    scan(form.pages())
    before = sorted(workspace.folder.glob("papi-before-*"))
    call_command("migrate", "store", "0004", verbosity=0)
    close_store()
    open_workspace(workspace.folder)
    assert before == []
    (copy,) = workspace.folder.glob("papi-before-*")
    assert copy.name == "papi-before-0005.sqlite3"
    assert rows(copy, "papi_scan_page") == ScanPage.objects.count() == 2
    with closing(sqlite3.connect(copy)) as old:
        columns = [row[1] for row in old.execute("PRAGMA table_info(papi_batch)")]
    assert "withdrawn_files" not in columns
    close_store()
    open_workspace(workspace.folder)
    assert list(workspace.folder.glob("papi-before-*")) == [copy]


def test_an_upgrade_that_cannot_be_copied_first_is_not_made(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("migrate", "store", "0004", verbosity=0)
    close_store()

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StorageFull):
        patch.setattr(snapshots, "sync", full)
        open_workspace(workspace.folder)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE name = '0005_withdrawals'")
        assert cursor.fetchone() == (0,)
    open_workspace(workspace.folder)
    assert (workspace.folder / "papi-before-0005.sqlite3").is_file()


def test_a_new_workspace_has_nothing_to_copy(workspace: Workspace) -> None:
    assert list(workspace.folder.glob("papi-before-*")) == []


def test_the_last_three_copies_stay(workspace: Workspace) -> None:
    for number, upgrade in enumerate(("0009", "0003", "0011", "0005")):
        copy = copy_before_upgrade(workspace.folder, "", upgrade)
        os.utime(copy, (number, number))
    names = {path.name for path in workspace.folder.glob("papi-before-*")}
    assert names == {f"papi-before-{n}.sqlite3" for n in ("0003", "0011", "0005")}


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PostgreSQL's programs, as far as they can be seen from here."""
    home = tmp_path / "bin"
    home.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (home / name).write_text(PROGRAM)
        (home / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}:{os.environ['PATH']}")
    return home


def test_postgres_is_dumped_by_its_own_program(programs: Path, tmp_path: Path) -> None:
    url = "postgresql://me:se%40cret@db.example/papi?sslmode=require"
    copy_database(tmp_path, url, tmp_path / "copy.pgdump")
    assert (tmp_path / "copy.pgdump").read_text() == "dump\n"
    program, given, *words = (programs / "called").read_text().split()
    assert Path(program).name == "pg_dump"
    assert given == "se@cret"
    assert "--dbname=postgresql://me@db.example/papi?sslmode=require" in words
    assert "cret" not in " ".join(words)


def test_what_pg_restore_refuses_is_told(programs: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnusable, match="pg_restore failed: x: error: connection refused"):
        snapshots.restore_postgres("postgresql://refuse/papi", tmp_path / "x")


def test_without_its_program_postgres_is_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkspaceUnusable, match="pg_dump is needed") as caught:
        copy_database(tmp_path, "postgresql://db.example/papi", tmp_path / "copy")
    assert "postgresql-client" in caught.value.next_step
    assert not (tmp_path / "copy").exists()
