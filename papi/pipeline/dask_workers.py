"""Workers of a Dask cluster: threads of this process, or those of a scheduler somebody runs.

Knows Dask. Must not know pages. A Dask worker reads nothing itself: it asks a child of its own
(papi.pipeline.own_child), so a bad page never ends the Dask worker, whose loss Dask itself mends.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from importlib import import_module
from typing import Any

from papi.errors import UsageError, WorkersLost
from papi.pipeline.children import Death, Ended, Job
from papi.pipeline.own_child import ask


def _dask() -> Any:
    """Import what is an extra: it need not be there, and has no types."""
    try:
        return import_module("distributed")
    except ImportError as missing:
        raise UsageError(
            "The engine `dask` is not installed.", "Install it: pip install 'papi[cluster]'."
        ) from missing


class DaskWorkers:
    """A Dask client with jobs under way.

    Attributes:
        returned: always empty: Dask itself gives jobs again.
    """

    def __init__(self, jobs: int, depth: int, scheduler: str | None) -> None:
        """Connect.

        Args:
            jobs: workers, started here unless there is a scheduler.
            depth: jobs under way per worker.
            scheduler: its address; its workers must have PAPI and see the workspace's folder.

        Raises:
            UsageError: Dask is not installed.
            WorkersLost: the scheduler does not answer.
        """
        self.returned: deque[Job] = deque()
        self._flying: dict[Future[Ended], Job] = {}
        self._cluster: Any = None
        dask = _dask()
        self._killed: type[Exception] = dask.KilledWorker
        if scheduler is None:  # the pages are read in children: threads that wait are enough
            self._cluster = dask.LocalCluster(
                n_workers=jobs, threads_per_worker=1, processes=False, dashboard_address=None
            )
        try:
            self._client = dask.Client(self._cluster or scheduler)
        except (OSError, TimeoutError) as error:
            raise WorkersLost("The Dask scheduler does not answer.") from error
        self._executor = self._client.get_executor(pure=False)
        self._most = depth * max(jobs, len(self._client.nthreads()))

    @property
    def free(self) -> int:
        """How many more jobs can be added."""
        return self._most - len(self._flying)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._flying

    def add(self, job: Job) -> None:
        """Submit a job."""
        self._flying[self._executor.submit(ask, job)] = job

    def take(self) -> list[Ended]:
        """Wait until jobs have ended; return those that have.

        Raises:
            WorkersLost: the scheduler went away.
        """
        done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
        return [self._ended(future, self._flying.pop(future)) for future in done]

    def _ended(self, future: Future[Ended], job: Job) -> Ended:
        try:
            return future.result()
        except self._killed:  # it took several Dask workers with it
            return Ended(job, death=Death.CRASHED, detail="Dask worker")
        except CancelledError:
            raise WorkersLost("The Dask scheduler went away.") from None

    def close(self) -> None:
        """Leave the cluster; end it if it was started here."""
        self._executor.shutdown(wait=False)
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
