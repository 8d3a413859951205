"""Resolved snips take their share of each batch, and no more."""

from pathlib import Path

import numpy as np
import pytest

from papi.training.boxes import scan_sheet
from papi.training.fit import Picker, Recipe
from papi.training.render import render
from papi.training.resolved import ResolvedSnips, pseudonym, write_resolved
from papi.training.resolved_pool import SOURCE, SURE, resolved_pool
from papi.training.sources import Character
from papi.training.train import RESOLVED_SHARE, with_resolved

STROKES = {
    "0": [
        np.array(
            [[500 + 400 * np.cos(a), 500 + 500 * np.sin(a)] for a in np.linspace(0, 6.3, 40)],
            np.float32,
        )
    ],
    "1": [np.array([[500, 0], [500, 500], [500, 1000]], np.float32)],
}


def keyed(pages: int = 20) -> ResolvedSnips:
    """Zeros and ones of several pages, by as many writers."""
    rng = np.random.default_rng(1)
    signs = rng.choice(["0", "1"], (pages, 8))
    snips = [
        scan_sheet(
            [render(Character(s, "x", 1, False, 0, strokes=STROKES[s]), rng) for s in row], rng
        )
        for row in signs
    ]
    count = signs.size
    page = np.repeat(np.arange(pages), 8)
    return ResolvedSnips(
        snip=np.concatenate(snips),
        label=signs.ravel().astype("U8"),
        kind=np.full(count, "digits"),
        agreed=np.full(count, SURE, np.uint8),
        chosen=np.full(count, "review"),
        page=page.astype(np.uint32),
        layout=np.full(count, "R5F8Y3"),
        dpi=np.full(count, 200, np.uint16),
        model=np.full(count, "0" * 64),
        writer=np.array([pseudonym(f"officer {n}", b"sixteen bytes or more") for n in page]),
    )


def test_training_gives_resolved_snips_their_share(tmp_path: Path) -> None:
    write_resolved(tmp_path / "a.npz", keyed())
    pool = resolved_pool([tmp_path / "a.npz"])
    recipe = with_resolved(Recipe(steps=10, batch=64, workers=1), 100)
    assert dict(recipe.shares)[SOURCE] == RESOLVED_SHARE
    assert sum(share for _, share in recipe.shares) == pytest.approx(1.0)
    labels = Picker(pool, recipe, np.random.default_rng(1)).batch()[2]
    assert set(labels[:, 0].tolist()) == {0, 1}
