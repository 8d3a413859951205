"""Page tasks that do to their process what bad files do; each is found by its index."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from papi.model.evidence import PageEvidence
from papi.model.page import PageSource, PageStatus
from papi.pipeline.tasks import PageTask
from papi.scans.files import Limits

LIMITS = Limits(seconds=2.0, memory_bytes=600_000_000)
EXITS, CRASHES, HANGS, SPINS, BURSTS = 3, 11, 6, 8, 14
DEADLY = {EXITS, CRASHES, HANGS, SPINS, BURSTS}


def tasks(count: int, folder: Path, pages_of_a_file: int = 1) -> list[PageTask]:
    """Page tasks numbered from 0; every so many pages make a file."""
    return [
        PageTask(
            folder / f"{n // pages_of_a_file}.png",
            PageSource(f"{n // pages_of_a_file}.png", f"{n // pages_of_a_file:064d}", n),
            folder,
            LIMITS,
        )
        for n in range(count)
    ]


def blank(task: PageTask) -> PageEvidence:
    """The page is blank."""
    return PageEvidence(source=task.source, status=PageStatus.BLANK)


def noted(task: PageTask) -> PageEvidence:
    """Leave a mark for every time a page is begun, then do what its index says."""
    with (task.book / f"begun-{task.source.index}").open("a") as file:
        file.write("x")
    return deadly(task)


def deadly(task: PageTask) -> PageEvidence:
    """End the process, by index; all other pages are blank."""
    deeds: dict[int, Callable[[], object]] = {
        EXITS: lambda: os._exit(9),
        CRASHES: lambda: os.kill(os.getpid(), signal.SIGSEGV),
        HANGS: lambda: time.sleep(60),
        SPINS: lambda: sum(1 for _ in iter(int, 1)),
        BURSTS: lambda: bytearray(1 << 30),
    }
    deeds.get(task.source.index, lambda: None)()
    return blank(task)


def always_exits(task: PageTask) -> PageEvidence:
    """Every page crashes."""
    os._exit(task.source.index % 100 + 1)


def killed_once(task: PageTask) -> PageEvidence:
    """Every fifth page is hit by a `kill -9` from outside, the first time it is read."""
    mark = task.book / f"killed-{task.source.index}"
    if task.source.index % 5 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return blank(task)


def killed_always(task: PageTask) -> PageEvidence:
    """Page 2 meets the kernel, short of memory, whenever it is read."""
    if task.source.index == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return blank(task)


def stopped(task: PageTask) -> PageEvidence:
    """Page 1 stops its process, so that not even the alarm reaches it."""
    if task.source.index == 1:
        os.kill(os.getpid(), signal.SIGSTOP)
    return blank(task)


def unhappy(task: PageTask) -> PageEvidence:
    """The installation is to blame, not the page."""
    from papi.errors import InstallationDamaged

    raise InstallationDamaged(f"page {task.source.index} has no networks")


def slow_blank(task: PageTask) -> PageEvidence:
    """Takes a little."""
    time.sleep(0.05)
    return blank(task)
