"""Opening the store of one workspace: Django set up once, database connected and migrated.

Knows Django's start-up and which migrations this release has. Must not know commands or use cases.
"""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from papi.errors import WorkspaceUnusable
from papi.store.databases import DATABASE_FILE, database_settings
from papi.store.faults import storage_faults
from papi.store.settings import read_secret
from papi.store.snapshots import copy_before_upgrade

_SETTINGS = "papi.store.settings"


def open_store(folder: Path, database_url: str = "") -> None:
    """Connect this process to the store of the workspace `folder`; create or upgrade its tables.

    Calling it again with the same place costs one short query. Cost: about 0.2 s for Django on the
    first call of a process, < 10 ms for the check of an up-to-date database. Before an upgrade the
    database is copied beside itself (papi-before-NNNN.sqlite3).

    Args:
        folder: the workspace.
        database_url: PostgreSQL URL, "" for the workspace's own SQLite file.

    Raises:
        WorkspaceUnusable: locked, read-only, damaged, or written by a newer release.
        StorageFull: no room for the tables.
    """
    os.environ["PAPI_WORKSPACE"] = str(folder)
    os.environ["PAPI_DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    if not database_url:
        _create_private(folder / DATABASE_FILE)
    if not apps.ready:
        django.setup()
    _connect(database_settings(folder, database_url), read_secret(str(folder)))
    with storage_faults():
        _bring_up_to_date(folder, database_url)


def close_store() -> None:
    """Close the connection of this thread (before a fork, or when a workspace is moved)."""
    connections.close_all()


def _create_private(path: Path) -> None:
    """Make an empty database only its owner may read; SQLite gives -wal and -shm the same mode."""
    if not path.exists():
        with storage_faults():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _connect(wanted: dict[str, object], secret: str) -> None:
    current = connections["default"].settings_dict
    settings.SECRET_KEY = secret
    if all(current.get(key) == value for key, value in wanted.items()):
        return
    connections["default"].close()
    del connections["default"]
    settings.DATABASES = {"default": dict(wanted)}
    connections.settings = connections.configure_settings(settings.DATABASES)


def _bring_up_to_date(folder: Path, database_url: str) -> None:
    applied, known = _applied(connection), _known()
    newer = sorted(name for app, name in applied - known if app == "store")
    if newer:
        raise WorkspaceUnusable(
            f"The workspace was written by a newer PAPI (its database knows {newer[-1]}).",
            "Install the PAPI release that wrote it, or open it on the machine that did.",
        )
    if known - applied:
        if any(app == "store" for app, _ in applied):  # there is something to lose
            copy_before_upgrade(folder, database_url, _upgrade_name(known - applied))
        call_command("migrate", interactive=False, verbosity=0)


def _upgrade_name(missing: set[tuple[str, str]]) -> str:
    """Number of the first change to come, so that an upgrade cut off half-way has its own copy."""
    own = sorted(name for app, name in missing if app == "store")
    if own:
        return own[0].split("_")[0]
    app, name = min(missing)
    return f"{app}-{name.split('_')[0]}"


def _applied(database: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    database.ensure_connection()
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return {(str(app), str(name)) for app, name in cursor.fetchall()}
    except DatabaseError as error:
        if "django_migrations" in str(error):  # a new database has no tables yet
            return set()
        raise


def _known() -> set[tuple[str, str]]:
    """Migrations of this release by file name: importing them all would cost 50 ms."""
    return {
        (config.label, file.stem)
        for config in apps.get_app_configs()
        for file in (Path(config.path) / "migrations").glob("[0-9]*.py")
    }
