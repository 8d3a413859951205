"""Open stored files and load their pages in a child, within limits.

Knows that a file may crash, hang or eat the process that opens it. Must not know how it is read.
Whoever opens files for people or counts their pages does it here, never in its own process.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from papi.model.page import PageFailure, PageImage, PageSource, PageStatus
from papi.pipeline.children import Job
from papi.pipeline.failures import failure_of
from papi.pipeline.own_child import ask
from papi.scans.files import Limits, open_scan


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

    Args:
        path: the file.
        index: from 0.
        limits: what it may cost.
        sha256: of its content, where known (from the page before, say): it is not read for it then.

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
    scan = open_scan(wish.path, wish.limits, wish.sha256)
    if isinstance(scan, PageFailure):
        return scan
    try:
        return scan.page_count
    finally:
        scan.close()  # a child at rest holds no file: somebody may want to take its disk away


def _load(wish: _Wish) -> PageImage | PageFailure:
    scan = open_scan(wish.path, wish.limits, wish.sha256)
    if isinstance(scan, PageFailure):
        return scan
    try:
        return scan.page(wish.index)
    finally:
        scan.close()
