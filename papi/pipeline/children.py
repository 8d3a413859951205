"""Processes that do dangerous jobs for this one: a crash, hang or bomb ends a child, never us.

Knows how children are started, watched and replaced, and which job ended one. Must not know what
a job does. A child does its jobs in the order they were given and announces each, so that the one
that ended it is known at once; those behind it were not begun and are handed back.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import Pipe
from multiprocessing.connection import wait
from typing import Any

from papi.errors import InstallationDamaged
from papi.pipeline.child import BEGAN, DONE, READY

GRACE_SECONDS = 30.0
"""A child ends itself at its job's limit; one that cannot (stopped, or stuck in a dead network
drive) is given up this much later. Starting one takes 0.4 s of CPU."""
_FALSE_STARTS = 5
"""Children that may end one after another without having begun a job."""
_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP)
"""Signals somebody else sent: a person, a shutdown, the kernel short of memory."""
_GAVE_UP = (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL)
_MUCH = 0.25
"""A library that cannot get memory ends its process by one of these. What it asked for last may be
as large as all it had, half of that again in the copy it was made from; an ordinary page has less.
"""
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Whoever starts children owns the cores."""
_COSTLY = "MALLOC_TRIM_THRESHOLD_"
"""Dask's nanny sets it; giving memory back after each page makes image work 60 % dearer."""


class Death(StrEnum):
    """How a job ended its child: BURST gave up without memory."""

    CRASHED = "crashed"
    SLOW = "slow"
    BURST = "burst"


@dataclass(eq=False, slots=True)
class Job:
    """Call `function(argument)`, both picklable, within `seconds` of wall time and `memory` bytes.

    `spared`: it was under way when somebody killed its child, and may try once more.
    """

    function: Callable[[Any], Any]
    argument: Any
    seconds: float
    memory: int
    spared: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a job: its result, what it raised, or how it ended its child (with a word)."""

    job: Job
    result: Any = None
    error: Exception | None = None
    death: Death | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """Exit code of a child (negative: signal) and the most memory it had, bytes."""

    code: int
    peak: int = 0


_GIVEN_UP = End(-signal.SIGALRM)


class Child:
    """One process and the jobs it was given, oldest first."""

    def __init__(self) -> None:
        self.jobs: deque[Job] = deque()
        self.began = False
        self.heard = time.monotonic()
        self.pipe, theirs = Pipe()
        environment = {k: v for k, v in os.environ.items() if k != _COSTLY} | ENVIRONMENT
        environment["PYTHONPATH"] = os.pathsep.join(place or os.curdir for place in sys.path)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-m", "papi.pipeline.child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # libraries complain there of every damaged file
            )

    @property
    def process_id(self) -> int:
        """Number of the process."""
        return self._process.pid

    def give(self, job: Job) -> None:
        """Queue a job; a child that is gone already is noticed when it is listened to."""
        if not self.jobs:
            self.heard = time.monotonic()
        self.jobs.append(job)
        try:
            packed = pickle.dumps((job.function, job.argument))
            self.pipe.send((packed, job.seconds, job.memory))
        except (BrokenPipeError, ConnectionResetError):
            return

    def hear(self) -> tuple[str, Any] | None:
        """Return its next message, None when it is gone."""
        try:
            message: tuple[str, Any] = self.pipe.recv()
        except (EOFError, OSError):  # gone, perhaps in the middle of a message
            return None
        self.heard = time.monotonic()
        self.began = message[0] == BEGAN
        return message

    def overdue(self) -> bool:
        """Tell whether it has said nothing for longer than its job may take."""
        silent = time.monotonic() - self.heard
        return bool(self.jobs) and silent > self.jobs[0].seconds + GRACE_SECONDS

    def wait(self) -> End:
        """Return how a child that hung up ended."""
        patience = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < patience:
            number, status, usage = os.wait4(self._process.pid, os.WNOHANG)
            if number:
                self._process.returncode = os.waitstatus_to_exitcode(status)
                return End(self._process.returncode, usage.ru_maxrss * 1024)
            time.sleep(0.001)
        self.kill()  # it lives, but its pipe is closed
        return _GIVEN_UP

    def kill(self) -> None:
        """End it at once; whatever it was doing is lost, and nothing else."""
        self._process.kill()
        self.pipe.close()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:  # in a call that cannot be broken off: leave it
            return


class Crew:
    """Children at work side by side, each with up to `depth` jobs.

    Attributes:
        returned: jobs that were queued behind one that ended their child: give them again.
    """

    def __init__(self, size: int, depth: int) -> None:
        self._children = [Child() for _ in range(size)]
        self._depth = depth
        self._false_starts = 0
        self.returned: deque[Job] = deque()

    @property
    def free(self) -> int:
        """How many more jobs can be added."""
        return sum(self._depth - len(child.jobs) for child in self._children)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not any(child.jobs for child in self._children)

    @property
    def process_ids(self) -> list[int]:
        """Numbers of the processes."""
        return [child.process_id for child in self._children]

    def add(self, job: Job) -> None:
        """Give a job to the child with the fewest."""
        min(self._children, key=lambda child: len(child.jobs)).give(job)

    def take(self) -> list[Ended]:
        """Wait until jobs have ended (or are `returned`); return those that have.

        Raises:
            InstallationDamaged: children cannot be started.
        """
        ended: list[Ended] = []
        while not (ended or self.returned or self.idle):
            pipes = {child.pipe: child for child in self._children}
            ready = wait(list(pipes), timeout=1.0)
            for pipe in ready:
                ended += self._listen(pipes[pipe])  # type: ignore[index]
            for child in self._children if not ready else ():
                if child.overdue() and not child.pipe.poll():
                    child.kill()
                    ended += self._bury(child, _GIVEN_UP)
        return ended

    def _listen(self, child: Child) -> Iterator[Ended]:
        message = child.hear()
        if message is None:
            yield from self._bury(child, child.wait())
        elif message[0] == BEGAN:
            self._false_starts = 0
        elif message[0] != READY:
            done, said = message[0] == DONE, message[1]
            job = child.jobs.popleft()
            yield Ended(job, result=said) if done else Ended(job, error=said)

    def _bury(self, child: Child, end: End) -> Iterator[Ended]:
        """Replace a child that is gone; say which job ended it, hand back those behind it."""
        if child.began:
            job = child.jobs.popleft()
            if end.code in _FROM_OUTSIDE and not job.spared:
                job.spared = True
                self.returned.append(job)
            else:
                yield _killer(job, end)
        else:
            self._false_starts += 1
            if self._false_starts > _FALSE_STARTS:
                raise InstallationDamaged(
                    f"The processes that read pages end before they begin ({_word(end.code)})."
                )
        self.returned.extend(child.jobs)
        child.pipe.close()
        self._children[self._children.index(child)] = Child()

    def close(self) -> None:
        """End all children."""
        for child in self._children:
            child.kill()
        self._children = []


def _killer(job: Job, end: End) -> Ended:
    if end.code == -signal.SIGALRM:
        return Ended(job, death=Death.SLOW, detail=f"more than {job.seconds:g} s")
    if end.code in _GAVE_UP and end.peak >= _MUCH * job.memory:
        detail = f"more than {job.memory / 1e6:.0f} MB of memory"
        return Ended(job, death=Death.BURST, detail=detail)
    return Ended(job, death=Death.CRASHED, detail=_word(end.code))


def _word(code: int) -> str:
    """Name an exit code: SIGSEGV, or `exit code 9`."""
    try:
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"
