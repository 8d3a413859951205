import itertools
import math
from dataclasses import replace

import pytest
from deciding import SURE, WORLD, box, boxes, cells_field
from hypothesis import given, settings
from hypothesis import strategies as st

from papi.checking.calendar import date_value, prelist_date, written_date
from papi.checking.decode import read_capitals, read_code, read_digits
from papi.checking.fields import GAP, NOT_A_CHARACTER, TURNED, read_field
from papi.checking.fillers import line_values
from papi.checking.name_model import NameBook
from papi.checking.priors import Known
from papi.model.evidence import BLANK, FILLER, JUNK, FieldEvidence
from papi.model.layout import FieldKind
from papi.model.sheet import new_form_id

SYMBOLS = ["0", "1", "7", BLANK, FILLER, JUNK]


@st.composite
def cell(draw):
    weights = draw(st.lists(st.integers(0, 50), min_size=len(SYMBOLS), max_size=len(SYMBOLS)))
    weights[draw(st.integers(0, len(SYMBOLS) - 1))] += 1
    return {s: w / sum(weights) for s, w in zip(SYMBOLS, weights, strict=True) if w}


def enumerate_digits(cells):
    values = {}
    for symbols in itertools.product(*(c.items() for c in cells)):
        if any(symbol == JUNK for symbol, _ in symbols):
            continue
        value = "".join(s for s, _ in symbols if s not in (BLANK, FILLER))
        values[value] = values.get(value, 0.0) + math.prod(p for _, p in symbols)
    return values


@given(st.lists(cell(), min_size=1, max_size=4))
def test_digits_equal_enumeration(cells):
    reading = read_digits(cells, beam=1024)
    expected = enumerate_digits(cells)
    found = dict(reading.values)
    for value, probability in expected.items():
        assert found.get(value, 0.0) == pytest.approx(probability, abs=1e-4)
    if expected and reading.values:
        assert expected[reading.values[0][0]] == pytest.approx(max(expected.values()), abs=1e-4)
    assert sum(found.values()) + reading.junk + reading.rest == pytest.approx(1.0, abs=1e-6)


@given(st.lists(cell(), min_size=1, max_size=16), st.sampled_from([8, 48]))
@settings(deadline=None)
def test_listed_mass_never_exceeds_one(cells, beam):
    reading = read_digits(cells, beam)
    assert sum(p for _, p in reading.values) + reading.junk <= 1 + 1e-9
    field = cells_field("luas_atb", FieldKind.DIGITS, len(cells))
    decoded = read_field(field, FieldEvidence("luas_atb", cells=tuple(cells)), WORLD)
    assert sum(p for _, p in decoded.candidates) <= 1 + 1e-9
    assert all(0 <= p <= 1 for _, p in decoded.candidates)


@given(st.text("0123456789", max_size=6), st.integers(0, 3), st.integers(0, 3))
def test_fillers_are_dropped_and_zeros_kept(digits, before, after):
    cells = [box(FILLER)] * before + [box(d) for d in digits] + [box("X"), box("-")][:after]
    cells += [box("")] * 2
    reading = read_digits(cells, 48)
    assert reading.values[0][0] == digits
    assert not reading.gap


def test_inner_gap_is_named():
    field = cells_field("luas_lantai", FieldKind.DIGITS, 3)
    reading = read_field(field, FieldEvidence("f", cells=(box("4"), box(""), box("2"))), WORLD)
    assert reading.value == "42"
    assert GAP in reading.reasons


def test_scrawl_is_never_a_digit():
    field = cells_field("luas_lantai", FieldKind.DIGITS, 3)
    cells = (box("4"), {JUNK: 0.9, "7": 0.1}, box("2"))
    reading = read_field(field, FieldEvidence("f", cells=cells), WORLD)
    assert NOT_A_CHARACTER in reading.reasons
    assert reading.confidence < 0.2


