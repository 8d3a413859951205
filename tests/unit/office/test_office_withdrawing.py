"""A batch that was taken back leaves the tables as if it had never come, and can come again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_forms import Filled, issue, persons
from stand_in import Shown, exports, reader, rows, run, write

from papi.errors import UsageError, WorkspaceUnusable
from papi.model.recipe import load_recipe
from papi.office import ingesting, withdrawing
from papi.office.ingesting import conclude
from papi.office.reporting import status_report
from papi.office.withdrawing import Withdrawal, batch_rows, content_of, withdraw_batch
from papi.office.workspace import Workspace
from papi.store.cases import load_case, undecided_forms
from papi.store.locks import taking_in
from papi.store.models import IssuedForm, Record, Resolution, ScanPage, SourceFile

Deliver = Callable[..., int]


@pytest.fixture
def deliver(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    """Ingest files of a folder of its own as a batch; returns its number."""
    shown: Shown = {}
    monkeypatch.setattr(ingesting, "read_all", reader(shown))

    def take_in(folder: str, **files: object) -> int:
        for name, pages in files.items():
            shown[f"{name}.tif"] = list(pages)  # type: ignore[call-overload]
            write(tmp_path / folder, f"{name}.tif", len(shown[f"{name}.tif"]))
        batch = run(workspace, tmp_path / folder).batch
        assert batch is not None
        return batch

    return take_in


def take_back(workspace: Workspace, batch: int) -> Withdrawal:
    return withdraw_batch(workspace, load_recipe(), batch)


def key(form: Filled, page: int, value: str) -> str:
    field = next(f.name for f in form.layout.by_page[page] if form.inks[f.name].cells)
    form_id = form.issued.form_id
    Resolution.objects.create(form_id=form_id, page=page, field=field, value=value)
    return field


def test_the_tables_are_as_if_it_had_never_come(
    workspace: Workspace, deliver: Deliver, tmp_path: Path
) -> None:
    first, second = issue(persons(2))
    deliver("good", good=first.pages())
    before, report = exports(tmp_path / "before"), status_report()
    wrong = deliver("wrong", other=[first.other(1), first.other(2)], more=second.pages())
    assert exports(tmp_path / "meanwhile") != before
    done = take_back(workspace, wrong)
    assert (done.already, dict(done.content.pages)) == (False, {"conflict": 2, "read": 2})
    assert done.content.forms == {first.issued.form_id, second.issued.form_id}
    assert exports(tmp_path / "after") == before
    after = status_report()
    assert after["pages"] == report["pages"] | {"withdrawn": 4}
    assert after["forms"] == report["forms"]
    assert undecided_forms() == []


def test_another_scan_takes_its_place_again(
    workspace: Workspace, deliver: Deliver, tmp_path: Path
) -> None:
    (form,) = issue(persons(1))
    wrong = deliver("wrong", wrong=[form.other(1), form.other(2)])
    good = deliver("good", good=form.pages())
    assert [row[2:4] for row in rows() if row[4] == good] == [("conflict", False)] * 2
    take_back(workspace, wrong)
    assert [row[:4] for row in rows()] == [
        ("good.tif", 0, "read", True),
        ("good.tif", 1, "read", True),
    ]
    case = load_case(form.issued.form_id)
    assert case.evidence[1].fields == form.page(1).fields
    assert not case.conflict


def test_a_record_of_it_stays_and_files_can_come_again(
    workspace: Workspace, deliver: Deliver, tmp_path: Path
) -> None:
    (form,) = issue(persons(1))
    first = deliver("in", form=form.pages())
    before = exports(tmp_path / "before")
    original = workspace.images / SourceFile.objects.get().stored
    take_back(workspace, first)
    assert rows() == []
    assert (Record.objects.count(), IssuedForm.objects.get().undecided) == (0, False)
    assert original.is_file()
    again = deliver("in")
    assert again != first
    assert exports(tmp_path / "after") == before
    gone, kept = batch_rows()
    assert (gone["batch"], gone["files"], gone["total"]) == (first, 1, 2)
    assert (gone["by_status"], bool(gone["withdrawn"])) == ({"read": 2}, True)
    assert (kept["batch"], kept["withdrawn"], kept["total"]) == (again, None, 2)


def test_what_clerks_keyed_counts_for_the_scan_they_saw_alone(
    workspace: Workspace, deliver: Deliver
) -> None:
    (form,) = issue(persons(1))
    wrong = deliver("wrong", wrong=[form.other(1), form.page(2)])
    field = key(form, 1, "9")
    assert content_of(wrong).keyed == 1
    assert load_case(form.issued.form_id).resolutions == {field: "9"}
    take_back(workspace, wrong)
    assert load_case(form.issued.form_id).resolutions == {}
    good = deliver("good", good=form.pages())
    assert load_case(form.issued.form_id).resolutions == {}
    take_back(workspace, good)
    deliver("wrong")
    assert load_case(form.issued.form_id).resolutions == {field: "9"}
    assert Resolution.objects.get().active


def test_twice_is_once_also_after_it_was_cut_off(
    workspace: Workspace, deliver: Deliver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = issue(persons(2))
    deliver("good", good=first.pages())
    before = exports(tmp_path / "before")
    wrong = deliver("wrong", other=[first.other(1)], more=second.pages())

    def die(self: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(withdrawing.Decider, "decide_all", die)
        take_back(workspace, wrong)
    assert undecided_forms() == [first.issued.form_id]
    again = take_back(workspace, wrong)
    assert (again.already, again.decided) == (True, 1)
    assert exports(tmp_path / "after") == before
    assert take_back(workspace, wrong).decided == 0


def test_half_a_withdrawal_is_none(
    workspace: Workspace, deliver: Deliver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (form,) = issue(persons(1))
    batch = deliver("in", form=form.pages())
    before = exports(tmp_path / "before")

    def die(pages: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("papi.store.withdrawals.settle_again", die)
        take_back(workspace, batch)
    assert exports(tmp_path / "after") == before
    assert batch_rows_state() == [(batch, None)]


def batch_rows_state() -> list[tuple[int, str | None]]:
    return [(row["batch"], row["withdrawn"]) for row in batch_rows()]


def test_not_while_pages_are_taken_in(workspace: Workspace, deliver: Deliver) -> None:
    (form,) = issue(persons(1))
    batch = deliver("in", form=form.pages())
    with taking_in(workspace.folder), pytest.raises(WorkspaceUnusable, match="just now"):
        take_back(workspace, batch)
    assert batch_rows_state() == [(batch, None)]


def test_no_such_batch(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="no batch 7"):
        take_back(workspace, 7)


def test_a_form_whose_last_page_went_otherwise_is_as_if_it_had_never_come(
    workspace: Workspace, deliver: Deliver, tmp_path: Path
) -> None:
    (form,) = issue(persons(1))
    before = exports(tmp_path / "before")
    deliver("in", form=form.pages())
    ScanPage.objects.update(active=False, status="foreign", form_id="", page=None)
    IssuedForm.objects.update(undecided=True)
    conclude(workspace, load_recipe())
    after = exports(tmp_path / "after")
    assert [name for name in before if after[name] != before[name]] == ["pages"]
    assert undecided_forms() == []
