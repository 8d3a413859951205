"""Use case: show the whole job on the samples, from pre-list to tables, without a question.

Knows the order of the steps, where each leaves its files, and which forms are filled. Must not
know how any step works. Running it again in the same folder does only what is not done yet.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from papi.exports.tables import TableName
from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.model.recipe import load_recipe
from papi.office.exporting import export_table
from papi.office.freeze import frozen_form
from papi.office.ingesting import ingest
from papi.office.manifest import read_manifest
from papi.office.prelist import import_prelist
from papi.office.printing import PrintOrder, print_forms
from papi.office.reporting import status_report
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine, default_jobs
from papi.store.issued import taken_ids
from papi.store.reports import reading_rows
from papi.synth.batch import FormJob, Truth, form_jobs, make_batch
from papi.synth.samples import SAMPLE_SEASON, SAMPLE_SEED, sample_prelist, sample_visits

FORMS: Final = (HOUSEHOLD_FORM, PERSON_FORM)
FILLED: Final = {HOUSEHOLD_FORM: 3, PERSON_FORM: 4}
"""Forms that "come back": about twenty sides; the others show as missing in the reconciliation."""
KINDS: Final = ("pdf", "tiff", "jpeg")
STEPS: Final = ("import", "print", "scan", "ingest", "status", "export")

Progress = Callable[[str, int, int | None], None]
"""(step, done, total): step is one of STEPS; a step begins with (step, 0, None)."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where the demo leaves its files: beside its workspace, below one folder."""

    workspace: Path

    @property
    def root(self) -> Path:
        """The folder of the demo."""
        return self.workspace.parent

    def printed(self, form: str) -> Path:
        """PDFs and manifest of one form."""
        return self.root / "print" / form

    @property
    def scans(self) -> Path:
        """What a scanning room would deliver."""
        return self.root / "scans"

    @property
    def truth(self) -> Path:
        """What was written on the filled forms."""
        return self.root / "truth"

    @property
    def tables(self) -> Path:
        """The exported tables."""
        return self.root / "tables"


@dataclass(slots=True)
class DemoReport:
    """What the demo did and found.

    Attributes:
        folder: where everything lies.
        status: the reconciliation.
        rows: rows of each exported table.
        right, wrong: accepted fields that say what was written, and that do not.
        review: fields a person must look at.
        seconds: how long it took.
    """

    folder: DemoFolder
    status: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    right: int = 0
    wrong: int = 0
    review: int = 0
    seconds: float = 0.0


def run_demo(
    workspace: Workspace,
    progress: Progress = lambda step, done, total: None,
    jobs: int | None = None,
) -> DemoReport:
    """Run every step beside `workspace` (open); a step that was done before is kept.

    Args:
        workspace: a workspace of its own, open, whose campaign covers the samples' season.
        progress: told when a step begins and how far it is.
        jobs: workers for scanning and reading (None: one per core).

    Raises:
        WorkspaceUnusable, StorageFull, InputUnreadable: as the steps themselves.
    """
    began = time.monotonic()
    places, workers = DemoFolder(workspace.folder), jobs or default_jobs()
    report = DemoReport(places)
    _import(progress)
    _print(workspace, places, progress)
    truth = _scan(places, workers, progress)
    _ingest(workspace, places, workers, progress)
    progress("status", 0, None)
    report.status = status_report()
    report.rows = _export(places, progress)
    _compare(report, truth)
    report.seconds = time.monotonic() - began
    return report


def _import(progress: Progress) -> None:
    progress("import", 0, None)
    for done, form in enumerate(FORMS, 1):
        import_prelist(sample_prelist(form), form)
        progress("import", done, len(FORMS))


def _print(workspace: Workspace, places: DemoFolder, progress: Progress) -> None:
    progress("print", 0, None)
    for form in FORMS:
        out = places.printed(form)
        known = {row.form_id for row in read_manifest(out)}
        if known and taken_ids(known) == known:
            continue  # printing again would make second copies
        order = PrintOrder(form, out, SAMPLE_SEASON.start)
        print_forms(workspace, order, lambda done, total: progress("print", done, total))


def _scan(places: DemoFolder, workers: int, progress: Progress) -> Truth:
    """Fill some of the printed forms with invented handwriting and scan them at office quality."""
    progress("scan", 0, None)
    jobs = [job for form in FORMS for job in _chosen_jobs(places, form)]
    wanted = {job.sides[0].form_id for job in jobs}
    known = _known_truth(places)
    if known.keys() == wanted:
        return known
    for stale in places.scans.glob("scan_*"):
        stale.unlink()
    batch = make_batch(
        jobs,
        {form: frozen_form(form, _version(jobs, form)).layout for form in FORMS},
        places.scans,
        level="L1",
        seed=SAMPLE_SEED,
        workers=workers,
        kinds=KINDS,
        progress=lambda done: progress("scan", done, len(jobs)),
    )
    places.truth.mkdir(exist_ok=True)
    (places.scans / "places.json").replace(places.truth / "places.json")
    batch.truth_file.replace(places.truth / "truth.json")  # last: it says that the scans are whole
    return batch.truth


def _chosen_jobs(places: DemoFolder, form: str) -> Sequence[FormJob]:
    out = places.printed(form)
    return form_jobs(read_manifest(out), out, sample_visits())[: FILLED[form]]


def _version(jobs: Sequence[FormJob], form: str) -> str:
    return next(side.version for job in jobs for side in job.sides if side.form == form)


def _known_truth(places: DemoFolder) -> Truth:
    path = places.truth / "truth.json"
    if not path.is_file():
        return {}
    truth: Truth = json.loads(path.read_text("utf-8"))
    return truth


def _ingest(workspace: Workspace, places: DemoFolder, workers: int, progress: Progress) -> None:
    progress("ingest", 0, None)
    recipe = load_recipe(workspace.recipe)
    ingest(
        workspace,
        [places.scans],
        recipe,
        Engine(recipe.engine) if workers > 1 else Engine.SERIAL,
        workers,
        lambda done, total, _: progress("ingest", done, total),
    )


def _export(places: DemoFolder, progress: Progress) -> dict[str, int]:
    progress("export", 0, None)
    places.tables.mkdir(exist_ok=True)
    rows: dict[str, int] = {}
    for done, name in enumerate(TableName, 1):
        rows[name.value] = export_table(name, places.tables / f"{name.value}.csv")
        progress("export", done, len(TableName))
    return rows


def _compare(report: DemoReport, truth: Truth) -> None:
    """Count readings against what was written; only a demo knows that."""
    written: Mapping[tuple[str, str], str] = {
        (form_id, name): value
        for form_id, pages in truth.items()
        for fields in pages.values()
        for name, value in fields.items()
    }
    for row in reading_rows():
        if row["status"] != "accepted":
            report.review += row["status"] == "review"
        elif row["value"] == written.get((row["form_id"], row["field"])):
            report.right += 1
        else:
            report.wrong += 1
