"""Map page tasks over workers: one child, several, or those of a Dask cluster.

Knows which pages to give next and when to stop trying a file. Must not know databases: results are
handed to the caller one by one, in the order they are ready. Whatever the engine, a page is read in
a child process with limits (papi.pipeline.children), never in this one.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from papi.model.evidence import PageEvidence
from papi.model.page import PageFailure, PageStatus, Reason
from papi.pipeline.children import Crew, Ended, Job
from papi.pipeline.own_child import ask, tell_resting
from papi.pipeline.tasks import PageTask, evidence_of, forget_files, job_of, run_behind
from papi.scans.limits import Limits

AHEAD = 4
"""Tasks handed out per worker: enough to keep it busy while the coordinator commits."""
FILE_STRIKES = 3
"""Pages of one file that may end their workers; the rest of that file is then not tried. Else a
damaged file of 600 pages that each hang would hold a worker for ten hours."""

Run = Callable[[PageTask], PageEvidence]


class Engine(StrEnum):
    """Where pages are read."""

    SERIAL = "serial"
    PROCESSES = "processes"
    DASK = "dask"


class Workers(Protocol):
    """What reads pages: see `Crew`."""

    returned: deque[Job]

    @property
    def free(self) -> int:
        """How many more jobs can be added."""

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""

    def add(self, job: Job) -> None:
        """Give a job."""

    def take(self) -> list[Ended]:
        """Wait until jobs have ended or are returned; return those that have."""

    def close(self) -> None:
        """End the workers."""


class OneByOne:
    """The kept child: one page after another, in their order."""

    def __init__(self) -> None:
        self.returned: deque[Job] = deque()
        self._job: list[Job] = []

    @property
    def free(self) -> int:
        """One, if nothing is under way."""
        return 1 - len(self._job)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._job

    def add(self, job: Job) -> None:
        """Keep a job for `take`."""
        self._job.append(job)

    def take(self) -> list[Ended]:
        """Do it."""
        return [ask(self._job.pop())]

    def close(self) -> None:
        """The child stays for the next run, without the files of this one."""
        limits = Limits()
        tell_resting(Job(forget_files, None, limits.seconds, limits.memory_bytes))


def default_jobs() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0))


def read_all(
    tasks: Iterable[PageTask],
    engine: Engine,
    jobs: int,
    *,
    scheduler: str | None = None,
    run: Run = run_behind,
) -> Iterator[PageEvidence]:
    """Read all tasks; yield evidence as it comes.

    A page that crashes its worker or is too slow ends as evidence that says so, at once; the
    others are not touched by it. One whose worker was killed from outside is read once more.

    Args:
        tasks: pages to read, consumed lazily.
        engine: where.
        jobs: workers, at least 1 (`serial` has one).
        scheduler: address of a running Dask scheduler (None: workers on this machine).
        run: the work itself: a batch's, unless somebody waits for the page (tests give a
            murderous one).

    Raises:
        InstallationDamaged, WorkersLost: nothing can be read any more, whatever the page.
    """
    with closing(_workers(engine, jobs, scheduler)) as workers:
        yield from _read(tasks, workers, run)


def _workers(engine: Engine, jobs: int, scheduler: str | None) -> Workers:
    if engine is Engine.SERIAL:
        return OneByOne()
    if engine is Engine.PROCESSES:
        return Crew(jobs, AHEAD)
    from papi.pipeline.dask_workers import DaskWorkers  # noqa: PLC0415 - an optional extra

    return DaskWorkers(jobs, AHEAD, scheduler)


def _read(tasks: Iterable[PageTask], workers: Workers, run: Run) -> Iterator[PageEvidence]:
    """Keep all workers supplied; give what was returned again, before anything new."""
    queue = (job_of(run, task) for task in tasks)
    strikes = _Strikes()
    more = True
    while True:
        while more and workers.free > 0:
            job = workers.returned.popleft() if workers.returned else next(queue, None)
            if job is None:
                more = False
            elif refused := strikes.refuse(job.argument):
                yield PageEvidence.of_failure(refused)
            else:
                workers.add(job)
        if workers.idle:
            return
        for ended in workers.take():
            strikes.note(ended)
            yield evidence_of(ended)
        more = more or bool(workers.returned)


class _Strikes:
    """Counts the pages of each file that ended their workers."""

    def __init__(self) -> None:
        self._pages: Counter[Path] = Counter()
        self._reason: dict[Path, Reason] = {}

    def note(self, ended: Ended) -> None:
        """Remember a page that ended its worker."""
        if ended.death is not None:
            path = ended.job.argument.path
            self._pages[path] += 1
            self._reason[path] = evidence_of(ended).reason or Reason.WORKER_DIED

    def refuse(self, task: PageTask) -> PageFailure | None:
        """Return why a task is not to be tried, None if it is."""
        if task.refused is not None:
            return task.refused
        if self._pages[task.path] < FILE_STRIKES:
            return None
        detail = f"not tried: {FILE_STRIKES} pages of this file stopped the reader"
        return PageFailure(task.source, PageStatus.QUARANTINED, self._reason[task.path], detail)
