"""How well tick boxes are read: marks of writers the network never saw, by state and style.

    python tests/bench/ticks.py --data DIR [--count 20000]
    python tests/bench/ticks.py --data DIR --leave-out STYLE|all

Real pen trajectories of the dev writers are drawn as marks (7 of 10; the rest are drawn styles)
into scanned boxes. Exit 1 when empty or marked boxes are confidently wrong too often.

With --leave-out a small network is trained without one style (drawn and real) and judged on that
style alone, since a style that our own generator draws and trains on proves nothing.
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
SMALL_SNIPS, SMALL_EPOCHS = 12_000, 3
"""Of a training without one style: about 20 s of one core, and 40 s to draw the snips once."""
UNSEEN_SNIPS = 400


def draw(source: MarkSource, count: int, seed: int, jobs: int) -> TickSet:
    """Draw a test set."""
    parts = 8
    with ProcessPoolExecutor(jobs) as pool:
        work = partial(draw_snips, count // parts, source)
        drawn = list(pool.map(work, range(seed, seed + parts)))
    return TickSet(
        np.concatenate([d[0] for d in drawn]),
        np.concatenate([d[1] for d in drawn]),
        [style for d in drawn for style in d[2]],
    )


def judge_model(options: argparse.Namespace) -> int:
    """Print how the model in use reads every state and style; return 1 if the worst is exceeded."""
    marks = real_marks(options.data / "dev" / "unipen_dev_strokes.npz", trusted=True)
    source = MarkSource(real=marks, real_share=0.7)
    test = draw(source, options.count, 900_000, options.jobs)
    figures = judge(TickReader.load().probabilities(test.snips), test)
    missed = False
    for kind in ("states", "styles"):
        print(f"{kind:20} {'boxes':>7} {'right':>9} {'P>=0.985':>9} {'wrong':>6} {'upper':>8}")
        for name, row in figures[kind].items():
            upper = upper_bound(row["wrong_when_confident"], max(row["boxes"], 1))
            share = row["wrong_when_confident"] / max(row["boxes"], 1)
            missed |= name in {EMPTY, MARKED} and share > WORST
            print(
                f"{name:20} {row['boxes']:7} {row['right']:9.3%} {row['confident']:9.2%} "
                f"{row['wrong_when_confident']:6} {upper:8.3%}"
            )
    print(f"wrong: read wrongly with P >= 0.985; allowed for empty and marked: {WORST:.1%}")
    return int(missed)


def leave_out(options: argparse.Namespace) -> int:
    """Train without each named style, print how it is read then."""
    from papi.training.mark_unseen import UNSEEN, judge_unseen  # torch: not needed otherwise

    names = UNSEEN if options.leave_out == "all" else (options.leave_out,)
    rows = judge_unseen(
        names,
        options.data / "train" / "unipen_train_strokes.npz",
        snips=options.snips,
        epochs=SMALL_EPOCHS,
        count=UNSEEN_SNIPS,
        jobs=options.jobs,
    )
    print(
        f"small networks: {options.snips} snips less those with the style, {SMALL_EPOCHS} epochs; "
        "writers held out. The network in use has seen every style and four times as many snips"
    )
    heads = ("style left out", "trained", "boxes", "right", "wrong", "upper", "review")
    print("{:20} {:>7} {:>6} {:>8} {:>6} {:>8} {:>8}".format(*heads))
    for name, row in rows.items():
        upper = upper_bound(row.wrong, row.boxes)
        print(
            f"{name:20} {row.trained:7} {row.boxes:6} {row.right / row.boxes:8.2%} {row.wrong:6} "
            f"{upper:8.2%} {row.review / row.boxes:8.2%}"
        )
    print(
        "right, wrong: with P >= 0.985; wrong says another answer than was meant; review: the rest"
    )
    return 0


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--leave-out", metavar="STYLE", help="e.g. tick or fill; all")
    parser.add_argument("--snips", type=int, default=SMALL_SNIPS, help="drawn for --leave-out")
    options = parser.parse_args()
    return leave_out(options) if options.leave_out else judge_model(options)


if __name__ == "__main__":
    sys.exit(main())
