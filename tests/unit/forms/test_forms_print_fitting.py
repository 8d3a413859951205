"""Text fits its slot, whatever the pre-list holds."""

from hypothesis import given, settings
from hypothesis import strategies as st
from print_sample import VILLAGE, household, job

from papi.forms.fitting import cut_text, fit_text
from papi.forms.fonts import text_width
from papi.forms.typesetting import printable
from papi.forms.values import is_sensitive, mask_number, own_values, slot_text
from papi.geometry import POINTS_PER_MM, Box
from papi.model.drawing import Slot
from papi.model.prelist import PrelistRow

BOX = Box(20, 20, 40, 8)


def fit(text, lines=1, box=BOX):
    return fit_text(text, box, face="semibold", size=9, min_size=7, lines=lines)


def test_short_text_keeps_its_size():
    assert fit("SITI") == fit_text("SITI", BOX, face="semibold", size=9, min_size=7, lines=3)
    assert (fit("SITI").lines, fit("SITI").size) == (("SITI",), 9)


def test_long_text_shrinks_then_wraps_then_is_cut():
    shrunk = fit("MUHAMMAD ABDURRAHMAN ALI")
    assert shrunk.lines == ("MUHAMMAD ABDURRAHMAN ALI",)
    assert 7 <= shrunk.size < 9
    wrapped = fit("MUHAMMAD ABDURRAHMAN AL FATIH", lines=2)
    assert len(wrapped.lines) == 2
    assert " ".join(wrapped.lines) == "MUHAMMAD ABDURRAHMAN AL FATIH"
    cut = fit("MUHAMMAD ABDURRAHMAN AL FATIH BIN SULAEMAN")
    assert cut.lines[0].endswith("…")
    assert cut.size == 7


def test_a_number_is_rather_small_than_cut():
    fitted = fit("530835359101", box=Box(0, 0, 14, 5))
    assert fitted.lines == ("530835359101",)
    assert 6 <= fitted.size < 7


def test_a_word_wider_than_the_slot_is_broken_and_cut():
    fitted = fit("X" * 200, lines=2)
    assert len(fitted.lines) == 2
    assert fitted.lines[1].endswith("…")
    assert cut_text("X", 0.1, "regular", 8) == "…"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120), st.integers(1, 3), st.floats(12, 80), st.floats(3.5, 12))
def test_no_text_leaves_its_slot(text, lines, width, height):
    box = Box(0, 0, width, height)
    fitted = fit(printable(text, "semibold"), lines, box)
    assert 1 <= len(fitted.lines) <= lines
    assert all(text_width(line, fitted.size, "semibold") <= width + 1e-6 for line in fitted.lines)
    block = fitted.size / POINTS_PER_MM + (len(fitted.lines) - 1) * fitted.leading_mm
    assert len(fitted.lines) == 1 or block <= height + 0.5


def test_unknown_characters_become_question_marks():
    assert printable("Ａ王É é\t\u200bz") == "??É é z"
    assert printable("Jos\u0065\u0301") == "José"
    assert printable("\ud800x") == "x"


def test_numbers_are_masked():
    assert mask_number("3201010101900001") == "3201********0001"
    assert mask_number("12345") == "*****"
    row = PrelistRow("f", "1", "32", {"nik": "3201010101900001", "kode": "01"})
    assert slot_text(Slot(name="nik", box=BOX, mask="nik"), row, {}, None) == "3201********0001"


def test_codes_get_their_label():
    row = PrelistRow("f", "1", "32", {"dinding": "1"})
    slot = Slot(name="dinding", box=BOX, code_list="dinding")
    assert (
        slot_text(slot, row, {}, lambda name, code: f"Tembok {name}{code}") == "1 Tembok dinding1"
    )
    assert slot_text(slot, row, {}, lambda name, code: "") == "1"
    assert slot_text(slot, row, {}, None) == "1"


def test_sensitive_categories_are_neither_printed_nor_listed():
    row = PrelistRow("verivali-ppks", "1", "32", {"ppks_1": "08", "ppks_2": "14"})
    shown = [
        slot_text(Slot(name=name, box=BOX, code_list="ppks"), row, {}, None)
        for name in ("ppks_1", "ppks_2")
    ]
    assert shown == ["08", ""]
    assert is_sensitive(row)
    assert not is_sensitive(PrelistRow("verivali-ppks", "1", "32", {"ppks_1": "08"}))


def test_blank_forms_and_copies():
    slot = Slot(name="alamat", box=BOX)
    assert slot_text(slot, None, {}, None) == ""
    values = own_values(job(1, (1, 2), household(1, 1), copy=2), 2, VILLAGE)
    assert values["@page_of"] == "hal. 2/2"
    assert values["@copy"] == "Salinan 2"
    assert values["@district"] == "Kabupaten Bogor"
    assert own_values(job(1, (1, 2), None), 2, VILLAGE)["@copy"] == ""
    assert slot_text(Slot(name="@unknown", box=BOX), None, values, None) == ""


def test_place_is_code_and_name_even_without_a_row():
    values = own_values(job(1, (1,), None), 1, VILLAGE)
    shown = [slot_text(Slot(name=n, box=BOX), None, values, None) for n in ("kdprop", "kddesa")]
    assert shown == ["32 Jawa Barat", "2001 Sukamaju Kaler"]


def test_dates_are_shown_day_first():
    row = PrelistRow("f", "1", "32", {"tgllahir": "1990-12-31", "lain": "31121990"})
    shown = [slot_text(Slot(name=n, box=BOX), row, {}, None) for n in ("tgllahir", "lain")]
    assert shown == ["31-12-1990", "31121990"]
