"""Cases: everything known of a form comes together; a decision replaces the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from made_forms import PERSON_FORM, issue, persons, scan

from papi.model.reading import (
    Finding,
    FormDecision,
    Outcome,
    Reading,
    ReadingStatus,
    RecordValue,
    Severity,
    Source,
)
from papi.store.across import decided_forms, known_references, save_across
from papi.store.cases import (
    all_layouts,
    load_case,
    mark_decided_otherwise,
    save_decision,
    undecided_forms,
)
from papi.store.models import Finding as FindingRow
from papi.store.models import Member, Record, Resolution
from papi.store.models import Reading as ReadingRow

pytestmark = pytest.mark.usefixtures("workspace")
NIK = "3201124101900001"


def reading(value: str, status: ReadingStatus = ReadingStatus.ACCEPTED) -> Reading:
    return Reading(1, "alias", value, value, 0.5, status, ("reading:doubtful",))


def decision(form_id: str, **changes: object) -> FormDecision:
    made = FormDecision(
        form_id=form_id,
        readings=(reading("BUDI"),),
        findings=(Finding("A12", Severity.WARNING, Outcome.FAILED, ("nik",), "art.1"),),
        values={"nik": RecordValue(NIK, Source.PRELIST)},
        members={1: {"nik": RecordValue(NIK, Source.MACHINE)}},
        outcome="queue",
    )
    return replace(made, **changes)


def test_a_case_holds_what_came_back_and_what_was_known() -> None:
    (form,) = issue(persons(1))
    scan([form.page(1)], "a.pdf")
    scan([form.other(1)], "b.pdf")
    case = load_case(form.issued.form_id)
    assert case.issued == form.issued
    assert case.layout == form.layout
    assert case.prelist is not None
    assert case.prelist.prelist_id == form.issued.prelist_id
    assert set(case.evidence) == {1}
    assert case.evidence[1].fields == form.page(1).fields
    assert case.conflict
    assert abs((case.scanned_on - dt.date.today()).days) <= 1


def test_layouts_are_found_by_version() -> None:
    (form,) = issue(persons(1))
    assert all_layouts() == {form.layout.version: form.layout}


def test_the_latest_active_resolution_of_a_field_counts() -> None:
    (form,) = issue(persons(1))
    for value, active in (("1", True), ("2", True), ("3", False)):
        Resolution.objects.create(
            form_id=form.issued.form_id, page=1, field="hp", value=value, active=active
        )
    assert load_case(form.issued.form_id).resolutions == {}  # its page is not here
    scan(form.pages())
    assert load_case(form.issued.form_id).resolutions == {"hp": "2"}


def test_a_decision_replaces_the_one_before_and_clears_the_to_do() -> None:
    (form,) = issue(persons(1))
    form_id = form.issued.form_id
    scan(form.pages())
    assert undecided_forms() == [form_id]
    save_decision(decision(form_id), "hash-1")
    assert undecided_forms() == []
    save_decision(decision(form_id, readings=(reading("SITI"),), findings=(), members={}), "hash-2")
    assert [row.value for row in ReadingRow.objects.all()] == ["SITI"]
    assert FindingRow.objects.count() == Member.objects.count() == 0
    record = Record.objects.get()
    assert (record.outcome, record.nik, record.settings_hash) == ("queue", NIK, "hash-2")


def test_a_decision_writes_only_the_readings_that_changed() -> None:
    (form,) = issue(persons(1))
    form_id = form.issued.form_id
    named = [replace(reading("BUDI"), field=f"f{number}") for number in range(9)]
    save_decision(decision(form_id, readings=tuple(named)), "hash")
    before = dict(ReadingRow.objects.values_list("field", "pk"))
    named[4] = replace(named[4], value="SITI", candidates=(("SITI", 0.9),))
    with CaptureQueriesContext(connection) as asked:
        save_decision(decision(form_id, readings=tuple(named)), "hash")
    written = [q["sql"] for q in asked if "papi_reading" in q["sql"] and "SELECT" not in q["sql"]]
    assert len(written) == 1 and written[0].startswith("1 times: UPDATE")
    rows = ReadingRow.objects.order_by("pk")
    assert [row.value for row in rows] == ["BUDI"] * 4 + ["SITI"] + ["BUDI"] * 4
    assert rows[4].candidates == [["SITI", 0.9]]
    assert {row.field: row.pk for row in rows} == before
    del named[0]
    save_decision(decision(form_id, readings=tuple(named)), "hash")
    assert [row.field for row in rows.all()] == [f"f{number}" for number in range(1, 9)]


def test_forms_decided_with_other_settings_are_decided_again() -> None:
    first, second = issue(persons(2))
    save_decision(decision(first.issued.form_id), "old")
    save_decision(decision(second.issued.form_id), "new")
    assert undecided_forms() == []
    mark_decided_otherwise("new")
    assert undecided_forms() == [first.issued.form_id]


def test_decided_forms_give_what_rules_across_need() -> None:
    (form,) = issue(persons(1))
    form_id = form.issued.form_id
    save_decision(decision(form_id), "hash")
    (found,) = decided_forms({PERSON_FORM: ("alias",)})
    assert (found.form_id, found.form) == (form_id, PERSON_FORM)
    assert found.niks == {"nik": NIK, "art.1.nik": NIK}
    assert found.values == {"nik": NIK}
    assert found.written == {"alias": "BUDI"}
    assert found.references == (form.issued.prelist_id,)


def test_known_references_are_forms_and_prelist_ids() -> None:
    forms = issue(persons(2))
    expected = {f.issued.form_id for f in forms} | {f.issued.prelist_id for f in forms}
    assert known_references() == expected


def test_findings_across_forms_mark_only_the_forms_they_change() -> None:
    first, second = (form.issued.form_id for form in issue(persons(2)))
    for form_id in (first, second):
        save_decision(decision(form_id), "hash")
    shared = Finding("A13", Severity.ERROR, Outcome.FAILED, ("nik",), "form X")
    assert save_across({first: [shared]}) == [first]
    assert undecided_forms() == [first]
    assert load_case(first).across == (shared,)
    save_decision(decision(first), "hash")
    assert load_case(first).across == (shared,), "a decision leaves them alone"
    assert save_across({first: [shared]}) == []
    assert save_across({}) == [first]
    assert load_case(first).across == ()
