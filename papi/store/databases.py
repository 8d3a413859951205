"""Where the data lies: the workspace's SQLite file, or a PostgreSQL server by URL.

Knows connection settings. Must not import Django (settings are read before it is set up).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from papi.errors import WorkspaceUnusable

DATABASE_FILE = "papi.sqlite3"
SECRET_FILE = "secret.key"  # noqa: S105  a file name
BUSY_TIMEOUT_S = 20.0
"""How long a writer waits for another one: commits last <= 50 ms, a large pre-list import some
seconds in one transaction."""
_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"  # readers are never blocked by the one writer
    "PRAGMA synchronous=FULL;"  # a power cut loses nothing that was committed
    "PRAGMA cache_size=-16000;"  # 16 MB
)
_KEPT_OPEN = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
"""A thread of the web server keeps its connection from request to request: a new one costs 6 ms of
CPU on PostgreSQL, 0.5 ms on SQLite. One that was lost is replaced at the next request."""


def busy_timeout_s() -> float:
    """Return the seconds to wait for a locked database (PAPI_DATABASE_TIMEOUT_S)."""
    return float(os.environ.get("PAPI_DATABASE_TIMEOUT_S", BUSY_TIMEOUT_S))


def database_settings(folder: Path | None, url: str = "") -> dict[str, Any]:
    """Return Django's settings of the one database.

    Args:
        folder: workspace, None for a database in memory.
        url: "postgresql://user:password@host:port/name?option=value", "" for SQLite.

    Raises:
        WorkspaceUnusable: the URL is of another kind of database.
    """
    return _postgres(url) if url else _sqlite(folder)


def _sqlite(folder: Path | None) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / DATABASE_FILE) if folder else ":memory:",
        "OPTIONS": {
            "timeout": busy_timeout_s(),
            "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN, never fails half-way
            "init_command": _PRAGMAS,
        },
        **_KEPT_OPEN,
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise WorkspaceUnusable(
            f"The database URL begins with {parts.scheme or 'nothing'!r}.",
            "Give PAPI_DATABASE_URL as postgresql://user:password@host:port/name.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"options": _lock_timeout(), **dict(parse_qsl(parts.query))},
        **_KEPT_OPEN,
    }


def _lock_timeout() -> str:
    """Let a writer wait as long for another one as on SQLite, not for ever."""
    return f"-c lock_timeout={round(busy_timeout_s() * 1000)}"
