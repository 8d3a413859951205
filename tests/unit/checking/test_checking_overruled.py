"""What is known besides the ink drops no digit, and chooses no critical value, without a person."""

import pytest
from deciding import WORLD, box, boxes, cells_field

from papi.checking.fields import FULL, GAP, NOT_A_CHARACTER, TURNED, read_field
from papi.model.evidence import BLANK, FILLER, FieldEvidence
from papi.model.layout import FieldKind

CODE = cells_field("dinding", FieldKind.DIGITS, 1, codes=("1", "2", "3"))
LONG_CODE = cells_field("lantai", FieldKind.DIGITS, 2, codes=("02", "03", "05"))
NAME = cells_field("nama", FieldKind.CAPITALS, 16, critical=True)
METER = cells_field("nomor_pln", FieldKind.DIGITS, 12)


def read(field, cells):
    return read_field(field, FieldEvidence(field.name, cells=tuple(cells)), WORLD)


@pytest.mark.parametrize(
    ("field", "cells", "value"),
    [
        (CODE, [{"7": 0.6, BLANK: 0.4}], ""),
        (LONG_CODE, [{"1": 0.55, FILLER: 0.45}, box("5")], "5"),
        (LONG_CODE, [{"1": 0.58, BLANK: 0.42}, box("5")], "5"),
        (METER, [{"1": 0.6, BLANK: 0.4}, *boxes("", 11, 1.0)], ""),
    ],
)
def test_a_digit_that_the_ink_prefers_is_not_dropped_for_a_rule(field, cells, value):
    reading = read(field, cells)
    assert reading.value == value
    assert reading.confidence > 0.97
    assert NOT_A_CHARACTER in reading.reasons


@pytest.mark.parametrize("critical", [True, False])
def test_a_rule_chooses_among_digits_except_in_critical_fields(critical):
    """A card that seems issued on the 32nd: the ink says 2, and the calendar says 1."""
    field = cells_field("nokk_1", FieldKind.DIGITS, 16, critical=critical)
    cells = list(boxes("3201013205120007", 16))
    cells[7] = {"2": 0.55, "1": 0.45}
    reading = read(field, cells)
    assert reading.value == "3201013105120007"
    assert (TURNED in reading.reasons) == critical


def test_an_empty_field_and_clear_ink_stay_without_reasons():
    assert read(METER, boxes("", 12, 1.0)).reasons == ()
    assert read(METER, boxes("123456789012", 12)).reasons == ()
    assert read(LONG_CODE, [box(FILLER), box("5")]).reasons == ()


def crossed(text, place):
    cells = list(boxes(text, 16))
    cells[place] = {FILLER: 0.99, "X": 0.01}
    return cells


@pytest.mark.parametrize("place", [1, 3, 5, 8])
def test_a_letter_struck_out_inside_a_name_is_no_hyphen(place):
    assert GAP in read(NAME, crossed("HASSAN UMAR", place)).reasons


@pytest.mark.parametrize("written", ["HASAN UMAR", "HASAN-UMAR", "FELIX", "HASAN X", "HASAN -"])
def test_hyphens_spaces_and_fillers_at_an_end_are_no_gap(written):
    assert GAP not in read(NAME, boxes(written, 16)).reasons
    assert GAP not in read(NAME, crossed(written, 13)).reasons
    assert GAP not in read(NAME, crossed(written.rjust(16), 2)).reasons


def test_of_a_name_that_fills_its_boxes_a_person_sees_whether_it_went_on():
    assert FULL in read(NAME, (*boxes("MUHAMMAD RAHMAN", 15), box("H"))).reasons
    assert read(NAME, boxes("MUHAMMAD RAHMAN", 16)).reasons == ()
    assert read(METER, boxes("123456789012", 12)).reasons == ()
