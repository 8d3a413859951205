"""How well tick boxes are read: marks of writers the network never saw, by state and style.

    python tests/bench/ticks.py --data DIR [--count 20000]

Real pen trajectories of the dev writers are drawn as marks (7 of 10; the rest are drawn styles)
into scanned boxes. Exit 1 when empty or marked boxes are confidently wrong too often.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from papi.checking.metrics import upper_bound
from papi.model.evidence import EMPTY, MARKED
from papi.reading.ticks import TickReader
from papi.training.mark_figures import TickSet, judge
from papi.training.mark_snips import MarkSource, draw_snips, real_marks

WORST = 0.002
"""Confidently wrong share of empty and marked boxes allowed (hard marks included)."""


def draw(source: MarkSource, count: int, seed: int) -> TickSet:
    """Draw the test set over all cores."""
    parts = 8
    with ProcessPoolExecutor() as pool:
        work = partial(draw_snips, count // parts, source)
        drawn = list(pool.map(work, range(seed, seed + parts)))
    return TickSet(
        np.concatenate([d[0] for d in drawn]),
        np.concatenate([d[1] for d in drawn]),
        [style for d in drawn for style in d[2]],
    )


def main() -> int:
    """Print the table; return 1 if the worst share is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    marks = real_marks(options.data / "dev" / "unipen_dev_strokes.npz", trusted=True)
    test = draw(MarkSource(real=marks, real_share=0.7), options.count, 900_000)
    figures = judge(TickReader.load().probabilities(test.snips), test)
    missed = False
    for kind in ("states", "styles"):
        print(f"{kind:16} {'boxes':>7} {'right':>9} {'P>=0.99':>9} {'wrong':>6} {'upper':>8}")
        for name, row in figures[kind].items():
            upper = upper_bound(row["wrong_when_confident"], max(row["boxes"], 1))
            share = row["wrong_when_confident"] / max(row["boxes"], 1)
            missed |= name in {EMPTY, MARKED} and share > WORST
            print(
                f"{name:16} {row['boxes']:7} {row['right']:9.3%} {row['confident']:9.2%} "
                f"{row['wrong_when_confident']:6} {upper:8.3%}"
            )
    print(f"wrong: read wrongly with P >= 0.99; allowed for empty and marked: {WORST:.1%} of boxes")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
