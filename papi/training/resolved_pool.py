"""Resolved snips as part of a pool: cut and normalised as on paper, split by writer.

Knows which of them teach and which calibrate. Must not know how a file of them is laid out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from papi.imaging.cut import lift_ink
from papi.reading.characters import HEAD_OF_KIND
from papi.reading.models import HEADS
from papi.reading.normalise import normalise
from papi.training.pool import IGNORE, Pool, labels_of
from papi.training.resolved import ResolvedSnips, read_resolved, snip_hashes
from papi.training.sources import is_held_out

SOURCE = "resolved"
"""Name of these snips among the sources of a pool."""
SURE = 2
"""People who must agree before a snip calibrates: one clerk alone errs as often as the reader."""


def resolved_pool(paths: Sequence[Path]) -> Pool:
    """Read files of resolved snips, cut and normalise them as on paper.

    A snip that stands in two files counts once. Writers are held out as those of the other
    sources; of held-out writers only what `SURE` people agreed on is kept, since it calibrates.

    Raises:
        InputUnreadable: a file is refused.
    """
    seen: set[bytes] = set()
    parts = []
    for path in paths:
        snips = read_resolved(path)
        parts += [_cut(snips.rows(rows)) for rows in _pages(snips, _fresh(snips, seen))]
    return Pool.joined(parts)


def _fresh(snips: ResolvedSnips, seen: set[bytes]) -> NDArray[np.bool_]:
    """Tell which snips were not seen before, and add them to what was."""
    fresh = np.zeros(len(snips), bool)
    for row, digest in enumerate(snip_hashes(snips)):
        fresh[row] = digest not in seen
        seen.add(digest)
    return fresh


def _pages(snips: ResolvedSnips, usable: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
    """Yield the rows of each page: its boxes tell how its rules look."""
    for page in np.unique(snips.page[usable]):
        yield np.flatnonzero(usable & (snips.page == page))


def writer_number(writer: str) -> int:
    """Return a pseudonym as the number a pool knows writers by."""
    return int(writer[1:8], 16)


def _cut(snips: ResolvedSnips) -> Pool:
    """Bring the rows of one page to what the network sees; boxes without ink are left out."""
    seen = normalise(lift_ink(snips.snip).ink)
    writer = np.array([writer_number(str(w)) for w in snips.writer], np.int32)
    held_out = np.array([is_held_out(int(w)) for w in writer])
    labels = np.array([_labels(*row) for row in zip(snips.label, snips.kind, strict=True)])
    useful = ~seen.blank & (labels >= 0).any(axis=1) & ~(held_out & (snips.agreed < SURE))
    return Pool(
        seen.inputs[useful, 0],
        seen.extras[useful],
        labels[useful].astype(np.int16),
        np.full(int(useful.sum()), SOURCE, "U8"),
        held_out[useful],
        np.ones(int(useful.sum()), bool),
        writer[useful],
    )


def _labels(label: str, kind: str) -> list[int]:
    """Class numbers; in the heads that no clerk was asked about, only where they follow."""
    own = {str(k): h for k, h in HEAD_OF_KIND.items()}[str(kind)]
    known = labels_of(str(label))
    if str(label) in HEADS["digit"][:10] or (str(label).isalpha() and len(label) == 1):
        return known
    return [n if head == own else IGNORE for head, n in zip(HEADS, known, strict=True)]
