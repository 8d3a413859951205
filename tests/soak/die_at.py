"""Run `papi` and die by SIGKILL at its Nth durable step: run as a process of its own.

    python die_at.py N WORD...      (N = 0: live on, and print how many steps there were)

A step is a statement that writes to the database, a commit, a file synced, or a file renamed: all
that is on disk after a power cut was there after one of these. Odd N die before the step is made,
even N after it, so that N of 2k-1 and 2k are the two sides of step k.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

_WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "CREATE")


class Steps:
    """Counts steps, and ends the process at one."""

    def __init__(self, die_at: int) -> None:
        self.die_at = die_at
        self.made = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Count a call as a step."""

        def counted(*words: Any, **named: Any) -> Any:
            self.made += 1
            self._die_if(2 * self.made - 1)
            answer = call(*words, **named)
            self._die_if(2 * self.made)
            return answer

        return counted

    def _die_if(self, point: int) -> None:
        if point == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(die_at: int) -> Steps:
    """Watch every durable step of this process."""
    from django.db.backends.sqlite3.base import DatabaseWrapper, SQLiteCursorWrapper

    steps = Steps(die_at)
    for name in ("fsync", "replace", "rename"):
        setattr(os, name, steps.around(getattr(os, name)))
    DatabaseWrapper._commit = steps.around(DatabaseWrapper._commit)  # type: ignore[attr-defined]
    execute = SQLiteCursorWrapper.execute
    counted = steps.around(execute)

    def write(self: Any, query: str, params: Any = None) -> Any:
        return (counted if query.lstrip().startswith(_WRITES) else execute)(self, query, params)

    SQLiteCursorWrapper.execute = write  # type: ignore[method-assign]
    return steps


def main() -> None:
    """Arm, then be `papi`."""
    from papi.cli import main as papi

    steps = arm(int(sys.argv[1]))
    if not steps.die_at:
        atexit.register(lambda: print("steps", steps.made, file=sys.stderr))
    sys.argv[1:] = sys.argv[2:]
    papi()


if __name__ == "__main__":
    main()
