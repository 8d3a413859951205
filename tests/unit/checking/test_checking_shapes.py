import itertools
import math

import pytest
from deciding import RECIPE, WORLD, box, boxes, cells_field, layout_of
from hypothesis import given
from hypothesis import strategies as st

from papi.checking.decode import read_digits
from papi.checking.fields import GAP, NOT_A_CHARACTER, read_field
from papi.checking.plan import plan_of
from papi.checking.questions import reading_reasons
from papi.checking.shapes import Shapes, likeliest_numbers
from papi.model.evidence import BLANK, FILLER, JUNK, FieldEvidence
from papi.model.layout import FieldKind

SHAPES = Shapes(filler_inside=0.02, gap=0.03, mixed=0.2)


def weight_of(line):
    """The rarest slip of a line, said another way than the code does."""
    inner = line.strip(" ~")
    if not inner:
        return 1.0
    left, right = line.split(inner, 1)
    weights = [1.0]
    if "~" in inner:
        weights.append(SHAPES.filler_inside)
    if " " in inner:
        weights.append(SHAPES.gap)
    alike = all(len(set(end)) <= 1 for end in (left, right))
    if not alike or ("~" in left + right and left and right):
        weights.append(SHAPES.mixed)
    return min(weights)


@st.composite
def symbols(draw):
    weights = draw(st.lists(st.integers(0, 9), min_size=4, max_size=4))
    weights[draw(st.integers(0, 3))] += 1
    total = sum(weights)
    found = [(s, w / total) for s, w in zip("17 ~", weights, strict=True) if w]
    return sorted(found, key=lambda item: -item[1])


@given(st.lists(symbols(), min_size=1, max_size=5))
def test_numbers_equal_enumeration(cells):
    expected = {}
    for line in itertools.product(*cells):
        text = "".join(symbol for symbol, _ in line)
        value = text.replace(" ", "").replace("~", "")
        p = math.prod(p for _, p in line) * weight_of(text)
        expected[value] = expected.get(value, 0.0) + p
    parts = likeliest_numbers(cells, 1024, SHAPES)
    for value, p in expected.items():
        found = sum(q * weight for q, weight in parts.get(value, ()))
        assert found == pytest.approx(p, abs=1e-4)


def read(cells, name="luas_atb", kind=FieldKind.DIGITS, **more):
    field = cells_field(name, kind, len(cells), **more)
    return read_field(field, FieldEvidence(name, cells=tuple(cells)), WORLD)


def asks(cells, name="luas_atb", kind=FieldKind.DIGITS):
    layout = layout_of(cells_field(name, kind, len(cells)))
    return reading_reasons(plan_of(layout).fields[name], read(cells, name, kind), RECIPE)


def with_filler(text, place, p):
    cells = list(boxes(text, len(text), 0.99999))
    cells[place] = {FILLER: p, text[place]: 1 - p}
    return cells


FULL = (("luas_atb", "21345", 2, FieldKind.DIGITS), ("tgllahir", "11051990", 0, FieldKind.DATE))
FULL += (("tgllahir", "12051991", 7, FieldKind.DATE), ("nik", "3201015205900001", 15, "digits"))


@pytest.mark.parametrize(("name", "text", "place", "kind"), FULL)
def test_a_filler_where_no_box_stays_unused_is_rare(name, text, place, kind):
    assert read(with_filler(text, place, 0.1), name, FieldKind(kind)).confidence > 0.997


@pytest.mark.parametrize(("name", "text", "place", "kind"), FULL)
@pytest.mark.parametrize("ink", [0.5001, 0.6, 0.8, 0.9, 0.99])
def test_a_digit_struck_out_goes_to_a_person(name, text, place, kind, ink):
    assert asks(with_filler(text, place, ink), name, FieldKind(kind))


@pytest.mark.parametrize("ink", [0.5001, 0.9, 0.99, 0.9999, 1.0])
def test_a_digit_struck_out_inside_a_number_goes_to_a_person(ink):
    cells = with_filler("21345", 2, ink)
    assert GAP in asks(cells)


def test_an_empty_box_inside_a_number_goes_to_a_person():
    cells = [box("2"), {BLANK: 0.999, "1": 0.001}, box("4")]
    assert GAP in asks(cells)


def test_two_characters_in_a_box_go_to_a_person():
    cells = [box("2"), {JUNK: 0.3, "1": 0.7}, box("4")]
    assert NOT_A_CHARACTER in asks(cells)


@pytest.mark.parametrize("count", [1, 2, 5, 16])
def test_a_field_crossed_out_as_a_whole_is_empty(count):
    reading = read([{FILLER: 0.995, "1": 0.005}] * count, "nik" if count == 16 else "luas_atb")
    assert reading.value == ""
    assert reading.confidence > 0.98
    assert reading.reasons == ()


@pytest.mark.parametrize("place", [0, 2])
def test_one_box_beside_empty_ones_stays_as_doubtful_as_its_ink(place):
    cells = [{BLANK: 1.0}] * 3
    cells[place] = {"1": 0.7, FILLER: 0.3}
    assert read(cells).confidence == pytest.approx(0.7, abs=0.01)


def test_an_unused_box_at_the_end_may_hold_a_filler():
    assert read([box("4"), box("2"), {"1": 0.7, FILLER: 0.3}]).confidence < 0.75
    sure = read([box("4"), box("2"), {FILLER: 0.9999, "1": 0.0001}])
    assert (sure.value, sure.reasons) == ("42", ())
    assert sure.confidence > 0.999


def test_unused_boxes_are_alike():
    cells = [box("4"), {"1": 0.9, FILLER: 0.1}, box("")]
    alike = [box("4"), {"1": 0.9, FILLER: 0.1}, box(FILLER)]
    assert read(cells).confidence > 0.97
    assert read(alike).confidence < read(cells).confidence


def test_independent_boxes_stay_independent():
    cells = [box("4"), {FILLER: 0.4, "1": 0.6}, box("2")]
    assert dict(read_digits(cells, 48).values)["412"] == pytest.approx(0.6, abs=1e-3)
