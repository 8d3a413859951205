"""Pages in the store: one state each, the same one whatever order they come in."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

import pytest
from made_forms import issue, page_refused, persons, scan

from papi.model.page import PageStatus, Reason
from papi.model.sheet import SheetId, new_form_id
from papi.store.issued import find_issued
from papi.store.models import IssuedForm, ScanPage, SourceFile
from papi.store.originals import Original
from papi.store.pages import (
    add_file,
    finish_batch,
    known_file,
    pack_evidence,
    page_states,
    set_page_count,
    start_batch,
    store_pages,
    unpack_evidence,
)

pytestmark = pytest.mark.usefixtures("workspace")


def states() -> dict[str, tuple[str, str, bool]]:
    """State of each page by file name."""
    rows = ScanPage.objects.select_related("source")
    return {f"{r.source.name}#{r.index}": (r.status, r.reason, r.active) for r in rows}


def undecided() -> set[str]:
    return set(IssuedForm.objects.filter(undecided=True).values_list("form_id", flat=True))


def test_a_page_of_an_issued_form_counts() -> None:
    (form,) = issue(persons(1))
    assert scan([form.page(1)]) == [(PageStatus.READ, None)]
    assert states() == {"made.pdf#0": ("read", "", True)}
    assert undecided() == {form.issued.form_id}


def test_evidence_comes_back_as_it_was_stored() -> None:
    (form,) = issue(persons(1))
    page = form.page(2)
    assert unpack_evidence(pack_evidence(page)) == page
    scan([page])
    kept = unpack_evidence(bytes(ScanPage.objects.get().evidence))
    assert kept.fields == page.fields
    assert kept.sheet == page.sheet


def test_refused_pages_are_kept_with_their_reason() -> None:
    outcome = (PageStatus.QUARANTINED, Reason.ENCRYPTED)
    assert scan([page_refused(*outcome)]) == [outcome]
    row = ScanPage.objects.get()
    assert (row.status, row.reason, bytes(row.evidence)) == ("quarantined", "encrypted", b"")
    assert undecided() == set()


def test_a_form_id_that_was_never_printed() -> None:
    (form,) = issue(persons(1))
    page = form.page(1)
    assert page.sheet is not None
    stranger = replace(page, sheet=SheetId(new_form_id(), 1, page.sheet.version))
    assert scan([stranger]) == [(PageStatus.UNIDENTIFIED, Reason.NEVER_PRINTED)]
    assert states()["made.pdf#0"][2] is False
    assert find_issued(form.issued.form_id) is not None


def test_a_page_that_was_not_printed_with_the_form() -> None:
    (form,) = issue(persons(1))
    IssuedForm.objects.filter(pk=form.issued.form_id).update(pages=[1])
    assert scan([form.page(2)]) == [(PageStatus.UNIDENTIFIED, Reason.NEVER_PRINTED)]
    assert ScanPage.objects.get().detail == "page 2"


def test_another_layout_version_than_the_form_was_printed_with() -> None:
    (form,) = issue(persons(1))
    page = form.page(1)
    other = replace(page, sheet=SheetId(form.issued.form_id, 1, "ZZZZZZ"))
    assert scan([other]) == [(PageStatus.UNIDENTIFIED, Reason.UNKNOWN_LAYOUT)]
    assert "ZZZZZZ" in ScanPage.objects.get().detail


def test_the_same_content_in_another_file_is_a_duplicate() -> None:
    (form,) = issue(persons(1))
    scan(form.pages(), "a.pdf")
    IssuedForm.objects.update(undecided=False)
    assert scan(form.pages(), "b.tif") == [(PageStatus.DUPLICATE, Reason.SAME_CONTENT)] * 2
    assert undecided() == set(), "a duplicate is no news"


def test_another_scan_of_the_same_page_is_a_conflict_and_the_first_counts() -> None:
    (form,) = issue(persons(1))
    scan([form.page(1)], "a.pdf")
    IssuedForm.objects.update(undecided=False)
    assert scan([form.other(1)], "b.pdf") == [(PageStatus.CONFLICT, Reason.SAME_PAGE)]
    assert states()["a.pdf#0"] == ("read", "", True)
    assert undecided() == {form.issued.form_id}


def test_states_do_not_depend_on_the_order_pages_come_in() -> None:
    """Three scans of one page in one batch: two of the same content, one of another."""
    (form,) = issue(persons(1))
    scans = {"a.pdf": form.page(1), "b.pdf": form.other(1), "c.pdf": form.page(1)}
    seen = set()
    for order in itertools.permutations(scans):
        ScanPage.objects.all().delete()
        SourceFile.objects.all().delete()
        batch = start_batch("one")
        for file in order:
            scan([scans[file]], file, batch=batch)
        seen.add(tuple(sorted(states().items())))
    assert len(seen) == 1
    result = dict(seen.pop())
    assert sorted(status for status, _, _ in result.values()) in (
        ["conflict", "duplicate", "read"],
        ["conflict", "conflict", "read"],
    )
    assert sum(active for _, _, active in result.values()) == 1


def test_storing_a_page_again_changes_nothing() -> None:
    (form,) = issue(persons(1))
    batch = start_batch("one")
    first = scan(form.pages(), batch=batch)
    before = list(ScanPage.objects.order_by("pk").values())
    IssuedForm.objects.update(undecided=False)
    assert scan(form.pages(), batch=batch) == first
    assert list(ScanPage.objects.order_by("pk").values()) == before
    assert undecided() == set()


def test_a_half_read_file_is_not_done_until_its_last_page_is_stored() -> None:
    (form,) = issue(persons(1))
    sha256 = hashlib.sha256(b"made.pdf").hexdigest()
    file, _ = add_file(start_batch("one"), Original(sha256, 10, "", new=True), "made.pdf")
    assert (file.done, file.stored_pages) == (False, frozenset())
    set_page_count(file.key, 2)
    store_pages([(file.key, form.page(1))])
    half = known_file(sha256)
    assert half is not None
    assert (half.done, half.stored_pages, half.batch) == (False, {0}, file.batch)
    scan(form.pages(), batch=file.batch)
    whole = known_file(sha256)
    assert whole is not None
    assert (whole.done, whole.stored_pages) == (True, {0, 1})


def test_a_batch_counts_its_pages_by_state() -> None:
    (form,) = issue(persons(1))
    batch = start_batch("one")
    scan([*form.pages(), page_refused(PageStatus.BLANK, Reason.BLANK_PAGE)], batch=batch)
    finish_batch(batch)
    file = SourceFile.objects.get()
    assert file.batch.summary == {"blank": 1, "read": 2}
    found = page_states([file.pk])
    assert [found[file.pk, index].status.value for index in range(3)] == ["read", "read", "blank"]
    assert found[file.pk, 2].reason is Reason.BLANK_PAGE


def test_unknown_content_is_no_file() -> None:
    assert known_file("0" * 64) is None
