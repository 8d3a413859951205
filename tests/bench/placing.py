"""How well pages are placed: share placed, wrong identities, worst box offset, by level of damage.

    python tests/bench/placing.py [--scans 300] [--level L1 ...] [--json]

Real forms, filled, sent through the machines of `papi.synth` whose true map is known. Exit 1 if a
page gets a wrong identity at any level, a box lies more than 0.5 mm off at L1 or L2, or a page of
L1 is refused. tests/bench/degradations.py gives the same for each kind of damage alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.locate import locate
from papi.imaging.register import register
from papi.imaging.snips import page_boxes
from papi.model.page import PageFailure, PageImage, PageSource, RegisteredPage
from papi.model.sheet import A4
from papi.synth.batch import RENDER_PX_PER_MM
from papi.synth.degrade import Scan, as_stored, degrade_page
from papi.synth.scan_settings import LEVELS, Level, draw_settings

sys.path.insert(0, str(Path(__file__).parent))
from made_sides import MadeSide, make_sides

SEED = 2026
MAX_OFFSET_MM = 0.5
SOURCE = PageSource("", "", 0)


def place(side: MadeSide, image: PageImage) -> RegisteredPage | PageFailure:
    """Locate and register one scan."""
    located = locate(image)
    if isinstance(located, PageFailure):
        return located
    return register(located, side.layout, side.landmarks)


def worst_offset(side: MadeSide, scan: Scan, image: PageImage) -> float | None:
    """Place a scan; return the largest distance of a box's middle from its true place, mm."""
    page = place(side, image)
    return None if isinstance(page, PageFailure) else offset_of(page, scan)


def offset_of(page: RegisteredPage, scan: Scan) -> float:
    """Return the largest distance of a placed box's middle from its true place, mm on paper.

    Boxes that are torn off, or lie under a folded corner, have no place.
    """
    centers = page_boxes(page.layout, page.located.sheet.page).centers
    placed = page.located.frame_map.apply(centers + page.offsets_mm)
    off = np.linalg.norm(scan.mm_of(placed) - centers, axis=1)
    return float(off[_are_there(centers, scan)].max(initial=0.0))


def _are_there(centers: NDArray[np.float64], scan: Scan) -> NDArray[np.bool_]:
    """Tell which boxes no torn or folded corner can have taken (a fold's legs vary by a third)."""
    damage = scan.settings.damage
    reach = 4 / 3 * max(damage.torn_mm, damage.folded_mm)
    x = np.minimum(centers[:, 0], A4.width_mm - centers[:, 0])
    y = np.minimum(centers[:, 1], A4.height_mm - centers[:, 1])
    return np.asarray((x > reach) | (y > reach) if reach else x >= 0)


def measure(sides: list[MadeSide], level: Level, scans: int) -> dict[str, object]:
    """Place `scans` pages of one level."""
    outcomes: Counter[str] = Counter()
    offsets = []
    for number in range(scans):
        side = sides[number % len(sides)]
        rng = np.random.default_rng([SEED, number])
        scan = degrade_page(side.clean, RENDER_PX_PER_MM, draw_settings(level, rng), rng)
        page = place(side, PageImage(as_stored(scan), None, SOURCE))
        sheet = page.sheet if isinstance(page, PageFailure) else page.located.sheet
        outcomes["wrong_identity"] += sheet is not None and sheet != side.sheet
        if isinstance(page, PageFailure):
            outcomes[page.reason.value] += 1
            continue
        outcomes["placed"] += 1
        offsets.append(offset_of(page, scan))
    return {
        "level": level,
        "scans": scans,
        **outcomes,
        "offset_mm_median": round(float(np.median(offsets)), 3),
        "offset_mm_worst": round(max(offsets), 3),
    }


def holds(figure: dict[str, object]) -> bool:
    """Tell whether a level's figures meet the targets."""
    office, extreme = figure["level"] == "L1", figure["level"] == "L3"
    near = extreme or float(str(figure["offset_mm_worst"])) <= MAX_OFFSET_MM
    all_placed = not office or figure["placed"] == figure["scans"]
    return near and all_placed and figure["wrong_identity"] == 0


def main() -> int:
    """Measure, print the figures, and tell by the exit code whether they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=300, help="pages a level")
    parser.add_argument("--level", action="append", choices=LEVELS)
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    sides = make_sides(4, 4, SEED)
    figures = [measure(sides, level, options.scans) for level in options.level or LEVELS]
    for figure in figures:
        print(json.dumps(figure) if options.json else figure)
    return 0 if all(holds(figure) for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
