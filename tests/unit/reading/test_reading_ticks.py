"""Tick boxes: four states, probabilities that mean something, whatever surrounds the box."""

import cv2
import numpy as np
import pytest

from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, TICK_STATES
from papi.model.page import TICK_SHAPE
from papi.reading.ticks import TickReader
from papi.training.mark_snips import MarkSource, draw_snips


@pytest.fixture(scope="module")
def reader():
    return TickReader.load()


def paper(rule=190):
    snip = np.full(TICK_SHAPE, 255, np.uint8)
    cv2.rectangle(snip, (20, 20), (59, 59), rule, 2)
    return snip


def cross(snip, tone=60):
    cv2.line(snip, (24, 24), (56, 56), tone, 4, cv2.LINE_AA)
    cv2.line(snip, (56, 24), (24, 56), tone, 4, cv2.LINE_AA)
    return snip


def tick(snip, tone=60):
    points = np.array([[24, 40], [36, 55], [62, 14]])
    cv2.polylines(snip, [points], False, tone, 4, cv2.LINE_AA)
    return snip


def state(reader, snip):
    (posterior,) = reader.read(snip[None])
    assert set(posterior) == set(TICK_STATES)
    assert sum(posterior.values()) == pytest.approx(1.0, abs=1e-6)
    return max(posterior, key=posterior.get), max(posterior.values())


def test_no_snips_no_readings(reader):
    assert reader.read(np.empty((0, *TICK_SHAPE), np.uint8)) == []


@pytest.mark.parametrize("rule", [255, 200, 120, 20])
def test_an_empty_box_is_empty_however_its_rule_prints(reader, rule):
    assert state(reader, paper(rule))[0] == EMPTY


@pytest.mark.parametrize("tone", [40, 90, 150])
@pytest.mark.parametrize("draw", [cross, tick])
def test_a_plain_mark_is_marked_with_certainty(reader, draw, tone):
    name, probability = state(reader, draw(paper(), tone))
    assert name == MARKED
    assert probability > 0.98


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize(("thick", "shade"), [(14, 50), (3, 120), (2, 200), (9, 40)])
def test_print_beside_a_box_is_no_mark_and_hides_none(reader, marked, side, thick, shade):
    snip = tick(paper()) if marked else paper()
    banded = np.rot90(snip, side).copy()
    banded[:thick] = np.minimum(banded[:thick], shade)
    name, probability = state(reader, np.rot90(banded, -side))
    assert name == (MARKED if marked else EMPTY)
    assert probability > 0.95


def test_a_mark_taken_back_is_cancelled(reader):
    snip = cross(paper())
    for y in range(18, 64, 4):
        cv2.line(snip, (12, y), (68, y + 3), 50, 4, cv2.LINE_AA)
    posterior = reader.read(snip[None])[0]
    assert posterior[CANCELLED] > posterior[MARKED] + posterior[EMPTY]


def test_a_ring_around_the_box_is_not_read_as_an_answer(reader):
    snip = paper()
    cv2.circle(snip, (40, 40), 32, 60, 3, cv2.LINE_AA)
    assert reader.read(snip[None])[0][DOUBTFUL] > 0.5


def test_sure_readings_are_right(reader):
    """Of 1,500 hard snips none of the empty or marked ones is wrong with P >= 0.998."""
    snips, states, _ = draw_snips(1500, MarkSource(), 31)
    p = reader.probabilities(snips)
    sure = (p.max(axis=1) >= 0.998) & (states < 2)
    assert (p.argmax(axis=1)[sure] == states[sure]).all()
    assert sure.sum() > 500
    for state, least in ((EMPTY, 0.985), (MARKED, 0.98), (CANCELLED, 0.95)):
        drawn = states == TICK_STATES.index(state)
        assert (p.argmax(axis=1)[drawn] == states[drawn]).mean() > least
    doubtful = states == TICK_STATES.index(DOUBTFUL)
    assert (p[doubtful].max(axis=1) < 0.985).mean() > 0.75  # most of them reach a person
