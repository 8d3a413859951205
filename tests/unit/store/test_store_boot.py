"""Opening: migrations are complete, a second look is quick, settings are as the disk needs."""

from __future__ import annotations

import datetime as dt
import os
import stat
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from papi.errors import WorkspaceUnusable
from papi.office.workspace import Workspace, init_workspace
from papi.store.boot import close_store, open_store
from papi.store.databases import database_settings

QUICK_S = 0.05


def test_models_and_migrations_agree(workspace: Workspace) -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_a_second_opening_is_quick(workspace: Workspace) -> None:
    fastest = 1.0
    for _ in range(5):
        start = time.perf_counter()
        open_store(workspace.folder)
        fastest = min(fastest, time.perf_counter() - start)
    assert fastest < QUICK_S


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_is_durable(workspace: Workspace, pragma: str, value: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == value


def test_only_the_owner_may_read_the_database(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        workspace, _ = init_workspace(tmp_path / "new", dt.date(2026, 7, 1))
        files = sorted(workspace.folder.glob("papi.sqlite3*"))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
    finally:
        os.umask(mask)
        close_store()
    names = ("papi.sqlite3", "papi.sqlite3-shm", "papi.sqlite3-wal")
    assert modes == dict.fromkeys(names, 0o600)


def test_writers_take_the_lock_at_once(workspace: Workspace) -> None:
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgres_by_url() -> None:
    found = database_settings(None, "postgresql://a%40b:p%2Fw@db.example:5433/papi?sslmode=require")
    assert found["ENGINE"].endswith("postgresql")
    assert [found[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "papi", "a@b", "p/w", "db.example", "5433",
    ]  # fmt: skip
    assert found["OPTIONS"] == {"sslmode": "require", "options": "-c lock_timeout=20000"}


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceUnusable):
        database_settings(tmp_path, "mysql://x/y")
