"""Blank boxes with a stroke beside them that no other box answers for.

Knows where boxes stand on the page and which of them are written in. Must not know paper, the
network or values. Somebody who misses a box with the pen has answered all the same: a person looks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.model.ink import INK_LEFT, INK_RIGHT

REACH_MM = 1.6
"""A box nearer than this answers for the stroke between: the snip shows 1.2 mm around the box."""
SAME_LINE_MM = 2.0
"""Boxes of one line: their upper edges differ by less."""


def strokes_of_nobody(
    boxes: Sequence[Box], flags: Sequence[tuple[str, ...]], blank: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which blank boxes have a stroke beside them that is nobody's, bool (C,).

    Args:
        boxes: outer edges of the page's character boxes, mm.
        flags: what the cutter noticed about each.
        blank: boxes without ink of their own.
    """
    result = np.zeros(len(boxes), bool)
    marked = [i for i, names in enumerate(flags) if INK_LEFT in names or INK_RIGHT in names]
    if not marked:
        return result
    edges = np.array([(b.x, b.right, b.y) for b in boxes])
    for index in marked:
        x, right, y = edges[index]
        line = (np.abs(edges[:, 2] - y) < SAME_LINE_MM) & ~blank
        left_of = line & (edges[:, 1] <= x + 0.5) & (edges[:, 1] > x - REACH_MM)
        right_of = line & (edges[:, 0] >= right - 0.5) & (edges[:, 0] < right + REACH_MM)
        names = flags[index]
        result[index] = (INK_LEFT in names and not left_of.any()) or (
            INK_RIGHT in names and not right_of.any()
        )
    return result
