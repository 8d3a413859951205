"""Open stored files and load their pages in a child, within limits.

Knows that a file may crash, hang or eat the process that opens it. Must not know how it is read.
Whoever opens files for people or counts their pages does it here, never in its own process.
"""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from papi.model.page import PageFailure, PageImage, PageSource, PageStatus
from papi.pipeline.children import Job
from papi.pipeline.failures import failure_of
from papi.pipeline.own_child import ask
from papi.scans.files import Limits, ScanFile, open_scan


@dataclass(frozen=True, slots=True)
class _Wish:
    path: Path
    limits: Limits
    sha256: str
    index: int = 0


def count_pages(path: Path, limits: Limits, sha256: str = "") -> int | PageFailure:
    """Return how many pages a file has, or why it cannot be used (QUARANTINED).

    Args:
        path: the file.
        limits: what it may cost.
        sha256: of its content, where known.

    Returns:
        Pages, or a failure: those of `open_scan`, TOO_SLOW, TOO_LARGE, or WORKER_DIED if opening
        it crashes. Costs 1 ms on top of opening it here.
    """
    ended = ask(Job(_count, _Wish(path, limits, sha256), limits.seconds, limits.memory_bytes))
    if isinstance(ended.result, int | PageFailure):
        return ended.result
    return failure_of(ended, PageSource(path.name, sha256, 0), PageStatus.QUARANTINED, limits)


def load_page(path: Path, index: int, limits: Limits, sha256: str = "") -> PageImage | PageFailure:
    """Return one page of a file, to be shown to people, or why it cannot be.

    Returns:
        As `open_scan` and `ScanFile.page`, or TOO_SLOW, TOO_LARGE, WORKER_DIED. Costs 10 ms for
        A4 at 300 dpi on top of decoding.
    """
    wish = _Wish(path, limits, sha256, index)
    ended = ask(Job(_load, wish, limits.seconds, limits.memory_bytes))
    if isinstance(ended.result, PageImage | PageFailure):
        return ended.result
    return failure_of(ended, PageSource(path.name, sha256, index), PageStatus.UNREADABLE, limits)


def _count(wish: _Wish) -> int | PageFailure:
    scan = _open(wish)
    return scan if isinstance(scan, PageFailure) else scan.page_count


def _load(wish: _Wish) -> PageImage | PageFailure:
    scan = _open(wish)
    return scan if isinstance(scan, PageFailure) else scan.page(wish.index)


def _open(wish: _Wish) -> ScanFile | PageFailure:
    try:
        found = wish.path.stat()
    except OSError:
        return open_scan(wish.path, wish.limits, wish.sha256)
    changed = (found.st_mtime_ns, found.st_size, found.st_ino)
    return _opened(wish.path, wish.limits, wish.sha256, changed)


@lru_cache(maxsize=1)
def _opened(
    path: Path, limits: Limits, sha256: str, _changed: tuple[int, int, int]
) -> ScanFile | PageFailure:
    """Keep a file open, in the child: its pages are mostly asked for one after another."""
    return open_scan(path, limits, sha256)


atexit.register(_opened.cache_clear)  # else pypdfium2 complains of open files on stderr
