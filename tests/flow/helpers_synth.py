"""Printing and scanning invented forms without a workspace, for flow tests and trials."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from papi.forms.document import pages_for, print_village, write_manifest
from papi.forms.layout import build_form
from papi.model.codebook import Codebook
from papi.model.issue import ManifestRow, PrintJob, Village
from papi.model.layout import Layout
from papi.model.prelist import IssuedForm
from papi.model.sheet import new_form_id
from papi.synth.batch import Batch, form_jobs, make_batch
from papi.synth.sources import CharacterSource
from papi.synth.villages import find_village
from papi.synth.visits import Visit


def print_visits(visits: Sequence[Visit], out: Path) -> list[ManifestRow]:
    """Print the forms of all visits, one PDF per form kind and village; write manifest.csv."""
    out.mkdir(parents=True, exist_ok=True)
    rows = [visit.row for visit in visits if visit.row]
    manifest: list[ManifestRow] = []
    for form, region in sorted({(row.form, row.region) for row in rows}):
        built = build_form(form)
        jobs = [
            PrintJob(
                IssuedForm(
                    new_form_id(),
                    form,
                    built.layout.version,
                    region,
                    row.prelist_id,
                    pages_for(built.layout, len(row.members)),
                ),
                row,
            )
            for row in rows
            if (row.form, row.region) == (form, region)
        ]
        place = find_village(region)
        village = Village(region, place.name, place.district, place.regency, place.province)
        manifest += print_village(
            out / f"{form}_{region}.pdf",
            jobs,
            built.layout,
            built.drawing,
            village,
            label_of=Codebook.load().label,
        )
    write_manifest(out / "manifest.csv", manifest)
    return manifest


def layouts_of(visits: Sequence[Visit]) -> dict[str, Layout]:
    """Return the layouts of all forms among the visits."""
    return {form: build_form(form).layout for form in {visit.form for visit in visits}}


def scan_visits(
    visits: Sequence[Visit],
    folder: Path,
    *,
    level: str = "L1",
    seed: int = 1,
    source: CharacterSource | None = None,
    workers: int = 1,
) -> Batch:
    """Print, fill and scan the forms of all visits below `folder`."""
    manifest = print_visits(visits, folder / "print")
    return make_batch(
        form_jobs(manifest, folder / "print", visits),
        layouts_of(visits),
        folder / "scans",
        level=level,  # type: ignore[arg-type]
        seed=seed,
        source=source,
        workers=workers,
    )
