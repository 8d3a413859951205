"""Old lists: nearly everything is written by hand, and what was found stays as it was."""

from random import Random

import pytest

from papi.forms.document import pages_for
from papi.forms.layout import build_form
from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.model.layout import CELL_KINDS
from papi.synth.ageing import Habits
from papi.synth.answers import fill_form, written_values
from papi.synth.corrections import correct_most
from papi.synth.population import invent_round

DONE = Habits(not_completed=0)


def written_fields(form, corrected):
    """Count written boxed fields of 30 forms."""
    layout = build_form(form).layout
    kinds = {item.name: item.kind for item in layout.fields}
    count = 0
    round_ = invent_round(5, households=30, persons=30, habits=DONE, corrected=corrected)
    for number, visit in enumerate(visit for visit in round_ if visit.form == form):
        pages = pages_for(layout, len(visit.row.members))
        inks = fill_form(visit, layout, Random(number), pages=pages)  # noqa: S311
        count += sum(bool(v) and kinds[n] in CELL_KINDS for n, v in written_values(inks).items())
    return count


def test_a_household_gives_a_hundred_fields():
    assert written_fields(HOUSEHOLD_FORM, 0.97) >= 30 * 95
    assert written_fields(HOUSEHOLD_FORM, 0.0) < 30 * 30


@pytest.mark.parametrize("form", [HOUSEHOLD_FORM, PERSON_FORM])
def test_what_was_found_stays(form):
    now = [v for v in invent_round(5, households=20, persons=20, habits=DONE) if v.form == form]
    for number, visit in enumerate(now):
        older = correct_most(Random(number), visit, 1.0)  # noqa: S311
        own = {"hasil_ppks", "nik_dokumen"}
        for before, after in zip(
            (visit.found, *visit.members), (older.found, *older.members), strict=True
        ):
            assert {k: v for k, v in before.items() if k not in own} == {
                k: v for k, v in after.items() if k not in own
            }
        assert older.row.prelist_id == visit.row.prelist_id


def test_the_nik_tick_says_what_the_list_says():
    for visit in invent_round(6, households=20, persons=20, habits=DONE, corrected=0.5):
        pairs = [(visit.found, visit.row.values)] if visit.form == PERSON_FORM else []
        pairs += list(zip(visit.members, visit.row.members, strict=False))
        for found, listed in pairs:
            if found.get("nik") and found.get("sta_keberadaan_art", "1") == "1":
                expected = "1" if found["nik"] == listed["nik"] else "2"
                assert found.get("nik_dokumen", expected) == expected


def test_an_unfinished_visit_stays_as_it_is():
    gone = Habits(not_completed=1)
    for visit in invent_round(7, households=5, persons=5, habits=gone):
        assert correct_most(Random(1), visit, 1.0) is visit  # noqa: S311
