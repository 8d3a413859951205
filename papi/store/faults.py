"""What a failing disk or database means to an operator.

Knows the messages of SQLite, PostgreSQL and the operating system. Must not know commands.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from papi.errors import PapiError, StorageFull, WorkspaceBusy, WorkspaceUnusable

_FULL = ("disk is full", "no space left", "disk full", "disk quota")
_LOCKED = ("database is locked", "database table is locked", "lock timeout")
_READ_ONLY = ("readonly database", "read-only")
_CLOSED = ("unable to open database", "permission denied")
_DAMAGED = ("malformed", "not a database", "disk i/o error")
_NO_ROOM = frozenset({"SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"})
"""SQLite's names for a file that could not grow: a full disk that it met half-way."""
_AWAY = ("connection refused", "connection failed", "could not connect", "server closed")


def explain_fault(error: BaseException) -> PapiError | None:
    """Return the operator error behind a database or operating-system error, None if none."""
    if isinstance(error, OSError):
        return _explain_os(error)
    if not _is_database_error(error):
        return None
    text = str(error).lower()
    if getattr(error.__cause__ or error, "sqlite_errorname", "") in _NO_ROOM:
        return StorageFull("The disk that holds the workspace is full or cannot be written.")
    for needles, explanation in (
        (_FULL, StorageFull("The disk that holds the workspace is full.")),
        (
            _LOCKED,
            WorkspaceBusy(
                "The workspace's database is locked by another program.",
                "Wait until the other papi command ends (or end it), then run this one again.",
            ),
        ),
        (_READ_ONLY, WorkspaceUnusable("The workspace's database is read-only.")),
        (_CLOSED, WorkspaceUnusable("The workspace's database cannot be opened.")),
        (
            _DAMAGED,
            WorkspaceUnusable(
                "The workspace's database is damaged or is no database.",
                "Put the last backup of the workspace in its place.",
            ),
        ),
        (
            _AWAY,
            WorkspaceBusy(
                "The database server does not answer.",
                "Check PAPI_DATABASE_URL and that the server runs.",
            ),
        ),
    ):
        if any(needle in text for needle in needles):
            return explanation
    return None


def _explain_os(error: OSError) -> PapiError | None:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return StorageFull("The disk (or this user's share of it) is full.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return WorkspaceUnusable(f"No right to use {error.filename or 'a file'}.")
    return None


def _is_database_error(error: BaseException) -> bool:
    """Tell by class name, so that Django and psycopg need not be loaded to ask."""
    return isinstance(error, sqlite3.Error) or any(
        base.__module__ in {"django.db.utils", "psycopg", "psycopg.errors"}
        for base in type(error).__mro__
    )


@contextmanager
def storage_faults() -> Iterator[None]:
    """Turn database and disk errors of the block into WorkspaceUnusable or StorageFull."""
    try:
        yield
    except PapiError:
        raise
    except Exception as error:
        explanation = explain_fault(error)
        if explanation is None:
            raise
        raise explanation from error
