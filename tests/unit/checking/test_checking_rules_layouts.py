"""The rules against the real forms: names of fields exist, and invented visits break no rule."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from papi.checking.rules import RULES, check_form
from papi.checking.rules.names import ASSETS, HOUSING, MEMBER_CODES, PROGRAMMES, ROWS_12, ROWS_34
from papi.forms.layout import build_form
from papi.model.facts import Campaign, FormFacts
from papi.model.layout import Layout
from papi.model.reading import RecordValue, Source
from papi.synth.answers import fill_form, written_values
from papi.synth.population import invent_round
from papi.synth.visits import Season, Visit

SEASON = Season()
CAMPAIGN = Campaign(SEASON.start, SEASON.end, SEASON.end + dt.timedelta(days=10))


def _layout(form: str) -> Layout:
    return build_form(form).layout


def test_every_field_a_rule_needs_stands_on_one_of_its_forms() -> None:
    for rule in RULES.values():
        names = {name for form in rule.forms for name in _layout(form).by_name}
        assert set(rule.needs) <= names, rule.id


def test_shared_names_stand_on_the_household_form() -> None:
    names = _layout("verivali-rt").by_name
    assert {*HOUSING, *ASSETS} <= set(names)
    strip = (*MEMBER_CODES, *PROGRAMMES, "sta_keberadaan_art", "nik_cek", "art_cek")
    assert {f"art.1.{column}" for column in strip} <= set(names)
    assert {row for row, _ in PROGRAMMES.values()} <= set(names)


def test_rows_alternate_as_they_are_printed() -> None:
    names = _layout("verivali-rt").by_name
    for rows, codes in ((ROWS_12, ["1", "2"]), (ROWS_34, ["3", "4"])):
        assert all([c.code for c in names[row].choices] == codes for row in rows)


def _facts(visit: Visit, layout: Layout, rng: Random) -> FormFacts:
    issued = {
        field.page
        for field in layout.fields
        if field.page in layout.base_pages
        or (field.name.startswith("art.") and int(field.name.split(".")[1]) <= len(visit.members))
    }
    written = written_values(fill_form(visit, layout, rng, pages=issued, twin="4F2K9QW3X"))
    merged = {
        name: RecordValue(text or _printed(visit, name, written), Source.MACHINE)
        for name, text in written.items()
    }
    pages = frozenset(issued)
    return FormFacts(
        "7Z2K9QW3X", layout, visit.row, pages, pages, written, merged, campaign=CAMPAIGN
    )


def _printed(visit: Visit, name: str, written: dict[str, str]) -> str:
    strip = name.rpartition(".")[0]
    gone = strip and written.get(f"{strip}.sta_keberadaan_art") not in {"1", "4"}
    marks = name.endswith(("_cek", "sta_keberadaan_art")) or name.startswith(("ttd_", "hasil_"))
    return "" if gone or marks or visit.row is None else visit.row.value(name)


@pytest.mark.parametrize("seed", [1, 2])
def test_invented_visits_break_no_rule_but_a_changed_rt(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    for visit in invent_round(seed, households=40, persons=30):
        found = check_form(_facts(visit, _layout(visit.form), rng))
        assert {finding.rule for finding in found} <= {"A02"}, found
