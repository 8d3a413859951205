"""What a failing disk or database means to an operator.

Knows the messages of SQLite, PostgreSQL and the operating system. Must not know commands.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from papi.errors import PapiError, StorageFull, WorkspaceBusy, WorkspaceUnusable

_FULL = ("disk is full", "no space left", "disk full", "disk quota")
_LOCKED = (
    "database is locked",
    "database table is locked",
    "lock timeout",
    "deadlock detected",
)
_READ_ONLY = ("readonly database", "read-only")
_CLOSED = ("unable to open database", "permission denied")
_DAMAGED = ("malformed", "not a database", "disk i/o error")
_NO_ROOM = frozenset({"SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"})
"""SQLite's names for a file that could not grow: a full disk that it met half-way."""
_REFUSED = (
    "authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    'fatal:  database "',
    'fatal:  role "',
)
_CROWDED = ("too many clients", "too many connections", "connection slots are reserved")
_AWAY = (
    "connection refused",
    "connection failed",
    "connection timeout",
    "could not connect",
    "server closed",
    "terminating connection",
    "connection is lost",
    "connection is closed",
    "connection already closed",
    "connection has been closed",
    "failed to resolve host",
    "the database system is",
)


def explain_fault(error: BaseException) -> PapiError | None:
    """Return the operator error behind a database or operating-system error, None if none."""
    if isinstance(error, OSError):
        return _explain_os(error)
    if not _is_database_error(error):
        return None
    text = str(error).lower()
    if getattr(error.__cause__ or error, "sqlite_errorname", "") in _NO_ROOM:
        return StorageFull("The disk that holds the workspace is full or cannot be written.")
    for needles, kind, *words in _MEANINGS:
        if any(needle in text for needle in needles):
            found: PapiError = kind(*words)
            return found
    return None


_MEANINGS: tuple[tuple[Any, ...], ...] = (
    (_FULL, StorageFull, "The disk that holds the workspace is full."),
    (
        _LOCKED,
        WorkspaceBusy,
        "The workspace's database is locked by another program.",
        "Wait until the other papi command ends (or end it), then run this one again.",
    ),
    (_READ_ONLY, WorkspaceUnusable, "The workspace's database is read-only."),
    (_CLOSED, WorkspaceUnusable, "The workspace's database cannot be opened."),
    (
        _DAMAGED,
        WorkspaceUnusable,
        "The workspace's database is damaged or is no database.",
        "Put the last backup of the workspace in its place.",
    ),
    (
        _CROWDED,
        WorkspaceBusy,
        "The database server has as many connections as it allows.",
        "End other programs that use it, or raise its max_connections; then run this again.",
    ),
    (
        _REFUSED,
        WorkspaceUnusable,
        "The database server refuses this user or database.",
        "Check user, password and database name in PAPI_DATABASE_URL (or papi.toml).",
    ),
    (
        _AWAY,
        WorkspaceBusy,
        "The database server does not answer.",
        "Check PAPI_DATABASE_URL and that the server runs; then run the same command again.",
    ),
)
"""What an error's text has, in small letters; the error it stands for; its words. The first one
counts: a connection that is refused for a reason also "failed"."""


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
