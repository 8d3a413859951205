"""A printed, filled and scanned round, and what was written in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from paper import Paper, print_paper

from papi.synth.batch import Batch, Truth, form_jobs, make_batch
from papi.synth.population import invent_round

KINDS = ("pdf", "tiff", "jpeg")


@dataclass(frozen=True)
class Round:
    """Printed forms, their scans, and what was written on them."""

    paper: Paper
    scans: tuple[Path, ...]
    truth: Truth
    pages: int

    def written(self) -> dict[tuple[str, str], str]:
        """Value of every field by (form id, field)."""
        return {
            (form_id, name): value
            for form_id, pages in self.truth.items()
            for fields in pages.values()
            for name, value in fields.items()
        }


def make_round(
    folder: Path, *, seed: int, households: int, persons: int, kinds: Sequence[str] = KINDS
) -> Round:
    """Print, fill and scan forms at office quality below `folder`, nothing read yet."""
    visits = invent_round(seed, households=households, persons=persons)
    paper = print_paper(folder, visits)
    jobs = [
        job
        for form in paper.forms
        for job in form_jobs(paper.manifest, folder / form, visits)
        if job.sides[0].form == form
    ]
    layouts = {form: paper.layout(form) for form in paper.forms}
    batch: Batch = make_batch(
        jobs, layouts, folder / "scans", level="L1", seed=seed, kinds=tuple(kinds)
    )
    return Round(paper, batch.scans, batch.truth, batch.pages)
