"""Ingesting: what is committed is never read again, whatever interrupts; nothing is lost.

Pages are read by a stand-in that knows what each page of each file shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made_forms import Filled, issue, page_refused, persons
from PIL import Image

from papi.errors import InputUnreadable
from papi.model.evidence import PageEvidence
from papi.model.page import PageStatus, Reason
from papi.model.recipe import load_recipe
from papi.office import ingesting
from papi.office.ingesting import IngestResult, ingest, save_book
from papi.office.messages import HARMLESS, explain
from papi.office.reporting import status_report
from papi.office.workspace import Workspace
from papi.pipeline.read_page import LayoutBook
from papi.pipeline.tasks import PageTask
from papi.store.models import Batch, ScanPage, SourceFile

Shown = dict[str, list[PageEvidence]]
"""File name -> what its pages show."""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Put evidence here; ingesting will read it."""
    pages: Shown = {}
    monkeypatch.setattr(ingesting, "read_all", _reader(pages))
    monkeypatch.setattr(ingesting, "GROUP_PAGES", 1)
    return pages


def _reader(
    shown: Shown, order: Callable[[list[PageTask]], list[PageTask]] = list, die_after: int = 10**6
) -> Callable[..., Iterator[PageEvidence]]:
    def read_all(tasks: Iterable[PageTask], *_: object) -> Iterator[PageEvidence]:
        for number, task in enumerate(order(list(tasks))):
            if number == die_after:
                raise KeyboardInterrupt
            yield replace(shown[task.source.name][task.source.index], source=task.source)

    return read_all


def write(folder: Path, name: str, pages: int) -> Path:
    """Write a TIFF of so many small pages, each file with another content."""
    folder.mkdir(exist_ok=True)
    shade = sum(name.encode()) % 255
    images = [Image.new("L", (8, 8), (shade + n) % 255) for n in range(pages)]
    images[0].save(folder / name, "TIFF", save_all=True, append_images=images[1:])
    return folder / name


def run(workspace: Workspace, *paths: Path) -> IngestResult:
    return ingest(workspace, paths, load_recipe(), jobs=1)


def table() -> list[tuple[object, ...]]:
    rows = ScanPage.objects.order_by("source__name", "index")
    return list(rows.values_list("source__name", "index", "status", "reason", "active", "form_id"))


def one_form(shown: Shown, folder: Path) -> tuple[Filled, Path]:
    (form,) = issue(persons(1))
    shown["form.tif"] = form.pages()
    return form, write(folder, "form.tif", 2)


