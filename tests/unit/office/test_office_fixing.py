"""What people say of pages: checked, logged, reversible, and the same in whatever order.

Pages are read by a stand-in that knows what each file shows once its page is told apart.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_forms import Filled, issue, page_refused, persons, scan

from papi.errors import UsageError
from papi.model.evidence import PageEvidence
from papi.model.page import PageHint, PageStatus, Reason
from papi.model.sheet import SheetId, new_form_id
from papi.office import fixing
from papi.office.fixing import Fix, WaitingPage, find_page, fix_page, waiting_pages
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine
from papi.store.fixes import StoredScan, fix_log
from papi.store.models import Reading, Record, Resolution, ScanPage, SourceFile
from papi.store.pages import start_batch
from papi.synth.answers import FieldInk

Shown = dict[str, PageEvidence]
"""File name -> what its page shows a person."""


@pytest.fixture
def form(workspace: Workspace) -> Filled:
    (filled,) = issue(persons(1))
    return filled


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Put evidence here; reading again will find it if the told identity is the right one."""
    pages: Shown = {}

    def read_again(_: Workspace, scan: StoredScan, hint: PageHint, __: Engine) -> PageEvidence:
        truth = pages[scan.source.name]
        if hint.sheet is None or (hint.sheet == truth.sheet or hint.forced):
            found = truth if hint.sheet else lost()
            return replace(found, source=scan.source, sheet=hint.sheet)
        disagree = page_refused(PageStatus.UNIDENTIFIED, Reason.BARCODES_DISAGREE)
        return replace(disagree, source=scan.source, sheet=hint.sheet)

    monkeypatch.setattr(fixing, "read_again", read_again)
    return pages


def lost() -> PageEvidence:
    return page_refused(PageStatus.UNIDENTIFIED, Reason.NO_BARCODE)


def told(form: Filled, page: int) -> Fix:
    return Fix(form_id=form.issued.form_id.lower(), page=page)


def number(name: str) -> int:
    return find_page(f"{name}#1")


def state(name: str) -> tuple[str, str, bool]:
    row = ScanPage.objects.get(source__name=name)
    return row.status, row.reason, row.active


def readings() -> list[tuple[object, ...]]:
    rows = Reading.objects.order_by("form_id", "page", "field")
    return list(rows.values_list("form_id", "page", "field", "value", "status", "reasons"))


def test_a_keyed_id_brings_a_page_home(workspace: Workspace, form: Filled, shown: Shown) -> None:
    scan([form.page(1)], "one")
    scan([lost()], "two")
    shown["two"] = form.page(2)
    (waiting,) = waiting_pages()
    assert (waiting.status, waiting.source, waiting.waits) == ("unidentified", "two", True)
    assert "ketik nomor" in waiting.message
    fixed = fix_page(workspace, waiting.number, told(form, 2))
    assert (fixed.status, fixed.page, fixed.waits) == ("read", 2, False)
    assert list(waiting_pages()) == []
    assert Record.objects.get().missing_pages == []


def test_each_fix_is_logged_once(workspace: Workspace, form: Filled, shown: Shown) -> None:
    scan([lost()], "two")
    shown["two"] = form.page(2)
    for _ in range(2):
        fix_page(workspace, number("two"), told(form, 2))
    fix_page(workspace, number("two"), Fix(blank=True))
    fix_page(workspace, number("two"), Fix(blank=True))
    fix_page(workspace, number("two"), Fix(again=True))
    assert [entry.kind for entry in fix_log(number("two"))] == ["identity", "blank", "again"]
    sheet = [form.issued.form_id, 2, form.issued.version]
    assert fix_log(number("two"))[0].detail == {"sheet": sheet, "forced": False}
    assert state("two") == ("unidentified", "no_barcode", False)
    assert readings() == []


def test_a_barcode_that_says_otherwise_is_believed_unless_forced(
    workspace: Workspace, form: Filled, shown: Shown
) -> None:
    scan([lost()], "two")
    shown["two"] = form.page(2)
    with pytest.raises(UsageError, match="barcode"):
        fix_page(workspace, number("two"), told(form, 1))
    assert state("two") == ("unidentified", "no_barcode", False)
    assert fix_log(number("two")) == []
    fix_page(workspace, number("two"), replace(told(form, 1), force=True))
    assert fix_log(number("two"))[0].detail["forced"] is True
    assert state("two") == ("read", "", True)


