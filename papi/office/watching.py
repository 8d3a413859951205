"""Take in what appears in a folder, for hours, whatever happens to disk, network or workspace.

Knows when to take in, when to wait and when to decide. Must not know signals or how events are
shown. It keeps nothing that a restart would miss: files are known by their content, so what was
taken in before it was killed changes nothing, and what was not is taken in then.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from papi.errors import StorageFull, WorkspaceBusy
from papi.model.recipe import Recipe
from papi.office.batch_watch import BatchWatch
from papi.office.hot_folder import SETTLE_SECONDS, HotFolder, Look
from papi.office.ingesting import Course, IngestResult, conclude, ingest
from papi.office.moving import move_taken
from papi.office.recipe_files import Stamp, recipe_in_force, recipe_stamp
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine
from papi.store.boot import close_store
from papi.store.faults import storage_faults

INTERVAL_SECONDS = 5.0
SHARE = 0.05
"""Of all time looking may take so much: a large folder on a slow share is looked at less often."""
BATCH_GAP_SECONDS = 600.0
"""Files of one folder that come after a longer pause make a batch of their own: somebody put
another stack into the scanner, and a batch is what can be withdrawn."""
LONGEST_WAIT_SECONDS = 60.0
SHOWN = 10
"""Of many files so many are named."""


class Trouble(StrEnum):
    """What keeps it from going on; each passes without a restart."""

    AWAY = "away"
    FULL = "full"
    BUSY = "busy"
    CLOSED = "closed"
    STALLED = "stalled"
    MOVE = "move"
    WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Told:
    """Where news go.

    Attributes:
        batch: files of one folder were taken in: (number of new files, result).
        trouble: something began to be in the way: (what, detail); told once until it is over.
        over: it is no longer.
    """

    batch: Callable[[int, IngestResult], None]
    trouble: Callable[[Trouble, str], None] = lambda trouble, detail: None
    over: Callable[[Trouble], None] = lambda trouble: None


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """What to watch and how.

    Attributes:
        folder: where files appear.
        engine, jobs: as for `ingest`.
        interval: seconds between looks.
        settle: seconds a file must stay unchanged.
        move_to: where files go once they are taken in; None leaves them where they are.
        watch: sees every page, to warn of the scanner.
    """

    folder: Path
    engine: Engine | None = None
    jobs: int | None = None
    interval: float = INTERVAL_SECONDS
    settle: float = SETTLE_SECONDS
    move_to: Path | None = None
    watch: BatchWatch | None = None


@dataclass(slots=True)
class _Batch:
    number: int | None
    last: float


@dataclass(slots=True)
class Watcher:
    """Watches one folder.

    Args:
        workspace: open workspace.
        recipe: engine, thresholds.
        order: what to watch.
        told: where news go.
        stop: asked all the time; True ends it after the pages in hand.
        sleep: waits so many seconds, or until it is to stop.
    """

    workspace: Workspace
    recipe: Recipe
    order: WatchOrder
    told: Told
    stop: Callable[[], bool]
    sleep: Callable[[float], None]
    problems: int = 0
    _folder: HotFolder = field(init=False)
    _batches: dict[Path, _Batch] = field(default_factory=dict)
    _undecided: bool = True
    _troubles: dict[Trouble, str] = field(default_factory=dict)
    _to_move: list[Path] = field(default_factory=list)
    _withdrawn: set[Path] = field(default_factory=set)
    _stamp: Stamp = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        inside = self.order.move_to.resolve() if self.order.move_to else None
        self._folder = HotFolder(self.order.folder.resolve(), self.order.settle, inside)
        self._stamp = recipe_stamp(self.workspace.folder)

    def run(self) -> None:
        """Take in until it is to stop.

        Raises:
            WorkspaceUnusable, InstallationDamaged: what no waiting mends.
        """
        wait = self.order.interval
        while not self.stop():
            began = time.monotonic()
            look = self._look()
            looked = time.monotonic() - began
            if self._take_in(look):
                wait = max(self.order.interval, looked / SHARE)
            else:
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            if not self.stop():
                self.sleep(wait)

    def run_once(self) -> list[Path]:
        """Take in what is ready now; return what is not: still being written, or not readable."""
        self._look()
        self.sleep(self.order.settle)
        look = self._look()
        done = self._take_in(look)
        done = done and (self.stop() or self._take_in(Look()))  # decide what is left
        return sorted({*look.waiting, *(() if done else look.ready), *self._to_move})

    def _look(self) -> Look:
        look = self._folder.look(time.monotonic())
        self._note(Trouble.AWAY, str(self.order.folder) if look.away else "")
        self._note(Trouble.CLOSED, "" if look.away else ", ".join(sorted(look.closed)))
        self._note(Trouble.STALLED, ", ".join(path.name for path in look.stalled))
        return look

    def _note(self, trouble: Trouble, detail: str) -> None:
        """Tell of a trouble when it begins or changes, and when it is over."""
        if detail and self._troubles.get(trouble) != detail:
            self._troubles[trouble] = detail
            self.told.trouble(trouble, detail)
        elif not detail and self._troubles.pop(trouble, ""):
            self.told.over(trouble)

    def _take_in(self, look: Look) -> bool:
        """Take in what is ready, or decide if nothing is; tell whether that was possible."""
        self._renew_recipe()
        try:
            with storage_faults():
                for folder, files in _by_folder(look.ready).items():
                    if not self.stop():
                        self._ingest(folder, files)
                if not look.ready and self._undecided:
                    self._conclude()
        except (StorageFull, WorkspaceBusy) as error:
            close_store()  # the next try begins with a new connection
            full = isinstance(error, StorageFull)
            self._note(Trouble.FULL if full else Trouble.BUSY, error.message)
            return False
        self._note(Trouble.FULL, "")
        self._note(Trouble.BUSY, "")
        self._withdrawn = {path for path in self._withdrawn if path.exists()}
        self._note(Trouble.WITHDRAWN, _some(path.name for path in self._withdrawn))
        self._move()
        return True

    def _renew_recipe(self) -> None:
        """Go on with a recipe that changed meanwhile: a threshold raised stays raised."""
        stamp = recipe_stamp(self.workspace.folder)
        if stamp != self._stamp:
            self._stamp, self.recipe = stamp, recipe_in_force(self.workspace.folder)

    def _conclude(self) -> None:
        """Decide what is left and judge the feeder, while nothing comes."""
        conclude(self.workspace, self.recipe)
        self._undecided = False
        if self.order.watch is not None:
            self.order.watch.finish()

    def _ingest(self, folder: Path, files: Sequence[Path]) -> None:
        refused: set[Path] = set()
        self._undecided = True
        result = ingest(
            self.workspace,
            files,
            self.recipe,
            self.order.engine,
            self.order.jobs,
            course=Course(
                stop=self.stop,
                batch=self._batch_of(folder),
                conclude=False,
                refused=refused.add,
                watch=self.order.watch,
                leave_withdrawn=True,
            ),
        )
        if result.batch is not None:
            self._batches[folder] = _Batch(result.batch, time.monotonic())
        if not result.stopped:
            taken = [path for path in files if path not in refused]
            self._folder.take(taken)
            self._withdrawn.update(result.withdrawn)
            self._withdrawn.difference_update(set(taken) - set(result.withdrawn))
            self._to_move += taken if self.order.move_to else []
        self.problems += len(result.problems)
        if result.pages or result.problems:
            passed_over = result.known_files + len(result.withdrawn)
            self.told.batch(len(files) - passed_over, result)

    def _batch_of(self, folder: Path) -> int | None:
        batch = self._batches.get(folder)
        if batch is None or time.monotonic() - batch.last > BATCH_GAP_SECONDS:
            return None
        return batch.number

    def _move(self) -> None:
        """Move what was taken in; what cannot be moved now is tried again later."""
        if self.order.move_to is None:
            return
        left, why = [], Counter[str]()
        for path in self._to_move:
            try:
                move_taken(path, self.order.folder.resolve(), self.order.move_to.resolve())
            except OSError as error:
                left.append(path)
                why[error.strerror or type(error).__name__] += 1
        self._to_move = left
        self._note(Trouble.MOVE, ", ".join(f"{n} x {text}" for text, n in sorted(why.items())))


def _some(names: Iterable[str]) -> str:
    """Name the first of many."""
    ordered = sorted(names)
    more = f" and {len(ordered) - SHOWN} more" if len(ordered) > SHOWN else ""
    return ", ".join(ordered[:SHOWN]) + more


def _by_folder(files: Sequence[Path]) -> dict[Path, list[Path]]:
    """Files by their folder, folders in the order of their first file."""
    found: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        found[path.parent].append(path)
    return dict(found)
