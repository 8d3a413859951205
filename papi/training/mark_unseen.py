"""Leave one style of marks out of training, then judge it: how are marks read nobody foresaw?

Knows which drawn and real marks make a style, and small trainings (torch). Must not know forms.
One pool of snips is drawn for all styles; every snip that holds a style (also beneath a correction,
or reaching in from a neighbour) is taken out before the network without that style is trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from papi.model.evidence import CANCELLED, EMPTY, MARKED, TICK_STATES
from papi.training.mark_doubts import BLACKENED, LINES
from papi.training.mark_figures import CONFIDENT, TickSet, softmax
from papi.training.mark_snips import PARTLY_OUTSIDE, STATE_SHARES, MarkSource, real_marks
from papi.training.marks import Canvas, Pen, Random
from papi.training.sources import is_held_out
from papi.training.ticks import Calibration, fit, logits_of

_DRAWN = {"cross": ("cross", "plus")}
"""Drawn marks of a style, where they are more than the one of its name."""
UNSEEN = ("tick", "cross", "slash", "dot", "fill", "loop", PARTLY_OUTSIDE, LINES, BLACKENED)
_CORRECTIONS = frozenset({LINES, BLACKENED})


@dataclass(frozen=True, slots=True)
class UnseenRow:
    """How snips of a style are read that training never showed.

    Attributes:
        trained: snips the network was trained on.
        boxes: snips of the style.
        right: read as meant with CONFIDENT.
        wrong: read otherwise with CONFIDENT.
    """

    trained: int
    boxes: int
    right: int
    wrong: int

    @property
    def review(self) -> int:
        """Return how many are read with too little certainty."""
        return self.boxes - self.right - self.wrong


@dataclass(frozen=True, slots=True)
class _Noting(MarkSource):
    """A source that notes every mark it draws."""

    seen: list[str] = field(default_factory=list)

    def mark(self, canvas: Canvas, random: Random, pen: Pen) -> str:
        style = MarkSource.mark(self, canvas, random, pen)
        self.seen.append(style.removeprefix("real "))
        return style


@dataclass(frozen=True)
class Pool:
    """Snips with their states and all styles that occur on each."""

    snips: NDArray[np.uint8]
    states: NDArray[np.int64]
    styles: tuple[frozenset[str], ...]

    def without(self, style: str) -> TickSet:
        """Return the snips on which the style does not occur."""
        names = set(_DRAWN.get(style, (style,)))
        keep = np.array([not names & styles for styles in self.styles])
        return TickSet(self.snips[keep], self.states[keep], [""] * int(keep.sum()))


def draw_pool(source: MarkSource, count: int, seed: int, jobs: int) -> Pool:
    """Draw `count` snips, about 3 ms each on one core."""
    share = count // jobs
    with ProcessPoolExecutor(jobs) as pool:
        parts = list(pool.map(_draw_part, [(source, share, seed + n) for n in range(jobs)]))
    return Pool(
        np.concatenate([part.snips for part in parts]),
        np.concatenate([part.states for part in parts]),
        sum((part.styles for part in parts), ()),
    )


def _draw_part(task: tuple[MarkSource, int, int]) -> Pool:
    source, count, seed = task
    random = np.random.default_rng(seed)
    states = random.choice(4, count, p=[STATE_SHARES[state] for state in TICK_STATES])
    snips, styles = [], []
    for state in states.tolist():
        noting = _Noting(
            source.styles, source.real, source.real_share, source.outside, source.cancels
        )
        snip, style = noting.snip(TICK_STATES[state], random)
        snips.append(snip)
        styles.append(frozenset({style.removeprefix("real "), *noting.seen}))
    return Pool(np.stack(snips), states, tuple(styles))


def only(style: str, source: MarkSource) -> MarkSource:
    """Return a source of that style alone."""
    if style == PARTLY_OUTSIDE:
        return replace(source, outside=1.0)
    if style in _CORRECTIONS:
        return replace(source, cancels=(style,), outside=0.0)
    real = tuple(mark for mark in source.real if mark.style == style)
    return replace(source, styles=_DRAWN.get(style, (style,)), real=real, outside=0.0)


def judge_unseen(
    styles: Sequence[str], strokes: Path, *, snips: int, epochs: int, count: int, jobs: int
) -> dict[str, UnseenRow]:
    """Train without each style and read snips of it.

    Args:
        styles: of UNSEEN.
        strokes: UNIPEN strokes of the train writers; the held-out ones calibrate and judge.
        snips: drawn to train on, before those with the style are taken out.
        epochs: passes over them.
        count: snips of each style to judge on.
        jobs: processes that draw.
    """
    known = real_marks(strokes, trusted=True, takes_part=lambda writer: not is_held_out(writer))
    kept = real_marks(strokes, trusted=True, takes_part=is_held_out)
    source = MarkSource(real=kept, real_share=0.6)
    pool = draw_pool(MarkSource(real=known), snips, 5, jobs)
    held = draw_pool(source, snips // 6, 1005, jobs)
    rows = {}
    for style in styles:
        train, check = pool.without(style), held.without(style)
        net = fit(train, epochs=epochs, seed=5, threads=1)
        calibration = Calibration.fit(logits_of(net, check.snips), check.states)
        logits = logits_of(net, _snips_of(style, only(style, source), count, 2005))
        p = softmax(logits * np.array(calibration.scale) + np.array(calibration.shift()))
        rows[style] = _count(p, len(train.states), silent=style in _CORRECTIONS)
    return rows


def _snips_of(style: str, source: MarkSource, count: int, seed: int) -> NDArray[np.uint8]:
    random = np.random.default_rng(seed)
    state = CANCELLED if style in _CORRECTIONS else MARKED
    snips: list[NDArray[np.uint8]] = []
    while len(snips) < count:
        snip, drawn = source.snip(state, random)
        if style != PARTLY_OUTSIDE or drawn == PARTLY_OUTSIDE:
            snips.append(snip)
    return np.stack(snips)


def _count(p: NDArray[np.float64], trained: int, *, silent: bool) -> UnseenRow:
    """Count what would be taken without a person; cancelled and empty say the same: nothing."""
    states = {name: p[:, number] for number, name in enumerate(TICK_STATES)}
    nothing = states[EMPTY] + states[CANCELLED]
    meant, other = (nothing, states[MARKED]) if silent else (states[MARKED], nothing)
    right, wrong = int((meant >= CONFIDENT).sum()), int((other >= CONFIDENT).sum())
    return UnseenRow(trained, len(p), right, wrong)