def test_letters_in_a_digit_box_are_no_characters():
    assert read_digits([{"B": 0.9, "8": 0.1}], 48).junk == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("line", "value", "least"),
    [
        ("SITI AMINAH   ", "SITI AMINAH", 1.0),
        ("SITI  AMINAH", "SITI AMINAH", 1.0),
        ("SITIXXXXXXXX", "SITI", 0.99),
        ("SITI--------", "SITI", 0.99),
        ("SITI X XXXXX", "SITI", 0.99),
        ("FELIX       ", "FELIX", 0.85),
        ("FELIXXXXXXXX", "FELI", 0.99),
        ("NUR-AINI    ", "NUR-AINI", 1.0),
        ("------------", "", 0.99),
        ("XXXXXXXXXXXX", "", 0.99),
        ("~~~~~~~~~~~~", "", 1.0),
        ("XXXSITI     ", "SITI", 0.99),
        ("            ", "", 1.0),
    ],
)
def test_fillers_of_capitals(line, value, least):
    values = line_values(line)
    assert values[value] >= least
    assert sum(values.values()) == pytest.approx(1.0)


@given(st.text(" ABX-~'", max_size=10))
def test_line_shares_sum_to_one(line):
    assert sum(line_values(line).values()) == pytest.approx(1.0)


def test_felix_with_fillers_keeps_the_alternative():
    assert set(line_values("FELIXXXX")) >= {"FELI", "FELIX"}


def test_capitals_end_to_end():
    reading = read_capitals(boxes("SITI NUR'AINI", 24, other="Q"), 48)
    assert reading.values[0][0] == "SITI NUR'AINI"
    assert reading.values[0][1] > 0.99


def test_form_id_is_lifted_by_its_check_character():
    form_id = new_form_id()
    cells = [box(symbol) for symbol in form_id]
    other = "2" if form_id[3] != "2" else "3"
    cells[3] = {form_id[3]: 0.7, other: 0.3}
    field = cells_field("id_ganda", FieldKind.CODE, 9)
    reading = read_field(field, FieldEvidence("id_ganda", cells=tuple(cells)), WORLD)
    assert reading.value == form_id
    assert reading.confidence > 0.98


def test_form_id_aliases_are_one_symbol():
    reading = read_code([{"O": 0.5, "0": 0.5}, {"I": 0.4, "L": 0.3, "1": 0.3}], 48, form_id=True)
    assert reading.values[0] == ("01", pytest.approx(1.0))


DATES = st.dates(min_value=WORLD.campaign.start.replace(year=1915), max_value=WORLD.campaign.start)


@given(DATES)
def test_dates_come_back_iso(date):
    digits = f"{date:%d%m%Y}"
    field = cells_field("tgllahir", FieldKind.DATE, 8)
    reading = read_field(field, FieldEvidence("tgllahir", cells=boxes(digits, 8)), WORLD)
    assert reading.value == date.isoformat()
    assert written_date(digits) == date
    for spelling in (date.isoformat(), digits, f"{date:%d-%m-%Y}", f"{date:%d/%m/%Y}"):
        assert prelist_date(spelling) == date


@pytest.mark.parametrize("digits", ["31021990", "00000000", "1205199", "99999999"])
def test_impossible_dates_stay_as_written(digits):
    assert date_value(digits) == digits
    field = cells_field("tgllahir", FieldKind.DATE, 8)
    cells = boxes(digits, 8, 0.99999)
    reading = read_field(field, FieldEvidence("tgllahir", cells=cells), WORLD)
    assert reading.value == digits


def test_calendar_helps_but_does_not_force():
    field = cells_field("tgllahir", FieldKind.DATE, 8)
    unsure = (*boxes("31", 2), box("0"), {"2": 0.5, "1": 0.5}, *boxes("1990", 4))
    reading = read_field(field, FieldEvidence("tgllahir", cells=unsure), WORLD)
    assert reading.value == "1990-01-31"
    clear = boxes("31021990", 8, 0.9999, other="1")
    assert read_field(field, FieldEvidence("t", cells=clear), WORLD).value == "31021990"


def test_code_list_lifts_known_codes_only_so_far():
    field = cells_field("dinding", FieldKind.DIGITS, 1, codes=tuple("1234567"))
    unsure = FieldEvidence("dinding", cells=({"7": 0.6, "9": 0.4},))
    assert read_field(field, unsure, WORLD).confidence > 0.98
    clear = FieldEvidence("dinding", cells=({"9": 0.9999, "7": 0.0001},))
    assert read_field(field, clear, WORLD).value == "9"


