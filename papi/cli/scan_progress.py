"""The progress bar of ingesting: pages, pages per second, time left, problems so far.

Knows how fast pages came lately. Must not know how they are read. How many pages there are in all
is an estimate until the last file was opened, so speed and time left are kept here:
those of `rich` begin anew whenever the total changes.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

RECENT_S = 30.0
"""Speed is that of the last half minute: workers start at different times, and batches get harder
or easier."""
Move = Callable[[int, int | None, int], None]
"""(pages done, pages in all as far as known, problems so far)."""


class Pace:
    """How fast pages came lately."""

    def __init__(self, now: float) -> None:
        self._seen: deque[tuple[float, int]] = deque([(now, 0)])

    def add(self, now: float, done: int) -> None:
        """Note that so many pages were done at a time in seconds."""
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] >= RECENT_S:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """Pages per second over RECENT_S; 0 before the first."""
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - began) if now > began else 0.0

    def seconds_left(self, total: int) -> float | None:
        """Return how long the rest takes at this speed; None while there is none."""
        speed = self.per_second
        return max(0, total - self._seen[-1][1]) / speed if speed > 0 else None


def clock_time(seconds: float | None) -> str:
    """Return 1:02:03, or -:--:-- where nothing is known."""
    if seconds is None:
        return "-:--:--"
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


@contextmanager
def scan_progress(
    console: Console | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Move]:
    """Show a bar on stderr (nothing where it is no terminal); yields what moves it."""
    from rich.console import Console as Terminal  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    console = console or Terminal(stderr=True)
    columns = (
        TextColumn("Reading"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn("pages {task.fields[speed]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]} left"),
        TextColumn("{task.fields[problems]} to look at"),
    )
    pace = Pace(clock())
    bar = Progress(*columns, console=console, disable=not console.is_terminal, get_time=clock)
    with bar:
        task = bar.add_task("read", total=None, speed="", left=clock_time(None), problems=0)

        def move(done: int, total: int | None, problems: int) -> None:
            pace.add(clock(), done)
            left = None if total is None else pace.seconds_left(total)
            bar.update(
                task,
                completed=done,
                total=total,
                speed=f"{pace.per_second:.1f}/s",
                left=clock_time(left),
                problems=problems,
            )

        yield move
