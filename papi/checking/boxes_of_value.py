"""Which character stands in which box, once a person said what the field holds.

Knows how officers use boxes: from the left or to the right, unused ones empty or crossed out, an
empty box between two names. Must not know people, pages or files. Where more than one way is
likely, none is told: a wrong label teaches a network to misread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from papi.model.evidence import BLANK, FILLER, Posterior
from papi.model.layout import FieldKind

SURE_FACTOR = 1000.0
"""How much likelier than the next way of laying a value into its boxes the best one must be."""
LIKELY_FILLER = 0.5
"""From this probability ink in an unused box of a number is what crosses it out."""
_LEAST = 1e-6
_DASHES = ("-", "/", "X")


def label_boxes(
    kind: FieldKind, value: str, inked: Sequence[bool], posteriors: Sequence[Posterior]
) -> tuple[str, ...] | None:
    """Return what stands in each box: a character, BLANK or FILLER; None where that is unsure.

    Args:
        kind: of the field: digits, date, capitals or code.
        value: as `readings.value` has it: dates ISO, names with single spaces, "" for nothing.
        inked: whether ink was found in each box.
        posteriors: what the network reads in each box; it decides between ways of laying the
            value into the boxes, and never changes the value.
    """
    text = _as_written(kind, value)
    if text is None or len(text) > len(inked):
        return None
    ways = [
        way
        for first in range(len(inked) - len(text) + 1 if text else 1)
        if (way := _laid(kind, text, first, inked, posteriors)) is not None
    ]
    if not ways:
        return None
    ranked = sorted(ways, key=lambda way: _likelihood(way, posteriors), reverse=True)
    best = _likelihood(ranked[0], posteriors)
    if len(ranked) > 1 and best - _likelihood(ranked[1], posteriors) < math.log(SURE_FACTOR):
        return None
    return ranked[0]


def _as_written(kind: FieldKind, value: str) -> str | None:
    """Return the characters in the order of their boxes; None for what is no such value."""
    if kind is not FieldKind.DATE or not value:
        return value
    parts = value.split("-")
    if [len(part) for part in parts] != [4, 2, 2]:
        return None
    return "".join(reversed(parts))


def _laid(
    kind: FieldKind,
    text: str,
    first: int,
    inked: Sequence[bool],
    posteriors: Sequence[Posterior],
) -> tuple[str, ...] | None:
    """Lay a text into boxes from one on; None where the ink contradicts that."""
    labels = []
    for place, has_ink in enumerate(inked):
        own = text[place - first] if first <= place < first + len(text) else " "
        if own != " ":
            if not has_ink:
                return None
            labels.append(own)
        elif not has_ink:
            labels.append(BLANK)
        elif first <= place < first + len(text) or not _crosses_out(kind, posteriors[place]):
            return None
        else:
            labels.append(FILLER)
    return tuple(labels)


def _crosses_out(kind: FieldKind, posterior: Posterior) -> bool:
    """Tell whether ink in an unused box crosses it out; among capitals nothing tells."""
    if kind is FieldKind.CAPITALS:
        return False
    crossing = sum(posterior.get(symbol, 0.0) for symbol in (FILLER, *_DASHES))
    return crossing >= LIKELY_FILLER


def _likelihood(way: Sequence[str], posteriors: Sequence[Posterior]) -> float:
    return sum(
        math.log(max(posterior.get(label, 0.0), _LEAST))
        for label, posterior in zip(way, posteriors, strict=True)
        if label != BLANK
    )
