"""From printed forms and visits to a batch of scans with the truth beside it.

Knows print manifests, the order fill -> degrade -> file. Must not know the store or the reader.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pypdfium2

from papi.geometry import POINTS_PER_MM
from papi.model.issue import ManifestRow
from papi.model.layout import Layout
from papi.model.page import Gray
from papi.synth.answers import fill_form, written_values
from papi.synth.degrade import degrade_page
from papi.synth.filling import fill_page
from papi.synth.hands import Hand
from papi.synth.scan_files import ScanFiles, StoredPage, encode_page, plan_files
from papi.synth.scan_settings import Level, draw_settings
from papi.synth.sources import CharacterSource, DataWriter, SkeletonSource, Writer
from papi.synth.visits import Visit

RENDER_PX_PER_MM = 12.0
"""Forms are filled at this raster (305 dpi), whatever the scanner's resolution is: a whole number
of pixels for A4, since a renderer stretches the page to the next whole number."""
_SHORT_OF_NEXT = 1 - 1e-5
"""Keeps the width from being rounded up by a pixel when the PDF's page is 0.001 pt too wide."""
Truth = dict[str, dict[str, dict[str, str]]]
"""form id -> page -> field -> value as `readings` must say it."""
_RESULTS = ("hasil_verivali", "hasil_ppks")


@dataclass(frozen=True, slots=True)
class FormJob:
    """One printed form to fill and scan.

    Attributes:
        sides: its manifest rows, by page.
        folder: where their PDF files are.
        visit: what was found.
        twin: form id of another form.
    """

    sides: tuple[ManifestRow, ...]
    folder: Path
    visit: Visit
    twin: str


@dataclass(frozen=True, slots=True)
class Workshop:
    """What is the same for every form of a batch (picklable)."""

    layouts: Mapping[str, Layout]
    level: Level
    seed: int
    source: CharacterSource


@dataclass(frozen=True, slots=True)
class ScannedForm:
    """A form after the scanner."""

    pages: tuple[StoredPage, ...]
    truth: dict[str, dict[str, str]]
    hand: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What `make_batch` left behind.

    Attributes:
        scans: the files.
        truth: what stands on each page; also in truth_file.
        pages: how many sides were scanned.
        hands: form id -> the hand and its pen, and under "pages" the scan settings of each page.
    """

    scans: tuple[Path, ...]
    truth: Truth
    truth_file: Path
    pages: int = 0
    hands: Mapping[str, Any] = field(default_factory=dict)


def read_manifest(path: Path) -> list[ManifestRow]:
    """Read a print run's manifest.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            ManifestRow(
                line["pdf_file"],
                int(line["pdf_page"]),
                line["form_id"],
                line["form"],
                int(line["page"]),
                line["prelist_id"],
                line["version"],
                int(line["copy"]),
                line["region"],
            )
            for line in csv.DictReader(file)
        ]


def form_jobs(
    manifest: Iterable[ManifestRow], folder: Path, visits: Iterable[Visit]
) -> list[FormJob]:
    """Pair printed forms with the visits of their pre-list rows; forms without one are left out."""
    known = {visit.row.prelist_id: visit for visit in visits if visit.row}
    forms: dict[str, list[ManifestRow]] = {}
    for row in manifest:
        if row.prelist_id in known:
            forms.setdefault(row.form_id, []).append(row)
    found = {form_id: known[sides[0].prelist_id] for form_id, sides in forms.items()}
    return [
        FormJob(
            tuple(sorted(sides, key=lambda side: side.page)),
            folder,
            found[form_id],
            _twin(form_id, found),
        )
        for form_id, sides in forms.items()
    ]


def _twin(form_id: str, found: Mapping[str, Visit]) -> str:
    """Name another form of the same kind that was completed, for results that point at one."""
    own = found[form_id]
    others = [
        other
        for other, visit in found.items()
        if other != form_id
        and visit.form == own.form
        and any(visit.found.get(name) == "1" for name in _RESULTS)
    ]
    return others[zlib.crc32(form_id.encode()) % len(others)] if others else ""


