"""A batch for the benchmarks of cost: forms of a workspace, printed, filled by hand and scanned.

Sides of `verivali-rt`, each as a 300-dpi grey JPEG and, of the same scan, as a 1-bit G4 TIFF, as an
office scanner (level L1) gives them. The lists are so old that nearly everything is written by
hand, and of eight forms the fullest is taken: some 110 written boxes a side. Made through the
command line; about 0.3 s a side.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import cv2
import numpy as np
from PIL import Image

from papi.model.layout import CELL_KINDS, Layout
from papi.model.page import Gray
from papi.synth.ageing import Habits
from papi.synth.answers import FieldInk, fill_form, written_values
from papi.synth.batch import RENDER_PX_PER_MM, FormJob, form_jobs, read_manifest, render_side
from papi.synth.degrade import degrade_page
from papi.synth.filling import fill_page
from papi.synth.hands import Hand
from papi.synth.population import invent_round, prelist_rows, write_prelist
from papi.synth.scan_settings import draw_settings
from papi.synth.sources import SkeletonSource
from papi.synth.villages import some_villages
from papi.synth.visits import Season, Visit

FORM = "verivali-rt"
DISTRICT = "320112"
CORRECTED = 0.97
CHOSEN_OF = 8
ONE_BIT_BELOW = 140
DPI = 300


@dataclass(frozen=True)
class MadeBatch:
    """What `make_batch` left in a folder.

    Attributes:
        folder: holds a workspace that has read nothing yet, and both folders of scans.
        pages: sides in either folder.
        written: written character boxes a side.
    """

    folder: Path
    pages: int
    written: float

    @property
    def workspace(self) -> Path:
        """Copy it before reading: each run needs one that has read nothing."""
        return self.folder / "workspace"

    def scans(self, kind: str) -> list[Path]:
        """Return the files of a kind ("jpeg" or "g4"), by name."""
        return sorted((self.folder / kind).iterdir())

    def fresh_workspace(self, place: Path) -> Path:
        """Copy the workspace to `place`, whatever was there."""
        shutil.rmtree(place, ignore_errors=True)
        return Path(shutil.copytree(self.workspace, place))


def papi(workspace: Path, *words: str) -> str:
    """Run a command that must succeed; return its stdout."""
    command = [sys.executable, "-m", "papi.cli", "--workspace", str(workspace), *words]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603


def make_batch(folder: Path, households: int, seed: int) -> MadeBatch:
    """Print, fill and scan; what a folder holds already is taken as it is."""
    done = folder / "made.json"
    if not done.exists():
        visits = invent_round(
            seed,
            households=households * CHOSEN_OF,
            persons=0,
            villages=[village.code for village in some_villages(DISTRICT, 3)],
            season=Season.before(dt.date.today()),
            habits=Habits(not_completed=0.0),
            corrected=CORRECTED,
        )
        jobs = _print(folder, visits)
        layout = Layout.model_validate_json(papi(folder / "workspace", "layout", FORM))
        filled = sorted((_fill(job, layout, seed) for job in jobs), key=lambda f: -f.written)
        chosen = filled[:households]
        pages = _scan(folder, chosen, layout, seed)
        written = sum(form.written * len(form.job.sides) for form in chosen) / pages
        done.write_text(json.dumps([pages, written]), "utf-8")
    return MadeBatch(folder, *json.loads(done.read_text("utf-8")))


@dataclass(frozen=True)
class _Filled:
    """A form with what is written on it: `written` character boxes a side."""

    job: FormJob
    inks: Mapping[str, FieldInk]
    written: float


def _fill(job: FormJob, layout: Layout, seed: int) -> _Filled:
    pages = {side.page for side in job.sides}
    chance = Random(f"{seed} {job.sides[0].prelist_id}")  # noqa: S311
    inks = fill_form(job.visit, layout, chance, pages=pages, twin=job.twin)
    values = written_values(inks)
    own = (f.name for f in layout.fields if f.kind in CELL_KINDS and f.page in pages)
    boxes = sum(len(values[name].replace(" ", "")) for name in own)
    return _Filled(job, inks, boxes / len(pages))


def _print(folder: Path, visits: list[Visit]) -> list[FormJob]:
    """Import the list and print its forms; return them with what is to be written."""
    workspace, printed, table = folder / "workspace", folder / "printed", folder / "list.csv"
    folder.mkdir(parents=True, exist_ok=True)
    papi(workspace, "init", str(workspace))
    write_prelist(prelist_rows(visits, FORM), FORM, table)
    papi(workspace, "prelist", "import", str(table), "--form", FORM)
    papi(workspace, "print", "--form", FORM, "--out", str(printed))
    return form_jobs(read_manifest(printed / "manifest.csv"), printed, visits)


def _scan(folder: Path, forms: list[_Filled], layout: Layout, seed: int) -> int:
    """Write and scan every side; return how many there were."""
    for kind in ("jpeg", "g4"):
        (folder / kind).mkdir(exist_ok=True)
    pages = 0
    for number, form in enumerate(forms):
        for gray, quality in _sides(form, layout, np.random.default_rng([seed, number])):
            name = f"page{pages:05d}"
            (folder / "jpeg" / f"{name}.jpg").write_bytes(_jpeg(gray, quality))
            (folder / "g4" / f"{name}.tif").write_bytes(_g4(gray))
            pages += 1
    return pages


def _sides(form: _Filled, layout: Layout, rng: np.random.Generator) -> Iterator[tuple[Gray, int]]:
    """Yield the scanned sides of a form with the JPEG quality of each."""
    hand = Hand.draw(SkeletonSource(), rng)
    for side in form.job.sides:
        blank = render_side(form.job.folder / side.pdf_file, side.pdf_page)
        filled = fill_page(
            blank, layout, side.page, px_per_mm=RENDER_PX_PER_MM, inks=form.inks, hand=hand, rng=rng
        )
        settings = replace(draw_settings("L1", rng), dpi=DPI)
        yield degrade_page(filled, RENDER_PX_PER_MM, settings, rng).gray, settings.quality


def _jpeg(gray: Gray, quality: int) -> bytes:
    return cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _g4(gray: Gray) -> bytes:
    bits = Image.fromarray(np.where(gray < ONE_BIT_BELOW, 0, 255).astype(np.uint8)).convert("1")
    stored = io.BytesIO()
    bits.save(stored, "TIFF", compression="group4", dpi=(DPI, DPI))
    return stored.getvalue()
