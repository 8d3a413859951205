"""Both shipped forms keep to paper: every box on the page, apart, large enough, and named right."""

from __future__ import annotations

import itertools

import pytest

from papi.forms.layout import BuiltForm, build_form
from papi.forms.layout_check import check_file, field_boxes
from papi.forms.layout_frame import forbidden_zones
from papi.forms.layout_piece import label_box
from papi.forms.template_file import form_names, template_path
from papi.geometry import Box
from papi.model.codebook import Codebook
from papi.model.drawing import Label, Rect
from papi.model.layout import CELL_KINDS, FieldKind, Layout, layout_version
from papi.model.sheet import A4

FORMS = ["verivali-ppks", "verivali-rt"]
SENSITIVE = {"10", "14", "15", "16", "17", "18", "19"}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> BuiltForm:
    return build_form(request.param)


def test_both_forms_ship() -> None:
    assert form_names() == FORMS


def test_templates_have_no_problems(form: BuiltForm) -> None:
    assert check_file(template_path(form.layout.form), Codebook.load()) == []


def test_names_are_unique(form: BuiltForm) -> None:
    names = [field.name for field in form.layout.fields]
    assert len(names) == len(set(names))


def test_boxes_stay_in_the_body_and_off_the_marks(form: BuiltForm) -> None:
    for field in form.layout.fields:
        for box in field_boxes(field):
            assert A4.body.contains(box), field.name
            assert not any(box.overlaps(mark) for mark in forbidden_zones(A4)), field.name


def test_nothing_drawn_touches_the_marks(form: BuiltForm) -> None:
    marks = forbidden_zones(A4)
    for page in form.drawing.pages:
        boxes = [label_box(item) for item in page.items if isinstance(item, Label)]
        boxes += [item.box for item in page.items if isinstance(item, Rect)]
        boxes += [slot.box for slot in page.slots]
        for box in boxes:
            assert not any(box.overlaps(mark) for mark in marks), box


def test_boxes_of_different_fields_keep_apart(form: BuiltForm) -> None:
    for fields in form.layout.by_page.values():
        spans = [(field, Box.around(field_boxes(field))) for field in fields]
        for (first, span), (second, other) in itertools.combinations(spans, 2):
            if not span.grown(0.75).overlaps(other):
                continue
            for a, b in itertools.product(field_boxes(first), field_boxes(second)):
                assert not a.grown(0.7).overlaps(b), (first.name, second.name)


def test_character_boxes_have_their_size_and_gap(form: BuiltForm) -> None:
    for field in form.layout.fields:
        if field.kind not in CELL_KINDS:
            continue
        assert {(cell.w, cell.h) for cell in field.cells} == {(4.6, 6.0)}
        assert len({cell.y for cell in field.cells}) == 1
        for left, right in itertools.pairwise(field.cells):
            assert right.x - left.right >= 0.8 - 0.011, field.name


def test_dates_have_eight_boxes(form: BuiltForm) -> None:
    dates = [field for field in form.layout.fields if field.kind is FieldKind.DATE]
    assert dates
    assert all(len(field.cells) == 8 for field in dates)


def test_ticks_have_their_size_and_pitch(form: BuiltForm) -> None:
    for fields in form.layout.by_page.values():
        ticks = [choice.box for field in fields for choice in field.choices]
        assert {(box.w, box.h) for box in ticks} == {(4.0, 4.0)}
        for a, b in itertools.combinations(ticks, 2):
            assert max(abs(a.x - b.x), abs(a.y - b.y)) >= 6.0 - 0.011


def test_no_text_is_smaller_than_eight_points(form: BuiltForm) -> None:
    for page in form.drawing.pages:
        assert all(item.size >= 8 for item in page.items if isinstance(item, Label))
        assert all(slot.size >= 8 and slot.min_size >= 8 for slot in page.slots)


def test_labels_keep_off_answers_and_each_other(form: BuiltForm) -> None:
    for page in form.drawing.pages:
        answers = [b for f in form.layout.by_page[page.page] for b in field_boxes(f)]
        labels = [
            (item, label_box(item).grown(-0.05)) for item in page.items if isinstance(item, Label)
        ]
        for label, box in labels:
            assert not any(box.overlaps(answer) for answer in answers), label.text
        for (label, box), (other, other_box) in itertools.combinations(labels, 2):
            assert not box.overlaps(other_box), (label.text, other.text)


def test_slots_keep_off_answers_and_labels(form: BuiltForm) -> None:
    for page in form.drawing.pages:
        answers = [b for f in form.layout.by_page[page.page] for b in field_boxes(f)]
        labels = [label_box(item) for item in page.items if isinstance(item, Label)]
        for slot in page.slots:
            assert not any(slot.box.overlaps(box) for box in answers), slot.name
            assert not any(slot.box.grown(-0.4).overlaps(box) for box in labels), slot.name


