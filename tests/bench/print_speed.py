"""How fast and how small printing is: CPU ms and PDF bytes a side, 1,000 forms.

    python tests/bench/print_speed.py [--form verivali-rt] [--forms 1000] [--json]

Prints made-up households with every slot filled, into a temporary folder, and fails (exit 1) above
8 ms CPU or 6 KB a side. CPU time is of this process, on whatever machine it runs.
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
from papi.model.drawing import Drawing
from papi.model.issue import PrintJob, Village
from papi.model.layout import Layout
from papi.model.prelist import IssuedForm, PrelistRow
from papi.model.sheet import new_form_id

MAX_CPU_MS = 8.0
MAX_BYTES = 6 * 1024
MEMBERS = 3
VILLAGE = Village("3201012001", "Sukamaju", "Nanggung", "Kabupaten Bogor", "Jawa Barat")
_SYLLABLES = ("ba", "ci", "da", "gu", "ha", "ja", "ka", "li", "ma", "nu", "pa", "ra", "si", "ta")


def made_up_rows(layout: Layout, drawing: Drawing, count: int) -> list[PrelistRow]:
    """Return rows with a value of their own for every slot of the drawing."""
    draw = random.Random(2026)  # noqa: S311
    codebook = Codebook.load()
    slots = [s for page in drawing.pages for s in page.slots if not s.name.startswith("@")]

    def value(code_list: str, name: str) -> str:
        codes = list(codebook.labels(code_list)) if code_list else []
        if codes:
            return draw.choice(codes)
        if "nik" in name or "nokk" in name:
            return f"320101{draw.randrange(10**10):010d}"
        words = ("".join(draw.choices(_SYLLABLES, k=3)) for _ in range(2))
        return " ".join(words).upper()

    def row(number: int) -> PrelistRow:
        values = {s.name: value(s.code_list, s.name) for s in slots}
        household = {n: v for n, v in values.items() if not n.startswith("art.")}
        members = tuple(
            {n.split(".", 2)[2]: v for n, v in values.items() if n.startswith(f"art.{m}.")}
            for m in range(1, MEMBERS + 1 if any(layout.members()) else 1)
        )
        return PrelistRow(layout.form, f"ID{number:08d}", VILLAGE.region, household, members)

    return [row(number) for number in range(count)]


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
    jobs = jobs_of(layout, made_up_rows(layout, drawing, count))
    label_of = Codebook.load().label
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "village.pdf"
        begun = time.process_time()
        manifest = print_village(path, jobs, layout, drawing, VILLAGE, label_of=label_of)
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
