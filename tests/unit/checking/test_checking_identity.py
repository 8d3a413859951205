"""NIK, date of birth and sex of one person, read together."""

import pytest
from deciding import WORLD, boxes, cells_field, inked, layout_of, tick, tick_field

from papi.checking.decode import read_digits
from papi.checking.fields import TURNED
from papi.checking.plan import plan_of
from papi.checking.weighing import Belief, weigh
from papi.checking.written import read_form
from papi.model.evidence import JUNK, FieldEvidence
from papi.model.layout import FieldKind
from papi.model.prelist import PrelistRow

NIK, DATE = "3201015205900001", "12051990"
LAYOUT = layout_of(
    cells_field("nik", FieldKind.DIGITS, 16, critical=True),
    cells_field("tgl_lahir", FieldKind.DATE, 8, critical=True),
    tick_field("jenis_kelamin", ("1", "2")),
    form="test-form",
)
PLAN = plan_of(LAYOUT)


def unsure(text, place, other, p):
    cells = list(boxes(text, len(text), 0.999999))
    cells[place] = {text[place]: p, other: 1.0 - p}
    return tuple(cells)


def read(nik=NIK, date=DATE, sex="2", prelist=None):
    found = {"nik": nik, "tgl_lahir": date}
    evidence = {
        name: inked(LAYOUT.by_name[name], cells)
        if isinstance(cells, str)
        else FieldEvidence(name, cells=cells)
        for name, cells in found.items()
    }
    ticks = (
        sex if isinstance(sex, dict) else {c: tick("marked" if c == sex else "empty") for c in "12"}
    )
    evidence["jenis_kelamin"] = FieldEvidence("jenis_kelamin", ticks=ticks)
    return read_form(PLAN, evidence, PLAN.fields, prelist=prelist, world=WORLD)


def test_each_helps_where_the_other_is_sure():
    together = read(nik=unsure(NIK, 11, "8", 0.8))["nik"]
    assert together.value == NIK
    assert together.confidence > 0.98
    together = read(date=unsure(DATE, 7, "8", 0.8))["tgl_lahir"]
    assert together.value == "1990-05-12"
    assert together.confidence > 0.98


def test_both_in_doubt_are_the_marginals_of_their_joint_distribution():
    p, q, broken = 0.7, 0.6, WORLD.exceptions.nik_birth
    found = read(nik=unsure(NIK, 11, "8", p), date=unsure(DATE, 7, "8", q))
    # 0 and 0, 8 and 8 agree; the others do not.
    agree, differ = p * q, (1 - p) * (1 - q)
    total = agree + differ + broken * (p * (1 - q) + q * (1 - p))
    assert found["nik"].confidence == pytest.approx(
        (agree + broken * p * (1 - q)) / total, abs=0.003
    )
    assert found["tgl_lahir"].confidence == pytest.approx(
        (agree + broken * q * (1 - p)) / total, abs=0.003
    )


def test_the_sex_is_part_of_it():
    in_doubt = unsure(NIK, 6, "1", 0.8)
    assert read(nik=in_doubt, sex="2")["nik"].confidence > 0.98
    assert read(nik=in_doubt, sex="")["nik"].confidence == pytest.approx(0.8, abs=0.02)
    assert TURNED in read(nik=in_doubt, sex="1")["nik"].reasons


def test_the_last_four_digits_are_the_inks_alone():
    assert read(nik=unsure(NIK, 14, "7", 0.8))["nik"].confidence == pytest.approx(0.8, abs=0.01)


def test_a_number_given_out_near_the_form_is_likelier_and_one_from_afar_no_worse():
    near = PrelistRow("test-form", "X1", "3201012001", {}, ())
    afar = PrelistRow("test-form", "X1", "7371012001", {}, ())
    in_doubt = unsure(NIK, 1, "3", 0.8)  # 32.01.01 and 33.01.01 both exist
    alone = read(nik=in_doubt)["nik"].confidence
    assert read(nik=in_doubt, prelist=near)["nik"].confidence > 0.98
    assert read(nik=in_doubt, prelist=afar)["nik"].confidence == pytest.approx(alone, abs=0.001)
    turned = read(nik=unsure(NIK, 1, "3", 0.3), prelist=near)["nik"]
    assert TURNED in turned.reasons or turned.value != NIK


def test_a_scrawl_does_not_outweigh_a_value_that_disagrees():
    cells = (*boxes("12", 2, 1.0), {"3": 0.96, JUNK: 0.04})
    ink = read_digits(cells, 48)
    other = Belief(lambda text: text == "999", 0.01, 0.001, printed=True)
    assert weigh(ink, [other], top=8).values[0] == ("123", pytest.approx(0.96, abs=1e-6))
