"""Deciding: again whenever news comes, with a result that does not depend on order."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from made_forms import Filled, households, issue, persons, scan

from papi.model.evidence import PageEvidence
from papi.model.reading import (
    Finding,
    FormDecision,
    Outcome,
    Reading,
    ReadingStatus,
    Severity,
)
from papi.model.recipe import load_recipe
from papi.office.deciding import Decider, with_across
from papi.office.workspace import Workspace, open_workspace
from papi.store.cases import mark_undecided, undecided_forms
from papi.store.models import Finding as FindingRow
from papi.store.models import Reading as ReadingRow
from papi.store.models import Record, Resolution
from papi.synth.answers import FieldInk


@pytest.fixture
def decider(workspace: Workspace) -> Decider:
    """The invented visits are of 2025."""
    settings = workspace.folder / "papi.toml"
    settings.write_text(settings.read_text().replace("2026", "2025"))
    return Decider(open_workspace(workspace.folder), load_recipe())


def readings(*columns: str) -> list[tuple[object, ...]]:
    wanted = columns or ("form_id", "page", "field", "value", "status", "reasons", "confidence")
    return list(ReadingRow.objects.order_by("form_id", "page", "field").values_list(*wanted))


def findings() -> set[tuple[str, str, str]]:
    return set(FindingRow.objects.values_list("form_id", "rule", "outcome"))


def outcome(form: Filled) -> str:
    return Record.objects.get(pk=form.issued.form_id).outcome


def resolve(form: Filled, field: str, value: str) -> None:
    page = form.layout.by_name[field].page
    Resolution.objects.create(form_id=form.issued.form_id, page=page, field=field, value=value)
    mark_undecided([form.issued.form_id])


def test_a_form_that_agrees_with_its_list_is_matched(decider: Decider) -> None:
    (form,) = issue(persons(1))
    scan(form.pages())
    assert decider.decide_all() >= 1
    assert [row for row in readings("field", "reasons", "status") if row[2] == "review"] == []
    assert outcome(form) == "matched"
    written = {name: ink.value for name, ink in form.inks.items()}
    assert {field: value for field, value in readings("field", "value")} == written


def test_other_thresholds_or_officers_decide_again_without_a_page(decider: Decider) -> None:
    (form,) = issue(persons(1))
    scan(form.pages())
    assert decider.decide_all() >= 1
    assert decider.decide_all() == 0
    workspace, recipe = open_workspace(decider._workspace.folder), load_recipe()
    strict = recipe.model_copy(
        update={"thresholds": recipe.thresholds.model_copy(update={"tick": 1.0})}
    )
    assert Decider(workspace, strict).decide_all() >= 1
    assert outcome(form) == "queue"
    settings = workspace.folder / "papi.toml"
    settings.write_text(settings.read_text().replace("officers = []", 'officers = ["999999"]'))
    assert Decider(open_workspace(workspace.folder), recipe).decide_all() >= 1
    assert any("ID.kode_petugas" in str(row) for row in findings())


def test_a_late_page_is_waited_for_and_then_decided_like_any_other(decider: Decider) -> None:
    (form,) = issue(households(1))
    first, *rest = form.pages()
    scan(rest, "rest.pdf")
    decider.decide_all()
    record = Record.objects.get()
    assert (record.outcome, record.missing_pages) == ("incomplete", [1])
    assert any(result == "pending" for _, _, result in findings())
    assert {page for (page,) in readings("page")} == set(form.issued.pages) - {1}
    scan([first], "late.pdf")
    assert undecided_forms() == [form.issued.form_id]
    decider.decide_all()
    assert not any(result == "pending" for _, _, result in findings())
    late, late_outcome = readings(), outcome(form)
    assert late_outcome != "incomplete"
    Record.objects.all().delete()
    mark_undecided([form.issued.form_id])
    decider.decide_all()
    assert (readings(), outcome(form)) == (late, late_outcome)


def test_pages_in_any_order_and_number_give_the_same_tables(decider: Decider) -> None:
    forms = issue(persons(2))
    pages = [page for form in forms for page in form.pages()]
    results = []
    for order in (pages, pages[::-1], [pages[2], pages[0], pages[3], pages[1]]):
        results.append(_decided(decider, order))
    assert results[0] == results[1] == results[2]


def _decided(decider: Decider, order: Sequence[PageEvidence]) -> object:
    from papi.store.models import ScanPage, SourceFile

    for table in (ScanPage, SourceFile, Record, ReadingRow, FindingRow):
        table.objects.all().delete()
    for number, page in enumerate(order):
        scan([page], f"{number}.pdf")
        decider.decide_all()
    records = Record.objects.order_by("pk").values_list("pk", "outcome", "values", "nik")
    return readings(), findings(), list(records)


def test_forms_whose_every_page_is_here_are_decided_at_once(decider: Decider) -> None:
    first, second = issue(persons(2))
    scan([*first.pages(), second.page(2)])
    ids = [form.issued.form_id for form in (first, second)]
    assert decider.decide_complete(ids) == 1
    assert undecided_forms() == [second.issued.form_id]
    assert decider.decide_complete(ids) == 0


def test_a_clerks_value_stands_and_the_form_is_decided_with_it(decider: Decider) -> None:
    (form,) = issue(persons(1))
    field = "hasil_ppks"
    page = form.layout.by_name[field].page
    blank = form.page(page, **{field: FieldInk()})
    scan([blank if number == page else form.page(number) for number in form.issued.pages])
    decider.decide_all()
    assert outcome(form) == "queue"
    row = ReadingRow.objects.get(field=field)
    assert (row.value, row.status) == ("", "review")
    resolve(form, field, form.inks[field].value)
    decider.decide_all()
    row = ReadingRow.objects.get(field=field)
    assert (row.value, row.machine_value) == (form.inks[field].value, "")
    assert (row.status, row.source, row.confidence) == ("resolved", "clerk", 1.0)
    assert outcome(form) == "matched"


def test_two_different_scans_of_a_page_wait_for_a_person(decider: Decider) -> None:
    (form,) = issue(persons(1))
    scan(form.pages(), "a.pdf")
    decider.decide_all()
    assert outcome(form) == "matched"
    scan([form.other(1)], "b.pdf")
    decider.decide_all()
    assert outcome(form) == "queue"


def test_one_nik_on_two_forms_is_found_on_both_whatever_came_first(decider: Decider) -> None:
    first, second = issue(_with_one_nik())
    for order in itertools.permutations((first, second)):
        FindingRow.objects.all().delete()
        mark_undecided([form.issued.form_id for form in order])
        for form in order:
            scan(form.pages(), form.issued.form_id)
            decider.decide_all()
        shared = {form_id for form_id, rule, _ in findings() if rule == "A13"}
        assert shared == {first.issued.form_id, second.issued.form_id}
        asked = ReadingRow.objects.filter(reasons__contains="rule:A13")
        assert set(asked.values_list("field", "status")) == {("nik", "review")}
        assert {outcome(form) for form in order} == {"queue"}


def test_a_correction_frees_the_other_form_too(decider: Decider) -> None:
    first, second = issue(_with_one_nik())
    scan([*first.pages(), *second.pages()])
    decider.decide_all()
    assert outcome(first) == "queue"
    nik = str(persons(2)[0].found["nik"])
    resolve(second, "nik", nik[:-1] + ("7" if nik[-1] != "7" else "8"))
    resolve(second, "nik_cek", "2")
    decider.decide_all()
    assert not any(rule == "A13" for _, rule, _ in findings())
    assert outcome(first) == "matched"


def _with_one_nik() -> list[object]:
    """Two visits of which the second has the identity of the first."""
    one, two = persons(2)
    names = ("nik", "tgl_lahir", "jenis_kelamin")
    found = {**two.found, **{name: one.found[name] for name in names}}
    row = replace(two.row, values={**two.row.values, **{n: one.row.value(n) for n in names}})
    return [one, replace(two, found=found, row=row)]


NIK = Reading(1, "nik", "32", "32", 1.0, ReadingStatus.ACCEPTED)


def decision(*rows: Reading, result: str = "matched") -> FormDecision:
    return FormDecision("X", rows, (), {}, {}, result)


@pytest.mark.parametrize(
    ("severity", "status", "result", "after"),
    [
        (Severity.INFO, ReadingStatus.ACCEPTED, "accepted", "matched"),
        (Severity.WARNING, ReadingStatus.ACCEPTED, "review", "queue"),
        (Severity.ERROR, ReadingStatus.ACCEPTED, "review", "queue"),
        (Severity.WARNING, ReadingStatus.RESOLVED, "resolved", "matched"),
        (Severity.ERROR, ReadingStatus.RESOLVED, "resolved", "queue"),
    ],
)
def test_what_a_finding_across_forms_does(
    severity: Severity, status: ReadingStatus, result: str, after: str
) -> None:
    finding = Finding("A13", severity, Outcome.FAILED, ("nik",))
    decided = with_across(decision(replace(NIK, status=status)), [finding])
    assert (decided.readings[0].status.value, decided.outcome) == (result, after)


def test_a_form_with_missing_pages_stays_incomplete_whatever_is_found_across() -> None:
    finding = Finding("A13", Severity.ERROR, Outcome.FAILED, ("nik",))
    assert with_across(decision(NIK, result="incomplete"), [finding]).outcome == "incomplete"
