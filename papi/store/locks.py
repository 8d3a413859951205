"""Who may work on a workspace at once: many that take pages in, or one that takes a batch back.

Knows lock files, and locks of transactions. Must not know what is done under a lock. The system
drops a lock with the process that holds it, however that ends; on a network share without locks
everybody is let in.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from django.db import connection

from papi.errors import WorkspaceBusy
from papi.store.faults import storage_faults

LOCK_FILE = "ingest.lock"
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


class Work(IntEnum):
    """What one transaction at a time may do: its number is the lock's name on PostgreSQL."""

    PAPER = 0x50415049_01
    """Import a pre-list, give form ids out: a row gets one form."""
    SCANS = 0x50415049_02
    """Enter pages and settle which scan of a page counts: one does, whoever comes at once."""


def alone(work: Work) -> None:
    """Wait until no other transaction does this work; the running one has it until its end.

    To be called first in a transaction. SQLite lets one writer in at a time anyway; PostgreSQL lets
    two look, each find nothing there, and both write.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(work)])


@contextmanager
def taking_in(folder: Path) -> Iterator[None]:
    """Hold the lock of those that take pages in; waits while a batch is being withdrawn."""
    with _locked(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def taking_back(folder: Path) -> Iterator[None]:
    """Hold the workspace alone.

    Raises:
        WorkspaceBusy: somebody is taking pages in, or taking a batch back.
    """
    with _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
        yield


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[None]:
    with storage_faults():
        handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(handle, kind)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, kind: int) -> None:
    try:
        fcntl.flock(handle, kind)
    except BlockingIOError as error:
        raise WorkspaceBusy(
            "Pages are being taken in, or a batch taken back, in this workspace just now.",
            "Wait until that command ends (or end it), then run this one again.",
        ) from error
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
