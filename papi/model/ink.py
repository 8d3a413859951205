"""The ink of character boxes: what imaging lifts from paper and reading looks at.

Knows one raster (model.page). Must not know how ink is told from paper, nor what it says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INK_LEFT, INK_RIGHT = "ink_left", "ink_right"


@dataclass(frozen=True, slots=True)
class CellInk:
    """The ink written in each character box of a page, in the order of its snips.

    Attributes:
        ink: uint8 (C, 84, 70), INK BRIGHT: 255 = the darkest of the box's own pen, 0 = paper.
        trace: float32 (C,), 0..1: how near the box came to holding ink; 1 where it does.
        level: float32 (C,), darkness of the pen below the paper, grey levels; 0 = blank.
        flags: per box any of "out_of_box", "touching" (reaches the neighbour's box), "neighbour",
            "intruding" (a mark that is mostly elsewhere stands far in the box), "covered" (its
            printed rule is not to be seen, where the page's others are), "pale" (its ink is too
            pale to be the writer's), INK_LEFT, INK_RIGHT (the box is blank and a stroke stands on
            that side of it, or on its rule).
    """

    ink: NDArray[np.uint8]
    trace: NDArray[np.float32]
    level: NDArray[np.float32]
    flags: tuple[tuple[str, ...], ...]

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Boxes where no ink was found: bool (C,)."""
        return np.asarray(self.level == 0)

    def __len__(self) -> int:
        return len(self.ink)
