"""All tick boxes of a page -> the states of each, by field and code.

Knows what makes a box untrustworthy whatever the network says: a line that runs through it, a
stripe of the scanner, something stuck over it, a neighbour's mark that reaches into it. Must not
know which answer a box stands for, nor how stripes and covered boxes are found in the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from papi.model.evidence import CANCELLED, DOUBTFUL, EMPTY, MARKED, Posterior
from papi.model.page import Gray
from papi.reading.long_lines import run_through
from papi.reading.neighbour_marks import neighbours_of, without_neighbours
from papi.reading.ticks import TickReader, tick_inputs

LOOKED_AT = 0.02
"""P(marked) from which a tick box is looked at for a line that runs through it."""
CLEAR = 0.99
"""P(empty) or P(marked) from which a box is not looked at again."""
UNDER_COVER = 0.5
"""P(doubtful) of a box whose printed rule cannot be seen though the page's others can."""


def read_ticks(
    keys: Sequence[tuple[str, str]],
    snips: Gray,
    reader: TickReader,
    *,
    striped: NDArray[np.bool_],
    covered: NDArray[np.bool_],
    places: NDArray[np.float64] | None = None,
) -> dict[str, dict[str, Posterior]]:
    """Read the tick boxes of one page.

    Args:
        keys: (field name, code) of each box.
        snips: uint8 (N, S, S), 255 = paper.
        reader: the network.
        striped: bool (N,), boxes a stripe of the scanner runs through.
        covered: bool (N,), boxes whose rule is not there.
        places: (N, 2) upper left corner of each box, mm; without it neighbours are not looked at.

    Returns:
        A posterior over TICK_STATES by field name and code.
    """
    ticks: dict[str, dict[str, Posterior]] = defaultdict(dict)
    posteriors = reader.read(snips)
    if places is not None:
        posteriors = _each_for_itself(posteriors, snips, reader, places)
    for number, ((name, code), posterior) in enumerate(zip(keys, posteriors, strict=True)):
        seen = _unless_run_through(posterior, snips[number], stripe=bool(striped[number]))
        ticks[name][code] = _under_cover(seen) if covered[number] else seen
    return dict(ticks)


def _each_for_itself(
    posteriors: list[Posterior], snips: Gray, reader: TickReader, places: NDArray[np.float64]
) -> list[Posterior]:
    """Read boxes beside a marked one again without that mark's ink, where they are not clear."""
    own = list(posteriors)
    for number, posterior in enumerate(posteriors):
        if max(posterior.get(EMPTY, 0.0), posterior.get(MARKED, 0.0)) >= CLEAR:
            continue
        marked = [
            other
            for other in neighbours_of(number, places)
            if posteriors[other].get(MARKED, 0.0) >= CLEAR
        ]
        cleaned = without_neighbours(number, marked, snips, places)
        if cleaned is not None:
            own[number] = reader.read(cleaned[None])[0]
    return own


def _unless_run_through(posterior: Posterior, snip: Gray, *, stripe: bool) -> Posterior:
    """Return the posterior; a mark that comes from far and goes on is as well nobody's answer."""
    marked = posterior.get(MARKED, 0.0)
    if marked < LOOKED_AT or not (stripe or run_through(tick_inputs(snip[None])[0, 0])):
        return posterior
    doubtful = posterior.get(DOUBTFUL, 0.0) + marked / 2
    return {**posterior, MARKED: marked / 2, DOUBTFUL: doubtful}


def _under_cover(posterior: Posterior) -> Posterior:
    """Return the posterior of a box that something hides: at least as well doubtful."""
    clear = {s: posterior.get(s, 0.0) * (1 - UNDER_COVER) for s in (EMPTY, MARKED, CANCELLED)}
    return {**clear, DOUBTFUL: 1.0 - sum(clear.values())}
