from dataclasses import replace

import pytest
from deciding import (
    BOX,
    CAMPAIGN,
    RECIPE,
    WORLD,
    boxes,
    cek_field,
    cells_field,
    issued,
    items,
    layout_of,
    page,
    reading,
    tick,
    tick_field,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from papi.checking.decide import INCOMPLETE, MATCHED, QUEUE, decide_form
from papi.checking.fields import TOUCHING, TURNED, read_field
from papi.checking.questions import NIK_AGREEMENT
from papi.checking.truth import CONFLICT, NO_CHANGE
from papi.model.evidence import BLANK, JUNK, FieldEvidence, PageEvidence
from papi.model.layout import AskIf, FieldKind, LayoutField
from papi.model.page import PageSource, PageStatus, Reason
from papi.model.prelist import PrelistRow
from papi.model.reading import ReadingStatus, Source

NIK, OTHER_NIK = "3201015205900001", "3201015205900002"
HERE = AskIf(text="", rule="r", when={"field": "art.1.sta_keberadaan_art", "in": ["1", "4"]})


def strip(n, **more):
    name = f"art.{n}."
    return (
        cek_field(name + "nama", **more),
        cells_field(name + "nama", FieldKind.CAPITALS, 24, prelist="nama", critical=True, **more),
        cek_field(name + "nik", "123", **more),
        cells_field(name + "nik", FieldKind.DIGITS, 16, prelist="nik", critical=True, **more),
        tick_field(
            name + "sta_keberadaan_art", tuple("123456"), critical=True, required=True, **more
        ),
        cek_field(name + "tgllahir", **more),
        cells_field(
            name + "tgllahir", FieldKind.DATE, 8, prelist="tgllahir", critical=True, **more
        ),
        tick_field(name + "jnskel", ("1", "2"), prelist="jnskel", critical=True, **more),
        tick_field(name + "art_cek", ("1", "2"), **more),
        cells_field(
            name + "penyakit_kronis",
            FieldKind.DIGITS,
            1,
            codes=tuple("01234567"),
            prelist="penyakit_kronis",
            required=True,
            ask_if=HERE.model_copy(
                update={"when": {**HERE.when, "field": name + "sta_keberadaan_art"}}
            ),
            **more,
        ),
    )


LAYOUT = layout_of(
    cek_field("kode_pos_lama"),
    cells_field("kode_pos", FieldKind.DIGITS, 5),
    LayoutField(name="alamat", page=1, kind=FieldKind.TEXT, box=BOX, prelist="alamat"),
    cek_field("alamat"),
    LayoutField(name="catatan", page=1, kind=FieldKind.TEXT, box=BOX),
    tick_field("foto_diambil", ("1",)),
    *strip(1, page=2),
    *strip(2, page=2),
    *strip(3, page=3),
    form="test-form",
    pages=(1, 2, 3),
)
MEMBER = {
    "nama": "SITI AMINAH",
    "nik": NIK,
    "tgllahir": "1990-05-12",
    "jnskel": "2",
    "penyakit_kronis": "0",
}
ROW = PrelistRow("test-form", "X1", "3201012001", {"alamat": "JL. MAWAR 1"}, (MEMBER,))
FINE = {
    "art__1__nama_cek": "1",
    "art__1__nik_cek": "1",
    "art__1__tgllahir_cek": "1",
    "art__1__sta_keberadaan_art": "1",
    "art__1__jnskel": "2",
    "art__1__art_cek": "1",
}


def decide(first=None, second=None, *, pages=(1, 2, 3), resolutions=None, recipe=RECIPE):
    texts = {1: {"alamat_cek": "1"} | (first or {}), 2: FINE | (second or {}), 3: {}}
    evidence = {n: page(LAYOUT, n, **texts[n]) for n in pages}
    return decide_form(
        issued(LAYOUT), evidence, ROW, LAYOUT, recipe, CAMPAIGN, WORLD.regions, resolutions or {}
    )


def test_a_confirmed_form_is_matched_without_questions():
    decision = decide()
    assert items(decision) == {}
    assert decision.outcome == MATCHED
    assert set(decision.members) == {1}
    assert decision.members[1]["nik"].value == NIK
    assert decision.members[1]["nik"].origin is Source.PRELIST
    assert decision.members[1]["jnskel"].origin is Source.MACHINE
    assert decision.values["alamat"].value == "JL. MAWAR 1"


def test_every_field_of_every_page_read_has_a_reading_in_layout_order():
    decision = decide(pages=(1, 3))
    expected = [field.name for field in LAYOUT.fields if field.page in (1, 3)]
    assert [r.field for r in decision.readings] == expected
    assert decision.outcome == INCOMPLETE
    assert decision.missing_pages == (2,)


def test_a_page_that_was_not_read_is_missing():
    failed = PageEvidence(PageSource("p", "0", 0), PageStatus.UNREADABLE, Reason.POOR_FIT)
    decision = decide_form(
        issued(LAYOUT), {1: failed}, ROW, LAYOUT, RECIPE, CAMPAIGN, WORLD.regions
    )
    assert decision.readings == ()
    assert decision.outcome == INCOMPLETE


def test_order_of_pages_does_not_matter():
    evidence = [(n, page(LAYOUT, n, **(FINE if n == 2 else {}))) for n in (1, 2, 3)]
    one, two = (
        decide_form(issued(LAYOUT), dict(order), ROW, LAYOUT, RECIPE, CAMPAIGN, WORLD.regions)
        for order in (evidence, evidence[::-1])
    )
    assert one == two


def test_ink_that_reaches_into_the_next_box_goes_to_a_person():
    field = cells_field("jumlah_art", FieldKind.DIGITS, 2)
    evidence = FieldEvidence(field.name, cells=boxes("12", 2, 0.99999))
    assert read_field(field, evidence, WORLD).reasons == ()
    crossing = replace(evidence, flags=("intruding", "touching"))
    assert read_field(field, crossing, WORLD).reasons == (TOUCHING,)


@pytest.mark.parametrize("flag", ["stripe", "pale"])
def test_a_stripe_or_what_shines_through_is_nobodys_one(flag):
    field = cells_field("jumlah_art", FieldKind.DIGITS, 2)
    evidence = FieldEvidence(field.name, cells=boxes("11", 2, 0.99999), flags=(flag,))
    assert read_field(field, evidence, WORLD).reasons == (f"reading:{flag}",)


def test_dots_of_ink_in_a_blank_field_are_shown():
    field = cells_field("jumlah_art", FieldKind.DIGITS, 2)
    evidence = FieldEvidence(field.name, cells=boxes("", 2, 0.99999)).flagged("traces")
    assert read_field(field, evidence, WORLD).reasons == ("reading:traces",)
    choice = next(item for item in LAYOUT.fields if item.kind is FieldKind.CHOICE)
    ticks = {c.code: {"empty": 0.9999, "marked": 0.0001} for c in choice.choices}
    blank = FieldEvidence(choice.name, ticks=ticks)
    assert read_field(choice, blank, WORLD).reasons == ()
    assert read_field(choice, blank.flagged("traces"), WORLD).reasons == ("reading:traces",)


def test_what_shines_through_and_reads_as_blank_bothers_nobody():
    field = cells_field("jumlah_art", FieldKind.DIGITS, 2)
    evidence = FieldEvidence(field.name, cells=boxes("", 2, 0.99999), flags=("pale",))
    assert read_field(field, evidence, WORLD).reasons == ()


@pytest.mark.parametrize("flag", ["touching", "out_of_box"])
def test_ink_that_leaves_its_box_asks_for_more_certainty(flag):
    def asked(probability):
        cells = tuple(boxes("WATI", 24, probability, other="Q"))
        evidence = FieldEvidence("art.1.nama", cells=cells, flags=(flag,))
        return items(decide(second={"art__1__nama": evidence, "art__1__nama_cek": "2"}))

    assert asked(0.9999) == {}
    assert "art.1.nama" in asked(0.994)  # 0.976 as a whole: enough inside the boxes


def test_empty_strips_ask_nothing_even_if_dirty():
    speck = FieldEvidence("art.2.penyakit_kronis", cells=({BLANK: 0.9, "1": 0.1},))
    decision = decide(second={"art__2__penyakit_kronis": speck})
    assert items(decision) == {}
    assert reading(decision, "art.2.penyakit_kronis").confidence > 0.995


def test_a_single_mark_in_an_empty_strip_goes_to_a_person_and_makes_no_member():
    speck = FieldEvidence("art.2.penyakit_kronis", cells=({"1": 0.9, BLANK: 0.1},))
    decision = decide(second={"art__2__penyakit_kronis": speck})
    assert set(items(decision)) == {"art.2.penyakit_kronis"}
    assert set(decision.members) == {1}
    sure = FieldEvidence("art.2.penyakit_kronis", cells=({"1": 0.99999, BLANK: 0.00001},))
    decision = decide(second={"art__2__penyakit_kronis": sure})
    assert "reading:stray" in items(decision)["art.2.penyakit_kronis"]


def test_a_new_member_is_asked_what_is_required():
    decision = decide(second={"art__2__nama": "BUDI", "art__2__sta_keberadaan_art": "4"})
    assert items(decision) == {"art.2.penyakit_kronis": ("reading:required_blank",)}
    assert set(decision.members) == {1, 2}


def test_low_confidence_goes_to_a_person_with_its_candidates():
    unsure = FieldEvidence("kode_pos", cells=(*boxes("1641", 4), {"1": 0.8, "7": 0.2}))
    decision = decide(first={"kode_pos": unsure})
    assert items(decision) == {"kode_pos": ("reading:low_confidence",)}
    assert [value for value, _ in reading(decision, "kode_pos").candidates[:2]] == [
        "16411",
        "16417",
    ]
    assert decision.values["kode_pos"].status == "pending"
    assert decision.outcome == QUEUE


def test_scrawl_is_never_accepted():
    cells = (*boxes("1641", 4), {"1": 0.94, JUNK: 0.06})
    loose = RECIPE.model_copy(
        update={"thresholds": RECIPE.thresholds.model_copy(update={"number": 0.1})}
    )
    decision = decide(first={"kode_pos": FieldEvidence("kode_pos", cells=cells)}, recipe=loose)
    assert items(decision) == {"kode_pos": ("reading:not_a_character",)}


def test_text_is_keyed_only_where_the_recipe_says_so():
    decision = decide(first={"alamat": "x", "alamat_cek": "2", "catatan": "x"})
    assert items(decision) == {"alamat": ("reading:text",)}
    assert reading(decision, "catatan").value == "ink"
    resolved = decide(
        first={"alamat": "x", "alamat_cek": "2"}, resolutions={"alamat": "JL. MELATI 2"}
    )
    assert resolved.outcome == MATCHED
    assert resolved.values["alamat"].value == "JL. MELATI 2"
    assert resolved.values["alamat"].origin is Source.CLERK


def test_resolution_replaces_the_machine_and_keeps_its_word():
    unsure = FieldEvidence("kode_pos", cells=(*boxes("1641", 4), {"1": 0.8, "7": 0.2}))
    decision = decide(first={"kode_pos": unsure}, resolutions={"kode_pos": "16417"})
    row = reading(decision, "kode_pos")
    assert (row.value, row.machine_value) == ("16417", "16411")
    assert (row.status, row.source) == (ReadingStatus.RESOLVED, Source.CLERK)
    assert decision.outcome == MATCHED


def test_a_resolved_field_keeps_why_it_was_asked():
    unsure = FieldEvidence("kode_pos", cells=(*boxes("1641", 4), {"1": 0.8, "7": 0.2}))
    decision = decide(first={"kode_pos": unsure}, resolutions={"kode_pos": "16411"})
    assert reading(decision, "kode_pos").reasons == ("reading:low_confidence",)


def test_the_hatched_box_of_a_missing_value_is_no_tick():
    hatched = {"1": tick("doubtful"), "2": tick("empty")}
    names = ("kode_pos_lama_cek", "art.2.nama_cek")
    first = {names[0]: FieldEvidence(names[0], ticks=hatched)}
    second = {names[1].replace(".", "__"): FieldEvidence(names[1], ticks=hatched)}
    decision = decide(first=first, second=second)
    assert items(decision) == {}
    assert {reading(decision, name).value for name in names} == {""}


def test_a_mark_over_the_hatching_is_not_passed_over():
    name = "art.2.nama_cek"
    marked = FieldEvidence(name, ticks={"1": tick("marked"), "2": tick("empty")})
    decision = decide(second={name.replace(".", "__"): marked})
    assert "reading:doubtful" in items(decision)[name]
    assert reading(decision, name).value == "1"


def test_conflict_is_settled_by_the_tick_a_clerk_keys():
    written = {"art__1__nama": "SITA AMINAH"}
    decision = decide(second=written)
    assert set(items(decision)) == {"art.1.nama", "art.1.nama_cek"}
    assert CONFLICT in items(decision)["art.1.nama_cek"]
    keyed = {"art.1.nama": "SITA AMINAH", "art.1.nama_cek": "2"}
    settled = decide(second=written, resolutions=keyed)
    assert settled.outcome == MATCHED
    assert settled.members[1]["nama"].value == "SITA AMINAH"


def corrected_nik(cells):
    return {
        "art__1__nik_cek": "2",
        "art__1__nik": FieldEvidence("art.1.nik", cells=tuple(cells)),
    }


def test_a_handwritten_nik_that_agrees_is_accepted():
    decision = decide(second=corrected_nik(boxes(OTHER_NIK, 16)))
    assert items(decision) == {}
    assert decision.members[1]["nik"].value == OTHER_NIK


def test_nik_and_birth_date_help_each_other_but_turn_nothing_unseen():
    def new_member(position, likely, other, p):
        date = list(boxes("12051990", 8))
        date[position] = {likely: p, other: 1 - p}
        return {
            "art__2__nama": "SITI AMINAH",
            "art__2__nik": NIK,
            "art__2__tgllahir": FieldEvidence("art.2.tgllahir", cells=tuple(date)),
            "art__2__jnskel": "2",
            "art__2__sta_keberadaan_art": "4",
            "art__2__penyakit_kronis": "0",
        }

    helped = decide(second=new_member(1, "2", "3", 0.98))
    assert items(helped) == {}
    assert reading(helped, "art.2.tgllahir").value == "1990-05-12"
    turned = decide(second=new_member(1, "3", "2", 0.6))
    assert TURNED in items(turned)["art.2.tgllahir"]
    clear = decide(second=new_member(1, "3", "2", 0.99999))
    assert reading(clear, "art.2.tgllahir").value == "1990-05-13"
    assert NIK_AGREEMENT in items(clear)["art.2.nik"]


@pytest.mark.parametrize("nik", ["3201011205900002", "3201015305900002", "9999995205900002"])
def test_a_handwritten_nik_that_disagrees_goes_to_a_person(nik):
    decision = decide(second=corrected_nik(boxes(nik, 16)))
    assert NIK_AGREEMENT in items(decision)["art.1.nik"]
    assert reading(decision, "art.1.nik").confidence > 0.99


@given(
    position=st.integers(0, 15),
    ink=st.floats(0.501, 0.99999),
    tick_code=st.sampled_from(["1", "2", "", "3"]),
)
@settings(deadline=None, max_examples=150)
def test_ink_that_differs_from_print_in_one_digit_never_becomes_the_print(position, ink, tick_code):
    """Written: the printed NIK with one digit changed; the ink prefers the change."""
    cells = list(boxes(NIK, 16))
    other = str((int(NIK[position]) + 1) % 10)
    cells[position] = {other: ink, NIK[position]: 1 - ink}
    written = corrected_nik(cells) | {"art__1__nik_cek": tick_code}
    row = reading(decide(second=written), "art.1.nik")
    right = NIK[:position] + other + NIK[position + 1 :]
    assert row.value == right or row.status is ReadingStatus.REVIEW
    if row.value == NIK:
        assert TURNED in row.reasons or "reading:low_confidence" in row.reasons


@given(ink=st.floats(0.501, 0.99999), tick_code=st.sampled_from(["1", "2", ""]))
@settings(deadline=None, max_examples=60)
def test_ink_that_differs_from_print_in_one_letter_never_becomes_the_print(ink, tick_code):
    cells = list(boxes("SITI AMINAH", 24, other="Q"))
    cells[3] = {"A": ink, "I": 1 - ink}
    written = {
        "art__1__nama": FieldEvidence("art.1.nama", cells=tuple(cells)),
        "art__1__nama_cek": tick_code,
    }
    row = reading(decide(second=written), "art.1.nama")
    assert row.value == "SITA AMINAH" or row.status is ReadingStatus.REVIEW


def test_a_correction_that_repeats_the_print_is_looked_at():
    decision = decide(second={"art__1__nama": "SITI AMINAH", "art__1__nama_cek": "2"})
    assert items(decision) == {"art.1.nama": (NO_CHANGE,)}


def test_cancelled_tick_of_a_critical_field_goes_to_a_person():
    ticks = {code: tick("empty") for code in "123456"} | {
        "1": tick("cancelled"),
        "2": tick("marked"),
    }
    presence = FieldEvidence("art.1.sta_keberadaan_art", ticks=ticks)
    decision = decide(second={"art__1__sta_keberadaan_art": presence})
    assert items(decision)["art.1.sta_keberadaan_art"] == ("reading:cancelled",)
    assert reading(decision, "art.1.sta_keberadaan_art").value == "2"


def test_missing_evidence_is_never_blank():
    evidence = {n: page(LAYOUT, n, **(FINE if n == 2 else {})) for n in (1, 2, 3)}
    fields = {k: v for k, v in evidence[1].fields.items() if k != "kode_pos"}
    evidence[1] = replace(evidence[1], fields=fields)
    decision = decide_form(issued(LAYOUT), evidence, ROW, LAYOUT, RECIPE, CAMPAIGN, WORLD.regions)
    assert items(decision)["kode_pos"] == ("reading:missing",)
    assert reading(decision, "kode_pos").confidence == 0.0


def test_critical_fields_need_more():
    cells = list(boxes("SITA AMINAH", 24, 0.999999, other="Q"))
    cells[3] = {"A": 0.965, "I": 0.035}
    written = {
        "art__1__nama": FieldEvidence("art.1.nama", cells=tuple(cells)),
        "art__1__nama_cek": "2",
    }
    assert items(decide(second=written)) == {"art.1.nama": ("reading:low_confidence",)}
