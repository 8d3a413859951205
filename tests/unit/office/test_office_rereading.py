"""Pages whose form or layout was unknown when they came in are settled once it is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_forms import issue, page_refused, persons, scan

from papi.errors import UsageError
from papi.model.page import PageHint, PageStatus, Reason
from papi.model.sheet import SheetId
from papi.office import rereading
from papi.office.rereading import read_again, settle_late
from papi.office.workspace import Workspace
from papi.store.fixes import stored_scan
from papi.store.models import IssuedForm, ScanPage, SourceFile


def test_a_page_without_its_layout_is_read_once_the_layout_is_there(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (form,) = issue(persons(1))
    sheet = SheetId(form.issued.form_id, 1, form.issued.version)
    unknown = page_refused(PageStatus.UNIDENTIFIED, Reason.UNKNOWN_LAYOUT)
    scan([replace(unknown, sheet=sheet), unknown], "early")
    read: list[int] = []

    def read_again(_: Workspace, scan: rereading.StoredScan, *__: object) -> object:
        read.append(scan.source.index)
        return replace(form.page(1), source=scan.source)

    monkeypatch.setattr(rereading, "read_again", read_again)
    assert settle_late(workspace) == 1
    assert read == [0], "what nobody could name is left alone"
    row = ScanPage.objects.get(index=0)
    assert (row.status, row.active) == ("read", True)
    assert IssuedForm.objects.get().undecided
    assert settle_late(workspace) == 0


def test_an_original_that_was_not_kept_cannot_be_read_again(workspace: Workspace) -> None:
    scan([page_refused(PageStatus.QUARANTINED, Reason.TOO_LARGE)], "huge")
    SourceFile.objects.update(stored="")
    stored = stored_scan(ScanPage.objects.get().pk)
    assert stored is not None
    with pytest.raises(UsageError, match="too large"):
        read_again(workspace, stored, PageHint())
