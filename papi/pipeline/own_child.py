"""Children kept for this process: to open files, and to read pages one by one.

Knows that one is started when all others are busy, and that they end with this process. Must not
know what they do. Safe to call from many threads: each has a child to itself while it waits.
"""

from __future__ import annotations

import atexit

from papi.pipeline.children import Crew, Ended, Job

_resting: list[Crew] = []


def ask(job: Job) -> Ended:
    """Do a job in a kept child and wait for it.

    Returns:
        How it ended; one whose child was killed from outside has been tried twice. Starting a
        child costs 0.3 s of CPU once, then a job costs 0.1 ms on top of itself.

    Raises:
        InstallationDamaged: no child can be started.
    """
    crew = _rested()
    try:
        ended = _done(crew, job)
    except BaseException:  # interrupted: what is under way is nobody's answer
        crew.close()
        raise
    _resting.append(crew)
    return ended


def _rested() -> Crew:
    try:
        return _resting.pop()
    except IndexError:
        return Crew(1, depth=1)


def _done(crew: Crew, job: Job) -> Ended:
    crew.add(job)
    while True:
        for ended in crew.take():
            return ended
        crew.add(crew.returned.popleft())


def tell_resting(job: Job) -> None:
    """Have every child that rests do a job, without an answer; none is started for it."""
    for _ in range(len(_resting)):
        try:
            crew = _resting.pop(0)
        except IndexError:  # another thread gave it work meanwhile
            return
        try:
            _done(crew, job)
        except BaseException:
            crew.close()
            raise
        _resting.append(crew)


def dismiss() -> None:
    """End the children that rest."""
    while _resting:
        _resting.pop().close()


atexit.register(dismiss)
