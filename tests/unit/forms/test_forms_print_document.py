"""A village's PDF: order, duplex, manifest, cover, bad values, failures."""

import csv
import errno
from pathlib import Path

import pdfplumber
import pytest
import zxingcpp
from print_sample import VILLAGE, household, job, tiny_form

from papi.errors import StorageFull
from papi.forms.blank import render_page
from papi.forms.document import pages_for, print_village, walking_order, write_manifest
from papi.forms.files import replaced_file
from papi.forms.sheets import SheetPdf
from papi.geometry import POINTS_PER_MM
from papi.model.issue import MANIFEST_COLUMNS
from papi.model.sheet import HeaderId, SheetId, readable_form_id

LAYOUT, DRAWING = tiny_form()


def made_up_jobs(count):
    return [
        job(i, pages_for(LAYOUT, i % 5 + 1), household(i, i % 5 + 1) if i % 7 else None,
            copy=2 if i == 3 else 1)
        for i in range(1, count + 1)
    ]  # fmt: skip


def payloads(pdf, dpi=150):
    """Barcode texts of every page, decoded from its image."""
    data = Path(pdf).read_bytes()
    with pdfplumber.open(pdf) as document:
        count = len(document.pages)
    return [
        {c.text for c in zxingcpp.read_barcodes(render_page(data, i, dpi))} for i in range(count)
    ]


@pytest.mark.parametrize(
    ("members", "last"), [(0, 4), (3, 4), (4, 5), (6, 5), (7, 6), (18, 9), (20, 9), (31, 9)]
)
def test_two_member_strips_stay_empty(members, last):
    assert pages_for(LAYOUT, members) == tuple(range(1, last + 1))


def test_manifest_equals_what_the_pages_say(tmp_path):
    path = tmp_path / "32.pdf"
    jobs = made_up_jobs(12)
    rows = print_village(path, jobs, LAYOUT, DRAWING, VILLAGE)
    found = payloads(path)
    by_page = {row.pdf_page: row for row in rows}
    for number, texts in enumerate(found, start=1):
        if number in by_page:
            row = by_page[number]
            assert texts == {SheetId(row.form_id, row.page, row.version).payload()}
        elif texts:
            (text,) = texts
            assert HeaderId.parse(text) is not None
    assert sum(len(job.issued.pages) for job in jobs) == len(rows)
    assert len(found) % 2 == 0
    assert {row.pdf_file for row in rows} == {"32.pdf"}
    assert {row.prelist_id for row in rows} >= {"", "IDBDT000001"}


def test_every_form_begins_on_a_front(tmp_path):
    rows = print_village(tmp_path / "v.pdf", made_up_jobs(12), LAYOUT, DRAWING, VILLAGE)
    assert {row.pdf_page % 2 for row in rows if row.page % 2} == {1}
    assert {row.pdf_page % 2 for row in rows if row.page % 2 == 0} == {0}


def test_backs_of_odd_forms_are_white(tmp_path):
    path = tmp_path / "v.pdf"
    rows = print_village(path, [job(1, (1, 2, 3, 4, 5), household(1, 4))], LAYOUT, DRAWING, VILLAGE)
    assert [row.pdf_page for row in rows] == [5, 6, 7, 8, 9]
    for number in (2, 4, 10):  # backs of cover, ruler and fifth page
        assert render_page(path.read_bytes(), number - 1, 50).min() == 255


def test_forms_follow_the_walk_and_blank_forms_come_last():
    jobs = [
        job(1, (1,), household(1, 1, rw="002", rt="001", nourut_rt="1")),
        job(2, (1,), None),
        job(3, (1,), household(3, 1, rw="001", rt="010", nourut_rt="2")),
        job(4, (1,), household(4, 1, rw="001", rt="002", nourut_rt="10")),
        job(5, (1,), household(5, 1, rw="001", rt="002", nourut_rt="9")),
        job(6, (1,), household(6, 1, rw="", rt="", nourut_rt="")),
    ]
    order = [jobs.index(j) + 1 for j in walking_order(jobs)]
    assert order == [5, 4, 3, 1, 6, 2]


