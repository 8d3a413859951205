"""Beside a server: decide what was left undecided, and look across forms at what was keyed since.

Knows when there is something to do. Must not know how. A key stroke decides its own form at once;
what it means for other forms (the same NIK on two of them) costs a look at all, and waits for this.
"""

from __future__ import annotations

import threading

from papi.errors import PapiError
from papi.office.standing_decider import standing
from papi.office.workspace import Workspace
from papi.store.boot import close_store
from papi.store.cases import last_decision, undecided_forms

EVERY_S = 60.0
"""A look across 10,000 forms takes some seconds of one core, and is made only after a decision."""
_END_S = 10.0


class CatchingUp:
    """A thread that catches up while the server runs."""

    def __init__(self, workspace: Workspace, every_s: float = EVERY_S) -> None:
        self._workspace = workspace
        self._every_s = every_s
        self._over = threading.Event()
        self._seen = ""
        self._thread = threading.Thread(target=self._run, name="catching up", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier server left behind."""
        self._thread.start()

    def stop(self) -> None:
        """End; a form that is being decided is decided first."""
        self._over.set()
        self._thread.join(_END_S)

    def catch_up(self) -> int:
        """Do what there is to do; return how many forms were decided."""
        decider = standing(self._workspace).decider
        decider.prepare()  # here, so that no key stroke waits for it
        if last_decision() == self._seen and not undecided_forms():
            return 0
        decided = decider.decide_all()
        self._seen = last_decision()
        return decided

    def _run(self) -> None:
        while True:
            try:
                self.catch_up()
            except PapiError:
                pass  # the database is away or busy: the next turn does it
            finally:
                close_store()
            if self._over.wait(self._every_s):
                return
