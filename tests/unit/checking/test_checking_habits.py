import pytest
from deciding import box

from papi.checking.fields import FieldReading
from papi.checking.habits import crossing_weight, less_crossed
from papi.model.evidence import BLANK, FILLER, FieldEvidence

STROKE = FieldEvidence("f", cells=({"1": 0.9, FILLER: 0.1},))
BLANK_BOX = FieldEvidence("b", cells=({BLANK: 0.9999, FILLER: 0.0001},))
CROSSED = FieldEvidence("c", cells=(box(FILLER),) * 2)


def reading(*candidates):
    return FieldReading(None, candidates)


def weight(blank, crossed, floor=0.1):
    evidence = {f"b{n}": BLANK_BOX for n in range(blank)}
    evidence |= {f"c{n}": CROSSED for n in range(crossed)}
    readings = {name: reading(("", 0.999)) for name in evidence}
    evidence["w"] = STROKE
    readings["w"] = reading(("1", 0.9), ("", 0.1))
    return crossing_weight(evidence, readings, evidence, floor)


@pytest.mark.parametrize(
    ("blank", "crossed", "expected"), [(0, 0, 1.0), (4, 0, 0.2), (200, 0, 0.1), (5, 4, 0.5)]
)
def test_how_unused_fields_look_is_learned_from_the_form(blank, crossed, expected):
    assert weight(blank, crossed) == pytest.approx(expected)


def test_who_crosses_out_every_unused_field_is_believed():
    assert weight(0, 9) == 1.0


def test_a_lone_stroke_among_blank_fields_is_a_one():
    first = reading(("1", 0.9), ("", 0.1))
    assert less_crossed(first, STROKE, 0.1).candidates[0] == ("1", pytest.approx(0.989, abs=1e-3))
    assert less_crossed(first, STROKE, 1.0) is first


def test_doubtful_ink_stays_doubtful_and_a_filler_is_no_digit():
    doubtful = reading(("1", 0.6), ("", 0.4))
    ink = FieldEvidence("f", cells=({"1": 0.6, FILLER: 0.4},))
    assert less_crossed(doubtful, ink, 0.1).confidence < 0.95
    filler = reading(("", 0.99), ("1", 0.01))
    ink = FieldEvidence("f", cells=({"1": 0.01, FILLER: 0.99},))
    assert less_crossed(filler, ink, 0.1).candidates[0] == ("", pytest.approx(0.908, abs=1e-3))


def test_faint_ink_is_no_matter_of_habit():
    faint = reading(("1", 0.7), ("", 0.3))
    ink = FieldEvidence("f", cells=({"1": 0.7, BLANK: 0.3},))
    assert less_crossed(faint, ink, 0.1).confidence == pytest.approx(0.7)


def test_one_written_box_beside_empty_ones_keeps_its_doubt():
    lone = reading(("1", 0.9), ("", 0.1))
    ink = FieldEvidence("f", cells=({BLANK: 1.0}, {"1": 0.9, FILLER: 0.1}))
    assert less_crossed(lone, ink, 0.1).confidence == pytest.approx(0.9)