def test_every_answer_box_is_drawn_light(form: BuiltForm) -> None:
    for page in form.drawing.pages:
        drawn = {
            item.box: item
            for item in page.items
            if isinstance(item, Rect) and item.line is not None
        }
        for field in form.layout.by_page[page.page]:
            for box in field_boxes(field):
                assert drawn[box].line_gray >= 0.75
                assert 0.15 <= (drawn[box].line or 0) <= 0.2


def test_code_lists_exist_and_hold_the_codes(form: BuiltForm) -> None:
    codebook = Codebook.load()
    for field in form.layout.fields:
        if field.code_list and field.kind is not FieldKind.CHOICE:
            assert field.codes == codebook.code_lists[field.code_list].values()
        elif field.code_list:
            assert set(field.codes or ()) <= set(codebook.labels(field.code_list))
        if field.kind is FieldKind.CHOICE:
            assert field.codes == tuple(choice.code for choice in field.choices)


def test_every_confirming_tick_has_its_field(form: BuiltForm) -> None:
    for field in form.layout.fields:
        if field.cek_for:
            assert field.name == f"{field.cek_for}_cek"
            target = form.layout.by_name.get(field.cek_for)
            assert target is None or target.prelist is not None
            assert field.codes in (("1", "2"), ("1", "2", "3"))


def test_sesuai_is_hatched_where_there_is_nothing_to_confirm(form: BuiltForm) -> None:
    pages = {page.page: {s.name: s for s in page.slots} for page in form.drawing.pages}
    for field in form.layout.fields:
        if field.cek_for:
            slots = pages[field.page]
            target = form.layout.by_name.get(field.cek_for)
            column = target.prelist if target and target.prelist else field.cek_for
            assert slots[column].hatch == (field.choices[0].box,)


def test_prelist_columns_are_printed_on_the_page_that_asks_for_them(form: BuiltForm) -> None:
    for page in form.drawing.pages:
        printed = [slot.name for slot in page.slots]
        assert len(printed) == len(set(printed))
        fields = form.layout.by_page[page.page]
        assert {field.prelist for field in fields if field.prelist} <= set(printed)


def test_the_version_is_bound_to_layout_and_drawing(form: BuiltForm) -> None:
    layout = form.layout.model_copy(update={"version": ""})
    drawing = form.drawing.model_copy(update={"version": ""})
    content = [layout.to_json(), drawing.model_dump(mode="json")]
    assert layout_version(content) == form.layout.version == form.drawing.version
    pages = list(drawing.pages)
    pages[0] = pages[0].model_copy(update={"slots": pages[0].slots[1:]})
    other = drawing.model_copy(update={"pages": tuple(pages)})
    assert layout_version([content[0], other.model_dump(mode="json")]) != form.layout.version


def test_layout_json_reads_back(form: BuiltForm) -> None:
    document = form.layout.to_json()
    assert set(document) >= {"form", "version", "codebook", "pages", "fields"}
    assert Layout.model_validate(document).to_json() == document


def test_household_has_four_sides_and_five_more() -> None:
    layout = build_form("verivali-rt").layout
    assert layout.base_pages == (1, 2, 3, 4)
    assert [page.role for page in layout.pages] == ["base"] * 4 + ["continuation"] * 5
    assert list(layout.members()) == list(range(1, 21))
    pages = {n: layout.by_name[f"art.{n}.nik"].page for n in layout.members()}
    assert [n for n, page in pages.items() if page == 3] == [1, 2, 3]
    assert [n for n, page in pages.items() if page == 4] == [4, 5]
    assert [n for n, page in pages.items() if page == 9] == [18, 19, 20]
    assert [layout.by_name[f"nokk_{n}"].page for n in range(1, 8)] == [1, 1, 5, 6, 7, 8, 9]


def test_person_has_two_sides() -> None:
    layout = build_form("verivali-ppks").layout
    assert layout.base_pages == (1, 2)
    assert list(layout.members()) == []