def test_the_other_side_of_a_sheet_tells_which_page_this_is(
    workspace: Workspace, shown: Shown
) -> None:
    first, second = issue(persons(2))
    pages = {"a": first.page(1), "b": lost(), "c": second.page(1), "d": second.page(2)}
    batch = start_batch("one")
    for name, page in pages.items():
        scan([page], name, batch=batch)
    shown["b"] = first.page(2)
    with pytest.raises(UsageError, match="beside it in the stack"):
        fix_page(workspace, number("b"), told(second, 1))
    assert state("b") == ("unidentified", "no_barcode", False)
    fix_page(workspace, number("b"), told(first, 2))
    assert state("b") == ("read", "", True)
    fix_page(workspace, number("b"), replace(told(second, 1), force=True))
    assert state("b")[0] == "conflict"


@pytest.mark.parametrize(
    ("fix", "said"),
    [
        (lambda form: Fix(form_id="AAAAAAAAA", page=1), "check character"),
        (lambda form: Fix(form_id=new_form_id(), page=1), "never printed"),
        (lambda form: Fix(form_id=form.issued.form_id, page=7), "no page 7"),
        (lambda form: Fix(form_id=form.issued.form_id), "go together"),
        (lambda form: Fix(corners=((1, 2), (3, 4))), "not four"),
        (lambda form: Fix(blank=True, foreign=True), "one thing"),
        (lambda form: Fix(choose=True), "not read"),
        (lambda form: Fix(), "one thing"),
    ],
)
def test_what_makes_no_sense_is_refused(
    fix: Callable[[Filled], Fix], said: str, workspace: Workspace, form: Filled, shown: Shown
) -> None:
    scan([lost()], "two")
    with pytest.raises(UsageError, match=said):
        fix_page(workspace, number("two"), fix(form))
    assert state("two") == ("unidentified", "no_barcode", False)


def test_a_nik_keyed_as_an_id_is_not_repeated(
    workspace: Workspace, form: Filled, shown: Shown
) -> None:
    shown["a"] = form.page(1)
    scan([lost()], "a")
    with pytest.raises(UsageError) as refused:
        fix_page(workspace, number("a"), Fix(form_id="3201120101010001", page=1))
    assert "3201120101010001" not in str(refused.value)
    assert "3201120101010001" not in refused.value.message


