"""Which page of which layout a sheet is, by its printed rules alone.

Knows boxes and how rules look. Must not know ids, barcodes or what is written. A guess is shown to
a person, or must agree with a readable id; it never names a page alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine
from papi.imaging.rules import SHIFTS_MM, measure_rules, plan_probes
from papi.imaging.snips import PageBoxes, page_boxes
from papi.model.layout import Layout
from papi.model.page import Gray

_WITHIN_MM = 0.6
"""How far the frame may be off; wider would let foreign lines fit."""
_RULE = 3.0
"""Response of a box whose rules are there (a 25 % rule gives 10 to 14, paper and text about 0)."""
VISIBLE = 0.5
"""Share of boxes whose rules must show on the best page for it to be a guess."""
_ALIKE = 0.75
"""Points of another page as a share of the best's, above which it may be that one as well: a page
of two member strips fits one of three."""


@dataclass(frozen=True, slots=True)
class SheetGuess:
    """What a sheet may be.

    Attributes:
        sheets: (version, page), best first: all pages whose rules fit about as well as the best's.
        share: of the best page's boxes whose rules show, 0..1.
    """

    sheets: tuple[tuple[str, int], ...]
    share: float


def guess_sheet(
    gray: Gray,
    affine: Affine,
    bend: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    layouts: Iterable[Layout],
) -> SheetGuess | None:
    """Return the pages whose rules are where the frame puts them.

    Args:
        gray: uint8 (H, W).
        affine: page mm -> px.
        bend: page mm -> page mm, before `affine`.
        layouts: those that may occur.

    Returns:
        The pages that fit; None if no rules show. Cost: 3 ms a page of different geometry.
    """
    kinds: dict[bytes, tuple[PageBoxes, list[tuple[str, int]]]] = {}
    for layout in layouts:
        for page in layout.by_page:
            boxes = page_boxes(layout, page)
            if boxes.boxes:
                key = np.round(boxes.array, 2).tobytes()
                kinds.setdefault(key, (boxes, []))[1].append((layout.version, page))
    points = [(_count(gray, affine, bend, boxes), sheets) for boxes, sheets in kinds.values()]
    points.sort(key=lambda item: -item[0][0])
    if not points or points[0][0][1] < VISIBLE:
        return None
    best, share = points[0][0]
    fitting = [sheet for (count, _), sheets in points if count > _ALIKE * best for sheet in sheets]
    return SheetGuess(tuple(fitting), share)


def _count(
    gray: Gray,
    affine: Affine,
    bend: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    boxes: PageBoxes,
) -> tuple[float, float]:
    """Return boxes seen less boxes missed, and the share seen."""
    probes = plan_probes(boxes)
    paper = float(np.percentile(gray[::8, ::8], 75))
    away = bend(probes.centers) - probes.centers
    near = np.abs(SHIFTS_MM) <= _WITHIN_MM
    responses = measure_rules(gray, affine, probes, away, paper)
    seen = np.all([response[:, near].max(axis=1) > _RULE for response in responses], axis=0)
    share = float(seen.mean())
    return (2 * share - 1) * len(boxes.boxes), share
