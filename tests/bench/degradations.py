"""What each kind of damage does to placing and reading: the table of the scanning room.

    python tests/bench/degradations.py [--all] [--pages N] [--kind KIND ...] [--data DIR]

Filled forms go through an office scanner, undamaged and with each kind of damage of
papi.synth.degradations at severity 1 (what an office scanner or its operator produces) to 3
(extreme); the same pages and the same noise in every line. The pages of a form are read and decided
together. Columns: pages placed and why others were refused; pages taken for another (id); worst
distance of a box from its true place, mm; choice fields and character fields on placed pages, how
many were accepted wrongly, how many a person is asked about; `lost`: per cent of fields read right
undamaged and not now, less the reverse (* beyond chance). `zones`: text and signature zones on
placed pages, how many of them were taken for written or for blank wrongly, how many a person is
asked about. Exit 1 if a target is missed, see `missed`.

Without --all, severities 1 and 2 of about 8 pages: some 2 minutes of CPU; with it severity 3 as
well and about 16 pages. 0.2 s of CPU a page and line, 59 and 88 lines.
"""

from __future__ import annotations

import argparse
import math
import os
import pickle
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2

from papi.model.recipe import load_recipe
from papi.office.names import name_book
from papi.synth.ageing import Habits
from papi.synth.degradations import DEGRADATIONS, SEVERITIES
from papi.synth.population import invent_round

sys.path.insert(0, str(Path(__file__).parent))
from degraded_pages import (
    INK,
    TICK,
    UNDAMAGED,
    WRITTEN,
    Bench,
    Condition,
    FieldOutcome,
    PageOutcome,
    read_damaged,
)
from made_sides import VILLAGE_CODE, MadeForm, make_forms
from round_trip import characters

SEED = 20264
CORRECTED = 0.6
"""Share of what an officer can write that is written: some 60 written fields a household."""
PAGES_OF_A_HOUSEHOLD, PAGES_OF_A_PERSON = 4, 2
USUAL_SEVERITIES, USUAL_PAGES, ALL_PAGES = (1, 2), 8, 16
PARTS = {TICK: "choice", WRITTEN: "character", INK: "text and signature"}
MOST_OFFSET_MM = 0.5
MOST_WRONG = {TICK: 0.046e-3, WRITTEN: 0.37e-3}
"""Accepted fields that may be wrong (issue 3): the bar of double keying, and of single keying."""
ONE_IN_A_HUNDRED = 0.01
LOSS_BEYOND_CHANCE = 2.33
"""Standard deviations: one line in a hundred goes beyond by chance."""


@dataclass(frozen=True)
class Line:
    """One kind at one severity.

    Attributes:
        condition: which.
        pages: what became of each page.
        lost, lost_sd: fields lost against the undamaged scans, and the chance variation of that.
        compared: fields compared.
    """

    condition: Condition
    pages: Sequence[PageOutcome]
    lost: int
    lost_sd: float
    compared: int

    def fields(self, part: str) -> list[FieldOutcome]:
        """Return the fields of a part on placed pages."""
        return [field for page in self.pages for field in page.fields if field.part == part]

    def wrong(self, part: str) -> int:
        """Count fields accepted wrongly."""
        return sum(field.wrong for field in self.fields(part))

    @property
    def offset_mm(self) -> float:
        """Worst offset of a box on a placed page."""
        return max((page.offset_mm or 0.0 for page in self.pages if page.placed), default=0.0)

    @property
    def wrong_identities(self) -> int:
        """Pages taken for another."""
        return sum(page.wrong_identity for page in self.pages)

    @property
    def refused(self) -> Counter[str]:
        """Reasons of pages that were not placed."""
        return Counter(page.reason for page in self.pages if not page.placed)

    def text(self) -> str:
        """Return the row of the table."""
        placed = sum(page.placed for page in self.pages)
        mark = "*" if self.is_loss else " "
        cells = [f"{self.condition.kind:18}", f"{self.condition.severity}"]
        cells += [f"{placed:4}/{len(self.pages):<4}", f"{self.wrong_identities:2}"]
        cells += [f"{self.offset_mm:6.2f}"]
        for part in PARTS:
            own = self.fields(part)
            asked = sum(bool(field.reasons) for field in own) / max(len(own), 1)
            cells.append(f"{len(own):6} {self.wrong(part):5} {asked:6.1%}")
        cells.append(f"{self.lost / max(self.compared, 1):6.1%}{mark}")
        cells.append(", ".join(f"{n} {why}" for why, n in self.refused.most_common()))
        return "  ".join(cells)

    @property
    def is_loss(self) -> bool:
        """Whether more was lost than chance explains."""
        return self.lost > LOSS_BEYOND_CHANCE * self.lost_sd


HEADING = (
    f"{'kind':18}  s  placed     id  mm off   ticks wrong    ask  boxes  wrong    ask"
    "   zones wrong    ask     lost"
    "   refused"
)


