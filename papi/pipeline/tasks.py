"""The unit of work a worker gets: one page of one stored file.

Knows files, limits and the stages of `read_page`. Must not know executors or databases. A worker
opens a file once for consecutive pages and never raises for a page: whatever happens is evidence.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2

from papi.model.evidence import PageEvidence
from papi.model.page import PageFailure, PageHint, PageSource, PageStatus
from papi.model.recipe import PageLimits
from papi.pipeline.children import Ended, Job
from papi.pipeline.failures import failure_of, failure_of_error
from papi.pipeline.heap import keep_freed_memory
from papi.pipeline.read_page import LayoutBook, read_page
from papi.reading.fields import Reader
from papi.scans.files import Limits, ScanFile, open_scan

BEHIND = 10
"""Niceness of a worker of a batch: it takes the time that nobody at a screen wants."""


@dataclass(frozen=True, slots=True)
class PageTask:
    """Read page `source.index` of the file at `path`, with the layouts of the book at `book`.

    Attributes:
        limits: what it may cost.
        refused: why the file is not to be opened (again); no worker gets such a task.
        hint: what a person said of the page.
    """

    path: Path
    source: PageSource
    book: Path
    limits: Limits
    refused: PageFailure | None = None
    hint: PageHint | None = None


@lru_cache(maxsize=2)
def _opened(path: Path, limits: Limits, sha256: str) -> ScanFile | PageFailure:
    return open_scan(path, limits, sha256)


def forget_files(_: None) -> None:
    """Let go of the files this worker has open: somebody may want to take their disk away."""
    _opened.cache_clear()


atexit.register(_opened.cache_clear)  # else pypdfium2 complains of open files on stderr


def run_behind(task: PageTask) -> PageEvidence:
    """Read one page of a batch as `run_task` does, behind whoever waits at a screen.

    Only the reading steps back: the process that stores pages does not, for a writer of SQLite that
    gets no time in the middle of its transaction keeps every clerk waiting.
    """
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    if nice < BEHIND:  # a worker stays there: nobody but root may raise it again
        os.setpriority(os.PRIO_PROCESS, 0, BEHIND)
    return run_task(task)


def run_task(task: PageTask) -> PageEvidence:
    """Read one page. Every failure, foreseen or not, comes back as evidence of that page.

    Raises:
        InstallationDamaged: the networks cannot be loaded, which is no page's fault.
    """
    cv2.setNumThreads(1)  # the executor owns the cores
    keep_freed_memory()
    reader = Reader.load()
    try:
        scan = _opened(task.path, task.limits, task.source.sha256)
        page = scan if isinstance(scan, PageFailure) else scan.page(task.source.index)
        evidence = read_page(page, LayoutBook.load(task.book), reader, task.hint)
    except Exception as error:  # a page must never stop a batch
        failure = failure_of_error(error, task.source, PageStatus.UNREADABLE, task.limits)
        evidence = PageEvidence.of_failure(failure)
    return _named(evidence, task.source)


def _named(evidence: PageEvidence, source: PageSource) -> PageEvidence:
    """Give the page the name its file had before it was stored under its hash."""
    return replace(evidence, source=source)


def limits_of(settings: PageLimits) -> Limits:
    """Return the limits a recipe sets."""
    return Limits(
        file_bytes=settings.file_mb * 1_000_000,
        page_pixels=settings.page_megapixels * 1_000_000,
        page_side=settings.page_side,
        pages=settings.pages,
        seconds=settings.seconds,
        memory_bytes=settings.memory_mb * 1_000_000,
    )


def job_of(run: Callable[[PageTask], PageEvidence], task: PageTask) -> Job:
    """Return the task as a child does it."""
    return Job(run, task, task.limits.seconds, task.limits.memory_bytes)


def evidence_of(ended: Ended) -> PageEvidence:
    """Return the evidence of a task, whether its worker lived to give it or not.

    Raises:
        PapiError: what `run_task` raised.
    """
    task: PageTask = ended.job.argument
    if isinstance(ended.result, PageEvidence):
        return ended.result
    failure = failure_of(ended, task.source, PageStatus.UNREADABLE, task.limits)
    return PageEvidence.of_failure(failure)