def test_everything_in_a_folder_is_taken_in_and_kept(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    form, path = one_form(shown, tmp_path / "in")
    result = run(workspace, tmp_path / "in")
    assert (result.pages, result.problems, result.known_files) == ({"read": 2}, [], 0)
    file = SourceFile.objects.get()
    assert (file.name, file.pages, file.done) == ("form.tif", 2, True)
    assert (workspace.images / file.stored).read_bytes() == path.read_bytes()
    assert Batch.objects.get(pk=result.batch).summary == {"read": 2}
    assert {row[5] for row in table()} == {form.issued.form_id}


def test_the_same_files_again_change_nothing(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    one_form(shown, tmp_path / "in")
    run(workspace, tmp_path / "in")
    before = table()
    again = run(workspace, tmp_path / "in")
    assert (again.batch, again.pages, again.known_files, again.decided) == (None, {}, 1, 0)
    assert table() == before
    assert Batch.objects.count() == 1


def test_one_file_under_two_names_is_one_file(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    _, path = one_form(shown, tmp_path / "in")
    path.with_name("copy.tif").write_bytes(path.read_bytes())
    shown["copy.tif"] = shown["form.tif"]
    result = run(workspace, tmp_path / "in")
    assert (result.known_files, sum(result.pages.values())) == (1, 2)


def test_a_run_that_was_killed_is_finished_by_the_next(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_form(shown, tmp_path / "in")
    monkeypatch.setattr(ingesting, "read_all", _reader(shown, die_after=1))
    with pytest.raises(KeyboardInterrupt):
        run(workspace, tmp_path / "in")
    assert [row[1:3] for row in table()] == [(0, "read")]
    report = status_report()
    assert report["files"]["unfinished"] == 1
    assert not report["pages"]["accounted"]
    read: list[int] = []

    def note(tasks: list[PageTask]) -> list[PageTask]:
        read.extend(task.source.index for task in tasks)
        return tasks

    monkeypatch.setattr(ingesting, "read_all", _reader(shown, order=note))
    result = run(workspace, tmp_path / "in")
    assert read == [1]
    assert (result.batch, result.pages, result.known_files) == (None, {"read": 1}, 0)
    assert [row[2] for row in table()] == ["read", "read"]
    assert status_report()["pages"]["accounted"]
    assert Batch.objects.get().summary == {"read": 2}


def test_problems_and_states_do_not_depend_on_who_is_ready_first(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (form,) = issue(persons(1))
    shown |= {"a.tif": form.pages(), "b.tif": [form.other(1)], "c.tif": form.pages()}
    for name, pages in shown.items():
        write(tmp_path / "in", name, len(pages))
    results = []
    for order in (list, lambda tasks: tasks[::-1]):
        ScanPage.objects.all().delete()
        SourceFile.objects.all().delete()
        monkeypatch.setattr(ingesting, "read_all", _reader(shown, order=order))
        result = run(workspace, tmp_path / "in")
        results.append((result.pages, result.problems, table()))
    assert results[0] == results[1]
    pages, problems, _ = results[0]
    assert sum(pages.values()) == 5
    assert [problem.status for problem in problems] == [PageStatus.CONFLICT] * pages["conflict"]


def test_a_bad_page_never_stops_the_rest(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    (form,) = issue(persons(1))
    bad = page_refused(PageStatus.UNREADABLE, Reason.DECODE_FAILED)
    shown["mixed.tif"] = [form.page(1), bad, form.page(2)]
    result = run(workspace, write(tmp_path / "in", "mixed.tif", 3))
    assert result.pages == {"read": 2, "unreadable": 1}
    (problem,) = result.problems
    assert (problem.source, problem.index) == ("mixed.tif", 1)
    assert problem.reason is Reason.DECODE_FAILED


def test_a_path_that_cannot_be_opened_is_named_and_the_rest_is_read(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    _, path = one_form(shown, tmp_path / "in")
    (tmp_path / "in" / "gone.pdf").symlink_to(tmp_path / "nowhere")
    result = run(workspace, tmp_path / "in", path / "below-a-file")
    assert result.pages == {"read": 2}
    assert {problem.source for problem in result.problems} == {"gone.pdf", "below-a-file"}
    assert {problem.reason for problem in result.problems} == {Reason.UNREADABLE_PATH}


def test_nothing_but_paths_that_cannot_be_opened(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match=r"absent\.pdf"):
        run(workspace, tmp_path / "absent.pdf")


def test_an_empty_folder_brings_nothing(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert run(workspace, tmp_path / "in") == IngestResult()


def test_progress_counts_pages_and_problems(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    (form,) = issue(persons(1))
    shown["a.tif"] = [form.page(1), page_refused(PageStatus.FOREIGN, Reason.NO_FORM)]
    told: list[tuple[int, int | None, int]] = []
    path = write(tmp_path / "in", "a.tif", 2)
    ingest(workspace, [path], load_recipe(), progress=lambda *news: told.append(news))
    assert told == [(1, 2, 0), (2, 2, 1)]


def test_workers_find_the_layouts_that_were_printed(workspace: Workspace) -> None:
    (form,) = issue(persons(1))
    path = save_book(workspace)
    assert LayoutBook.load(path).layouts == {form.layout.version: form.layout}
    assert save_book(workspace) == path


def test_every_reason_is_explained_in_two_languages() -> None:
    texts = {explain(reason, language) for reason in Reason for language in ("id", "en")}
    assert len(texts) == 2 * len(Reason)
    assert PageStatus.CONFLICT not in HARMLESS
