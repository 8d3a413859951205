"""Two people at one page: what came too late changes nothing and is told in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_forms import issue, page_refused, persons, scan

from papi.model.evidence import PageEvidence
from papi.model.page import PageHint, PageStatus, Reason
from papi.office import fixing
from papi.office.fix_messages import _TEXTS, FixRefused, Refusal
from papi.office.fixing import Fix, find_page, fix_page
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine
from papi.store.fixes import StoredScan, fix_log, stored_scan
from papi.store.models import AuditEvent, ScanPage


def lost() -> PageEvidence:
    return page_refused(PageStatus.UNIDENTIFIED, Reason.NO_BARCODE)


def test_a_page_fixed_by_another_while_it_is_read_stays_as_the_other_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (form,) = issue(persons(1))
    scan([lost()], "a")
    number = find_page("a#1")

    def read_slowly(_: Workspace, row: StoredScan, hint: PageHint, __: Engine) -> PageEvidence:
        fix_page(workspace, number, Fix(blank=True))  # somebody else, meanwhile
        return replace(form.page(1), source=row.source, sheet=hint.sheet)

    monkeypatch.setattr(fixing, "read_again", read_slowly)
    with pytest.raises(FixRefused) as refused:
        fix_page(workspace, number, Fix(form_id=form.issued.form_id, page=1))
    assert refused.value.refusal is Refusal.CHANGED
    row = ScanPage.objects.get(pk=number)
    assert (row.status, row.reason) == ("blank", "set_aside")
    assert [entry.kind for entry in fix_log(number)] == ["blank"]
    assert AuditEvent.objects.filter(action="page.fixed").count() == 1


def test_a_page_that_is_not_what_was_seen_is_left_alone(workspace: Workspace) -> None:
    scan([lost()], "a")
    number = find_page("a#1")
    seen = stored_scan(number)
    fix_page(workspace, number, Fix(foreign=True))
    with pytest.raises(FixRefused) as refused:
        fix_page(workspace, number, Fix(blank=True), seen=seen)
    assert refused.value.refusal is Refusal.CHANGED
    assert ScanPage.objects.get(pk=number).status == "foreign"


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_is_told_in_two_languages(refusal: Refusal) -> None:
    facts = {"number": 3, "count": 2, "form": "F", "page": 4, "pages": "1, 2", "detail": "D"}
    error = FixRefused(refusal, Reason.POOR_FIT, named=(("F", 1), ("G", 2)), file="x", **facts)
    indonesian, english = error.told("id"), error.told("en")
    assert refusal in _TEXTS
    assert indonesian != english
    assert not any(mark in text for text in (indonesian, english) for mark in "{}`")
    assert "--" not in indonesian + english
    assert error.message
    assert error.next_step
