"""The unit of work a worker gets: one page of one stored file.

Knows files and the stages of `read_page`. Must not know executors or databases. A worker opens a
file once for consecutive pages and never raises for a page: whatever happens to it is evidence.
"""

from __future__ import annotations

import atexit
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2

from papi.model.evidence import PageEvidence
from papi.model.page import PageFailure, PageSource, PageStatus, Reason
from papi.pipeline.read_page import LayoutBook, read_page
from papi.reading.fields import Reader
from papi.scans.files import Limits, ScanFile, open_scan


@dataclass(frozen=True, slots=True)
class PageTask:
    """Read page `source.index` of the file at `path`, with the layouts of the book at `book`."""

    path: Path
    source: PageSource
    book: Path
    limits: Limits


@lru_cache(maxsize=2)
def _opened(path: Path, limits: Limits) -> ScanFile | PageFailure:
    return open_scan(path, limits)


atexit.register(_opened.cache_clear)  # else pypdfium2 complains of open files on stderr


def run_task(task: PageTask) -> PageEvidence:
    """Read one page. Every failure, foreseen or not, comes back as evidence of that page.

    Raises:
        InstallationDamaged: the networks cannot be loaded, which is no page's fault.
    """
    cv2.setNumThreads(1)  # the executor owns the cores
    reader = Reader.load()
    try:
        scan = _opened(task.path, task.limits)
        page = scan if isinstance(scan, PageFailure) else scan.page(task.source.index)
        evidence = read_page(page, LayoutBook.load(task.book), reader)
    except MemoryError:
        evidence = _failed(task, Reason.TOO_LARGE, "out of memory")
    except Exception as error:  # a page must never stop a batch
        evidence = _failed(task, Reason.DECODE_FAILED, type(error).__name__)
    return _named(evidence, task.source)


def _failed(task: PageTask, reason: Reason, detail: str) -> PageEvidence:
    failure = PageFailure(task.source, PageStatus.UNREADABLE, reason, detail)
    return PageEvidence.of_failure(failure)


def _named(evidence: PageEvidence, source: PageSource) -> PageEvidence:
    """Give the page the name its file had before it was stored under its hash."""
    return replace(evidence, source=source)


def dead_worker(task: PageTask) -> PageEvidence:
    """Return the evidence of a page that killed its worker."""
    failure = PageFailure(task.source, PageStatus.QUARANTINED, Reason.WORKER_DIED)
    return PageEvidence.of_failure(failure)