def make_batch(
    jobs: Sequence[FormJob],
    layouts: Mapping[str, Layout],
    out: Path,
    *,
    level: Level = "L1",
    seed: int = 1,
    source: CharacterSource | None = None,
    workers: int = 1,
    kinds: Sequence[str] = ("pdf", "tiff", "jpeg", "png"),
    progress: Callable[[int], None] = lambda _: None,
) -> Batch:
    """Fill, scan and file all forms; about 0.1 s of one core a side.

    Args:
        jobs: forms as `form_jobs` pairs them.
        layouts: layout by form name, of the version that was printed.
        out: folder for the scans, `truth.json` and `places.json`; made if missing.
        level: how bad the machine is.
        seed: the same seed and pre-list give the same ink and noise.
        source: whose characters; default: our own skeletons.
        workers: processes.
        kinds: file kinds to mix.
        progress: called with the number of forms done.
    """
    out.mkdir(parents=True, exist_ok=True)
    workshop = Workshop(layouts, level, seed, source or SkeletonSource())
    pages = sum(len(job.sides) for job in jobs)
    files = ScanFiles(out, plan_files(pages, kinds, np.random.default_rng([seed, 9])))
    truth: Truth = {}
    hands: dict[str, Any] = {}
    for job, form in zip(jobs, _run(workshop, jobs, workers), strict=True):
        truth[job.sides[0].form_id] = form.truth
        hands[job.sides[0].form_id] = form.hand
        for page in form.pages:
            files.add(page)
        progress(len(truth))
    truth_file = out / "truth.json"
    truth_file.write_text(json.dumps(truth, indent=1), encoding="utf-8")
    (out / "places.json").write_text(json.dumps(files.places), encoding="utf-8")
    return Batch(tuple(files.files), truth, truth_file, pages, hands)


def _run(workshop: Workshop, jobs: Sequence[FormJob], workers: int) -> Iterable[ScannedForm]:
    if workers <= 1:
        yield from map(partial(scan_form, workshop), jobs)
        return
    with ProcessPoolExecutor(workers, initializer=_open_workshop, initargs=(workshop,)) as pool:
        yield from pool.map(_scan_here, jobs)


_WORKSHOP: list[Workshop] = []
"""A worker's own workshop: sending its 4 MB of characters with every form costs 0.3 s a form."""


def _open_workshop(workshop: Workshop) -> None:
    _WORKSHOP[:] = [workshop]


def _scan_here(job: FormJob) -> ScannedForm:
    return scan_form(_WORKSHOP[0], job)


def scan_form(workshop: Workshop, job: FormJob) -> ScannedForm:
    """Fill and degrade all sides of one form."""
    identity = zlib.crc32(job.sides[0].prelist_id.encode())
    rng = np.random.default_rng([workshop.seed, identity])
    layout = workshop.layouts[job.sides[0].form]
    pages = {side.page for side in job.sides}
    chance = Random(int(rng.integers(1 << 62)))  # noqa: S311  not for secrets
    inks = fill_form(job.visit, layout, chance, pages=pages, twin=job.twin)
    hand = Hand.draw(workshop.source, rng)
    values = written_values(inks)
    stored, truth, passes = [], {}, {}
    for side in job.sides:
        blank = render_side(job.folder / side.pdf_file, side.pdf_page)
        filled = fill_page(
            blank, layout, side.page, px_per_mm=RENDER_PX_PER_MM, inks=inks, hand=hand, rng=rng
        )
        settings = draw_settings(workshop.level, rng)
        scan = degrade_page(filled, RENDER_PX_PER_MM, settings, rng)
        passes[str(side.page)] = asdict(settings)
        stored.append(encode_page(scan, side.form_id, side.page))
        fields = layout.by_page[side.page]
        truth[str(side.page)] = {item.name: values[item.name] for item in fields}
    return ScannedForm(tuple(stored), truth, describe(hand) | {"pages": passes})


def describe(hand: Hand) -> dict[str, Any]:
    """Return what is known of a hand as plain JSON data, without its characters."""
    kept = ("size", "slant", "unsteady_mm", "overhang", "tick", "sloppy", "cancel")
    said = {name: getattr(hand, name) for name in kept}
    return said | {"pen": asdict(hand.pen), "digits": _origin(hand.writer)}


def _origin(writer: Writer) -> str:
    """Say what a writer's digits were kept as: scanned, pen paths, or neither (skeletons)."""
    samples = writer.samples.get("0", []) if isinstance(writer, DataWriter) else []
    if not samples:
        return "skeleton"
    return "pen paths" if samples[0].raster is None else "scanned"


def render_side(pdf: Path, number: int) -> Gray:
    """Render page `number` (from 1) of a PDF file at RENDER_PX_PER_MM; about 60 ms."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        scale = RENDER_PX_PER_MM / POINTS_PER_MM * _SHORT_OF_NEXT
        image = document[number - 1].render(scale=scale, grayscale=True).to_numpy()
        return np.array(image[..., 0] if image.ndim == 3 else image, dtype=np.uint8)
    finally:
        document.close()
