"""Filled, clean sides of real forms for the benchmarks of placing, damage and page cost.

Prints invented households and persons into a temporary folder, fills them, and gives the rasters
with the layout, identity and values each must be recognised by.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np

from papi.forms.document import pages_for, print_village
from papi.forms.layout import build_form
from papi.model.codebook import Codebook
from papi.model.issue import PrintJob, Village
from papi.model.landmarks import Landmarks
from papi.model.layout import Layout
from papi.model.page import Gray
from papi.model.prelist import IssuedForm
from papi.model.sheet import SheetId, new_form_id
from papi.pipeline.page_landmarks import page_landmarks
from papi.synth.answers import fill_form, written_values
from papi.synth.batch import RENDER_PX_PER_MM, FormJob, form_jobs, render_side
from papi.synth.filling import fill_page
from papi.synth.hands import Hand
from papi.synth.population import invent_round
from papi.synth.sources import CharacterSource, SkeletonSource
from papi.synth.villages import find_village
from papi.synth.visits import Visit

VILLAGE_CODE = "3201122005"


@dataclass(frozen=True)
class MadeSide:
    """One filled side before the scanner."""

    layout: Layout
    sheet: SheetId
    clean: Gray
    landmarks: Landmarks


@dataclass(frozen=True)
class MadeForm:
    """One filled form before the scanner.

    Attributes:
        issued: as it was printed.
        visit: its pre-list row and what was found.
        layout: of its kind.
        sides: its pages.
        truth: what stands in each field.
        pen: kind of pen it was filled with.
    """

    issued: IssuedForm
    visit: Visit
    layout: Layout
    sides: tuple[MadeSide, ...]
    truth: Mapping[str, str]
    pen: str


def make_sides(households: int, persons: int, seed: int) -> list[MadeSide]:
    """Print and fill forms with our own skeleton characters; about 0.3 s a side."""
    visits = invent_round(seed, households=households, persons=persons, villages=(VILLAGE_CODE,))
    return [side for form in make_forms(visits, SkeletonSource(), seed) for side in form.sides]


def make_forms(visits: list[Visit], source: CharacterSource, seed: int) -> Iterator[MadeForm]:
    """Print the forms of visits to VILLAGE_CODE and fill them in, each in one hand."""
    with tempfile.TemporaryDirectory() as name:
        for form in sorted({visit.form for visit in visits}):
            chosen = [visit for visit in visits if visit.form == form and visit.row]
            yield from _fill_all(form, chosen, Path(name), source, seed)


@lru_cache
def landmarks_of(form: str) -> dict[int, Landmarks]:
    """Return the landmarks of a form's pages, as a workspace's book has them."""
    built = build_form(form)
    return page_landmarks(built.layout, built.drawing)


def _fill_all(
    form: str, visits: list[Visit], folder: Path, source: CharacterSource, seed: int
) -> Iterator[MadeForm]:
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
    issued = {job.issued.form_id: job.issued for job in jobs}
    for job in form_jobs(manifest, folder, visits):
        yield _fill_form(job, issued[job.sides[0].form_id], built.layout, source, seed)


def _fill_form(
    job: FormJob, issued: IssuedForm, layout: Layout, source: CharacterSource, seed: int
) -> MadeForm:
    rng = np.random.default_rng([seed, zlib.crc32(job.sides[0].prelist_id.encode())])
    pages = {side.page for side in job.sides}
    inks = fill_form(job.visit, layout, Random(seed), pages=pages, twin=job.twin)  # noqa: S311
    hand = Hand.draw(source, rng)
    sides = []
    for side in job.sides:
        blank = render_side(job.folder / side.pdf_file, side.pdf_page)
        clean = fill_page(
            blank, layout, side.page, px_per_mm=RENDER_PX_PER_MM, inks=inks, hand=hand, rng=rng
        )
        sheet = SheetId(side.form_id, side.page, side.version)
        sides.append(MadeSide(layout, sheet, clean, landmarks_of(layout.form)[side.page]))
    truth = written_values(inks)
    return MadeForm(issued, job.visit, layout, tuple(sides), truth, hand.pen.kind)