def test_a_page_that_was_read_is_not_lost_by_a_fix(
    workspace: Workspace, form: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan([form.page(1)], "one")
    poor = page_refused(PageStatus.UNREADABLE, Reason.POOR_FIT)
    monkeypatch.setattr(fixing, "read_again", lambda *_: poor)
    with pytest.raises(UsageError, match="would not be any more"):
        fix_page(workspace, number("one"), Fix(corners=((0, 0), (9, 0), (9, 9), (0, 9))))
    assert state("one") == ("read", "", True)


def test_pages_are_named_by_number_file_or_content(workspace: Workspace, form: Filled) -> None:
    scan([form.page(1), form.page(2)], "a#b.pdf")
    row = ScanPage.objects.select_related("source").get(index=1)
    sha256 = row.source.sha256
    for name in (str(row.pk), "a#b.pdf#2", f"{sha256[:12]}:2"):
        assert find_page(name) == row.pk
    for name in ("0", "a#b.pdf", "a#b.pdf#3", "other#1", "x", "²", "a#b.pdf#²"):
        with pytest.raises(UsageError):
            find_page(name)


def test_a_conflict_shows_its_other_scans_and_ends_with_a_choice(
    workspace: Workspace, form: Filled
) -> None:
    scan(form.pages(), "one")
    scan([form.other(1)], "two")
    (waiting,) = waiting_pages()
    first = ScanPage.objects.get(source__name="one", page=1)
    assert waiting.others == (first.pk,)
    Resolution.objects.create(form_id=form.issued.form_id, page=1, field="nama", value="X")
    fixed = fix_page(workspace, waiting.number, Fix(choose=True))
    assert (fixed.status, fixed.waits) == ("read", False)
    assert Resolution.objects.get().only_content == first.content, "keyed from the other scan"
    fix_page(workspace, first.pk, Fix(choose=True))
    assert state("two") == ("superseded", "rescanned", False)
    assert Reading.objects.get(field="nama").value == "X"


def test_a_scan_that_comes_after_the_choice_was_seen_by_nobody_and_waits(
    workspace: Workspace, form: Filled
) -> None:
    scan(form.pages(), "one")
    scan([form.other(1)], "two")
    fix_page(workspace, number("two"), Fix(choose=True))
    name = next(f.name for f in form.layout.by_page[1] if form.inks[f.name].cells)
    cells = ("8", *form.inks[name].cells[1:])
    scan([form.page(1, **{name.replace(".", "__"): FieldInk(cells=cells)})], "three")
    assert state("two") == ("read", "", True)
    assert state("three") == ("conflict", "same_page", False)
    assert [waiting.source for waiting in waiting_pages()] == ["three"]
    assert fix_page(workspace, number("two"), Fix(choose=True)).status == "read"
    assert state("three") == ("superseded", "rescanned", False)
    fix_page(workspace, number("two"), Fix(choose=True))
    assert len(fix_log(number("two"))) == 2


def test_a_page_moved_to_its_right_form_leaves_no_trace_on_the_wrong_one(
    workspace: Workspace, shown: Shown
) -> None:
    wrong, right = issue(persons(2))
    scan([lost()], "one")
    shown["one"] = right.page(1)
    fix_page(workspace, number("one"), replace(told(wrong, 1), force=True))
    assert Record.objects.get().form_id == wrong.issued.form_id
    fix_page(workspace, number("one"), told(right, 1))
    assert Record.objects.get().form_id == right.issued.form_id
    assert {row[0] for row in readings()} == {right.issued.form_id}


def test_what_was_cut_off_before_it_was_stored_changed_nothing(
    workspace: Workspace, form: Filled, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan([lost()], "two")
    shown["two"] = form.page(2)
    before = list(ScanPage.objects.values())
    monkeypatch.setattr("papi.store.fixes._log", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fix_page(workspace, number("two"), told(form, 2))
    assert list(ScanPage.objects.values()) == before


def test_what_was_cut_off_before_it_was_decided_is_decided_later(
    workspace: Workspace, form: Filled, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan([form.page(1)], "one")
    scan([lost()], "two")
    shown["two"] = form.page(2)
    with monkeypatch.context() as cut:
        cut.setattr("papi.office.deciding.Decider.decide_now", interrupt)
        with pytest.raises(KeyboardInterrupt):
            fix_page(workspace, number("two"), told(form, 2))
    assert Record.objects.count() == 0
    fix_page(workspace, number("two"), told(form, 2))
    assert Record.objects.get().missing_pages == []
    assert [entry.kind for entry in fix_log(number("two"))] == ["identity"]


def test_a_fix_decides_the_forms_it_touches_and_no_other(
    workspace: Workspace, shown: Shown
) -> None:
    form, other = issue(persons(2))
    scan([*form.pages()[:1], *other.pages()], "one")
    scan([lost()], "two")
    shown["two"] = form.page(2)
    fix_page(workspace, number("two"), told(form, 2))
    assert set(Record.objects.values_list("form_id", flat=True)) == {form.issued.form_id}
    fixing.look_across(workspace)
    assert Record.objects.count() == 2


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_waiting_pages_are_plain_data(workspace: Workspace, form: Filled) -> None:
    sheet = SheetId(form.issued.form_id, 1, form.issued.version)
    poor = replace(page_refused(PageStatus.UNREADABLE, Reason.POOR_FIT), sheet=sheet)
    scan([poor], "poor")
    (page,) = waiting_pages()
    assert isinstance(page, WaitingPage)
    assert (page.form_id, page.page) == (form.issued.form_id, 1)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chance=st.randoms(use_true_random=False))
def test_files_and_fixes_end_alike_in_any_order(
    chance: random.Random, workspace: Workspace, form: Filled, shown: Shown
) -> None:
    """Five files of two pages and four fixes; a fix may come once its file is there."""
    sheet = SheetId(form.issued.form_id, 1, form.issued.version)
    poor = replace(page_refused(PageStatus.UNREADABLE, Reason.POOR_FIT), sheet=sheet)
    files = {"a": form.page(1), "b": form.other(1), "c": lost(), "d": poor, "e": lost()}
    shown |= {"c": form.page(2), "d": form.page(1), "e": form.page(2)}
    keyed = {name: replace(told(form, n), force=True) for name, n in (("c", 2), ("d", 1))}
    fixes = {"b": Fix(choose=True), **keyed, "e": Fix(foreign=True)}
    ends = []
    for _ in range(2):
        SourceFile.objects.all().delete()
        Reading.objects.all().delete()
        batch = start_batch("one")
        steps = [(name, kind) for name in files for kind in (0, 1) if kind == 0 or name in fixes]
        chance.shuffle(steps)
        for name in files:  # a file before what is said of it
            first, *later = (n for n, step in enumerate(steps) if step[0] == name)
            for place, kind in zip((first, *later), (0, 1), strict=False):
                steps[place] = (name, kind)
        for name, kind in steps:
            if kind == 0:
                scan([files[name]], name, batch=batch)
            else:
                fix_page(workspace, number(name), fixes[name])
        fix_page(workspace, number("b"), fixes["b"])  # among all scans of the page, asked again
        fix_page(workspace, number("e"), fixes["e"])  # decides what came last
        fixing.look_across(workspace)
        ends.append(({name: state(name) for name in files}, readings()))
    assert ends[0] == ends[1]
    assert ends[0][0]["b"] == ("read", "", True)
    assert ends[0][0]["e"] == ("foreign", "set_aside", False)
    assert {s for s, _, _ in ends[0][0].values()} <= {"read", "superseded", "duplicate", "foreign"}
