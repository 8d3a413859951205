"""The pre-lists in samples/ and the visits that belong to them, for demo and first steps.

Knows how the samples were made: from one seed, so that files and visits always agree.
Must not know the store or the command line.
"""

from __future__ import annotations

from pathlib import Path

from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.resources import data_folder
from papi.synth.population import invent_round, prelist_rows, write_prelist
from papi.synth.visits import Season, Visit

SAMPLE_SEED = 2147
SAMPLE_SEASON = Season()
"""Field work of the samples; a demo workspace's campaign must cover it."""
HOUSEHOLDS, PERSONS = 12, 6
PRELIST_FILES = {HOUSEHOLD_FORM: "prelist_rt.csv", PERSON_FORM: "prelist_ppks.csv"}


def sample_visits() -> list[Visit]:
    """Return what the visits of the sample pre-lists find."""
    return invent_round(SAMPLE_SEED, households=HOUSEHOLDS, persons=PERSONS, season=SAMPLE_SEASON)


def sample_prelist(form: str) -> Path:
    """Return the path of the sample pre-list of a form."""
    return data_folder("samples") / PRELIST_FILES[form]


def write_samples(folder: Path) -> list[Path]:
    """Write the sample pre-lists as csv, and the households also as xlsx; return the paths."""
    visits, written = sample_visits(), []
    for form, name in PRELIST_FILES.items():
        written.append(folder / name)
        write_prelist(prelist_rows(visits, form), form, written[-1])
    written.append((folder / PRELIST_FILES[HOUSEHOLD_FORM]).with_suffix(".xlsx"))
    write_prelist(prelist_rows(visits, HOUSEHOLD_FORM), HOUSEHOLD_FORM, written[-1])
    return written


if __name__ == "__main__":
    write_samples(data_folder("samples"))
