"""Foreign forms: boxes found, placing, ticks and characters read, wrong ones accepted.

    python tests/bench/foreign_forms.py --level L1 --pages 6 [--data ../shared/data/train]

Home-made forms of three styles (tests/foreign_paper.py) are drafted from their PDF, filled by one
hand a page (random digits and letters, so nothing helps but the ink), degraded and read.
Characters come from --data (writers that took no part in training) or our own skeletons.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from foreign_paper import FORMS, PX_PER_MM, Printed, fill, render

from papi.imaging.foreign_match import Refused
from papi.model.foreign import ForeignField
from papi.model.recipe import load_recipe
from papi.pipeline.read_foreign import FormBook, read_foreign
from papi.pipeline.write_draft import write_draft
from papi.reading.fields import Reader
from papi.synth.degrade import as_stored, degrade_page
from papi.synth.scan_settings import draw_settings
from papi.synth.sources import CharacterSource, DataSource, SkeletonSource
from papi.training.sources import is_held_out

FOUND_MM = 0.3


def owner(fields: tuple[ForeignField, ...], item: Printed) -> tuple[ForeignField, int] | None:
    """Return the drafted field and number of the box printed at `item`, None if it was missed."""
    for field in fields:
        for number, box in enumerate([*field.cells, *(c.box for c in field.choices)]):
            if np.abs(np.array(box.center) - item.box.center).max() < FOUND_MM:
                return field, number
    return None


def measure(name: str, options: argparse.Namespace, source: CharacterSource) -> Counter[str]:
    """Draft, fill, scan and read one form; return counts."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        pdf = Path(scratch) / f"{name}.pdf"
        printed = FORMS[name](pdf)
        write_draft(pdf, Path(scratch) / "form")
        book = FormBook.load(Path(scratch) / "form")
        blank = render(pdf)
    places = {id(item): owner(book.form.fields, item) for item in printed}
    counts["boxes"], counts["found"] = len(printed), sum(p is not None for p in places.values())
    questions: dict[str, list[Printed]] = {}
    for item in printed:
        questions.setdefault(item.question, []).append(item)
    centers = np.array([item.box.center for item in printed])
    for page in range(options.pages):
        rng = np.random.default_rng([options.seed, page])
        filled, answers = fill(blank, printed, rng, source)
        scan = degrade_page(filled, PX_PER_MM, draw_settings(options.level, rng), rng)
        started = time.process_time()
        found = read_foreign(as_stored(scan), book, Reader.load(), load_recipe())
        counts["cpu_ms"] += round(1000 * (time.process_time() - started))
        counts["pages"] += 1
        if isinstance(found, Refused):
            counts["refused"] += 1
            continue
        if not scan.settings.phone:
            off = found.placed.map.apply(centers) - scan.to_px.apply(centers)
            worst = np.linalg.norm(off, axis=1).max() / max(scan.to_px.px_per_mm)
            counts["worst_um"] = max(counts["worst_um"], round(1000 * float(worst)))
        readings = {reading.field: reading for reading in found.readings}
        for question, items in questions.items():
            place = places[id(items[0])]
            if place is None:
                continue
            kind, value = items[0].kind, answers[question]
            if kind == "tick" and value:
                chosen = places[id(next(i for i in items if i.code == value))]
                value = chosen[0].choices[chosen[1]].code if chosen else "?"
            reading = readings[place[0].name]
            right, accepted = reading.value == value, reading.status.value == "accepted"
            counts[f"{kind}s"] += 1
            counts[f"{kind}s_right"] += right
            counts[f"{kind}s_accepted"] += accepted
            counts["wrong_accepted"] += accepted and not right
    return counts


def main() -> int:
    """Print a line of figures for each form; exit 1 if a wrong value was accepted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--level", choices=("L1", "L2", "L3"), default="L1")
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--seed", type=int, default=20261)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    source: CharacterSource = SkeletonSource()
    if options.data:
        source = DataSource(options.data, takes_part=is_held_out)
    wrong = 0
    for name in FORMS:
        counts = measure(name, options, source)
        wrong += counts["wrong_accepted"]
        print(name, options.level, dict(counts))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
