"""What stands in boxes and ticks after a visit, by the contract's conventions."""

from random import Random

import pytest

from papi.geometry import Box
from papi.model.layout import Choice, FieldKind, Layout, LayoutField, LayoutPage
from papi.model.prelist import PrelistRow
from papi.synth.answers import (
    CANCEL,
    FILLER_CROSS,
    FILLER_DASH,
    MARK,
    Penmanship,
    fill_form,
    written_values,
)
from papi.synth.visits import Visit

PLAIN = Penmanship(cancelled=0, twice=0)


def boxes(count, y):
    return tuple(Box(20 + 5.4 * i, y, 4.6, 6) for i in range(count))


def ticks(codes, y):
    return tuple(Choice(code=c, box=Box(20 + 8 * i, y, 4, 4)) for i, c in enumerate(codes))


def field(name, kind, count=0, codes="", **more):
    y = 40.0
    if kind is FieldKind.CHOICE:
        return LayoutField(name=name, page=1, kind=kind, choices=ticks(codes, y), **more)
    if kind in {FieldKind.TEXT, FieldKind.SIGNATURE}:
        return LayoutField(name=name, page=1, kind=kind, box=Box(20, y, 60, 8), **more)
    return LayoutField(name=name, page=1, kind=kind, cells=boxes(count, y), **more)


def layout(*fields):
    page = LayoutPage(page=1, width_mm=210, height_mm=297)
    return Layout(form="verivali-rt", version="000001", codebook="x", pages=(page,), fields=fields)


def written(fields, found, listed=None, *, members=(), style=PLAIN, seed=1, twin=""):
    row = PrelistRow("verivali-rt", "1", "3201122005", listed or {}, tuple(m for m, _ in members))
    rng = Random(seed)  # noqa: S311
    visit = Visit("verivali-rt", row, found, tuple(f for _, f in members))
    return fill_form(visit, layout(*fields), rng, style=style, twin=twin)


PAIR = (field("rt_cek", FieldKind.CHOICE, codes="12"), field("rt", FieldKind.DIGITS, 3))


@pytest.mark.parametrize(
    ("listed", "found", "expected"),
    [
        ({"rt": "004"}, {"rt": "004"}, {"rt_cek": "1", "rt": ""}),
        ({"rt": "4"}, {"rt": "004"}, {"rt_cek": "1", "rt": ""}),
        ({"rt": "004"}, {"rt": "007"}, {"rt_cek": "2", "rt": "007"}),
        ({}, {"rt": "007"}, {"rt_cek": "2", "rt": "007"}),
        ({"rt": "004"}, {}, {"rt_cek": "", "rt": ""}),
        ({"rt": "004"}, {"rt": ""}, {"rt_cek": "", "rt": ""}),
    ],
)
def test_ticks_confirm_and_boxes_correct(listed, found, expected):
    assert written_values(written(PAIR, found, listed)) == expected


def test_a_confirmed_value_may_be_written_once_more():
    inks = written(PAIR, {"rt": "004"}, {"rt": "004"}, style=Penmanship(cancelled=0, twice=1))
    assert written_values(inks) == {"rt_cek": "1", "rt": "004"}


@pytest.mark.parametrize(
    ("style", "cells", "value"),
    [
        (Penmanship(zeros=True), ("0", "3", "6"), "036"),
        (Penmanship(zeros=False), ("", "3", "6"), "36"),
        (Penmanship(zeros=False, align_right=False), ("3", "6", ""), "36"),
        (
            Penmanship(zeros=False, filler=FILLER_CROSS, filler_share=1),
            (FILLER_CROSS, "3", "6"),
            "36",
        ),
    ],
)
def test_counts_stand_as_people_write_them(style, cells, value):
    ink = written([field("luas_lantai", FieldKind.DIGITS, 3)], {"luas_lantai": "36"}, style=style)
    assert (ink["luas_lantai"].cells, ink["luas_lantai"].value) == (cells, value)


def test_unused_boxes_after_a_number_may_be_crossed_out():
    style = Penmanship(filler=FILLER_DASH, filler_share=1)
    ink = written([field("hp", FieldKind.DIGITS, 13)], {"hp": "081234567890"}, style=style)["hp"]
    assert ink.cells[-1] == FILLER_DASH
    assert ink.value == "081234567890"


