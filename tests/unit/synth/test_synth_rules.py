"""What the invented officers write breaks no rule that a careful visit would not break."""

import datetime as dt
from random import Random

import pytest

from papi.checking.plan import plan_of
from papi.checking.rules.engine import check_form
from papi.checking.truth import merge
from papi.forms.document import pages_for
from papi.forms.layout import build_form
from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.model.facts import Campaign, FormFacts
from papi.synth.answers import fill_form, written_values
from papi.synth.population import invent_round

QUESTIONED = {"A02", "B10"}
"""A changed RT or RW is always questioned, right or wrong; a category taken back is noted."""
CAMPAIGN = Campaign(dt.date(2025, 9, 1), dt.date(2025, 10, 31), dt.date(2025, 11, 24))


@pytest.mark.parametrize("corrected", [0.0, 0.9])
@pytest.mark.parametrize("form", [HOUSEHOLD_FORM, PERSON_FORM])
def test_no_rule_fails(form, corrected):
    layout = build_form(form).layout
    plan = plan_of(layout)
    failed = set()
    for number, visit in enumerate(
        invent_round(11, households=150, persons=150, corrected=corrected)
    ):
        if visit.form != form:
            continue
        pages = pages_for(layout, len(visit.row.members))
        rng = Random(number)  # noqa: S311
        inks = fill_form(visit, layout, rng, pages=pages, twin="ZZZZ0000X")
        written = written_values(inks)
        truth = merge(plan.fields, written, visit.row, frozenset())
        facts = FormFacts(
            "4F2K9QW3X",
            layout,
            visit.row,
            frozenset(pages),
            frozenset(pages),
            written,
            {**truth.printed, **truth.values},
            CAMPAIGN,
        )
        failed |= {finding.rule for finding in check_form(facts)}
        assert not truth.reasons
    assert failed <= QUESTIONED
