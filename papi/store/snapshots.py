"""Whole copies of the database, made while others read and write, and put back.

Knows SQLite's backup call and PostgreSQL's own programs. Must not know Django, nor what is in the
tables. A copy gets its name when it is complete and was checked; before that it is a rest.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from papi.errors import WorkspaceUnusable
from papi.store.databases import DATABASE_FILE, busy_timeout_s
from papi.store.faults import storage_faults
from papi.store.originals import REST_PREFIX, sync

DUMP_FILE = "papi.pgdump"
"""A PostgreSQL database in a backup, as `pg_dump --format=custom` writes it."""
KEPT_BEFORE = 3
"""Copies made before upgrades that stay; older ones are deleted."""
_BEFORE = "papi-before-"
_EVERYTHING = -1
"""SQLite copies all pages in one step: a writer never waits for it, and cannot make it begin
again; a copy of 100 MB takes 0.2 s."""


def copy_database(folder: Path, url: str, target: Path) -> None:
    """Write a consistent copy of the workspace's database to `target`, mode 0600.

    Args:
        folder: the workspace.
        url: PostgreSQL URL, "" for the workspace's SQLite file.
        target: the file; one that is there is replaced once the copy is whole.

    Raises:
        StorageFull, WorkspaceUnusable: nothing is left under the name, or what was there before.
    """
    beside = target.with_name(f"{REST_PREFIX}{target.name}")
    with storage_faults():
        try:
            _create_private(beside)
            _dump_postgres(url, beside) if url else _copy_sqlite(folder / DATABASE_FILE, beside)
            sync(beside)
            beside.replace(target)
            sync(target.parent)
        finally:
            for rest in target.parent.glob(f"{beside.name}*"):
                rest.unlink(missing_ok=True)


def copy_before_upgrade(folder: Path, url: str, upgrade: str) -> Path:
    """Keep the database as it is beside itself before it is changed; return the copy.

    Args:
        folder: the workspace.
        url: PostgreSQL URL, "" for SQLite.
        upgrade: number of the first change that is to come, for the name.
    """
    suffix = ".pgdump" if url else ".sqlite3"
    copy = folder / f"{_BEFORE}{upgrade}{suffix}"
    copy_database(folder, url, copy)
    copies = sorted(folder.glob(f"{_BEFORE}*{suffix}"), key=lambda path: path.stat().st_mtime_ns)
    for old in copies[:-KEPT_BEFORE]:
        old.unlink(missing_ok=True)
    return copy


def check_database(path: Path) -> str:
    """Return what is wrong with a SQLite file, "" if nothing (1 s per 300 MB)."""
    try:
        with closing(_connect(path)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else str(found)


def restore_postgres(url: str, dump: Path) -> None:
    """Fill an empty PostgreSQL database from a dump, wholly or not at all.

    Raises:
        WorkspaceUnusable: pg_restore is missing, or refuses (the database is not empty, ...).
    """
    try:
        _run_postgres("pg_restore", url, "--single-transaction", "--exit-on-error", str(dump))
    except WorkspaceUnusable as error:
        if "already exists" not in error.message:
            raise
        raise WorkspaceUnusable(
            "The PostgreSQL database that is to take the backup is not empty.",
            "Name an empty one by PAPI_DATABASE_URL, then run the same command again.",
        ) from error


def _create_private(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=rw"  # never create one
    return sqlite3.connect(uri, uri=True, timeout=busy_timeout_s())


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(_connect(source)) as original, closing(_connect(target)) as copy:
        original.backup(copy, pages=_EVERYTHING)
        copy.execute("PRAGMA journal_mode=DELETE")  # all in one file; opening sets WAL again
    if wrong := check_database(target):
        raise WorkspaceUnusable(
            f"The workspace's database is damaged ({wrong}).",
            "Put the last backup of the workspace in its place: `papi restore`.",
        )


def _dump_postgres(url: str, target: Path) -> None:
    _run_postgres("pg_dump", url, "--format=custom", f"--file={target}")


def _run_postgres(program: str, url: str, *words: str) -> None:
    """Run one of PostgreSQL's programs; its password never stands in the list of processes."""
    found = shutil.which(program)
    if found is None:
        raise WorkspaceUnusable(
            f"{program} is needed to copy a PostgreSQL database, and is not installed.",
            "Install PostgreSQL's client programs (Debian: postgresql-client) of the server's "
            "release, then run the same command again.",
        )
    parts = urlsplit(url)
    plain = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@"))
    password = {"PGPASSWORD": unquote(parts.password)} if parts.password else {}
    done = subprocess.run(  # noqa: S603  a program of the system, words of our own
        [found, "--no-owner", "--no-privileges", f"--dbname={urlunsplit(plain)}", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **password},
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it does not say why"]
        told = next((line for line in lines if "error:" in line), lines[-1])
        raise WorkspaceUnusable(
            f"{program} failed: {told}", "Mend what it names, then run the same command again."
        )
