"""How well and how fast characters are read: the figures of the character reader.

    python tests/bench/characters.py [--data DIR] [--json]

Data: --data, PAPI_DATA, or ../shared/data beside the checkout. Prints every benchmark of dev
writers, plain and in scanned boxes, with 95 % intervals and calibration error, the photographed
letters, CPU time a character (one thread) and the CPU time of the cut. Fails (exit 1) when a
figure misses its floor, and (exit 2) when the data are not there: nothing is skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from papi.imaging.cut import lift_ink
from papi.model.layout import FieldKind
from papi.reading.characters import CharacterReader
from papi.training.boxes import Conditions, scan_sheet
from papi.training.cleaned import find_slips
from papi.training.evaluate import judge_reader
from papi.training.render import render
from papi.training.sources import load_dev

CLEANED = Path(__file__).with_name("cleaned_unipen_dev.json")
FLOORS = {
    "mnist/plain": 0.996,
    "unipen digits/plain": 0.987,
    "usps/plain": 0.98,
    "unipen capitals/plain": 0.955,
}
AIMS = {
    "mnist/plain": (0.997, 0.001),
    "unipen digits/plain": (0.993, 0.001),
    "usps/plain": (0.985, 0.003),
    "unipen capitals/plain": (0.975, 1.0),
}
"""What we are after: accuracy at least, wrong at 5 % reject at most. Falling short is said and
fails nothing; a figure under its floor fails."""
MAX_ECE = 0.01
MAX_MMAC = 12.0
MAX_US = 90.0
OFFICE_PAGE = Conditions(
    paper=240, rule_dark=0.2, rule_width=1.8, rule_dotted=False, gap=8, neighbours=True,
    shift=(0.5, 0.5), dpi=300, blur=1.0, noise=8, jpeg=75, threshold=None, pen_range=(0.5, 0.9),
)  # fmt: skip


def data_folder(given: Path | None) -> Path:
    """Return the handwriting data, or stop."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    for folder in (given, os.environ.get("PAPI_DATA"), beside):
        if folder and (Path(folder) / "dev").is_dir():
            return Path(folder)
    sys.stderr.write("handwriting data not found: name the folder with --data or PAPI_DATA\n")
    sys.exit(2)


def best_of(runs: int, work: Any) -> float:
    """CPU seconds of the quickest of some runs."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def speed(data: Path, reader: CharacterReader) -> dict[str, float]:
    """CPU time on a page of 450 boxes of which 150 are written in."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(1)
    digits = [c for c in load_dev(data) if c.source == "mnist"][:150]
    masks = [render(c, rng) for c in digits]
    masks += [np.zeros_like(masks[0])] * 300
    cells = scan_sheet(masks, rng, OFFICE_PAGE)
    cut = lift_ink(cells)
    kinds, alphabets = [FieldKind.DIGITS] * 450, [None] * 450
    written = int((~cut.blank).sum())
    return {
        "written": written,
        "cut_ms_per_page": 1e3 * best_of(9, lambda: lift_ink(cells)),
        "read_us_per_character": 1e6
        * best_of(9, lambda: reader.read_cells(cut, kinds, alphabets))
        / written,
    }


def misses(figures: dict[str, Any]) -> list[str]:
    """Name every figure that misses its floor."""
    found = [
        f"{name}: {figures[name]['accuracy']:.4f} < {floor}"
        for name, floor in FLOORS.items()
        if figures[name]["accuracy"] < floor
    ]
    found += [
        f"{name}: ECE {figures[name]['ece']:.4f} > {MAX_ECE}"
        for name in FLOORS
        if figures[name]["ece"] > MAX_ECE
    ]
    if figures["speed"]["read_us_per_character"] > MAX_US:
        found.append(f"reading takes more than {MAX_US} us a character")
    if figures["mmac"] > MAX_MMAC:
        found.append(f"more than {MAX_MMAC} MMAC a character")
    return found


def short_of_aims(figures: dict[str, Any]) -> list[str]:
    """Name every figure that is not where it shall be one day."""
    found = []
    for name, (accuracy, error) in AIMS.items():
        if figures[name]["accuracy"] < accuracy:
            found.append(f"{name}: {figures[name]['accuracy']:.4f} right, aim {accuracy}")
        if figures[name]["error_at_reject"] > error:
            found.append(f"{name}: {figures[name]['error_at_reject']:.4f} wrong, aim {error}")
    return found


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data = data_folder(options.data)
    committed = json.loads(CLEANED.read_text(encoding="utf-8"))
    if committed != find_slips(data / "dev" / "unipen_dev_strokes.npz"):
        sys.stderr.write(f"{CLEANED.name} is not the list the data's flags give\n")
        return 1
    reader = CharacterReader.load()
    lines: list[str] = []
    _, figures = judge_reader(reader, data, lines.append)
    figures["speed"] = speed(data, reader)
    figures["mmac"] = reader.card.document["mmac"]
    print(json.dumps(figures, indent=1) if options.json else "\n".join(lines))
    if not options.json:
        print(f"speed: {figures['speed']}  MMAC: {figures['mmac']}")
        print("\n".join(f"SHORT {line}" for line in short_of_aims(figures)))
    missed = misses(figures)
    for line in missed:
        sys.stderr.write(f"MISSED {line}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
