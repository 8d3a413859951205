"""What becomes of a file, asked in a child: a crash or hang is an answer, too."""

from __future__ import annotations

import warnings
from pathlib import Path

from papi.model.page import PageFailure
from papi.pipeline.children import Death, Ended, Job
from papi.pipeline.own_child import ask
from papi.scans.files import Limits, open_scan

IMAGE = "image"
Outcome = tuple[str, ...]


def load_all(wish: tuple[Path, Limits]) -> Outcome:
    """Open a file and load its pages; return `image` or the reason for each."""
    warnings.simplefilter("ignore")
    scan = open_scan(*wish)
    if isinstance(scan, PageFailure):
        return (f"file {scan.reason.value}",)
    pages = list(scan.iter_pages())
    scan.close()
    return tuple(p.reason.value if isinstance(p, PageFailure) else IMAGE for p in pages)


def outcomes_of(path: Path, limits: Limits) -> Outcome:
    """Return what each page of a file ends as; raise what the child's end says of a crash."""
    ended = ask(Job(load_all, (path, limits), limits.seconds, limits.memory_bytes))
    return _told(ended)


def _told(ended: Ended) -> Outcome:
    if ended.death is Death.SLOW:
        return ("file too_slow",)
    if ended.death is Death.BURST or isinstance(ended.error, MemoryError):
        return ("file too_large",)
    if ended.error is not None:
        raise ended.error
    assert ended.death is None, f"the child crashed: {ended.detail}"
    outcome: Outcome = ended.result
    return outcome
