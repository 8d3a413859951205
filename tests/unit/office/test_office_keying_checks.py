"""What people type, brought to the form readings have; and what is wrong with it, in words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_forms import HOUSEHOLD_FORM, PERSON_FORM, built

from papi.model.layout import FieldKind, Layout, LayoutField
from papi.office.keying_checks import same_entry, shown_value, typed_value
from papi.office.keying_tasks import label_of, task_of
from papi.store.leases import LeasedItem


def field(name: str, form: str = PERSON_FORM) -> LayoutField:
    return built(form).layout.by_name[name]


def home(name: str) -> LayoutField:
    return field(name, HOUSEHOLD_FORM)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("nik", " 3201 0141 0785 0001 ", "3201014107850001"),
        ("hp", "0812-3456-7890", "081234567890"),
        ("rt", "005", "005"),
        ("rt", "5", "5"),
        ("nama", "siti  aminah", "SITI AMINAH"),
        ("nama", "d'Arcy-Putri S.", "D'ARCY-PUTRI S."),
        ("tgl_lahir", "07021985", "1985-02-07"),
        ("tgl_lahir", "7-2-1985", "1985-02-07"),
        ("tgl_lahir", "07/02/1985", "1985-02-07"),
        ("tgl_lahir", "7.2.1985", "1985-02-07"),
        ("tgl_lahir", "7 2 1985", "1985-02-07"),
        ("tgl_lahir", "1985-02-07", "1985-02-07"),
        ("hp", "0812.3456.7890", "081234567890"),
        ("nama", "Ma\u2019ruf", "MA'RUF"),
        ("jenis_kelamin", "2", "2"),
        ("ragam_disabilitas", "4 1", "1 4"),
        ("ragam_disabilitas", "41", "1 4"),
        ("ragam_disabilitas", "16,32", "16 32"),
        ("ragam_disabilitas", "32", "32"),
        ("ppks_1", "01", "01"),
        ("ppks_1", "1", "1"),
        ("id_ganda", "4f2k-9qw3-o", "4F2K9QW30"),
        ("alamat", "jl.  melati\tno 3", "JL. MELATI NO 3"),
        ("ttd_petugas", "1", "ink"),
        ("ttd_petugas", "0", ""),
    ],
)
def test_what_is_typed_becomes_what_a_reading_holds(name: str, typed: str, value: str) -> None:
    found = typed_value(field(name), typed)
    assert (found.value, found.refused, found.doubted) == (value, (), ())


@pytest.mark.parametrize(
    ("name", "typed", "rule"),
    [
        ("nik", "32O1", "digits"),
        ("rt", "1.5", "digits"),
        ("rt", "1.50", "digits"),
        ("nik", "1" * 17, "length"),
        ("nik", "١٢٣", "digits"),
        ("nama", "SITI 2", "alphabet"),
        ("nama", "S" * 27, "length"),
        ("nama", "ÉLISE", "alphabet"),
        ("tgl_lahir", "7 Februari", "date_form"),
        ("tgl_lahir", "070219850", "date_form"),
        ("jenis_kelamin", "3", "choices"),
        ("jenis_kelamin", "1 2", "one"),
        ("jenis_kelamin", "12", "one"),
        ("ragam_disabilitas", "3", "choices"),
        ("id_ganda", "4F2K9QW3XX", "length"),
        ("id_ganda", "4F2K9QW3U", "alphabet"),
        ("alamat", "X" * 201, "length"),
        ("ttd_petugas", "2", "choices"),
    ],
)
def test_what_no_paper_could_hold_is_refused_in_words(name: str, typed: str, rule: str) -> None:
    found = typed_value(field(name), typed)
    assert [problem.rule for problem in found.refused] == [f"form:{rule}"]
    assert all(problem.message_id and problem.message_en for problem in found.refused)


@pytest.mark.parametrize(
    ("name", "typed", "value", "rule"),
    [
        ("tgl_lahir", "31022020", "31022020", "calendar"),
        ("tgl_lahir", "31-2-2020", "31022020", "calendar"),
        ("tgl_lahir", "702", "702", "calendar"),
        ("ppks_1", "77", "77", "codes"),
        ("umur_taksiran", "121", "121", "range"),
        ("hp", "123", "123", "pattern"),
        ("nik", "320101", "320101", "pattern"),
    ],
)
def test_what_an_officer_may_have_written_wrongly_is_doubted(
    name: str, typed: str, value: str, rule: str
) -> None:
    found = typed_value(field(name), typed)
    assert (found.value, found.refused) == (value, ())
    assert [problem.rule for problem in found.doubted] == [f"form:{rule}"]


def every_field() -> list[tuple[Layout, LayoutField]]:
    layouts = [built(form).layout for form in (PERSON_FORM, HOUSEHOLD_FORM)]
    return [(layout, item) for layout in layouts for item in layout.fields]


def test_blank_is_a_value_of_every_field_and_nothing_typed_raises() -> None:
    for _, item in every_field():
        assert typed_value(item, " \t").value == ""
        for text in ("0", "A", "?", "1 2 3", "-", "\x00", "9" * 400, "😀"):
            typed_value(item, text)


@given(st.text(max_size=30))
def test_a_value_typed_again_is_the_same_value(text: str) -> None:
    for name in ("nik", "nama", "tgl_lahir", "ragam_disabilitas", "alamat", "id_ganda"):
        once = typed_value(field(name), text)
        if not once.refused:
            assert typed_value(field(name), once.value) == once


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_a_date_is_shown_as_it_is_typed(day: dt.date) -> None:
    item = field("tgl_lahir")
    shown = shown_value(item, day.isoformat())
    assert typed_value(item, shown).value == day.isoformat()
    assert typed_value(item, f"{day:%d%m%Y}").value == day.isoformat()


def test_two_spellings_of_one_value_agree_and_others_do_not() -> None:
    assert same_entry(home("art.1.pendidikan_tertinggi"), "1", "01")
    assert same_entry(field("tgl_lahir"), "1985-02-07", "07021985")
    assert not same_entry(field("rt"), "5", "50")
    assert not same_entry(field("nik"), "0201014107850001", "201014107850001")
    assert not same_entry(field("nama"), "SITI", "SITTI")
    assert not same_entry(field("jenis_kelamin"), "", "1")


@pytest.mark.parametrize(
    ("item", "label"),
    [
        (home("art.2.nik"), "ART 2 · NIK"),
        (home("art.3.nama_cek"), "ART 3 · Nama: sesuai / tidak sesuai"),
        (home("nama_sls_cek"), "Nama SLS/dusun: sesuai / tidak sesuai"),
        (home("art.1.nopesertapbi"), "ART 1 · No. peserta PBI"),
        (home("luas_lantai"), "Luas lantai (m²)"),
    ],
)
def test_a_label_says_what_is_printed_and_whose_it_is(item: LayoutField, label: str) -> None:
    assert label_of(item, built(HOUSEHOLD_FORM).layout) == label


def test_every_field_of_every_form_makes_a_task_with_all_its_codes_explained() -> None:
    for layout, item in every_field():
        leased = LeasedItem(1, "x", "F", item.page, item.name, "tick", "review", "", 1, "open")
        task = task_of(leased, layout)
        assert task.label.strip(" ·")
        assert task.most >= 1
        assert all(meaning for _, meaning in task.codes), (item.name, task.codes)
        if item.kind is FieldKind.CHOICE:
            assert [code for code, _ in task.codes] == [choice.code for choice in item.choices]
            longest = " ".join(code for code, _ in task.codes) if item.multiple else "1"
            assert task.most >= len(longest)


def test_a_sum_of_codes_is_explained() -> None:
    layout = built(HOUSEHOLD_FORM).layout
    leased = LeasedItem(
        1, "x", "F", 4, "art.1.ada_kartu_identitas", "coded", "review", "", 1, "open"
    )
    codes = dict(task_of(leased, layout).codes)
    assert codes["00"] == "Tidak memiliki"
    assert codes["05"] == "Akta kelahiran + KTP"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("19850207", "19850207"),
        ("7-2-85", "070285"),
        ("1985-W06-4", ""),
        ("01011012", "1012-01-01"),
    ],
)
def test_a_date_is_never_taken_for_another_than_what_was_typed(typed: str, value: str) -> None:
    found = typed_value(field("tgl_lahir"), typed)
    assert found.refused if not value else (found.value, found.refused) == (value, ())
    assert bool(found.doubted) == value.isdigit()
