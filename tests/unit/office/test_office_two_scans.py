"""Two different scans of one page: nothing that differs between them is taken unseen."""

from __future__ import annotations

import pytest
from made_forms import issue, persons, scan
from test_office_deciding import decider, outcome, readings

from papi.office.deciding import TWO_SCANS, Decider
from papi.store.fixes import FixEntry, save_choice
from papi.store.models import ScanPage
from papi.store.pages import settle_again
from papi.synth.answers import FieldInk

__all__ = ["decider"]


def questioned() -> set[str]:
    return {str(field) for field, reasons in readings("field", "reasons") if TWO_SCANS in reasons}


def test_only_what_differs_goes_to_a_person_until_one_scan_is_chosen(decider: Decider) -> None:
    (form,) = issue(persons(1))
    scan(form.pages(), "a")
    decider.decide_all()
    assert questioned() == set()
    before = readings()
    scan([form.page(1, hp=FieldInk(cells=tuple("081234567890")))], "b")
    decider.decide_all()
    assert form.inks["hp"].value != "081234567890"
    assert questioned() == {"hp"}
    assert outcome(form) == "queue"
    save_choice(ScanPage.objects.get(source__name="a", page=1).pk, FixEntry("choose", {}))
    decider.decide_all()
    assert readings() == before
    assert outcome(form) == "matched"


def test_another_scan_that_reads_alike_only_asks_for_the_choice(
    decider: Decider, monkeypatch: pytest.MonkeyPatch
) -> None:
    (form,) = issue(persons(1))
    scan(form.pages(), "a")
    scan([form.page(1)], "b")
    ScanPage.objects.filter(source__name="b").update(content="another")
    settle_again([(form.issued.form_id, 1)])
    decider.decide_all()
    assert ScanPage.objects.get(source__name="b").status == "conflict"
    assert questioned() == set()
    assert outcome(form) == "queue"
