"""A form decided whole: questions that do not apply, and rules that question fields."""

from deciding import (
    CAMPAIGN,
    RECIPE,
    WORLD,
    box,
    boxes,
    cells_field,
    issued,
    items,
    layout_of,
    page,
    reading,
    tick_field,
)

from papi.checking.decide import QUEUE, decide_form
from papi.model.evidence import FieldEvidence
from papi.model.layout import FieldKind
from papi.model.reading import Outcome, Severity

HOUSE = layout_of(
    tick_field("hasil_verivali", tuple("123456"), required=True, critical=True),
    cells_field("tanggal_verivali", FieldKind.DATE, 8, required=True),
    cells_field("luas_lantai", FieldKind.DIGITS, 3, min=1, max=999, required=True),
)


def decide_house(**texts):
    return decide_form(
        issued(HOUSE), {1: page(HOUSE, **texts)}, None, HOUSE, RECIPE, CAMPAIGN, WORLD.regions
    )


def test_a_household_not_found_is_not_asked_about_its_house():
    decision = decide_house(hasil_verivali="2", tanggal_verivali="12042026")
    assert "luas_lantai" not in items(decision)
    found = decide_house(hasil_verivali="1", tanggal_verivali="12042026")
    assert items(found)["luas_lantai"] == ("reading:required_blank",)


def test_rules_question_fields_but_leave_their_confidence():
    decision = decide_house(hasil_verivali="2", tanggal_verivali="12042026", luas_lantai="045")
    assert "rule:A06" in items(decision)["luas_lantai"]
    assert reading(decision, "luas_lantai").confidence > 0.995
    assert decision.outcome == QUEUE


def test_an_error_blocks_even_when_a_clerk_has_looked():
    late = decide_house(hasil_verivali="2", tanggal_verivali="12042027")
    failed = [f for f in late.findings if f.outcome is Outcome.FAILED]
    assert any(f.rule == "A08" and f.severity is Severity.ERROR for f in failed)
    assert "rule:A08" in items(late)["tanggal_verivali"]
    unsure = box("1", 0.6, "4")
    cells = (unsure, *boxes("2042027", 7))
    doubtful = decide_house(
        hasil_verivali="2", tanggal_verivali=FieldEvidence("tanggal_verivali", cells=cells)
    )
    assert doubtful.outcome == QUEUE


def test_a_form_nobody_wrote_on_asks_one_question():
    decision = decide_house()
    assert "luas_lantai" not in items(decision)
    assert "reading:required_blank" in items(decision)["hasil_verivali"]
