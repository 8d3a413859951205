"""Filled, clean sides of real forms for the benchmarks of placing and page cost.

Prints invented households and persons into a temporary folder, fills them with our own skeleton
characters, and gives the rasters with the layout and identity each must be recognised by.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from papi.forms.document import pages_for, print_village
from papi.forms.layout import build_form
from papi.model.codebook import Codebook
from papi.model.issue import PrintJob, Village
from papi.model.layout import Layout
from papi.model.page import Gray
from papi.model.prelist import IssuedForm
from papi.model.sheet import SheetId, new_form_id
from papi.synth.answers import fill_form
from papi.synth.batch import RENDER_PX_PER_MM, FormJob, form_jobs, render_side
from papi.synth.filling import fill_page
from papi.synth.hands import Hand
from papi.synth.population import invent_round
from papi.synth.sources import SkeletonSource
from papi.synth.villages import find_village
from papi.synth.visits import Visit

VILLAGE_CODE = "3201122005"


@dataclass(frozen=True)
class MadeSide:
    """One filled side before the scanner."""

    layout: Layout
    sheet: SheetId
    clean: Gray


def make_sides(households: int, persons: int, seed: int) -> list[MadeSide]:
    """Print and fill forms; about 0.3 s a side."""
    visits = invent_round(seed, households=households, persons=persons, villages=(VILLAGE_CODE,))
    sides: list[MadeSide] = []
    with tempfile.TemporaryDirectory() as name:
        for form in sorted({visit.form for visit in visits}):
            chosen = [visit for visit in visits if visit.form == form and visit.row]
            sides.extend(_fill_all(form, chosen, Path(name), seed))
    return sides


def _fill_all(form: str, visits: list[Visit], folder: Path, seed: int) -> Iterator[MadeSide]:
    built = build_form(form)
    jobs = [
        PrintJob(
            IssuedForm(new_form_id(), form, built.layout.version, row.region, row.prelist_id,
                       pages_for(built.layout, len(row.members))),
            row,
        )
        for row in (visit.row for visit in visits) if row
    ]  # fmt: skip
    place = find_village(VILLAGE_CODE)
    village = Village(place.code, place.name, place.district, place.regency, place.province)
    label_of = Codebook.load().label
    path = folder / f"{form}.pdf"
    manifest = print_village(path, jobs, built.layout, built.drawing, village, label_of=label_of)
    for job in form_jobs(manifest, folder, visits):
        yield from _fill_form(job, built.layout, seed)


def _fill_form(job: FormJob, layout: Layout, seed: int) -> Iterator[MadeSide]:
    rng = np.random.default_rng([seed, zlib.crc32(job.sides[0].prelist_id.encode())])
    pages = {side.page for side in job.sides}
    inks = fill_form(job.visit, layout, Random(seed), pages=pages, twin=job.twin)  # noqa: S311
    hand = Hand.draw(SkeletonSource(), rng)
    for side in job.sides:
        blank = render_side(job.folder / side.pdf_file, side.pdf_page)
        clean = fill_page(
            blank, layout, side.page, px_per_mm=RENDER_PX_PER_MM, inks=inks, hand=hand, rng=rng
        )
        yield MadeSide(layout, SheetId(side.form_id, side.page, side.version), clean)
