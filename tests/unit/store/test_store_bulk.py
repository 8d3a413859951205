"""Rows inserted at once are those Django's own objects would have become."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from made_forms import issue, persons

from papi.store.bulk import insert_rows, update_rows
from papi.store.models import Reading

pytestmark = pytest.mark.usefixtures("workspace")

FIELDS = (
    "form", "page", "field", "value", "machine_value", "confidence", "status", "reasons", "source",
    "candidates",
)  # fmt: skip


def rows(form_id: str) -> list[tuple[object, ...]]:
    return [
        (form_id, 1, "nama", "SITI 'A' %s", "SITI", 0.25, "review", "rule:A12 reading:gap",
         "machine", [["SITI", 0.25], ["é\n\"", 1e-06]]),
        (form_id, 2, "nik", "", "", 1.0, "accepted", "", "machine", []),
    ]  # fmt: skip


def stored() -> list[dict[str, object]]:
    found = Reading.objects.order_by("page").values(*(name for name in FIELDS))
    return [dict(row) for row in found]


def test_rows_are_what_objects_would_be() -> None:
    (form,) = issue(persons(1))
    named = [
        {
            ("form_id" if name == "form" else name): value
            for name, value in zip(FIELDS, row, strict=True)
        }
        for row in rows(form.issued.form_id)
    ]
    Reading.objects.bulk_create([Reading(**values) for values in named])
    by_objects = stored()
    Reading.objects.all().delete()
    insert_rows(Reading, FIELDS, rows(form.issued.form_id))
    assert stored() == by_objects
    assert by_objects[0]["candidates"] == [["SITI", 0.25], ['é\n"', 1e-06]]


def test_what_the_table_forbids_is_refused() -> None:
    (form,) = issue(persons(1))
    insert_rows(Reading, FIELDS, rows(form.issued.form_id))
    with pytest.raises(IntegrityError):
        insert_rows(Reading, FIELDS, rows(form.issued.form_id))


def test_rows_that_are_updated_hold_what_was_given_documents_too() -> None:
    (form,) = issue(persons(1))
    insert_rows(Reading, FIELDS, rows(form.issued.form_id))
    key = Reading.objects.get(page=1).pk
    update_rows(Reading, ("value", "candidates"), [("AGUS %s", [["AGUS", 0.5]], key)])
    first, second = stored()
    assert (first["value"], first["candidates"]) == ("AGUS %s", [["AGUS", 0.5]])
    assert second["candidates"] == []


def test_no_rows_are_no_trouble() -> None:
    insert_rows(Reading, FIELDS, [])
    update_rows(Reading, ("value",), [])
    assert not Reading.objects.exists()