def test_cover_counts_and_lists(tmp_path):
    path = tmp_path / "v.pdf"
    jobs = made_up_jobs(70)
    print_village(path, jobs, LAYOUT, DRAWING, VILLAGE)
    with pdfplumber.open(path) as pdf:
        texts = [page.extract_text() for page in pdf.pages[:6]]
    cover, ruler = texts[0], next(text for text in texts if "SKALA CETAK" in text)
    assert "Sukamaju Kaler" in cover
    assert "32.01.01.2001" in cover
    assert "Verifikasi dan validasi 2026" in cover
    assert "100 %" in ruler
    assert "fit to page" in ruler
    listed = "\n".join(texts)
    for one in jobs:
        assert readable_form_id(one.issued.form_id) in listed
    assert "320101" not in listed.replace("3201012001", "")  # no NIK on a list


def test_ruler_measures_what_it_says(tmp_path):
    path = tmp_path / "v.pdf"
    print_village(path, [], LAYOUT, DRAWING, VILLAGE)
    with pdfplumber.open(path) as pdf:
        page = next(p for p in pdf.pages if "SKALA CETAK" in p.extract_text())
        assert page.page_number == 3
        sides = [(line["width"], line["height"]) for line in page.lines]
    measured = [(round(w / POINTS_PER_MM, 2), round(h / POINTS_PER_MM, 2)) for w, h in sides]
    for length in (100, 150):
        assert measured.count((length, 0)) == 1
        assert measured.count((0, length)) == 1


def test_printing_again_gives_the_same_run_and_keeps_the_id(tmp_path):
    first, again = (job(1, (1, 2), household(1, 1), copy=copy) for copy in (1, 2))
    one = print_village(tmp_path / "a.pdf", [first], LAYOUT, DRAWING, VILLAGE)
    two = print_village(tmp_path / "b.pdf", [again], LAYOUT, DRAWING, VILLAGE)
    same = print_village(tmp_path / "c.pdf", [first], LAYOUT, DRAWING, VILLAGE)
    assert [row.form_id for row in one] == [row.form_id for row in two]
    assert {row.copy for row in two} == {2}
    assert len(same) == len(one)
    assert payloads(tmp_path / "a.pdf")[0] == payloads(tmp_path / "c.pdf")[0]
    assert payloads(tmp_path / "a.pdf")[0] != payloads(tmp_path / "b.pdf")[0]


def test_odd_values_never_stop_a_print(tmp_path):
    odd = (
        "王小明 \ud800 \x00 ( \\ ) "
        + "".join(chr(c) for c in range(0xC0, 0x250))
        + "\u200f\u0639\u0628\u062f"
    )
    rows = [household(1, 2, nama_krt=odd, alamat=odd, rw=odd, rt="٣", nourut_rt="-1")]
    rows.append(household(2, 2, nama_krt="", alamat=""))
    jobs = [job(i, pages_for(LAYOUT, 2), row) for i, row in enumerate(rows, start=1)]
    path = tmp_path / "v.pdf"
    assert len(print_village(path, jobs, LAYOUT, DRAWING, VILLAGE)) == 8
    with pdfplumber.open(path) as pdf:
        assert any("??? ( \\ )" in page.extract_text() for page in pdf.pages[4:])


def test_other_versions_are_refused(tmp_path):
    other = LAYOUT.model_copy(update={"version": "ZZZZZZ"})
    with pytest.raises(ValueError, match="not of version"):
        print_village(tmp_path / "v.pdf", made_up_jobs(1), other, DRAWING, VILLAGE)
    assert not list(tmp_path.iterdir())


def test_a_failed_print_leaves_nothing(tmp_path, monkeypatch):
    def full(self):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SheetPdf, "close", full)
    with pytest.raises(StorageFull):
        print_village(tmp_path / "v.pdf", made_up_jobs(1), LAYOUT, DRAWING, VILLAGE)
    assert not list(tmp_path.iterdir())


def test_a_failed_rewrite_keeps_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), replaced_file(path) as stream:
        stream.write(b"new")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_manifest_file_has_the_contracts_columns(tmp_path):
    rows = print_village(tmp_path / "v.pdf", made_up_jobs(2), LAYOUT, DRAWING, VILLAGE)
    write_manifest(tmp_path / "manifest.csv", rows)
    with (tmp_path / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert tuple(read[0]) == MANIFEST_COLUMNS
    assert ",".join(MANIFEST_COLUMNS) == (
        "pdf_file,pdf_page,form_id,form,page,prelist_id,version,copy,region"
    )
    assert len(read) == len(rows)
    assert read[0]["region"] == VILLAGE.region


def test_a_side_stays_small(tmp_path):
    path = tmp_path / "v.pdf"
    rows = print_village(path, made_up_jobs(60), LAYOUT, DRAWING, VILLAGE)
    assert path.stat().st_size / len(rows) <= 6 * 1024
