"""Boxes whose ink is too pale to be the writer's: the other side shining through, a stain's rim.

Knows the darkness of what was lifted from the boxes of one page. Must not know fields or shapes.
What shines through reads as clearly as what was written: a mirrored frame is a fine 1.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from papi.model.ink import CellInk

PALE = "pale"
LEAST_DARKNESS = 0.3
"""Share of the way from paper to full print. Of 3,751 boxes written with pencil, ballpoint and felt
pen on office scans the palest had 0.36; what shone through at up to 40 % had a median of 0.12."""
LEAST_OF_USUAL = 0.5
"""Share of the darkness that is usual on the page: the same boxes had 0.65 and more but for one in
a thousand, since a page is written with one pen; what shone through had 0.48 at most, 95 % 0.53."""
USUAL_PERCENTILE = 80
"""Even if what shines through fills most boxes, the darker ones are the writer's."""
FEWEST = 8
"""Boxes with ink that tell what is usual."""
FULL = 255.0


def flag_pale(ink: CellInk, contrast: float) -> CellInk:
    """Flag the character boxes of a page that hold ink too pale to be the writer's: "pale".

    Args:
        ink: what was lifted from the page's boxes, paper at 255.
        contrast: of the page's full print, 1 - black / white.
    """
    pale = _pale(ink.level, contrast)
    if not pale.any():
        return ink
    flags = zip(ink.flags, pale.tolist(), strict=True)
    return replace(ink, flags=tuple((*own, PALE) if is_pale else own for own, is_pale in flags))


def _pale(level: NDArray[np.float32], contrast: float) -> NDArray[np.bool_]:
    written = level > 0
    least = LEAST_DARKNESS * contrast * FULL
    if int(written.sum()) >= FEWEST:
        usual = float(np.percentile(level[written], USUAL_PERCENTILE))
        least = max(least, LEAST_OF_USUAL * usual)
    return np.asarray(written & (level < least))
