"""The other end of a `Child`: a process that does one job after another within limits.

    python -m papi.pipeline.child FD

Knows sockets, alarms and memory limits. Must not know what a job does, nor import anything heavy:
a job's own modules are imported when it arrives. It ends when the parent does: reading from a
socket whose other end is gone ends the loop, and the alarm ends a job that would never end.
"""

from __future__ import annotations

import pickle
import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

READY, BEGAN, DONE, FAILED = "ready", "began", "done", "failed"
Call = tuple[bytes, float, int]
"""Function and argument, pickled; seconds it may take, bytes it may use."""


def do_job(parent: Connection[Any, Any], call: Call) -> None:
    """Announce a job, do it under its limits, send what came of it.

    The alarm has its default action: it ends a loop inside a C library, too, and the parent sees
    SIGALRM. Memory is private writable memory (RLIMIT_DATA): addresses that libraries reserve and
    the pages of their files do not count.
    """
    packed, seconds, memory = call
    parent.send((BEGAN, None))
    try:
        function, argument = pickle.loads(packed)  # noqa: S301  from our parent; imports, too
        _limit_memory(memory)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = (DONE, function(argument))
    except Exception as error:
        answer = (FAILED, _sendable(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _limit_memory(resource.RLIM_INFINITY)
    parent.send(answer)


def _limit_memory(most: int) -> None:
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (hard if soft < 0 else soft, hard))


def _sendable(error: Exception) -> Exception:
    """Return an error that survives the way to the parent, without its trace."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    except Exception:  # whatever a foreign error does when it is pickled
        return RuntimeError(type(error).__name__)
    return error


def main(descriptor: int) -> None:
    """Do jobs until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with Connection(descriptor) as parent:
        try:
            parent.send((READY, None))
            while True:
                do_job(parent, parent.recv())
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
