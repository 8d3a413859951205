"""The operator's list: every page in trouble once, where the sheet lies, and what is missing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_forms import HOUSEHOLD_FORM, Filled, households, issue, page_refused, persons, scan

from papi.model.page import PageStatus, Reason
from papi.model.sheet import readable_form_id
from papi.office.reporting import Reconciliation, reconcile
from papi.office.todo import Action, TodoItem
from papi.office.todo_files import action_words, describe_place, write_todo
from papi.office.workspace import Workspace
from papi.store.models import Batch, SourceFile

LOST = page_refused(PageStatus.UNIDENTIFIED, Reason.NO_BARCODE)
BLANK = page_refused(PageStatus.BLANK, Reason.BLANK_PAGE)


@pytest.fixture
def forms(workspace: Workspace) -> list[Filled]:
    """Five persons; three came back: whole, with a page that was not identified, double fed."""
    made = issue(persons(5))
    scan(
        [
            *made[0].pages(),
            made[1].page(1),
            LOST,
            made[2].page(1),
            made[3].page(2),
            made[0].other(1),
        ],
        "a.pdf",
    )
    scan([page_refused(PageStatus.QUARANTINED, Reason.ENCRYPTED)], "b.pdf")
    return made


def by_action(found: Reconciliation) -> dict[Action, list[TodoItem]]:
    return {action: [item for item in found.todo if item.action is action] for action in Action}


def test_counts_agree_with_the_status(forms: list[Filled]) -> None:
    found = reconcile()
    report, counts = found.report, found.report["todo"]
    assert counts["rescan"] + counts["fix"] + counts["choose"] == len(report["attention"]) == 3
    assert counts["find"] == sum(row["missing_pages"] for row in report["villages"]) == 3
    assert counts["collect"] == report["forms"]["missing"] == 1
    assert counts["ingest"] == report["files"]["unfinished"] == 0
    missing = {(form["form_id"], p) for form in report["incomplete"] for p in form["missing_pages"]}
    assert missing == {key for item in found.todo if item.action is Action.FIND
                       for key in item.pages}  # fmt: skip


def test_items_lie_as_the_stack_does(forms: list[Filled]) -> None:
    places = [(item.batch, item.position) for item in reconcile().todo if item.batch]
    assert places == sorted(places, key=lambda place: (place[0], place[1] or 0))


def test_a_page_that_was_not_identified_is_found_by_its_neighbours(forms: list[Filled]) -> None:
    (item,) = by_action(reconcile())[Action.FIX]
    assert (item.source, item.index, item.sheet) == ("a.pdf", 3, 2)
    assert item.after == (forms[1].issued.form_id, 1)
    assert item.before == (forms[2].issued.form_id, 1)
    assert item.pages == ((forms[1].issued.form_id, 2),), "its place tells what it must be"
    keyed = readable_form_id(forms[1].issued.form_id)
    assert item.command == f"papi fix {item.number} --id {keyed} --page 2"
    assert readable_form_id(forms[1].issued.form_id) in item.message
    assert describe_place(item).startswith("scan 4 of a.pdf, sheet 2 of the stack, after ")


def test_two_scans_of_a_page_are_shown_beside_each_other(forms: list[Filled]) -> None:
    (item,) = by_action(reconcile())[Action.CHOOSE]
    assert (item.source, item.index, item.other) == ("a.pdf", 6, ("a.pdf", 0))


def test_a_double_feed_names_both_sheets(forms: list[Filled]) -> None:
    item = next(i for i in by_action(reconcile())[Action.FIND] if i.reason == "double_feed")
    assert item.pages == ((forms[2].issued.form_id, 2), (forms[3].issued.form_id, 1))
    assert (item.source, item.index, item.count) == ("a.pdf", 4, 2)
    assert action_words(item) == ("Pindai ulang keduanya", "Scan both sheets again")


def test_what_a_person_set_aside_waits_no_longer(forms: list[Filled]) -> None:
    scan([page_refused(PageStatus.FOREIGN, Reason.SET_ASIDE)], "c.pdf")
    found = reconcile()
    assert len(found.report["attention"]) == 3
    assert found.report["pages"]["by_status"]["foreign"] == 1


def test_a_file_half_read_is_to_be_taken_in_again(forms: list[Filled]) -> None:
    SourceFile.objects.filter(name="b.pdf").update(done=False, pages=4)
    found = reconcile()
    (item,) = by_action(found)[Action.INGEST]
    assert item.count == found.report["files"]["unfinished"] == 1
    assert found.report["batches"][1]["unbalanced"] == ["b.pdf"]


def test_a_surplus_here_does_not_hide_a_loss_there(forms: list[Filled]) -> None:
    SourceFile.objects.filter(name="a.pdf").update(pages=8)
    SourceFile.objects.filter(name="b.pdf").update(pages=0)
    pages = reconcile().report["pages"]
    assert pages["total"] == pages["announced"]
    assert not pages["accounted"]


def test_villages_prove_where_every_page_went(forms: list[Filled]) -> None:
    report = reconcile().report
    states = dict(report["pages"]["without_form"])
    for row in report["villages"]:
        missing = row["missing_pages"] + row["pages_of_missing_forms"]
        assert row["pages_issued"] == row["pages_read"] + missing
        for status, count in row["scans"].items():
            states[status] = states.get(status, 0) + count
    assert states == report["pages"]["by_status"]


def test_a_withdrawn_batch_is_shown_apart(forms: list[Filled]) -> None:
    before = reconcile().report
    batch = Batch.objects.create(name="wrong", summary={"read": 7}, withdrawn_files=2)
    Batch.objects.filter(pk=batch.pk).update(withdrawn_at=batch.started_at)
    report = reconcile().report
    assert report["pages"] == {**before["pages"], "withdrawn": 7}
    assert report["batches"][-1]["withdrawn"]
    assert (report["batches"][-1]["total"], report["batches"][-1]["files"]) == (7, 2)


def test_a_whole_household_leaves_nothing_to_do(workspace: Workspace) -> None:
    (form,) = issue(households(1))
    pages = form.pages()
    scan([*pages, *[BLANK] * (len(pages) % 2)], "whole.pdf")
    found = reconcile()
    assert form.issued.form == HOUSEHOLD_FORM
    assert found.todo == ()
    assert found.report["batches"][0]["warnings"] == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".pdf"])
def test_the_list_as_a_file(forms: list[Filled], tmp_path: Path, suffix: str) -> None:
    items = reconcile().todo
    path = tmp_path / f"todo{suffix}"
    assert write_todo(items, path) == len(items)
    if suffix == ".pdf":
        assert path.read_bytes().startswith(b"%PDF")
        return
    read = pd.read_csv if suffix == ".csv" else pd.read_excel
    rows = read(path, dtype=str, keep_default_na=False)
    assert rows["action"].tolist() == [item.action.value for item in items]
