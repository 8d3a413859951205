"""Map page tasks over workers: in this process, in a pool of processes, or over Dask.

Knows `concurrent.futures` and what to do when a worker dies. Must not know databases: results are
handed to the caller one by one, in the order they are ready.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import cast

from papi.errors import UsageError
from papi.model.evidence import PageEvidence
from papi.pipeline.tasks import PageTask, dead_worker, run_task

AHEAD = 4
"""Tasks handed out per worker: enough to keep it busy, few enough to lose little when it dies."""

Run = Callable[[PageTask], PageEvidence]


class Engine(StrEnum):
    """Where pages are read."""

    SERIAL = "serial"
    PROCESSES = "processes"
    DASK = "dask"


def default_jobs() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0))


def read_all(
    tasks: Iterable[PageTask],
    engine: Engine,
    jobs: int,
    *,
    scheduler: str | None = None,
    run: Run = run_task,
) -> Iterator[PageEvidence]:
    """Read all tasks; yield evidence as it comes.

    Args:
        tasks: pages to read, consumed lazily.
        engine: where.
        jobs: workers, at least 1.
        scheduler: address of a running Dask scheduler (None: workers on this machine).
        run: the work itself (tests give a murderous one).
    """
    if engine is Engine.SERIAL:
        yield from map(run, tasks)
    elif engine is Engine.PROCESSES:
        yield from _read_in_processes(tasks, jobs, run)
    else:
        with _dask_executor(jobs, scheduler) as executor:
            yield from _drain(executor, tasks, jobs, run)


def _pool(jobs: int) -> ProcessPoolExecutor:
    # spawn: a forked child would share the coordinator's database connection.
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


def _drain(
    executor: Executor, tasks: Iterable[PageTask], jobs: int, run: Run
) -> Iterator[PageEvidence]:
    """Keep `jobs * AHEAD` tasks in flight and yield results as they complete."""
    queue = iter(tasks)
    flying: set[Future[PageEvidence]] = set()
    while True:
        for task in itertools.islice(queue, jobs * AHEAD - len(flying)):
            flying.add(executor.submit(run, task))
        if not flying:
            return
        done, flying = wait(flying, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _read_in_processes(tasks: Iterable[PageTask], jobs: int, run: Run) -> Iterator[PageEvidence]:
    """Like `_drain`, but survive workers that die.

    When the pool breaks, the tasks in flight are read again one by one, each alone in a fresh
    worker: the one that kills its worker a second time is the culprit and is quarantined.
    """
    queue = iter(tasks)
    while True:
        flying: dict[Future[PageEvidence], PageTask] = {}
        pool = _pool(jobs)
        try:
            while True:
                for task in itertools.islice(queue, jobs * AHEAD - len(flying)):
                    flying[_submit(pool, run, task)] = task
                if not flying:
                    return
                done, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in done:
                    evidence = future.result()
                    del flying[future]
                    yield evidence
        except BrokenProcessPool:
            suspects = list(flying.items())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        for future, task in suspects:
            yield _finished(future) or _read_alone(task, run)


def _submit(pool: ProcessPoolExecutor, run: Run, task: PageTask) -> Future[PageEvidence]:
    """Submit a task; a pool that is already broken gives a failed future, so no task is lost."""
    try:
        return pool.submit(run, task)
    except BrokenProcessPool as broken:
        future: Future[PageEvidence] = Future()
        future.set_exception(broken)
        return future


def _finished(future: Future[PageEvidence]) -> PageEvidence | None:
    ended = future.done() and not future.cancelled() and future.exception() is None
    return future.result() if ended else None


def _read_alone(task: PageTask, run: Run) -> PageEvidence:
    with _pool(1) as pool:
        try:
            return pool.submit(run, task).result()
        except BrokenProcessPool:
            return dead_worker(task)


def _dask_executor(jobs: int, scheduler: str | None) -> AbstractContextManager[Executor]:
    try:
        import dask  # noqa: PLC0415 - an optional extra
        from distributed import Client, LocalCluster  # noqa: PLC0415
    except ImportError as missing:
        raise UsageError(
            "The engine `dask` is not installed.", "Install it: pip install 'papi[cluster]'."
        ) from missing
    # The nanny's default MALLOC_TRIM_THRESHOLD_ makes image work 60 % dearer (DESIGN section 3).
    dask.config.set({"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1}})
    client = Client(scheduler or LocalCluster(n_workers=jobs, threads_per_worker=1))
    return cast("AbstractContextManager[Executor]", client.get_executor(pure=False))
