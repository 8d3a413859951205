"""How fast and how small printing is: CPU ms and PDF bytes a side, 1,000 forms.

    python tests/bench/print_speed.py [--form verivali-rt] [--forms 1000] [--json]

Prints invented households (or persons) of one village into a temporary folder and fails
(exit 1) above 8 ms CPU or 6 KB a side. CPU time is of this process, on whatever machine it runs.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from papi.forms.document import pages_for, print_village
from papi.forms.layout import build_form
from papi.model.codebook import Codebook
from papi.model.issue import PrintJob, Village
from papi.model.layout import Layout
from papi.model.prelist import IssuedForm, PrelistRow
from papi.model.sheet import new_form_id
from papi.synth.villages import Registry, find_village
from papi.synth.visits import Habits, Season, household_visit, person_visit

MAX_CPU_MS = 8.0
MAX_BYTES = 6 * 1024
VILLAGE_CODE = "3201122005"
SEED = 2026
VISITS = {"verivali-rt": household_visit, "verivali-ppks": person_visit}


def made_up_rows(form: str, count: int) -> list[PrelistRow]:
    """Return pre-list rows of invented households or persons of one village."""
    rng = random.Random(SEED)  # noqa: S311
    registry, village = Registry(rng), find_village(VILLAGE_CODE)
    rows: list[PrelistRow] = []
    while len(rows) < count:
        visit = VISITS[form](
            rng, registry, village, number=len(rows) + 1, season=Season(), habits=Habits()
        )
        if visit.row is not None:
            rows.append(visit.row)
    return rows


def jobs_of(layout: Layout, rows: list[PrelistRow]) -> list[PrintJob]:
    """Return one print job a row."""
    return [
        PrintJob(
            IssuedForm(new_form_id(), layout.form, layout.version, row.region, row.prelist_id,
                       pages_for(layout, len(row.members))),
            row,
        )
        for row in rows
    ]  # fmt: skip


def measure(form: str, count: int) -> dict[str, float | int | str]:
    """Print `count` forms in one village and return the figures."""
    built = build_form(form)
    layout, drawing = built.layout, built.drawing
    jobs = jobs_of(layout, made_up_rows(form, count))
    place = find_village(VILLAGE_CODE)
    village = Village(
        place.code, place.name, place.district, place.regency, place.province, "Verivali 2026"
    )
    label_of = Codebook.load().label
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "village.pdf"
        begun = time.process_time()
        manifest = print_village(path, jobs, layout, drawing, village, label_of=label_of)
        spent = time.process_time() - begun
        size = path.stat().st_size
    return {
        "form": form,
        "forms": count,
        "sides": len(manifest),
        "cpu_ms_per_side": round(1000 * spent / len(manifest), 3),
        "bytes_per_side": round(size / len(manifest)),
    }


def main() -> int:
    """Measure, print the figures, and tell by the exit code whether they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--form", action="append", help="form to print; may be repeated")
    parser.add_argument("--forms", type=int, default=1000, help="how many forms")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    options = parser.parse_args()
    figures = [measure(form, options.forms) for form in options.form or ["verivali-rt"]]
    for figure in figures:
        print(json.dumps(figure) if options.json else figure)
    held = all(
        f["cpu_ms_per_side"] <= MAX_CPU_MS and f["bytes_per_side"] <= MAX_BYTES for f in figures
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
