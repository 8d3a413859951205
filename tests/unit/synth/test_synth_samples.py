"""The files in samples/ are those the seed makes."""

from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.synth.samples import (
    HOUSEHOLDS,
    PERSONS,
    PRELIST_FILES,
    sample_prelist,
    sample_visits,
    write_samples,
)


def test_committed_prelists_are_what_the_seed_makes(tmp_path):
    for path in write_samples(tmp_path):
        if path.suffix == ".csv":
            committed = sample_prelist(HOUSEHOLD_FORM).parent / path.name
            assert committed.read_text("utf-8") == path.read_text("utf-8")
    assert set(PRELIST_FILES) == {HOUSEHOLD_FORM, PERSON_FORM}


def test_samples_show_two_villages_and_both_forms():
    visits = sample_visits()
    assert len(visits) == HOUSEHOLDS + PERSONS
    assert len({visit.row.region for visit in visits}) == 2
    results = [visit.found.get("hasil_verivali") for visit in visits]
    assert results.count("1") >= 8 and len(set(results)) >= 3
