"""Scans of one page: which counts, in whatever order they come, are chosen or withdrawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_forms import Filled, issue, page_refused, persons, scan

from papi.model.evidence import PageEvidence
from papi.model.page import PageStatus, Reason
from papi.model.sheet import SheetId
from papi.store.fixes import FixEntry, save_choice
from papi.store.models import Batch, IssuedForm, ScanPage, SourceFile
from papi.store.pages import settle_again, start_batch
from papi.store.settling import settle_printed

pytestmark = pytest.mark.usefixtures("workspace")

State = tuple[str, str, bool]
SUPERSEDED: State = ("superseded", "rescanned", False)


@pytest.fixture
def form() -> Filled:
    (filled,) = issue(persons(1))
    return filled


def states() -> dict[str, State]:
    rows = ScanPage.objects.select_related("source")
    return {row.source.name: (row.status, row.reason, row.active) for row in rows}


def poor(form: Filled, number: int = 1) -> PageEvidence:
    """A scan whose barcodes were read and whose boxes could not be placed."""
    sheet = SheetId(form.issued.form_id, number, form.issued.version)
    refused = page_refused(PageStatus.UNREADABLE, Reason.POOR_FIT)
    return replace(refused, sheet=sheet, detail="0.71 mm off")


def withdraw(name: str) -> None:
    Batch.objects.filter(sources__name=name).update(withdrawn_at=timezone.now())


def again(form: Filled) -> None:
    settle_again([(form.issued.form_id, 1)])


def test_a_page_in_trouble_is_superseded_by_its_rescan_and_comes_back(form: Filled) -> None:
    scan([poor(form)], "poor")
    assert states() == {"poor": ("unreadable", "poor_fit", False)}
    scan([form.page(1)], "good")
    assert states() == {"poor": SUPERSEDED, "good": ("read", "", True)}
    assert ScanPage.objects.get(source__name="poor").detail == "poor_fit 0.71 mm off"
    SourceFile.objects.filter(name="good").delete()
    again(form)
    assert states() == {"poor": ("unreadable", "poor_fit", False)}
    assert ScanPage.objects.get().detail == "0.71 mm off"


def test_a_trouble_that_comes_after_the_page_was_read_needs_nobody(form: Filled) -> None:
    scan([form.page(1)], "good")
    IssuedForm.objects.update(undecided=False)
    assert scan([poor(form)], "poor") == [(PageStatus.SUPERSEDED, Reason.RESCANNED)]
    assert not IssuedForm.objects.get().undecided


def test_a_trouble_of_another_page_is_not_superseded(form: Filled) -> None:
    scan([form.page(1)], "good")
    scan([poor(form, 2)], "poor")
    assert states()["poor"] == ("unreadable", "poor_fit", False)


def test_a_choice_supersedes_the_other_scan_and_can_be_taken_elsewhere(form: Filled) -> None:
    scan([form.page(1)], "a")
    scan([form.other(1)], "b")
    assert states() == {"a": ("read", "", True), "b": ("conflict", "same_page", False)}
    choose("b")
    again(form)
    assert states() == {"a": SUPERSEDED, "b": ("read", "", True)}
    withdraw("b")
    again(form)
    assert states()["a"] == ("read", "", True)
    assert not states()["b"][2]


def test_withdrawing_the_first_promotes_the_duplicate(form: Filled) -> None:
    scan([form.page(1)], "a")
    scan([form.page(1)], "b")
    assert states()["b"] == ("duplicate", "same_content", False)
    IssuedForm.objects.update(undecided=False)
    withdraw("a")
    again(form)
    assert states()["b"] == ("read", "", True)
    assert IssuedForm.objects.get().undecided


def test_a_form_that_is_printed_later_makes_its_page_count(form: Filled) -> None:
    IssuedForm.objects.update(pages=[2])
    scan([form.page(1)], "a")
    assert states() == {"a": ("unidentified", "never_printed", False)}
    IssuedForm.objects.update(pages=[1, 2])
    again(form)
    assert states() == {"a": ("read", "", True)}


def test_settling_pages_without_scans_does_no_harm(form: Filled) -> None:
    settle_again([(form.issued.form_id, 1), ("NEVERSEEN", 3)])
    assert states() == {}


def choose(name: str) -> None:
    save_choice(ScanPage.objects.get(source__name=name).pk, FixEntry("choose", {}))


KINDS = st.sampled_from(["same", "other", "poor"])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kinds=st.lists(KINDS, min_size=1, max_size=5),
    chosen=st.none() | st.integers(0, 4),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_scans_and_choices_changes_no_state(
    form: Filled, kinds: list[str], chosen: int | None, order: object
) -> None:
    """Each page ends in one state, one scan at most counts, and any order ends alike."""
    evidence = {"same": form.page(1), "other": form.other(1), "poor": poor(form)}
    names = [f"{number}" for number in range(len(kinds))]
    ends = []
    for _ in range(3):
        SourceFile.objects.all().delete()
        batch = start_batch("one")
        order.shuffle(names)  # type: ignore[attr-defined]
        for name in names:
            scan([evidence[kinds[int(name)]]], name, batch=batch)
            if int(name) == chosen:
                choose(name)
        if chosen is not None and chosen < len(names):
            choose(str(chosen))  # asked again about the scans that came after the choice
        ends.append(states())
    assert ends[0] == ends[1] == ends[2]
    counting = [name for name, state in ends[0].items() if state[2]]
    read = [name for name in names if kinds[int(name)] != "poor"]
    assert len(counting) == bool(read)
    if chosen is not None and str(chosen) in read:
        assert counting == [str(chosen)]
        assert "conflict" not in {status for status, _, _ in ends[0].values()}
    assert all(
        ends[0][name] == (SUPERSEDED if read else ("unreadable", "poor_fit", False))
        for name in names
        if kinds[int(name)] == "poor"
    )


def test_printing_settles_what_was_scanned_before(form: Filled) -> None:
    IssuedForm.objects.update(pages=[2])
    scan(form.pages(), "a")
    assert settle_printed() == 0
    IssuedForm.objects.update(pages=[1, 2])
    assert settle_printed() == 1
    assert set(ScanPage.objects.values_list("status", flat=True)) == {"read"}
    assert settle_printed() == 0


def test_a_page_of_another_version_is_no_news_at_every_printing(form: Filled) -> None:
    sheet = SheetId(form.issued.form_id, 1, "ZZZZZZ")
    scan([replace(form.page(1), sheet=sheet)], "other")
    IssuedForm.objects.update(undecided=False)
    assert settle_printed() == 0
    assert not IssuedForm.objects.get().undecided
