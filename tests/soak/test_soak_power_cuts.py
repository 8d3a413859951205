"""Ingests killed at random moments: run again until done, all is as after an undisturbed run."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from cut_off import Desk, check, cut, run
from soaking import Soak

MOST_CUTS = 4
"""Kills before a run is let go to its end."""
CASES = [
    ("serial", "group"),
    ("processes", "group"),
    ("processes", "coordinator"),
    ("processes", "worker"),
]


@pytest.mark.parametrize(("engine", "whom"), CASES)
def test_what_was_cut_off_is_finished_later(
    engine: str, whom: str, stack: Desk, soak: Soak, tmp_path: Path
) -> None:
    kills, seed = 0, soak.seed
    while kills < soak.kills:
        chance = Random(seed)  # noqa: S311  moments, no secrets
        desk = stack.paper.copy(tmp_path / f"desk{seed}")
        words = stack.words(desk, engine)
        moments = [
            chance.uniform(0.05, 1) * stack.seconds for _ in range(chance.randint(1, MOST_CUTS))
        ]
        kills += sum(cut(words, moment, whom, chance) for moment in moments)
        told = f"seed {seed}: {whom} killed after {', '.join(f'{m:.2f} s' for m in moments)}"
        done = run(words)
        assert done.returncode in {0, 1}, f"{told}\n{done.stderr}"
        check(desk, stack.quiet, told)
        seed += 1
    print(f"{engine}, {whom}: {kills} kills in runs of {stack.seconds:.1f} s")