def test_blank_boxes_behind_a_name_are_no_chances_to_have_missed_something():
    unseen = {BLANK: 0.9998, JUNK: 0.0002}
    name = (*(box(c, 1.0) for c in "SITI"), *(unseen,) * 20)
    field = cells_field("nama", FieldKind.CAPITALS, 24)
    assert read_field(field, FieldEvidence("nama", cells=name), WORLD).confidence > 0.9995
    blank = read_field(field, FieldEvidence("nama", cells=(unseen,) * 24), WORLD)
    assert blank.value == ""
    assert blank.confidence > 0.9995


def test_faint_ink_in_a_blank_field_keeps_its_say():
    field = cells_field("atap", FieldKind.DIGITS, 2, codes=("01", "02"))
    faint = ({BLANK: 0.95, JUNK: 0.05},) * 2
    assert read_field(field, FieldEvidence("atap", cells=faint), WORLD).confidence < 0.96


def test_blank_fields_are_sure():
    field = cells_field("nik", FieldKind.DIGITS, 16)
    cells = ({BLANK: 0.9995, "1": 0.0005},) * 16
    reading = read_field(field, FieldEvidence("nik", cells=cells), WORLD)
    assert reading.value == ""
    assert reading.confidence > 0.9998


@given(
    position=st.integers(0, 7),
    ink=st.floats(0.5, 0.9999),
    confirmed=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_printed_date_never_replaces_a_written_correction(position, ink, confirmed):
    """The ink prefers a date that differs from the printed one in one digit."""
    printed = "12051990"
    digit = str((int(printed[position]) + 1) % 10)
    cells = list(boxes(printed, 8))
    cells[position] = {digit: ink, printed[position]: 1 - ink}
    field = cells_field("tgllahir", FieldKind.DATE, 8)
    known = Known(printed=printed, confirmed=confirmed)
    reading = read_field(field, FieldEvidence("tgllahir", cells=tuple(cells)), WORLD, known)
    if reading.value == "1990-05-12" and ink > 0.5 + 1e-9:
        calendar_said_so = (
            written_date(printed[:position] + digit + printed[position + 1 :]) is None
        )
        assert TURNED in reading.reasons or reading.confidence < 0.99 or calendar_said_so


@given(ink=st.floats(0.51, 0.9999), confirmed=st.sampled_from([0.0, 1.0]))
def test_printed_name_never_replaces_a_written_correction(ink, confirmed):
    cells = list(boxes("SITI AMINAH", 24, other="Q"))
    cells[3] = {"A": ink, "I": 1 - ink}
    field = cells_field("nama", FieldKind.CAPITALS, 24)
    known = Known(printed="SITI AMINAH", confirmed=confirmed)
    reading = read_field(field, FieldEvidence("nama", cells=tuple(cells)), WORLD, known)
    assert reading.value == "SITA AMINAH" or TURNED in reading.reasons


def test_known_name_words_help_and_do_not_force():
    world = replace(WORLD, names=NameBook({"SITI": 30, "AMINAH": 9, "BUDI": 12}, {}))
    field = cells_field("nama", FieldKind.CAPITALS, 24)

    def read(letter, p, other):
        cells = list(boxes("SITI AMINAH", 24, other="Q"))
        cells[3] = {letter: p, other: 1 - p}
        return read_field(field, FieldEvidence("nama", cells=tuple(cells)), world)

    assert read("I", 0.98, "L").confidence > 0.99
    assert TURNED in read("I", 0.4, "L").reasons
    assert read("A", 0.99, "I").value == "SITA AMINAH"


def test_printed_value_lifts_agreement_only_where_confirmed():
    field = cells_field("rt", FieldKind.DIGITS, 3)
    cells = (box("0"), box("1"), {"4": 0.95, "9": 0.05})
    evidence = FieldEvidence("rt", cells=cells)
    plain = read_field(field, evidence, WORLD).confidence
    lifted = read_field(field, evidence, WORLD, Known("014", 1.0)).confidence
    assert plain == pytest.approx(read_field(field, evidence, WORLD, Known("014")).confidence)
    assert plain < lifted < 0.9999
    assert plain < SURE
