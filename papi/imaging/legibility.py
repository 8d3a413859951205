"""Whether a scan still shows pale and thin strokes: judged by print that stands on every page.

Knows the frame's marks and grey values. Must not know fields, nor what is written.

A 1-bit scan at too low a threshold, or a grey one made too bright, drops pencil first and leaves a
clean, empty page: nothing in the boxes tells that something was written there, and the fields would
be taken for blank. The line for human eyes tells: its strokes are as thin as a pen's, and their ink
is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from papi.imaging.thin_print import thin_print_left
from papi.model.evidence import FieldEvidence
from papi.model.page import (
    CELL_MARGIN_MM,
    TICK_MARGIN_MM,
    Gray,
    LocatedPage,
    PageFailure,
    PageStatus,
    Reason,
    Snips,
)

LEAST_BITS, SURE_BITS, DARK_BITS, LEAST_GREY = 0.74, 0.87, 1.3, 0.5
"""Shares of thin print below which a 1-bit scan is refused, from which traces of ink do not refuse
it, and from which they are specks of dirt; and below which a grey scan is refused.

The smallest steps (0.06, 0.05) above which no page of writers held out of train had an answer taken
for blank. 1-bit: of 242 pages at 0.87 and more (thresholds up to 225, also of copies and faxes;
5,600 accepted answers) none; of 26 pages at 0.74 to 0.87 one, and it alone had traces; below, 112
of 490 answers at 0.67 to 0.74 and more. Grey: of 260 pages at 0.5 and more (greys up to 2.8 times
as bright, contrast down to a quarter, copies; 6,100 answers) none; of 502 answers at 0.45 to 0.5 1,
of 920 at 0.3 to 0.45 69. Other held-out writers: 2 of 5,800 answers lost, on a page of 1.13 and
with traces, so those are asked about up to 1.3; no page of L1 or L2 refused of 154."""
_TRACE = 128
_TICK_INSET_MM, _CELL_INSET_MM = 0.4, 0.5
"""What is left out along a box's edge: its rule."""
_LEAST_GREYS, _CUT_WHITE = 64.0, 255.0
"""Of pages with a contrast of a quarter or more, none had an answer taken for blank (above); where
paper is at the end of the scale, all that is paler than print may have been cut off with it."""
_BETWEEN = (40, 215)
_FEW_BETWEEN = 0.01
"""Share of greys between black and white below which a scan is 1-bit: grey scans have 0.054 and
more, 1-bit ones none even when a JPEG stores them."""


def measure_fine_print(page: LocatedPage, black: float, white: float = 255.0) -> dict[str, float]:
    """Measure how much of the ink of thin print is left.

    Args:
        page: a located page.
        black: grey of full print.
        white: grey of paper.

    Returns:
        fine_print: share of ink that is left, 1 = as printed; left out if all thin print of known
        ink is torn off or covered, or the page has no contrast. Cost: about 0.4 ms.
    """
    left = thin_print_left(page, black, white, one_bit=is_one_bit(page.image.gray))
    return {} if left is None else {"fine_print": round(left, 3)}


def is_one_bit(gray: Gray) -> bool:
    """Tell whether a scan has black and white only."""
    sparse = gray[::7, ::7]
    return bool(((sparse > _BETWEEN[0]) & (sparse < _BETWEEN[1])).mean() < _FEW_BETWEEN)


def refuse_pale(page: LocatedPage, fine_print: float | None) -> PageFailure | None:
    """Refuse a scan in which answers are lost; None if it may be read.

    Args:
        page: the page.
        fine_print: as measured; None = nothing is known, see `is_unwitnessed`.
    """
    if fine_print is None or fine_print >= LEAST_BITS:
        return None
    if fine_print >= LEAST_GREY and not is_one_bit(page.image.gray):
        return None
    return _too_pale(page, f"{fine_print:.0%} of thin print is left")


def traced_fields(snips: Snips, fine_print: float | None) -> set[str]:
    """Name the fields of ticks and characters in whose boxes a dark point stands.

    Where thin strokes just break, most leave a few dots, and truly empty boxes hold none: of those
    that seem empty, dots tell which are not. Nothing is named on grey scans, and on dark ones,
    where no stroke breaks and paper has specks. Cost: about 0.5 ms.

    Args:
        snips: all boxes of the page.
        fine_print: as measured.
    """
    if (
        fine_print is None
        or fine_print >= DARK_BITS
        or not is_one_bit(snips.page.located.image.gray)
    ):
        return set()
    ticks = _traced(snips, snips.tick, snips.tick_keys, TICK_MARGIN_MM + _TICK_INSET_MM)
    return ticks | _traced(snips, snips.cell, snips.cell_keys, CELL_MARGIN_MM + _CELL_INSET_MM)


def refuse_traces(page: LocatedPage, fine_print: float | None, traces: int) -> PageFailure | None:
    """Refuse a rather pale scan with traces in fields that seem blank: others left none.

    Args:
        page: the page.
        fine_print: as measured.
        traces: fields that seem blank and hold a dark point.
    """
    if fine_print is None or fine_print >= SURE_BITS or not traces:
        return None
    return _too_pale(page, f"traces of ink in {traces} fields that seem blank")


def is_unwitnessed(page: LocatedPage, quality: Mapping[str, float]) -> bool:
    """Tell whether nothing says that a scan shows pale strokes: blank fields may hold some.

    Args:
        page: the page.
        quality: as measured: fine_print, black, white.
    """
    if "fine_print" in quality:
        return False
    white, black = quality.get("white", _CUT_WHITE), quality.get("black", _CUT_WHITE)
    if white >= _CUT_WHITE or white - black < _LEAST_GREYS:
        return True
    return is_one_bit(page.image.gray)


def blank_fields(fields: Iterable[FieldEvidence]) -> set[str]:
    """Name the fields that seem blank, text and signatures too."""
    return {
        item.name
        for item in fields
        if item.seems_blank or (item.ink_present is not None and item.ink_present < 0.5)
    }


def _traced(
    snips: Snips, boxes: Gray, keys: Sequence[tuple[str, str | int]], inset_mm: float
) -> set[str]:
    """Name the fields in whose boxes at least one dark point stands."""
    inset = round(inset_mm * snips.px_per_mm)
    darkest = boxes[:, inset:-inset, inset:-inset].min(axis=(1, 2), initial=255)
    return {keys[number][0] for number in np.flatnonzero(darkest < _TRACE).tolist()}


def _too_pale(page: LocatedPage, detail: str) -> PageFailure:
    source = page.image.source
    return PageFailure(source, PageStatus.UNREADABLE, Reason.TOO_PALE, detail, page.sheet)
