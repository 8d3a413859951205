"""Open damaged copies of a file until the time is over: run as a process of its own.

    python open_damaged.py FILE DONOR FIRST_SEED SECONDS

Each seed is printed before its copy is opened, so the last line names what broke the process: a
crash ends it by its signal, a hang by SIGALRM, too much memory or anything else by a traceback.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from damaged import mutate

from papi.model.page import PageFailure, PageImage, Reason
from papi.scans.files import Limits, open_scan

MEMORY_BYTES = 3 << 30
"""Of addresses: a page may have 120 Mpx, which are 0.5 GB in colour, 1 GB while converted."""
PAGE_SECONDS = 30
"""A page takes 0.2 s; this is for a machine that does much else."""


def open_all(path: Path) -> tuple[int, int]:
    """Return how many pages were images and how many failures; each is one of the two."""
    limits = Limits()
    signal.alarm(PAGE_SECONDS)
    scan = open_scan(path, limits)
    if isinstance(scan, PageFailure):
        assert isinstance(scan.reason, Reason)
        return 0, 1
    images = failures = 0
    assert scan.page_count > 0
    for index in range(scan.page_count):
        signal.alarm(PAGE_SECONDS)
        page = scan.page(index)
        assert page.source.index == index
        if isinstance(page, PageImage):
            assert page.gray.dtype == np.uint8
            assert page.gray.ndim == 2
            assert 0 < page.gray.size <= limits.page_pixels
            images += 1
        else:
            assert isinstance(page.reason, Reason)
            failures += 1
    scan.close()
    return images, failures


def main(file: str, donor: str, first: str, seconds: str) -> None:
    """Try seeds from `first` on, at least one."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # also ends a loop inside a C library
    warnings.simplefilter("ignore")
    data, other, seed = Path(file).read_bytes(), Path(donor).read_bytes(), int(first)
    path = Path(file).with_name(f"damaged-{Path(file).name}")
    end = time.monotonic() + float(seconds)
    while True:
        path.write_bytes(mutate(data, np.random.default_rng(seed), other))
        print("seed", seed, flush=True)
        print("images, failures", *open_all(path), flush=True)
        seed += 1
        if time.monotonic() >= end:
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
