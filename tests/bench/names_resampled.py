"""Names of every kind, written with letters of held-out writers: what is accepted, and wrongly.

    python tests/bench/round_trip.py --forms 220 --held-out --seed 4242 --data DIR --keep KEPT
    python tests/bench/names_resampled.py KEPT TOKENS.csv.gz [--names 2000]

Few names are written on a batch of forms. So names are invented, and each letter takes the
posterior of the same letter read from a random box of the batch: mostly of one form, thus of one
writer. TOKENS (token,count) is split at random: one half makes the pre-list, the other is unknown.

Kinds: known (words of the pre-list by frequency), mixed, unknown, and neighbour: a known name with
one letter changed to one that looks like it, so that no word of the list is right. Beside each name
stands a printed one: nothing, or (printed) the name with another such letter changed.
`ink` reads without names. Letters repeat: of a few hundred boxes, one misread letter comes back in
many names, so bounds hold for such letters, not for writers.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from papi.checking.fields import FieldReading, read_field
from papi.checking.metrics import upper_bound
from papi.checking.name_model import NameBook
from papi.checking.priors import Known, World
from papi.checking.regions import RegionTable
from papi.geometry import Box
from papi.model.evidence import FieldEvidence, Posterior
from papi.model.facts import Campaign
from papi.model.layout import FieldKind, LayoutField
from papi.model.recipe import load_recipe
from papi.office.workspace import open_workspace

BOXES = 24
LISTED = 6000
"""Words on the pre-list that is made: a few villages."""
KINDS = ("known", "mixed", "unknown", "neighbour", "printed")
SAME_WRITER = 0.7
"""Share of letters taken from the form the name began with, where it has that letter."""
ALIKE = {
    "A": "HRO", "B": "DR", "C": "GL", "D": "OBP", "E": "FC", "F": "PE", "G": "CS", "H": "NMA",
    "I": "LTJ", "J": "TI", "K": "RH", "L": "ICT", "M": "NW", "N": "MHR", "O": "DUG", "P": "FD",
    "R": "KN", "S": "BG", "T": "IRL", "U": "VWN", "W": "UM", "Y": "VJT", "Z": "S",
}  # fmt: skip
FIELD = LayoutField(
    name="nama", page=1, kind=FieldKind.CAPITALS, cells=(Box(20, 40, 4.6, 6),) * BOXES
)


class Letters:
    """Posteriors of boxes whose letter is known, by letter and form."""

    def __init__(self, kept: Path) -> None:
        open_workspace(kept / "workspace")
        from papi.store.cases import load_case

        truth = json.loads((kept / "scans" / "truth.json").read_text("utf-8"))
        self.everywhere: dict[str, list[Posterior]] = defaultdict(list)
        self.by_form: dict[str, dict[str, list[Posterior]]] = defaultdict(lambda: defaultdict(list))
        for form_id, pages in truth.items():
            case = load_case(form_id)
            for number, page in case.evidence.items():
                for name, item in page.fields.items():
                    text = pages.get(str(number), {}).get(name, "")
                    if text and case.layout.by_name[name].kind is FieldKind.CAPITALS:
                        self._take(form_id, text.ljust(len(item.cells)), item.cells)

    def _take(self, form_id: str, text: str, cells: Sequence[Posterior]) -> None:
        for letter, cell in zip(text, cells, strict=False):
            self.everywhere[letter].append(cell)
            self.by_form[form_id][letter].append(cell)

    def write(self, rng: random.Random, text: str) -> tuple[Posterior, ...]:
        """Return boxes in which `text` is written."""
        own = self.by_form[rng.choice(list(self.by_form))]
        return tuple(
            rng.choice(
                own[letter]
                if own.get(letter) and rng.random() < SAME_WRITER
                else self.everywhere[letter]
            )
            for letter in text.ljust(BOXES)
        )


@dataclass(frozen=True)
class Words:
    """Words of the pre-list with their counts, and words that are not on it."""

    listed: Counter[str]
    unknown: tuple[str, ...]

    @staticmethod
    def split(path: Path, rng: random.Random, letters: frozenset[str]) -> Words:
        """Split a token list into halves; the first makes a list by frequency."""
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [(row["token"], int(row["count"])) for row in csv.DictReader(lines)]
        usable = [(word, n) for word, n in rows if 3 <= len(word) <= 9 and set(word) <= letters]
        rng.shuffle(usable)
        half = usable[: len(usable) // 2]
        drawn = rng.choices([w for w, _ in half], [n for _, n in half], k=LISTED)
        return Words(Counter(drawn), tuple(word for word, _ in usable[len(half) :]))

    def name(self, rng: random.Random, kind: str) -> str:
        """Return an invented name of a kind that fits the boxes."""
        while True:
            known = rng.choices([*self.listed], [*self.listed.values()], k=rng.choice((1, 2, 2, 3)))
            if kind == "unknown":
                known = rng.choices(self.unknown, k=len(known))
            elif kind == "mixed":
                known = [known[0], rng.choice(self.unknown)]
            elif kind == "neighbour":
                known[0] = altered(rng, known[0])
            if len(" ".join(known)) <= BOXES and (kind != "neighbour" or not self.listed[known[0]]):
                return " ".join(known)


def altered(rng: random.Random, text: str) -> str:
    """Return a text with one letter changed to one that looks like it."""
    place = rng.choice([i for i, letter in enumerate(text) if letter in ALIKE])
    return text[:place] + rng.choice(ALIKE[text[place]]) + text[place + 1 :]


def measure(kind: str, count: int, words: Words, letters: Letters, worlds: dict[str, World]) -> str:
    """Read `count` names of a kind in every world; return a line for each."""
    rng = random.Random(f"names {kind}")  # noqa: S311 - test data
    needed = load_recipe().thresholds.name
    tally: Counter[tuple[str, str]] = Counter()
    for _ in range(count):
        name = words.name(rng, kind)
        beside = Known(altered(rng, name)) if kind == "printed" else Known()
        ink = FieldEvidence(FIELD.name, cells=letters.write(rng, name))
        for label, world in worlds.items():
            began = time.process_time()
            reading = read_field(FIELD, ink, world, beside)
            tally[label, "us"] += round(1e6 * (time.process_time() - began))
            tally.update((label, what) for what in judged(reading, name, beside, needed))
    lines = []
    for label in worlds:
        accepted, wrong = tally[label, "accepted"], tally[label, "wrong"]
        lines.append(
            f"{kind:10}{label:6} first {tally[label, 'first'] / count:6.1%}"
            f"  review {1 - accepted / count:6.1%}  wrong {wrong} of {accepted}"
            f" (<= {1e3 * upper_bound(wrong, max(1, accepted)):.2f} per 1,000)"
            f"  as printed {tally[label, 'printed']}  {tally[label, 'us'] / count / 1e3:.1f} ms"
        )
    return "\n".join(lines)


def judged(reading: FieldReading, name: str, beside: Known, needed: float) -> list[str]:
    """Say what a reading is: right at first, accepted, wrong, the printed name."""
    found = ["first"] if reading.value == name else []
    if reading.confidence >= needed and not reading.reasons:
        found.append("accepted")
        found += ["wrong"] * (reading.value != name)
        found += ["printed"] * (reading.value == beside.printed)
    return found


def main() -> int:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kept", type=Path)
    parser.add_argument("tokens", type=Path)
    parser.add_argument("--names", type=int, default=2000)
    arguments = parser.parse_args()
    letters = Letters(arguments.kept)
    usable = frozenset(x for x, found in letters.everywhere.items() if len(found) > 2) - {" "}
    words = Words.split(arguments.tokens, random.Random(7), usable)  # noqa: S311 - test data
    day = dt.date(2026, 5, 20)
    campaign = Campaign(day, day, day)
    plain = World(campaign, RegionTable(lambda _: None), load_recipe().decoding)
    worlds = {"ink": plain, "names": replace(plain, names=NameBook(words.listed, {}))}
    print(sum(map(len, letters.everywhere.values())), "boxes;", len(words.listed), "words listed")
    for kind in KINDS:
        print(measure(kind, arguments.names, words, letters, worlds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
