"""Reports: pages in = pages out, forms issued = returned + missing, by village."""

from __future__ import annotations

import pandas as pd
import pytest
from made_forms import Filled, issue, page_refused, persons, scan

from papi.exports.tables import TableName
from papi.model.page import PageStatus, Reason
from papi.model.recipe import load_recipe
from papi.office.deciding import Decider
from papi.office.exporting import export_table
from papi.office.messages import explain
from papi.office.reporting import queue_rows, status_report
from papi.office.workspace import Workspace, open_workspace
from papi.store import reports
from papi.store.models import SourceFile
from papi.synth.answers import FieldInk


@pytest.fixture
def forms(workspace: Workspace) -> list[Filled]:
    """Four persons in two villages: complete, incomplete with a conflict, and two not returned."""
    settings = workspace.folder / "papi.toml"
    settings.write_text(settings.read_text().replace("2026", "2025"))
    made = issue(persons(4))
    blank = page_refused(PageStatus.BLANK, Reason.BLANK_PAGE)
    scan([*made[0].pages(), blank, made[1].page(2, hasil_ppks=FieldInk())], "a.pdf")
    scan([made[1].other(2), page_refused(PageStatus.FOREIGN, Reason.NO_FORM)], "b.pdf")
    scan([page_refused(PageStatus.QUARANTINED, Reason.ENCRYPTED)], "c.pdf")
    Decider(open_workspace(workspace.folder), load_recipe()).decide_all()
    return made


def test_pages_in_are_pages_accounted_for(forms: list[Filled]) -> None:
    pages = status_report()["pages"]
    assert (pages["announced"], pages["total"], pages["accounted"]) == (7, 7, True)
    assert pages["by_status"] == {
        "blank": 1,
        "conflict": 1,
        "foreign": 1,
        "quarantined": 1,
        "read": 3,
    }


def test_a_file_that_is_half_read_is_not_accounted_for(forms: list[Filled]) -> None:
    SourceFile.objects.filter(name="c.pdf").update(done=False, pages=3)
    report = status_report()
    assert report["files"] == {"total": 3, "unfinished": 1}
    assert not report["pages"]["accounted"]


def test_forms_issued_are_returned_or_missing(forms: list[Filled]) -> None:
    counted = status_report()["forms"]
    assert counted["issued"] == 4 == counted["returned"] + counted["missing"]
    assert (counted["returned"], counted["complete"]) == (2, 1)
    assert counted["matched"] + counted["in_queue"] + counted["incomplete"] == 2
    assert (counted["incomplete"], counted["undecided"]) == (1, 0)


def test_a_form_a_broken_run_did_not_decide_is_counted(forms: list[Filled]) -> None:
    scan(forms[2].pages(), "late.pdf")
    counted = status_report()["forms"]
    outcomes = ("matched", "in_queue", "incomplete", "undecided")
    assert counted["undecided"] == 1
    assert sum(counted[name] for name in outcomes) == counted["returned"] == 3


def test_villages_add_up_to_the_whole(forms: list[Filled]) -> None:
    report = status_report()
    villages = report["villages"]
    assert len(villages) == len({form.issued.region for form in forms}) == 2
    assert all(row["name"] for row in villages)
    for name, total in report["forms"].items():
        assert sum(row[name] for row in villages) == total
    assert sum(row["queue"] for row in villages) == report["queue"]["items"]
    assert sum(row["missing_pages"] for row in villages) == 1


def test_what_needs_attention_says_what_to_do(forms: list[Filled]) -> None:
    report = status_report()
    found = {row["status"]: row for row in report["attention"]}
    assert set(found) == {"conflict", "foreign", "quarantined"}
    assert found["quarantined"]["message"] == explain(Reason.ENCRYPTED)
    (incomplete,) = report["incomplete"]
    assert incomplete["form_id"] == forms[1].issued.form_id
    assert incomplete["missing_pages"] == [1]


def test_the_queue_can_be_asked_by_region(forms: list[Filled]) -> None:
    everything = list(queue_rows())
    assert everything
    assert sum(reports.queue_reasons().values()) >= len(everything)
    region = forms[1].issued.region
    assert {row["form_id"] for row in queue_rows(region)} <= {
        form.issued.form_id for form in forms if form.issued.region == region
    }
    assert list(queue_rows("99")) == []


def test_readings_are_one_row_per_field_of_every_page_read(
    forms: list[Filled], workspace: Workspace
) -> None:
    path = workspace.folder / "readings.csv"
    count = export_table(TableName.READINGS, path)
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    layout = forms[0].layout
    assert count == len(rows) == len(layout.fields) + len(layout.by_page[2])
    first = rows[rows.form_id == forms[0].issued.form_id].set_index("field")
    for name, ink in forms[0].inks.items():
        assert first.loc[name, "value"] == ink.value
    assert set(rows.status) <= {"accepted", "review", "resolved"}
    assert set(rows.columns) == {
        "form_id", "form", "version", "page", "field", "value", "machine_value", "confidence",
        "status", "reason", "source", "candidates",
    }  # fmt: skip


def test_records_are_one_row_per_form_that_came_back(
    forms: list[Filled], workspace: Workspace
) -> None:
    path = workspace.folder / "records.csv"
    assert export_table(TableName.RECORDS, path) == 2
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("form_id")
    whole = rows.loc[forms[0].issued.form_id]
    assert whole["outcome"] == "matched"
    assert whole["prelist_id"] == forms[0].issued.prelist_id
    assert whole["nik_origin"] == "prelist"
    assert rows.loc[forms[1].issued.form_id]["missing_pages"] == "1"


def test_pages_are_one_row_per_page(forms: list[Filled], workspace: Workspace) -> None:
    path = workspace.folder / "pages.csv"
    assert export_table(TableName.PAGES, path) == 7
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert list(rows.columns) == [
        "source", "index", "sha256", "form_id", "page", "status", "reason",
    ]  # fmt: skip
    assert rows["index"].tolist() == ["0", "1", "2", "3", "0", "1", "0"]
