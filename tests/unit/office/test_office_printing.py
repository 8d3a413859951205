"""Print: ids that last, copies, frozen layouts, the manifest, blank forms, and what goes wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from papi.errors import UnknownForm, UsageError
from papi.forms.layout import build_form
from papi.model.issue import MANIFEST_COLUMNS, ManifestRow
from papi.model.prelist import PrelistRow
from papi.model.sheet import normalise_form_id
from papi.office.freeze import frozen_layout
from papi.office.manifest import read_manifest
from papi.office.printing import PrintOrder, PrintReport, print_forms
from papi.office.regions import region_prefix
from papi.office.villages import date_in_words
from papi.office.workspace import Workspace
from papi.store import models
from papi.store.issued import find_issued
from papi.store.layouts import kept_versions
from papi.store.prelists import ImportSource, import_rows

FORM, PERSON = "verivali-rt", "verivali-ppks"
TODAY = dt.date(2026, 7, 1)
VILLAGE, OTHER = "3201012001", "3202012002"


def household(number: int, region: str = VILLAGE, members: int = 2) -> PrelistRow:
    return PrelistRow(
        FORM,
        f"H{number:03d}",
        region,
        {"idbdt": f"H{number:03d}", "nmdesa": "Suka Maju", "rt": "001", "rw": "001",
         "nourut_rt": str(number), "nama_krt": "BUDI CONTOH"},
        tuple({"nama": f"ANGGOTA {n}", "nik": f"32010117089000{n:02d}"} for n in range(members)),
    )  # fmt: skip


def person(number: int) -> PrelistRow:
    return PrelistRow(PERSON, f"P{number}", VILLAGE, {"id_ppks": f"P{number}", "nama": "SITI"})


def add(*rows: PrelistRow) -> None:
    import_rows(ImportSource(rows[0].form, "list.csv", "0" * 64), rows)


def run(
    workspace: Workspace, out: Path, form: str = FORM, region: str = "", blank: int = 0
) -> PrintReport:
    return print_forms(workspace, PrintOrder(form, out, TODAY, region, blank))


def ids(rows: tuple[ManifestRow, ...]) -> dict[str, str]:
    return {row.prelist_id: row.form_id for row in rows}


def test_one_pdf_per_village_with_a_manifest_that_is_true(
    workspace: Workspace, tmp_path: Path
) -> None:
    add(household(2), household(1), household(3, OTHER))
    report = run(workspace, tmp_path / "out")
    assert report.files == ("3201012001_Suka-Maju.pdf", "3202012002_Suka-Maju.pdf")
    assert report.rows == tuple(read_manifest(tmp_path / "out"))
    assert [r.prelist_id for r in report.rows if r.page == 1] == ["H001", "H002", "H003"]
    assert all(normalise_form_id(row.form_id) == row.form_id for row in report.rows)
    for row in report.rows:
        document = PdfDocument(tmp_path / "out" / row.pdf_file)
        text = document[row.pdf_page - 1].get_textpage().get_text_range().replace("-", "")
        document.close()
        assert row.form_id in text
    issued = find_issued(report.rows[0].form_id)
    assert issued is not None
    assert (issued.prelist_id, issued.pages, issued.copy) == ("H001", (1, 2, 3, 4), 1)


def test_no_personal_data_in_names_and_manifest(workspace: Workspace, tmp_path: Path) -> None:
    add(household(1))
    run(workspace, tmp_path / "out")
    text = (tmp_path / "out" / "manifest.csv").read_text() + " ".join(
        path.name for path in (tmp_path / "out").iterdir()
    )
    assert "BUDI" not in text
    assert "320101170890" not in text


def test_printing_again_keeps_ids_and_raises_the_copy(workspace: Workspace, tmp_path: Path) -> None:
    add(household(1), household(2))
    first = run(workspace, tmp_path / "out")
    second = run(workspace, tmp_path / "out")
    assert ids(first.rows) == ids(second.rows)
    assert {row.copy for row in first.rows} == {1}
    assert {row.copy for row in second.rows} == {2}
    assert read_manifest(tmp_path / "out") == list(second.rows)
    assert models.PrintCopy.objects.count() == 4
    assert second.to_json()["printed_again"] == 2


def test_a_household_that_grew_gets_more_pages_under_the_same_id(
    workspace: Workspace, tmp_path: Path
) -> None:
    add(household(1, members=2))
    first = run(workspace, tmp_path / "a")
    add(household(1, members=9))
    second = run(workspace, tmp_path / "b")
    assert ids(first.rows) == ids(second.rows)
    assert len(first.rows) == 4
    assert len(second.rows) > 4
    add(household(1, members=1))
    assert len(run(workspace, tmp_path / "c").rows) == len(second.rows)


def test_a_changed_template_leaves_printed_forms_alone(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(household(1))
    first = run(workspace, tmp_path / "a")
    built = build_form(FORM)
    changed = type(built)(
        built.layout.model_copy(update={"version": "ZZZZZ0", "title": "New"}),
        built.drawing.model_copy(update={"version": "ZZZZZ0"}),
    )
    monkeypatch.setattr("papi.office.freeze.build_form", lambda form: changed)
    add(household(2))
    second = run(workspace, tmp_path / "b")
    versions = {row.prelist_id: row.version for row in second.rows}
    assert versions == {"H001": first.rows[0].version, "H002": "ZZZZZ0"}
    assert len(second.files) == 2
    assert kept_versions(FORM) == [first.rows[0].version, "ZZZZZ0"]
    assert frozen_layout(workspace, FORM, first.rows[0].version) == built.layout
    with pytest.raises(UnknownForm):
        frozen_layout(workspace, FORM, "000000")


def test_region_prefix(workspace: Workspace, tmp_path: Path) -> None:
    add(household(1), household(2, OTHER))
    assert ids(run(workspace, tmp_path / "out", region="3202").rows).keys() == {"H002"}
    assert run(workspace, tmp_path / "out", region="33").forms == 0
    assert region_prefix("32.02 ") == "3202"
    with pytest.raises(UsageError):
        region_prefix("Bogor")


def test_blank_forms_come_with_what_was_not_printed_yet(
    workspace: Workspace, tmp_path: Path
) -> None:
    add(household(1))
    first = run(workspace, tmp_path / "out", blank=2)
    assert Counter(row.prelist_id for row in first.rows if row.page == 1) == {"H001": 1, "": 2}
    second = run(workspace, tmp_path / "out", blank=2)
    third = run(workspace, tmp_path / "out", blank=1)
    assert {row.prelist_id for row in (*second.rows, *third.rows)} == {""}
    manifest = read_manifest(tmp_path / "out")
    assert manifest == [*first.rows, *second.rows, *third.rows]
    assert len({row.pdf_file for row in manifest}) == 3
    assert len({row.form_id for row in manifest}) == 6


def test_blank_forms_need_a_village(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        run(workspace, tmp_path / "out", PERSON, region="3201", blank=1)
    report = run(workspace, tmp_path / "out", PERSON, region=VILLAGE, blank=1)
    assert (report.forms, {row.region for row in report.rows}) == (1, {VILLAGE})


@pytest.mark.parametrize("text", ["nama,jumlah\nA,1\n", "\xff\xfe", "{header}\na.pdf,x\n"])
def test_a_manifest_of_something_else_is_not_overwritten(
    workspace: Workspace, tmp_path: Path, text: str
) -> None:
    add(household(1))
    content = text.format(header=",".join(MANIFEST_COLUMNS)).encode("latin-1")
    (tmp_path / "manifest.csv").write_bytes(content)
    with pytest.raises(UsageError, match=r"manifest\.csv is not"):
        run(workspace, tmp_path)
    assert (tmp_path / "manifest.csv").read_bytes() == content
    assert not models.IssuedForm.objects.exists()


def test_persons(workspace: Workspace, tmp_path: Path) -> None:
    add(person(1), person(2))
    report = run(workspace, tmp_path / "out", PERSON)
    assert [row.page for row in report.rows] == [1, 2, 1, 2]


def test_a_print_that_fails_issues_nothing(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(household(1))

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError("printer on fire")

    monkeypatch.setattr("papi.office.printing.print_village", fails)
    with pytest.raises(RuntimeError):
        run(workspace, tmp_path / "out")
    assert models.IssuedForm.objects.count() == 0
    assert list((tmp_path / "out").iterdir()) == []


def test_form_ids_do_not_clash(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from papi.model.sheet import new_form_id

    add(household(1), household(2))
    taken = new_form_id()
    draws = iter([taken, taken, taken, new_form_id(), taken, new_form_id(), new_form_id()])
    monkeypatch.setattr("papi.office.printing.new_form_id", lambda: next(draws))
    report = run(workspace, tmp_path / "out")
    assert report.forms == 2


def test_date_in_words() -> None:
    assert date_in_words(dt.date(2026, 8, 17)) == "17 Agustus 2026"
