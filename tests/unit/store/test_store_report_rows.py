"""Rows of records and members: what waits for a person is nobody's word yet."""

from __future__ import annotations

import pytest
from made_forms import households, issue, persons

from papi.model.reading import FormDecision, Reading, ReadingStatus, RecordValue, Source
from papi.store.cases import save_decision
from papi.store.reports import member_rows, record_rows

pytestmark = pytest.mark.usefixtures("workspace")

SURE = RecordValue("A", Source.MACHINE)
OPEN = RecordValue("7", Source.MACHINE, "pending")


def reading(name: str, status: ReadingStatus) -> Reading:
    return Reading(1, name, "7", "7", 0.6, status)


def decided(form_id: str, *readings: Reading, **parts: object) -> FormDecision:
    values = {"nama": SURE, "hp": OPEN, "alias": SURE}
    members = {1: {"nik": SURE, "nama": OPEN}, 2: {"nik": SURE}} if parts else {}
    return FormDecision(form_id, readings, (), values, members, "queue")


def test_a_value_that_waits_is_left_empty_and_named() -> None:
    (form,) = issue(persons(1))
    asked_later = reading("alias", ReadingStatus.REVIEW)
    accepted = reading("nama", ReadingStatus.ACCEPTED)
    save_decision(decided(form.issued.form_id, asked_later, accepted), "h")
    (row,) = record_rows()
    assert (row["nama"], row["nama_origin"]) == ("A", "machine")
    assert (row["hp"], row["hp_origin"]) == ("", "")
    assert (row["alias"], row["alias_origin"]) == ("", "")
    assert (row["outcome"], row["pending"]) == ("queue", "alias hp")


def test_members_tell_the_same_of_their_own_strip() -> None:
    (form,) = issue(households(1))
    asked = reading("art.2.nik", ReadingStatus.REVIEW)
    save_decision(decided(form.issued.form_id, asked, members=True), "h")
    first, second = member_rows()
    assert (first["nik"], first["nama"], first["pending"]) == ("A", "", "nama")
    assert (second["nik"], second["pending"]) == ("", "nik")
    assert first["outcome"] == "queue"