def test_dates_are_iso_and_stand_day_first():
    ink = written([field("t", FieldKind.DATE, 8)], {"t": "2026-10-05"})["t"]
    assert ("".join(ink.cells), ink.value) == ("05102026", "2026-10-05")


def test_capitals_keep_inner_blanks_and_end_with_the_boxes():
    ink = written([field("alias", FieldKind.CAPITALS, 8)], {"alias": "SITI AMINAH"})["alias"]
    assert ink.cells == ("S", "I", "T", "I", "", "A", "M", "I")
    assert ink.value == "SITI AMI"


def test_codes_are_joined_in_the_order_of_the_form():
    item = field("perlu", FieldKind.CHOICE, codes=["1", "2", "16"], multiple=True)
    assert written([item], {"perlu": "16 1"})["perlu"].value == "1 16"


def test_a_cancelled_mark_is_not_the_value():
    item = field("hasil", FieldKind.CHOICE, codes="123")
    ink = written([item], {"hasil": "2"}, style=Penmanship(cancelled=1))["hasil"]
    assert ink.value == "2"
    assert sorted(ink.marks.values()) == sorted([MARK, CANCEL])


def test_ink_fields_say_ink():
    items = [field("ttd", FieldKind.SIGNATURE), field("catatan", FieldKind.TEXT)]
    inks = written(items, {"ttd": "ink", "catatan": ""})
    assert written_values(inks) == {"ttd": "ink", "catatan": ""}


def strip(number, *names):
    codes = [field(f"art.{number}.{name}", FieldKind.DIGITS, 1) for name in names]
    return [
        field(f"art.{number}.art_cek", FieldKind.CHOICE, codes="12"),
        field(f"art.{number}.sta_keberadaan_art", FieldKind.CHOICE, codes="123456"),
        *codes,
    ]


def test_one_tick_speaks_for_all_codes_of_a_strip():
    items = [*strip(1, "hub_krt", "ada_dikk"), *strip(2, "hub_krt", "ada_dikk")]
    same = {"hub_krt": "1", "ada_dikk": "1"}
    now = {**same, "ada_dikk": "2", "sta_keberadaan_art": "1"}
    members = [(same, {**same, "sta_keberadaan_art": "1"}), (same, now)]
    values = written_values(written(items, {}, members=members))
    assert (values["art.1.art_cek"], values["art.1.ada_dikk"]) == ("1", "")
    assert (values["art.2.art_cek"], values["art.2.ada_dikk"]) == ("2", "2")
    assert values["art.2.hub_krt"] == ""


def test_who_is_gone_leaves_an_empty_strip():
    members = [({"hub_krt": "3"}, {"sta_keberadaan_art": "2"})]
    values = written_values(written(strip(1, "hub_krt"), {}, members=members))
    assert values == {"art.1.art_cek": "", "art.1.sta_keberadaan_art": "2", "art.1.hub_krt": ""}


NIK = (
    field("art.1.nik_cek", FieldKind.CHOICE, codes="123"),
    field("art.1.nik", FieldKind.DIGITS, 16),
)


@pytest.mark.parametrize(
    ("listed", "shown", "tick", "value"),
    [
        ("3201120101900001", "1", "1", ""),
        ("3201120101900001", "3", "3", ""),
        ("3201120101900009", "2", "2", "3201120101900001"),
        ("", "2", "2", "3201120101900001"),
    ],
)
def test_the_nik_has_three_ticks(listed, shown, tick, value):
    found = {"nik": "3201120101900001", "nik_dokumen": shown, "sta_keberadaan_art": "1"}
    values = written_values(written(NIK, {}, members=[({"nik": listed}, found)]))
    assert values == {"art.1.nik_cek": tick, "art.1.nik": value}


def test_results_that_name_another_form_get_its_id():
    item = field("data_idbdt_double_dengan", FieldKind.CODE, 9)
    inks = written([item], {"data_idbdt_double_dengan": "TWIN"}, twin="4F2K9QW3X")
    assert inks["data_idbdt_double_dengan"].value == "4F2K9QW3X"
