"""A run that was cut off and started again leaves what one undisturbed run leaves, batches too."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_forms import issue, persons
from stand_in import Shown, reader, rows, run, write

from papi.errors import WorkspaceUnusable
from papi.model.page import PageFailure, PageSource, PageStatus, Reason, plain_name
from papi.office import ingesting
from papi.office.ingesting import Course
from papi.office.workspace import Workspace
from papi.store.accounts import batch_rows
from papi.store.cases import load_case
from papi.store.locks import taking_back, taking_in
from papi.store.models import Batch, Resolution, ScanPage, SourceFile


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Put evidence here by file name; ingesting will read it lazily, page by page."""
    pages: Shown = {}
    monkeypatch.setattr(ingesting, "read_all", reader(pages))
    monkeypatch.setattr(ingesting, "GROUP_PAGES", 1)
    return pages


def two_scans_of_one_form(shown: Shown, folder: Path) -> None:
    """Two files whose pages are in conflict: which counts depends on their batch and hash."""
    (form,) = issue(persons(1))
    shown |= {"a.tif": form.pages(), "b.tif": [form.other(1), form.other(2)]}
    for shade in range(50):  # until the file that is read later goes first by its hash
        paths = [write(folder, "a.tif", 2), write(folder, "b.tif", 2, shade)]
        if ingesting.file_sha256(paths[1]) < ingesting.file_sha256(paths[0]):
            return


@pytest.mark.parametrize("die_after", [1, 2, 3])
def test_later_files_join_the_batch_that_was_begun(
    workspace: Workspace,
    shown: Shown,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    die_after: int,
) -> None:
    two_scans_of_one_form(shown, tmp_path / "in")
    monkeypatch.setattr(ingesting, "read_all", reader(shown, die_after))
    with pytest.raises(KeyboardInterrupt):
        run(workspace, tmp_path / "in")
    monkeypatch.setattr(ingesting, "read_all", reader(shown))
    run(workspace, tmp_path / "in")
    first = Batch.objects.get()
    assert rows() == [
        ("a.tif", 0, "conflict", False, first.pk),
        ("a.tif", 1, "conflict", False, first.pk),
        ("b.tif", 0, "read", True, first.pk),
        ("b.tif", 1, "read", True, first.pk),
    ]
    assert first.finished_at is not None
    assert first.summary == {"conflict": 2, "read": 2}


