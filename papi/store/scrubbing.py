"""Leaving nothing of erased rows in the database's files.

Knows SQLite's secure_delete, VACUUM and log, and PostgreSQL's VACUUM. Must not know what is erased.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from papi.store.faults import storage_faults

_TABLES = (
    "papi_audit_value", "papi_resolution", "papi_entry", "papi_item", "papi_approval",
    "papi_reading", "papi_finding", "papi_record", "papi_member", "papi_scan_page",
    "papi_source_file", "papi_page_fix",
)  # fmt: skip
"""Tables a purge erases from."""


@contextmanager
def erasing() -> Iterator[None]:
    """Overwrite with zeros what the block deletes (SQLite); PostgreSQL does so in `scrub`."""
    with storage_faults():
        _pragma("secure_delete=ON")
        try:
            yield
        finally:
            _pragma("secure_delete=OFF")


def scrub() -> bool:
    """Rewrite the tables so that erased rows are in no file of the database any more.

    Outside of a transaction. Cost: as copying the database; writers wait meanwhile.

    Returns:
        False where others still use the log of SQLite: run it again when nobody works.

    Raises:
        WorkspaceBusy: others hold the database.
    """
    with storage_faults(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in _TABLES:
                cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
            return True
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone()
        return not busy


def _pragma(words: str) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {words}")
