"""Take scanned files in: keep the originals, read every page, store it, decide its form.

Knows the order of these steps and that each may be interrupted: whatever was committed is never
read again, and running the same command again finishes the rest. Must not know how a page is read.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from papi.errors import InputUnreadable
from papi.model.evidence import PageEvidence
from papi.model.page import PageFailure, PageSource, PageStatus, Reason, plain_name
from papi.model.recipe import Recipe
from papi.office.batch_watch import BatchWatch
from papi.office.books import save_book
from papi.office.deciding import Decider
from papi.office.messages import HARMLESS
from papi.office.rereading import settle_late
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine, default_jobs, read_all
from papi.pipeline.opening import count_pages
from papi.pipeline.tasks import PageTask, limits_of
from papi.reading.fields import Reader
from papi.scans.files import Limits, find_scans
from papi.store.batches import (
    NAME_LENGTH,
    enter_file,
    is_kept,
    is_unfinished,
    withdrawn_contents,
)
from papi.store.locks import taking_in
from papi.store.originals import (
    Original,
    file_sha256,
    keep_original,
    original_path,
    sweep_rests,
)
from papi.store.pages import (
    KnownFile,
    finish_batch,
    known_file,
    page_states,
    set_page_count,
    store_pages,
)

GROUP_PAGES = 16
GROUP_SECONDS = 0.5
"""Pages are committed in groups: a commit costs an fsync (5-20 ms), a broken run loses a group."""

Progress = Callable[[int, int | None, int], None]
"""(pages done, pages in all as far as known: exact once the last file was opened, problems)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A page or path somebody must look at."""

    source: str
    index: int
    status: PageStatus
    reason: Reason | None
    detail: str = ""


@dataclass(slots=True)
class IngestResult:
    """What one run did.

    Attributes:
        batch: number of the batch, None if no file was new.
        pages: pages read in this run, by the status they ended in.
        problems: pages and paths that need attention, in the order of files and pages.
        known_files: files whose every page was stored before.
        withdrawn: files left alone because their batch was taken back.
        decided: forms decided.
        stopped: it was asked to stop before every file was read; the same run again goes on.
    """

    batch: int | None = None
    pages: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    known_files: int = 0
    withdrawn: list[Path] = field(default_factory=list)
    decided: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes on and ends, for those that run it again and again.

    Attributes:
        stop: asked before every page; once it says True no further page is begun, those in hand
            are stored, and the batch stays open for the next run.
        batch: enter new files into this batch, if it is still there; None opens one.
        conclude: decide also incomplete forms and look across forms at the end; who says no calls
            `conclude` once the last page is in.
        refused: told of every file that could not be read at all; nothing of it is stored.
        watch: sees every page once it is stored, to warn of the scanner.
        leave_withdrawn: leave files alone that came in before and were taken back; who names files
            himself wants them, a folder that is looked at again and again does not say so.
    """

    stop: Callable[[], bool] = lambda: False
    batch: int | None = None
    conclude: bool = True
    refused: Callable[[Path], None] = lambda path: None
    watch: BatchWatch | None = None
    leave_withdrawn: bool = False


WHOLE = Course()
"""A run of its own that goes to its end."""


def ingest(  # noqa: PLR0917 - a use case, called with keywords
    workspace: Workspace,
    paths: Sequence[Path],
    recipe: Recipe,
    engine: Engine | None = None,
    jobs: int | None = None,
    progress: Progress = lambda done, total, problems: None,
    course: Course = WHOLE,
) -> IngestResult:
    """Ingest files and folders.

    Args:
        workspace: open workspace.
        paths: files, and folders that are walked.
        recipe: engine, thresholds.
        engine: overrides the recipe's.
        jobs: overrides the recipe's (None or 0: one per core).
        progress: told after every group of pages.
        course: how it ends.

    Raises:
        InputUnreadable: none of the paths can be opened.
        InstallationDamaged: the networks cannot be loaded; nothing was taken in.
        StorageFull, WorkspaceUnusable: see the store; what was committed before is kept.
    """
    files, refused = find_scans(paths)
    if not files and refused:
        raise InputUnreadable(f"Cannot read {refused[0].source.name}.")
    Reader.load()  # here, before anything is stored: workers would blame the pages
    result = IngestResult()
    result.problems += [_problem_of(failure) for failure in refused]
    with taking_in(workspace.folder):
        settle_late(workspace)
        intake = _Intake(workspace, files, result, course, limits_of(recipe.limits))
        workers = jobs or recipe.jobs or default_jobs()
        evidence = read_all(intake.tasks(), engine or Engine(recipe.engine), workers)
        decider = Decider(workspace, recipe)
        _store_all(evidence, intake, decider, progress)
        if course.watch is not None and course.conclude:
            course.watch.finish()
        if course.conclude and not result.stopped:
            result.decided += decider.decide_all()
        intake.finish()
    return result


