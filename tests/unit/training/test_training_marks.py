"""Drawn tick boxes: every state and style is drawn, can be seen, and can be left out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, TICK_STATES
from papi.model.page import TICK_SHAPE
from papi.training.mark_doubts import BLACKENED, LINES, inside_share
from papi.training.mark_scans import scan
from papi.training.mark_snips import PARTLY_OUTSIDE, MarkSource, RealMark, draw_snips
from papi.training.marks import DRAW_PX, DRAWN_STYLES, Pen

PLUME = RealMark("cross", (np.array([[0.0, 0.0], [5.0, 9.0]]), np.array([[5.0, 0.0], [0.0, 9.0]])))


def styles(source: MarkSource, state: str, count: int = 60) -> Counter[str]:
    random = np.random.default_rng(8)
    return Counter(source.snip(state, random)[1] for _ in range(count))


def test_the_same_seed_draws_the_same() -> None:
    first, second = draw_snips(6, MarkSource(), 4), draw_snips(6, MarkSource(), 4)
    assert (first[0] == second[0]).all()
    assert first[0].shape == (6, *TICK_SHAPE)
    assert first[2] == second[2]


def test_every_state_and_style_is_drawn() -> None:
    assert set(styles(MarkSource(), MARKED, 150)) == {*DRAWN_STYLES, PARTLY_OUTSIDE}
    assert set(styles(MarkSource(), CANCELLED)) == {LINES, BLACKENED}
    assert set(styles(MarkSource(), EMPTY, 100)) == {"clean", "bleed_through"}
    doubts = {"ring", "smudge", "outside", "between", "spot", "slip"}
    assert set(styles(MarkSource(), DOUBTFUL, 100)) == doubts


def test_real_marks_are_named_by_the_style_they_look_like() -> None:
    source = MarkSource(real=(PLUME,), real_share=1.0, outside=0.0)
    assert styles(source, MARKED, 10) == {"real cross": 10}


@pytest.mark.parametrize("style", sorted(DRAWN_STYLES))
def test_a_drawn_answer_lies_mostly_in_the_box_and_is_dark(style: str) -> None:
    random = np.random.default_rng(2)
    shares = []
    for _ in range(30):
        ink = np.zeros((DRAW_PX, DRAW_PX), np.float32)
        DRAWN_STYLES[style](ink, Pen(0.4, 0.8, 0.0), random)
        shares.append(inside_share(ink))
        assert ink.max() == pytest.approx(0.8, abs=0.01)
    assert np.mean(shares) > 0.7


def test_a_scan_has_paper_and_keeps_ink() -> None:
    ink = np.zeros((DRAW_PX, DRAW_PX), np.float32)
    ink[60:100, 60:100] = 0.7
    random = np.random.default_rng(5)
    for _ in range(40):
        gray = scan(ink, random, 0.7, 80)
        assert gray.shape == (80, 80)
        assert np.median(gray) > 150
        assert gray[32:48, 32:48].mean() < np.median(gray) - 50


def test_shares_of_states_are_as_stated() -> None:
    _, states, _ = draw_snips(60, MarkSource(), 1)
    assert set(states.tolist()) <= set(range(len(TICK_STATES)))
