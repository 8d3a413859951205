"""Watching a folder: everything comes in once, whatever is in the way passes, nothing is lost."""

from __future__ import annotations

import errno
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from made_forms import Filled, issue, persons
from stand_in import Shown, exports, reader, run, write

from papi.errors import StorageFull, WorkspaceBusy, WorkspaceUnusable
from papi.model.recipe import load_recipe
from papi.office import ingesting, watching
from papi.office.ingesting import IngestResult
from papi.office.reporting import status_report
from papi.office.watching import Told, Trouble, Watcher, WatchOrder
from papi.office.withdrawing import withdraw_batch
from papi.office.workspace import Workspace
from papi.store.accounts import batch_rows
from papi.store.cases import undecided_forms
from papi.store.models import SourceFile

Step = Callable[[], None]


class Day:
    """A clock that goes on while the watcher sleeps, and what happens meanwhile, in order."""

    def __init__(self, workspace: Workspace, order: WatchOrder, *steps: Step) -> None:
        self.now = 0.0
        self.steps = list(steps)
        self.batches: list[tuple[int, dict[str, int]]] = []
        self.news: list[str] = []
        self.sleeps: list[float] = []
        told = Told(self._batch, self._trouble, lambda over: self.news.append(f"{over} over"))
        self.watcher = Watcher(workspace, load_recipe(), order, told, self.is_over, self.sleep)

    def is_over(self) -> bool:
        return not self.steps

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        assert len(self.sleeps) < 100, "it does not end"
        self.now += seconds
        if self.steps:
            self.steps.pop(0)()

    def _batch(self, files: int, result: IngestResult) -> None:
        self.batches.append((files, result.pages))

    def _trouble(self, trouble: Trouble, detail: str) -> None:
        self.news.append(f"{trouble} {detail}")


def nothing() -> None:
    """A look at which nothing is new."""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    pages: Shown = {}
    monkeypatch.setattr(ingesting, "read_all", reader(pages))
    return pages


@pytest.fixture
def forms(workspace: Workspace, shown: Shown) -> list[Filled]:
    found = issue(persons(3))
    for name, form in zip("abc", found, strict=True):
        shown[f"{name}.tif"] = form.pages()
    return found


@pytest.fixture
def hot(tmp_path: Path) -> Path:
    (tmp_path / "hot").mkdir()
    return tmp_path / "hot"


@pytest.fixture
def day(workspace: Workspace, hot: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Day]:
    def make(*steps: Step, **order: object) -> Day:
        made = Day(workspace, WatchOrder(hot, interval=5.0, settle=5.0, **order), *steps)  # type: ignore[arg-type]
        monkeypatch.setattr(watching.time, "monotonic", lambda: made.now)
        return made

    return make


def test_files_come_in_as_they_appear_and_are_one_batch(
    forms: list[Filled], hot: Path, day: Callable[..., Day], workspace: Workspace, tmp_path: Path
) -> None:
    arrive = [lambda name=name: write(hot, f"{name}.tif", 2) for name in "abc"]
    watched = day(arrive[0], nothing, nothing, arrive[1], arrive[2], nothing, nothing, nothing)
    watched.watcher.run()
    assert watched.batches == [(1, {"read": 2})] * 3
    assert watched.news == []
    (batch,) = batch_rows()
    assert (batch["name"], batch["files"], batch["by_status"]) == ("hot", 3, {"read": 6})
    assert undecided_forms() == []
    assert status_report()["pages"]["accounted"]
    before = exports(tmp_path / "before")
    again = day(nothing, nothing, nothing)  # started again: everything is known
    again.watcher.run()
    assert (again.batches, len(list(batch_rows()))) == ([], 1)
    assert exports(tmp_path / "after") == before
    assert sorted(path.name for path in hot.iterdir()) == ["a.tif", "b.tif", "c.tif"]


def test_a_pause_or_another_folder_makes_another_batch(
    forms: list[Filled], hot: Path, day: Callable[..., Day]
) -> None:
    def later() -> None:
        watched.now += watching.BATCH_GAP_SECONDS
        write(hot, "b.tif", 2)
        write(hot / "stack", "c.tif", 2)

    write(hot, "a.tif", 2)
    watched = day(nothing, nothing, later, nothing, nothing)
    watched.watcher.run()
    assert [(row["name"], row["files"]) for row in batch_rows()] == [
        ("hot", 1),
        ("hot", 1),
        ("stack", 1),
    ]


def test_what_was_taken_in_is_moved_if_wanted(
    forms: list[Filled], hot: Path, day: Callable[..., Day]
) -> None:
    for name in "ab":
        write(hot / "stack", f"{name}.tif", 2)
    watched = day(nothing, nothing, nothing, move_to=hot / "selesai")
    watched.watcher.run()
    assert sorted(path.name for path in (hot / "selesai" / "stack").iterdir()) == ["a.tif", "b.tif"]
    assert list((hot / "stack").iterdir()) == []
    assert sum(files for files, _ in watched.batches) == 2