def _store_all(
    evidence: Iterable[PageEvidence], intake: _Intake, decider: Decider, progress: Progress
) -> None:
    """Commit pages as they come, and decide the forms they complete."""
    result = intake.result
    done = troubled = 0
    told: tuple[int, int | None, int] | None = None
    for group in _grouped(evidence):
        troubled += _store_group(group, intake)
        done += len(group)
        result.decided += decider.decide_complete({e.sheet.form_id for e in group if e.sheet})
        told = (done, intake.expected, len(result.problems) + troubled)
        progress(*told)
    last = (done, intake.expected, len(result.problems) + troubled)
    if last != told:  # files that brought no page came after the last one that did
        progress(*last)


def conclude(workspace: Workspace, recipe: Recipe) -> int:
    """Decide what runs left undecided that did not conclude; return how many forms."""
    return Decider(workspace, recipe).decide_all()


def _problem_of(failure: PageFailure, name: str = "") -> Problem:
    source = failure.source
    return Problem(
        plain_name(name) or source.name,
        source.index,
        failure.status,
        failure.reason,
        failure.detail,
    )


class _Intake:
    """Turns files into tasks, lazily, entering each file in the store first."""

    def __init__(
        self,
        workspace: Workspace,
        files: Sequence[Path],
        result: IngestResult,
        course: Course,
        limits: Limits,
    ) -> None:
        self._workspace = workspace
        self._files = files
        self.result = result
        self._course = course
        self.watch = course.watch
        kept = course.batch is not None and is_kept(course.batch)
        self._batch = course.batch if kept else None
        folders = sorted({plain_name(path.parent.name) for path in files})
        self._batch_name = ", ".join(folders)[:NAME_LENGTH]
        self._limits = limits
        self._book = save_book(workspace)
        sweep_rests(workspace.folder, time.time())
        self._announced = 0
        self._met = 0
        self._batches: set[int] = set()
        self.keys: dict[str, int] = {}
        self.stored: set[tuple[int, int]] = set()

    @property
    def expected(self) -> int | None:
        """Pages of this run; as many in each file not yet opened as in those that were."""
        if not self._met:
            return None
        return self._announced + round(self._announced / self._met * (len(self._files) - self._met))

    def tasks(self) -> Iterator[PageTask]:
        """Yield the pages that are not stored yet, file by file."""
        for path in self._files:
            for task in self._file_tasks(path):
                if self._asked_to_stop():
                    return
                yield task
            if self._asked_to_stop():
                return

    @cached_property
    def _taken_back(self) -> frozenset[str]:
        return withdrawn_contents() if self._course.leave_withdrawn else frozenset()

    def _asked_to_stop(self) -> bool:
        self.result.stopped = self.result.stopped or self._course.stop()
        return self.result.stopped

    def _file_tasks(self, path: Path) -> Iterator[PageTask]:
        self._met += 1
        try:
            sha256 = file_sha256(path)
            known = known_file(sha256)
            if known is not None:
                self._go_on_with(known.batch)
            if (known is not None and known.done) or sha256 in self.keys:
                self.result.known_files += 1
                return
            if known is None and sha256 in self._taken_back:
                self.result.withdrawn.append(path)
                return
            original = self._keep(path, sha256)
        except OSError as error:
            self._refuse(path, error)
            return
        yield from self._page_tasks(path, original, known)

    def _keep(self, path: Path, sha256: str) -> Original:
        size = path.stat().st_size
        if size > self._limits.file_bytes:
            return Original(sha256, size, "", new=True)  # refused unread: it stays where it is
        return keep_original(self._workspace.folder, path, sha256)

    def _page_tasks(
        self, path: Path, original: Original, known: KnownFile | None
    ) -> Iterator[PageTask]:
        stored = original_path(self._workspace.folder, original.stored)
        place = stored if original.stored else path
        found = count_pages(place, self._limits, original.sha256)
        refused = found if isinstance(found, PageFailure) else None
        count = 1 if isinstance(found, PageFailure) else found
        entered = known or self._enter(path, original, count)
        self.keys[original.sha256] = entered.key
        self._batches.add(entered.batch)
        if refused and entered.stored_pages:  # it could be opened before: the next run goes on
            self.result.problems.append(_problem_of(refused, path.name))
            return
        if known is not None:
            set_page_count(known.key, count)
        missing = [index for index in range(count) if index not in entered.stored_pages]
        self._announced += len(missing)
        for index in missing:
            source = PageSource(path.name, original.sha256, index)
            yield PageTask(place, source, self._book, self._limits, refused=_named(refused, source))

    def _enter(self, path: Path, original: Original, pages: int) -> KnownFile:
        """Enter a file that is new, with its pages: one commit."""
        name = plain_name(path.name)
        known, new = enter_file(self._batch, self._batch_name, original, name, pages)
        if new:
            self._batch = self.result.batch = known.batch
        else:  # another run entered it meanwhile
            set_page_count(known.key, pages)
        return known

    def _refuse(self, path: Path, error: OSError) -> None:
        source = PageSource(path.name, "", 0)
        detail = error.strerror or ""
        failure = PageFailure(source, PageStatus.QUARANTINED, Reason.UNREADABLE_PATH, detail)
        self.result.problems.append(_problem_of(failure))
        self._course.refused(path)

    def _go_on_with(self, batch: int) -> None:
        """Take a batch up again that an earlier run of these files left unfinished."""
        if batch not in self._batches and is_unfinished(batch, self._batch_name):
            self._batches.add(batch)
            self._batch = self._batch or batch

    def finish(self) -> None:
        """Close the batches, unless stopped; report the state each page of this run ended in.

        A page may have lost its place to another scan that was read later, so states are looked up
        once all are stored.
        """
        for batch in sorted(self._batches) if not self.result.stopped else ():
            finish_batch(batch)
        states = page_states(self.keys.values())
        counts: Counter[str] = Counter()
        for key in sorted(self.stored):
            state = states[key]
            counts[state.status.value] += 1
            if state.status not in HARMLESS:
                self.result.problems.append(
                    Problem(state.source, state.index, state.status, state.reason, state.detail)
                )
        self.result.pages = dict(sorted(counts.items()))


def _named(refused: PageFailure | None, source: PageSource) -> PageFailure | None:
    """Give a file's failure the name the file had before it was stored under its hash."""
    return None if refused is None else replace(refused, source=source)


def _grouped(evidence: Iterable[PageEvidence]) -> Iterator[list[PageEvidence]]:
    group: list[PageEvidence] = []
    began = time.monotonic()
    for page in evidence:
        group.append(page)
        if len(group) >= GROUP_PAGES or time.monotonic() - began > GROUP_SECONDS:
            yield group
            group, began = [], time.monotonic()
    if group:
        yield group


def _store_group(group: Sequence[PageEvidence], intake: _Intake) -> int:
    """Commit a group of pages; return how many of them need attention."""
    keys = [intake.keys[page.source.sha256] for page in group]
    outcomes = store_pages(list(zip(keys, group, strict=True)))
    if intake.watch is not None:
        intake.watch.add(list(zip(keys, group, strict=True)))
    intake.stored |= {(key, page.source.index) for key, page in zip(keys, group, strict=True)}
    return sum(status not in HARMLESS for status, _ in outcomes)