def test_a_run_that_died_before_its_batch_was_closed_is_closed_later(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_scans_of_one_form(shown, tmp_path / "in")

    def die(batch: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(ingesting, "finish_batch", die)
        run(workspace, tmp_path / "in")
    assert Batch.objects.get().finished_at is None
    again = run(workspace, tmp_path / "in")
    assert (again.batch, again.known_files, again.pages) == (None, 2, {})
    assert Batch.objects.get().summary == {"conflict": 2, "read": 2}


def test_other_files_open_a_batch_of_their_own(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_scans_of_one_form(shown, tmp_path / "in")
    monkeypatch.setattr(ingesting, "read_all", reader(shown, die_after=1))
    with pytest.raises(KeyboardInterrupt):
        run(workspace, tmp_path / "in")
    monkeypatch.setattr(ingesting, "read_all", reader(shown))
    shown["c.tif"] = shown["a.tif"]
    write(tmp_path / "later", "c.tif", 2)
    run(workspace, tmp_path / "later")
    found = [(row["batch"], row["name"], bool(row["finished"])) for row in batch_rows()]
    assert found == [(1, "in", False), (2, "later", True)]


def test_asked_to_stop_it_stores_what_is_in_hand_and_goes_on_later(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    two_scans_of_one_form(shown, tmp_path / "in")
    course = Course(stop=lambda: ScanPage.objects.count() >= 3)
    result = run(workspace, tmp_path / "in", course=course)
    assert (result.stopped, sum(result.pages.values())) == (True, 3)
    assert Batch.objects.get().finished_at is None
    rest = run(workspace, tmp_path / "in")
    assert (rest.stopped, sum(rest.pages.values())) == (False, 1)
    assert Batch.objects.get().summary == {"conflict": 2, "read": 2}


def test_a_named_batch_is_gone_on_with_unless_it_was_taken_back(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    (form,) = issue(persons(1))
    for name in ("a.tif", "b.tif", "c.tif"):
        shown[name] = form.pages()
        write(tmp_path / name[0], name, 2)
    first = run(workspace, tmp_path / "a", course=Course(conclude=False))
    second = run(workspace, tmp_path / "b", course=Course(batch=first.batch))
    assert second.batch == first.batch
    assert Batch.objects.get().summary == {"duplicate": 2, "read": 2}
    Batch.objects.update(withdrawn_at=Batch.objects.get().started_at)
    assert run(workspace, tmp_path / "c", course=Course(batch=first.batch)).batch == 2


def test_a_file_that_changes_while_it_is_copied_is_named_and_not_kept(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_scans_of_one_form(shown, tmp_path / "in")
    sha256 = ingesting.file_sha256

    def grow(path: Path) -> str:
        digest = sha256(path)
        if path.name == "a.tif":
            path.write_bytes(path.read_bytes() + b"more")
        return digest

    with monkeypatch.context() as patch:
        patch.setattr(ingesting, "file_sha256", grow)
        result = run(workspace, tmp_path / "in")
    assert [(p.source, p.detail) for p in result.problems] == [
        ("a.tif", "the file changed while it was copied")
    ]
    assert SourceFile.objects.get().name == "b.tif"


def test_nothing_is_taken_in_while_a_batch_is_taken_back(workspace: Workspace) -> None:
    with (
        taking_in(workspace.folder),
        taking_in(workspace.folder),
        pytest.raises(WorkspaceUnusable, match="just now"),
        taking_back(workspace.folder),
    ):
        pass
    with taking_back(workspace.folder):
        pass


@pytest.mark.parametrize("name", ["pindai\udcff.tif", "dua\nbaris.tif", "scan.\udcff\udcfe"])
def test_a_name_that_is_no_text_is_taken_in_under_one_that_is(
    workspace: Workspace, shown: Shown, tmp_path: Path, name: str
) -> None:
    (form,) = issue(persons(1))
    path = write(tmp_path / "in\udce9", "a.tif", 2)
    whole = path.rename(path.with_name(name))
    plain = plain_name(name)
    shown |= {plain: form.pages()}
    result = run(workspace, whole.parent)
    assert (result.pages, result.problems) == ({"read": 2}, [])
    assert SourceFile.objects.get().name == plain
    assert plain.isprintable()
    assert plain.encode()


def test_what_was_keyed_from_a_scan_does_not_count_for_one_that_goes_before_it_later(
    workspace: Workspace, shown: Shown, tmp_path: Path
) -> None:
    two_scans_of_one_form(shown, tmp_path / "in")
    first = run(workspace, tmp_path / "in" / "a.tif", course=Course(conclude=False))
    form_id = ScanPage.objects.values_list("form_id", flat=True)[0]
    Resolution.objects.create(form_id=form_id, page=1, field="nama", value="X")
    assert load_case(form_id).resolutions == {"nama": "X"}
    run(workspace, tmp_path / "in" / "b.tif", course=Course(batch=first.batch))
    assert ScanPage.objects.get(source__name="b.tif", page=1).active
    assert load_case(form_id).resolutions == {}
    Resolution.objects.create(form_id=form_id, page=1, field="nama", value="Y")
    assert load_case(form_id).resolutions == {"nama": "Y"}


def test_a_file_that_another_run_enters_meanwhile_does_not_lead_the_rest_into_its_batch(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (form,) = issue(persons(1))
    shown |= {name: form.pages() for name in ("a.tif", "b.tif")}
    write(tmp_path / "other", "a.tif", 2)
    for name in ("a.tif", "b.tif"):
        write(tmp_path / "in", name, 2)
    real, left = ingesting.known_file, [None]

    def not_yet(sha256: str) -> object:
        """Let the other run go on the moment this one has looked for its first file."""
        found = real(sha256)
        if left:
            left.pop()
            run(workspace, tmp_path / "other")
        return found

    monkeypatch.setattr(ingesting, "known_file", not_yet)
    run(workspace, tmp_path / "in")
    found = SourceFile.objects.order_by("name").values_list("name", "batch__name")
    assert list(found) == [("a.tif", "other"), ("b.tif", "in")]
    assert Batch.objects.count() == 2


def test_a_half_read_file_that_cannot_be_opened_for_once_keeps_its_pages(
    workspace: Workspace, shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_scans_of_one_form(shown, tmp_path / "in")
    path = tmp_path / "in" / "a.tif"
    monkeypatch.setattr(ingesting, "read_all", reader(shown, 1))
    with pytest.raises(KeyboardInterrupt):
        run(workspace, path)
    monkeypatch.setattr(ingesting, "read_all", reader(shown))
    with monkeypatch.context() as loaded:
        slow = PageFailure(PageSource("x", "", 0), PageStatus.QUARANTINED, Reason.TOO_SLOW, "")
        loaded.setattr(ingesting, "count_pages", lambda *_: slow)
        result = run(workspace, path)
    assert [(p.source, p.reason) for p in result.problems] == [("a.tif", Reason.TOO_SLOW)]
    assert (SourceFile.objects.get().pages, SourceFile.objects.get().done) == (2, False)
    run(workspace, path)
    assert [row[:3] for row in rows()] == [("a.tif", 0, "read"), ("a.tif", 1, "read")]