def test_what_was_withdrawn_stays_out_until_somebody_takes_it_in_by_name(
    forms: list[Filled], hot: Path, day: Callable[..., Day], workspace: Workspace
) -> None:
    taken = run(workspace, write(hot, "a.tif", 2))
    assert taken.batch is not None
    withdraw_batch(workspace, load_recipe(), taken.batch)
    write(hot, "b.tif", 2)
    watched = day(nothing, nothing, nothing, move_to=hot / "selesai")
    watched.watcher.run()
    assert [row.name for row in SourceFile.objects.all()] == ["b.tif"]
    assert watched.news == ["withdrawn a.tif"]
    assert (hot / "a.tif").exists()
    run(workspace, hot / "a.tif")
    assert SourceFile.objects.count() == 2
    later = day(nothing, nothing, nothing)
    later.watcher.run()
    assert later.news == []


def test_killed_before_the_move_it_moves_later(
    forms: list[Filled], hot: Path, day: Callable[..., Day], workspace: Workspace
) -> None:
    run(workspace, write(hot, "a.tif", 2))
    watched = day(nothing, nothing, nothing, move_to=hot / "selesai")
    watched.watcher.run()
    assert [path.name for path in (hot / "selesai").iterdir()] == ["a.tif"]
    assert SourceFile.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (StorageFull("The disk is full."), "full"),
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (WorkspaceBusy("Locked."), "busy"),
    ],
)
def test_a_full_disk_or_a_locked_workspace_is_waited_for(  # noqa: PLR0917 - fixtures
    forms: list[Filled],
    hot: Path,
    day: Callable[..., Day],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    kind: str,
) -> None:
    real = watching.ingest
    tries: list[float] = []

    def ingest(*words: object, **named: object) -> IngestResult:
        tries.append(watched.now)
        if len(tries) <= 3:
            raise error
        return real(*words, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(watching, "ingest", ingest)
    write(hot, "a.tif", 2)
    watched = day(*[nothing] * 8)
    watched.watcher.run()
    assert [news.split()[0] for news in watched.news] == [kind, kind]
    assert watched.news[-1] == f"{kind} over"
    assert watched.batches == [(1, {"read": 2})]
    waits = [after - before for before, after in pairwise(tries)]
    assert waits == [10, 20, 40]  # it does not hammer on the door


def test_what_no_waiting_mends_ends_it(
    forms: list[Filled], hot: Path, day: Callable[..., Day], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ingest(*words: object, **named: object) -> IngestResult:
        raise WorkspaceUnusable("The workspace's database is damaged.")

    monkeypatch.setattr(watching, "ingest", ingest)
    write(hot, "a.tif", 2)
    with pytest.raises(WorkspaceUnusable, match="damaged"):
        day(*[nothing] * 8).watcher.run()


def test_a_folder_that_is_away_is_waited_for(
    forms: list[Filled], hot: Path, day: Callable[..., Day]
) -> None:
    def unmount() -> None:
        hot.rename(hot.with_name("elsewhere"))

    def mount() -> None:
        hot.with_name("elsewhere").rename(hot)
        write(hot, "b.tif", 2)

    write(hot, "a.tif", 2)
    watched = day(nothing, nothing, unmount, nothing, nothing, mount, nothing, nothing)
    watched.watcher.run()
    assert watched.news == [f"away {hot}", "away over"]
    assert watched.batches == [(1, {"read": 2})] * 2


def test_looking_at_a_slow_share_takes_little_of_the_time(
    hot: Path, day: Callable[..., Day], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = day(nothing, nothing)
    look = watched.watcher._folder.look

    def slow(now: float) -> object:
        watched.now += 3.0
        return look(now)

    monkeypatch.setattr(watched.watcher._folder, "look", slow)
    watched.watcher.run()
    assert watched.sleeps == [60.0, 60.0]


def test_once_takes_in_what_is_complete_and_names_the_rest(
    forms: list[Filled], hot: Path, day: Callable[..., Day]
) -> None:
    write(hot, "a.tif", 2)
    half = write(hot, "b.tif", 2)
    half.write_bytes(half.read_bytes()[:100])
    watched = day(nothing, nothing)
    assert watched.watcher.run_once() == [half]
    assert watched.batches == [(1, {"read": 2})]
    assert undecided_forms() == []


def test_asked_to_stop_it_keeps_what_was_read_and_goes_on_later(
    forms: list[Filled],
    hot: Path,
    day: Callable[..., Day],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(ingesting, "GROUP_PAGES", 1)
    for name in "abc":
        write(hot, f"{name}.tif", 2)
    watched = day(*[nothing] * 5)
    watched.watcher.stop = lambda: SourceFile.objects.count() >= 2
    watched.watcher.run()
    assert SourceFile.objects.count() == 2
    assert not status_report()["pages"]["accounted"]
    again = day(*[nothing] * 5)
    again.watcher.run()
    report = status_report()
    assert (report["pages"]["accounted"], report["pages"]["total"]) == (True, 6)
    assert [(row["files"], bool(row["finished"])) for row in batch_rows()] == [(3, True)]
