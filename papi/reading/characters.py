"""Characters: from the ink of boxes to a calibrated posterior for each.

Knows the character network, its heads and which kind of field uses which. Must not know how ink
was lifted from paper, nor what a field's value may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from papi.model.evidence import BLANK, JUNK, Posterior
from papi.model.ink import CellInk
from papi.model.layout import FieldKind
from papi.reading.models import HEADS, MODEL_FOLDER, ModelCard, Scaling, load_card
from papi.reading.normalise import Characters, normalise

HEAD_OF_KIND = {
    FieldKind.DIGITS: "digit",
    FieldKind.DATE: "digit",
    FieldKind.CAPITALS: "capital",
    FieldKind.CODE: "code",
}
SMALLEST = 1e-5
"""Symbols below this probability are left out of a posterior."""
UNSEEN_INK = 2e-4
"""P(something was written) in a box whose ink did not show against the paper at all."""
FAINT_INK = 0.01
"""The same where the box came nearest to counting as written (trace just under 1)."""
DROPPED_INK = 0.1
"""The same where the box counts as written (trace 1) and yet no ink of its own was found: a stroke
on the rule, a mark that stands mostly elsewhere, dirt; and where the box itself cannot be seen. Far
above `junk` of the recipe: a person looks, whatever the thresholds (1 blank box of 2,600 at L1)."""
BATCH = 128


@dataclass(frozen=True, slots=True)
class CellReadings:
    """A posterior and what the cutter noticed, for each box."""

    posteriors: Sequence[Posterior]
    flags: Sequence[tuple[str, ...]]


class CharacterReader:
    """The character network, ready to read. Build with `load`; one a process.

    Args:
        session: the network.
        card: what it is and how its logits become probabilities.
    """

    def __init__(self, session: onnxruntime.InferenceSession, card: ModelCard) -> None:
        self.session = session
        self.card = card

    @staticmethod
    def load(folder: Path = MODEL_FOLDER) -> CharacterReader:
        """Load the network once per process (about 20 ms), on one thread.

        Raises:
            ModelDamaged: the file is not the one its card describes.
        """
        return _load(folder)

    @property
    def sha256(self) -> str:
        """Identity of the network, for provenance."""
        return self.card.sha256

    def read_cells(
        self, cells: CellInk, kinds: Sequence[FieldKind], alphabets: Sequence[str | None]
    ) -> CellReadings:
        """Read character boxes.

        Args:
            cells: the ink of C boxes.
            kinds: kind of the field each box belongs to.
            alphabets: characters the field can hold, None for all of its kind. Symbols outside it
                are taken out and the rest is scaled up; BLANK, FILLER and JUNK always stay.

        Returns:
            A posterior and flags for each box, at most 90 us a written one.
        """
        seen = normalise(cells.ink)
        results: list[Posterior] = [
            blank_posterior(float(trace), covered="covered" in flags)
            for trace, flags in zip(cells.trace, cells.flags, strict=True)
        ]
        written = np.flatnonzero(~seen.blank)
        logits = self.logits(seen, written)
        heads = [HEAD_OF_KIND[kinds[int(index)]] for index in written]
        for head in HEADS:
            rows = [row for row, name in enumerate(heads) if name == head]
            if rows:
                probabilities = scaled(logits[head][rows], self.card.scaling[head], head)
                allowed = [alphabets[written[row]] for row in rows]
                for row, posterior in zip(rows, _named(head, probabilities, allowed), strict=True):
                    results[written[row]] = posterior
        return CellReadings(results, cells.flags)

    def logits(
        self, seen: Characters, rows: NDArray[np.intp] | None = None
    ) -> dict[str, NDArray[np.float32]]:
        """Raw outputs of every head for the given rows of normalised characters."""
        chosen = np.arange(len(seen.inputs)) if rows is None else rows
        parts: list[list[NDArray[np.float32]]] = [
            self.session.run(
                list(HEADS),
                {
                    "inputs": seen.inputs[chosen[start : start + BATCH]].astype(np.float32) / 255,
                    "extras": seen.extras[chosen[start : start + BATCH]],
                },
            )
            for start in range(0, len(chosen), BATCH)
        ]
        if not parts:
            return {head: np.zeros((0, len(HEADS[head])), np.float32) for head in HEADS}
        return {
            head: np.concatenate([part[number] for part in parts])
            for number, head in enumerate(HEADS)
        }


@cache
def _load(folder: Path) -> CharacterReader:
    card = load_card(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(card.network), options, providers=["CPUExecutionProvider"]
    )
    return CharacterReader(session, card)


def scaled(logits: NDArray[np.float32], scaling: Scaling, head: str) -> NDArray[np.float64]:
    """Calibrated probabilities (N, classes): tempered, and never quite 0 or 1."""
    rare = np.array([symbol == JUNK for symbol in HEADS[head]], np.float64)
    tempered = logits.astype(np.float64) / scaling.temperature + scaling.rarity * rare
    powers = np.exp(tempered - tempered.max(axis=1, keepdims=True))
    plain = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray((1 - scaling.floor) * plain + scaling.floor / logits.shape[1])


def blank_posterior(trace: float, *, covered: bool = False) -> Posterior:
    """P(blank) of a box where no ink was found.

    Args:
        trace: how near it came, 0..1.
        covered: the box itself cannot be seen.
    """
    unseen = min(FAINT_INK, UNSEEN_INK * (FAINT_INK / UNSEEN_INK) ** max(0.0, 2 * trace - 1))
    unseen = DROPPED_INK if covered or trace >= 1.0 else unseen
    return {BLANK: 1.0 - unseen, JUNK: unseen}


def _named(
    head: str, probabilities: NDArray[np.float64], alphabets: Sequence[str | None]
) -> list[Posterior]:
    """Turn rows of probabilities into posteriors over the symbols each alphabet allows."""
    symbols = HEADS[head]
    masked = probabilities * np.stack([_mask(head, alphabet) for alphabet in alphabets])
    masked /= masked.sum(axis=1, keepdims=True)
    results: list[Posterior] = []
    for row in masked:
        kept = np.flatnonzero(row >= SMALLEST)
        results.append({symbols[i]: float(row[i]) for i in kept})
    return results


@cache
def _mask(head: str, alphabet: str | None) -> NDArray[np.float64]:
    """1 for each symbol of the head that may stand in the box."""
    allowed = [alphabet is None or len(symbol) > 1 or symbol in alphabet for symbol in HEADS[head]]
    return np.array(allowed, np.float64)