BOXES = {
    "verivali-rt": {
        "rt": 3, "rw": 3, "kode_pos": 5, "nama_krt": 26, "jumlah_art": 2, "jumlah_keluarga": 1,
        "nokk_1": 16, "nokk_2": 16, "hp": 13, "data_idbdt_double_dengan": 9, "kode_petugas": 6,
        "kode_pemeriksa": 6, "luas_lantai": 3, "lantai": 2, "atap": 2, "nomor_meter_air": 12,
        "nomor_pln": 12, "nomor_gas": 12, "luas_atb": 5, "jumlah_sapi": 2, "jumlah_kambing": 2,
        "art.1.nama": 24, "art.20.nik": 16, "art.7.tgllahir": 8, "art.3.ada_kartu_identitas": 2,
        "art.3.jenis_cacat": 2, "art.3.pendidikan_tertinggi": 2, "art.3.lapangan_usaha": 2,
        "art.3.jumlah_jamkerja": 2, "art.3.nopesertapbi": 13,
    },
    "verivali-ppks": {
        "nama": 26, "alias": 16, "nik": 16, "no_kk": 16, "tempat_lahir": 18, "tgl_lahir": 8,
        "umur_taksiran": 3, "rt": 3, "rw": 3, "hp": 13, "id_lks": 9, "ppks_1": 2, "ppks_3": 2,
        "status_pekerjaan": 1, "no_bpjs": 13, "nama_wali": 20, "hub_wali": 1, "hp_wali": 13,
        "id_ganda": 9, "tgl_meninggal": 8, "tanggal_pemeriksaan": 8, "kode_petugas": 6,
    },
}  # fmt: skip
TICKS = {
    "verivali-rt": {
        "hasil_verivali": 6, "alasan_tidak_ditemukan": 4, "apakah_mampu": 2, "foto_diambil": 1,
        "nama_sls_cek": 2, "lantai_cek": 2, "ada_tabung_gas": 2, "ada_kapal": 2, "rumah_lain": 2,
        "sta_art_usaha": 2, "status_kks": 2, "status_kur": 2, "art.2.nik_cek": 3,
        "art.2.sta_keberadaan_art": 6, "art.2.art_cek": 2, "art.2.jnskel": 2, "art.2.ada_pkh": 2,
    },
    "verivali-ppks": {
        "nik_cek": 3, "nik_tidak_ada": 5, "jenis_kelamin": 2, "status_kawin": 4,
        "alamat_ktp_sama": 2, "tempat_ditemui": 6, "ragam_disabilitas": 6, "adl": 3,
        "alat_bantu_punya": 2, "alat_bantu_butuh": 2, "partisipasi_sekolah": 3, "ijazah": 7,
        "bekerja": 2, "ada_kks": 2, "ada_atensi": 2, "layanan_dibutuhkan": 8, "hasil_ppks": 8,
        "persetujuan": 2,
    },
}  # fmt: skip
INK = {
    "verivali-rt": ["alamat", "catatan", "ttd_responden", "ttd_petugas", "ttd_pemeriksa"],
    "verivali-ppks": ["alamat", "daerah_tujuan", "catatan", "ttd_responden", "ttd_petugas"],
}


def test_fields_have_the_boxes_of_the_specification(form: BuiltForm) -> None:
    names = form.layout.by_name
    expected = BOXES[form.layout.form]
    assert {name: len(names[name].cells) for name in expected} == expected
    ticks = TICKS[form.layout.form]
    assert {name: len(names[name].choices) for name in ticks} == ticks
    assert all(names[name].box is not None for name in INK[form.layout.form])


def test_assets_alternate_their_codes() -> None:
    layout = build_form("verivali-rt").layout
    items = Codebook.load().item_lists["aset_bergerak"]
    codes = [layout.by_name[item.field].codes for item in items]
    assert codes == [("1", "2"), ("3", "4")] * 7 + [("1", "2")]


def test_critical_fields_are_marked() -> None:
    household, person = (build_form(name).layout.by_name for name in reversed(FORMS))
    for name in ("nama_krt", "nokk_1", "hasil_verivali", "art.1.nik", "art.1.nama"):
        assert household[name].critical
    for name in ("art.1.tgllahir", "art.1.jnskel", "art.1.sta_keberadaan_art"):
        assert household[name].critical
    for name in ("nik", "nama", "no_kk", "tgl_lahir", "jenis_kelamin", "hasil_ppks", "ppks_2"):
        assert person[name].critical
    assert not household["lantai"].critical


def test_conditions_name_the_strip_they_stand_in() -> None:
    field = build_form("verivali-rt").layout.by_name["art.4.nopesertapbi"]
    assert field.ask_if is not None
    assert field.ask_if.rule == "skip.nopesertapbi"
    assert field.ask_if.when == {
        "all": [
            {"field": "art.4.sta_keberadaan_art", "in": ["1", "4"]},
            {"field": "art.4.ada_pbi", "in": ["1"]},
        ]
    }


def test_categories_are_printed_so_that_sensitive_ones_can_be_withheld() -> None:
    slots = [s for p in build_form("verivali-ppks").drawing.pages for s in p.slots]
    assert {s.code_list for s in slots if s.name.startswith("ppks_")} == {"ppks"}
    codes = Codebook.load().code_lists["ppks"].codes
    assert {code.code for code in codes if code.sensitive} == SENSITIVE