def compare(
    condition: Condition, pages: Sequence[PageOutcome], undamaged: Sequence[PageOutcome]
) -> Line:
    """Count what was lost against the undamaged scans of the same pages, where both were placed."""
    before = {
        (page.key, field.name): field.value == field.truth
        for page in undamaged
        for field in page.fields
        if field.truth
    }
    lost = gained = compared = 0
    for page in pages:
        for field in page.fields:
            was = before.get((page.key, field.name))
            if was is not None:
                now = field.value == field.truth
                compared += 1
                lost += was and not now
                gained += now and not was
    return Line(condition, pages, lost - gained, (lost + gained) ** 0.5, compared)


def missed(line: Line) -> Iterator[str]:
    """Name the targets a line misses.

    At every severity: no page is taken for another, no box of a placed page is more than 0.5 mm
    off, and no more fields are accepted wrongly than the bar of issue 3 allows (one line in a
    hundred would by chance). At severity 1: every page is placed, and nothing is lost beyond
    chance.
    """
    if line.wrong_identities:
        yield f"{line.wrong_identities} pages taken for another"
    if line.offset_mm > MOST_OFFSET_MM:
        yield f"a box {line.offset_mm:.2f} mm off"
    for part, most in MOST_WRONG.items():
        accepted = sum(not field.reasons for field in line.fields(part))
        if beyond_chance(line.wrong(part), most * accepted):
            yield f"{line.wrong(part)} of {accepted} accepted {part} fields wrong"
    if line.condition.severity <= 1:
        if line.refused:
            yield f"{sum(line.refused.values())} of {len(line.pages)} pages refused"
        if line.is_loss:
            yield f"{line.lost} of {line.compared} fields lost"


def beyond_chance(count: int, expected: float) -> bool:
    """Tell whether `count` or more come in less than one case of a hundred (Poisson)."""
    fewer = sum(math.exp(-expected) * expected**k / math.factorial(k) for k in range(count))
    return 1 - fewer < ONE_IN_A_HUNDRED


_AT_HAND: list[tuple[Bench, list[MadeForm]]] = []
"""A worker's bench and forms, inherited by forking: 9 MB a page would cost more to send."""


def read_all(condition: Condition, seed: int) -> list[PageOutcome]:
    """Read all forms under a condition."""
    bench, forms = _AT_HAND[0]
    return [
        page
        for number, form in enumerate(forms)
        for page in read_damaged(bench, form, number, condition, seed)
    ]


def make(options: argparse.Namespace) -> str:
    """Print and fill forms until there are enough pages; return whose characters they carry."""
    source, named = characters(options.data, held_out=options.held_out)
    half = options.pages // 2
    visits = invent_round(
        options.seed,
        households=max(1, round(half / PAGES_OF_A_HOUSEHOLD)),
        persons=max(1, round(half / PAGES_OF_A_PERSON)),
        villages=(VILLAGE_CODE,),
        habits=Habits(not_completed=0.0),
        corrected=CORRECTED,
    )
    forms = list(make_forms(visits, source, options.seed))
    names = name_book(visit.row for visit in visits if visit.row)
    layouts = list({form.layout.version: form.layout for form in forms}.values())
    _AT_HAND[:] = [(Bench.of(layouts, load_recipe(), names), forms)]
    return named


def main() -> int:
    """Print the table, then what was missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="severity 3 too, and twice the pages")
    parser.add_argument("--pages", type=int, help="about so many, whole forms")
    parser.add_argument("--kind", action="append", choices=list(DEGRADATIONS))
    parser.add_argument("--severity", action="append", type=int, choices=SEVERITIES)
    parser.add_argument("--data", default="", help="folder of characters; default PAPI_DATA")
    parser.add_argument("--held-out", action="store_true", help="writers held out of train")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="pickle every outcome here")
    options = parser.parse_args()
    options.pages = options.pages or (ALL_PAGES if options.all else USUAL_PAGES)
    usual = SEVERITIES if options.all else USUAL_SEVERITIES
    cv2.setNumThreads(1)  # before forking: a child that inherits a pool of threads waits for ever
    print(f"characters: {make(options)}; seed {options.seed}\n{HEADING}", flush=True)
    wanted = [UNDAMAGED] + [
        Condition(kind, severity)
        for kind in options.kind or DEGRADATIONS
        for severity in options.severity or usual
    ]
    lines: list[Line] = []
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("fork")) as pool:
        found = pool.map(partial(read_all, seed=options.seed), wanted)
        for condition, pages in zip(wanted, found, strict=True):
            lines.append(compare(condition, pages, lines[0].pages if lines else pages))
            print(lines[-1].text(), flush=True)
    if options.keep:
        options.keep.write_bytes(pickle.dumps([(line.condition, line.pages) for line in lines]))
    return report(lines)


def report(lines: Sequence[Line]) -> int:
    """Print sums and missed targets; return the exit code."""
    for part, name in PARTS.items():
        fields = [field for line in lines for field in line.fields(part)]
        accepted, wrong = sum(not f.reasons for f in fields), sum(f.wrong for f in fields)
        print(f"accepted {name} fields wrong: {wrong} of {accepted} on placed pages, all lines")
        blank = sum(f.wrong and not f.truth for f in fields)
        if part == INK:
            print(f"of those, blank zones taken for written: {blank}")
    complaints = [
        f"MISSED {line.condition.kind} {line.condition.severity}: {why}"
        for line in lines
        for why in missed(line)
    ]
    print("\n".join(complaints) or "every target met")
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
