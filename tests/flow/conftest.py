"""A round of both forms: printed, filled with invented handwriting, scanned and read once."""

from __future__ import annotations

import pytest
from helpers_round import Round
from paper import Paper, print_paper

from papi.synth.batch import Batch, form_jobs, make_batch
from papi.synth.population import invent_round

KINDS = ("pdf", "tiff", "jpeg")


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Two households and three persons at office quality, in PDF, TIFF and JPEG files."""
    folder = tmp_path_factory.mktemp("round")
    visits = invent_round(31, households=2, persons=3)
    paper = print_paper(folder, visits)
    jobs = [
        job
        for form in paper.forms
        for job in form_jobs(paper.manifest, folder / form, visits)
        if job.sides[0].form == form
    ]
    layouts = {form: paper.layout(form) for form in paper.forms}
    batch: Batch = make_batch(jobs, layouts, folder / "scans", level="L1", seed=31, kinds=KINDS)
    return Round(paper, batch.scans, batch.truth, batch.pages)


@pytest.fixture(scope="session")
def read(scanned: Round, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The round, ingested in this process."""
    desk = scanned.paper.copy(tmp_path_factory.mktemp("read") / "desk")
    result = desk.ingest(*scanned.scans)
    assert result.exit_code == 0, result.stderr
    return desk
