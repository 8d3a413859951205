"""Open a damaged copy of a file in a child, with the limits of every ingest, and count what comes.

A seed that crashes, hangs or eats the child is known by the child's end; a page that is neither an
image nor a named failure is an assertion that fails there.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from damaged import mutate

from papi.model.page import PageFailure, PageImage, Reason
from papi.pipeline.children import Crew, Ended, Job
from papi.scans.files import Limits, open_scan

LIMITS = Limits(seconds=30.0, memory_bytes=2_000_000_000)
"""A page takes 0.02 s; half a minute is for a machine that does much else."""
AHEAD = 3
IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Damage:
    """The copy of `whole` that a seed makes, with pieces of `donor` in it."""

    whole: Path
    donor: Path
    seed: int


def open_damaged(damage: Damage) -> Counter[str]:
    """Make the copy, open it; return how often each outcome came, by its name."""
    whole, donor = damage.whole.read_bytes(), damage.donor.read_bytes()
    path = damage.whole.with_name(f"damaged-{damage.whole.name}")
    path.write_bytes(mutate(whole, np.random.default_rng(damage.seed), donor))
    return open_all(path)


def open_all(path: Path) -> Counter[str]:
    """Load every page of a file; return how often each outcome came, by its name."""
    warnings.simplefilter("ignore")
    scan = open_scan(path, LIMITS)
    if isinstance(scan, PageFailure):
        return Counter([_named(scan)])
    assert 0 < scan.page_count <= LIMITS.pages
    found = Counter(_outcome(scan.page(index), index) for index in range(scan.page_count))
    scan.close()
    return found


def _outcome(page: PageImage | PageFailure, index: int) -> str:
    assert page.source.index == index
    if isinstance(page, PageFailure):
        return _named(page)
    assert page.gray.dtype == np.uint8
    assert page.gray.ndim == 2
    assert 0 < page.gray.size <= LIMITS.page_pixels
    assert page.gray.flags.c_contiguous
    assert page.dpi is None or page.dpi > 0
    return IMAGE


def _named(failure: PageFailure) -> str:
    assert isinstance(failure.reason, Reason)
    return failure.reason.value


def open_many(damages: Iterable[Damage]) -> Iterator[Ended]:
    """Open copies one after another in a child; yield how each ended."""
    crew = Crew(1, AHEAD)
    queue = (Job(open_damaged, item, LIMITS.seconds, LIMITS.memory_bytes) for item in damages)
    try:
        more = True
        while more or not crew.idle:
            while more and crew.free > 0:
                job = crew.returned.popleft() if crew.returned else next(queue, None)
                more = job is not None
                if job is not None:
                    crew.add(job)
            yield from crew.take()
            more = more or bool(crew.returned)
    finally:
        crew.close()
