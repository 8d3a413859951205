import itertools
import math

import pytest
from deciding import RECIPE, tick, tick_field
from hypothesis import given
from hypothesis import strategies as st

from papi.checking.choices import (
    CANCELLED_MARK,
    DOUBTFUL_MARK,
    LONE_CANCELLED,
    MULTIPLE_MARKS,
    QUIET,
    read_choice,
)
from papi.model.evidence import TICK_STATES

SETTINGS = RECIPE.decoding
GROUP = tick_field("hasil_verivali", tuple("123456"))
CRITICAL = tick_field("hasil_verivali", tuple("123456"), critical=True)
SEVERAL = tick_field("ragam_disabilitas", ("1", "2", "4", "8"), multiple=True)


def group(*states, field=GROUP):
    codes = [choice.code for choice in field.choices]
    padded = [*states, *["empty"] * (len(codes) - len(states))]
    return {code: tick(state) for code, state in zip(codes, padded, strict=True)}


def read(field, *states):
    return read_choice(field, group(*states, field=field), SETTINGS)


def test_one_mark_is_the_answer():
    reading = read(GROUP, "empty", "marked")
    assert reading.values[0][0] == "2"
    assert reading.values[0][1] > 0.9999
    assert not reading.reasons


def test_nothing_marked_is_blank():
    reading = read(GROUP)
    assert reading.values[0][0] == ""
    assert reading.values[0][1] > 0.9999


def test_cancelled_and_one_clear_mark():
    assert read(GROUP, "cancelled", "marked").values[0][0] == "2"
    assert not read(GROUP, "cancelled", "marked").reasons
    assert read(CRITICAL, "cancelled", "marked").reasons == (CANCELLED_MARK,)


def test_two_marks_need_a_person():
    reading = read(GROUP, "marked", "empty", "marked")
    assert MULTIPLE_MARKS in reading.reasons
    assert reading.values[0][0] == "1 3"


def test_doubtful_needs_a_person():
    assert DOUBTFUL_MARK in read(GROUP, "doubtful").reasons
    assert DOUBTFUL_MARK in read(GROUP, "doubtful", "marked").reasons


def test_a_lone_cancelled_mark_needs_a_person():
    reading = read(GROUP, "cancelled")
    assert DOUBTFUL_MARK in reading.reasons
    assert {value for value, _ in reading.values[:2]} == {"", "1"}
    assert reading.values[0][1] < 0.6


def test_several_answers_are_joined_in_order():
    reading = read(SEVERAL, "marked", "empty", "marked", "cancelled")
    assert reading.values[0][0] == "1 4"
    assert reading.values[0][1] > 0.9999


def test_a_box_without_evidence_is_doubtful():
    ticks = group("marked")
    del ticks["4"]
    assert DOUBTFUL_MARK in read_choice(GROUP, ticks, SETTINGS).reasons


@st.composite
def posterior(draw):
    weights = draw(st.lists(st.integers(0, 100), min_size=4, max_size=4))
    weights[0] += 1
    return {s: w / sum(weights) for s, w in zip(TICK_STATES, weights, strict=True)}


def weigh(states, eps, critical):
    """Weight of one combination of states, and its share for each value; the rest is doubt."""
    marked = states.count("marked")
    doubtful = states.count("doubtful")
    if not marked and not doubtful:
        return (LONE_CANCELLED, 0.0) if "cancelled" in states else (1.0, 1.0)
    if not doubtful:
        return (1.0, 1.0) if marked == 1 else (eps, 0.0)
    if marked == 1:
        quiet, loud = (0.0, 1.0) if critical else (QUIET, eps)
        said = quiet**doubtful
        return said + loud * (1 - said), said
    return (eps if marked else 1.0), 0.0


@given(st.lists(posterior(), min_size=2, max_size=4), st.booleans())
def test_single_choice_equals_enumeration(posteriors, critical):
    codes = tuple("1234"[: len(posteriors)])
    field = tick_field("f", codes, critical=critical)
    ticks = dict(zip(codes, posteriors, strict=True))
    reading = dict(read_choice(field, ticks, SETTINGS).values)
    eps, total, expected = SETTINGS.exceptions.marks, 0.0, {}
    for states in itertools.product(TICK_STATES, repeat=len(codes)):
        p = math.prod(ticks[c][s] for c, s in zip(codes, states, strict=True))
        weight, said = weigh(states, eps, critical)
        total += p * weight
        marked = [c for c, s in zip(codes, states, strict=True) if s == "marked"]
        if len(marked) <= 1 and said:
            value = marked[0] if marked else ""
            expected[value] = expected.get(value, 0.0) + p * said
    for code, weight in expected.items():
        if code in reading:  # a lone cancelled mark adds to a value, never takes away
            assert reading[code] >= weight / total - 1e-9
            assert reading[code] <= weight / total + LONE_CANCELLED / total
    assert sum(reading.values()) <= 1 + 1e-9


def shares(**states):
    return {state: states.get(state, 0.0) for state in TICK_STATES}


def mixed(*posteriors, field=GROUP):
    """Decode: the given boxes, then clearly empty ones."""
    codes = [choice.code for choice in field.choices]
    rest = [tick("empty")] * (len(codes) - len(posteriors))
    return read_choice(field, dict(zip(codes, [*posteriors, *rest], strict=True)), SETTINGS)


def test_a_box_shaded_heavily_is_the_answer_where_nothing_else_is_marked():
    reading = mixed(shares(marked=0.88, cancelled=0.12))
    assert reading.values[0][0] == "1"
    assert reading.values[0][1] > 0.985
    assert not reading.reasons


def test_a_shaded_box_beside_a_mark_is_taken_back_or_a_person_looks():
    heavy = shares(marked=0.5, cancelled=0.5)
    reading = mixed(heavy, tick("marked"))
    assert reading.values[0][0] == "2"
    assert reading.values[0][1] < 0.985


def test_a_clear_mark_outweighs_a_speck_elsewhere():
    speck = shares(empty=0.8, doubtful=0.2)
    assert not mixed(speck, tick("marked")).reasons
    assert mixed(speck, tick("marked")).values[0][1] > 0.985
    assert DOUBTFUL_MARK in mixed(speck).reasons
    assert DOUBTFUL_MARK in mixed(speck, tick("marked"), field=CRITICAL).reasons


def test_two_boxes_with_likely_marks_always_need_a_person():
    likely = shares(marked=0.7, empty=0.3)
    reading = mixed(likely, tick("marked"))
    assert reading.values[0][1] < 0.985


@given(st.lists(posterior(), min_size=2, max_size=4))
def test_several_choice_equals_product(posteriors):
    codes = tuple("1248"[: len(posteriors)])
    field = tick_field("f", codes, multiple=True)
    ticks = dict(zip(codes, posteriors, strict=True))
    value, probability = read_choice(field, ticks, SETTINGS).values[0]
    chosen = value.split()
    expected = math.prod(
        t["marked"] if c in chosen else t["empty"] + t["cancelled"] for c, t in ticks.items()
    )
    assert probability == pytest.approx(expected)
