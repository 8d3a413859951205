"""Several places a page may have -> the one its printed rules confirm, or a refusal.

Knows boxes and the rules around them. Must not know where the places came from, nor ink.

Boxes stand in rows of equal cells, 5.4 mm apart: a map that is off by a whole cell meets rules
nearly everywhere, and `register` alone accepts it (measured: 96 of 2,023 displaced maps). What it
misses are the ends of rows. So every displacement competes: the true place holds more rules than
any other, by far (measured on seven pages: 0.74-0.99 of the boxes against 0.26-0.61).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from papi.imaging.frame_fit import apply_perspective
from papi.imaging.register import register
from papi.imaging.rules import SHIFTS_MM, Floats, Probes, measure_rules, plan_probes
from papi.imaging.snips import page_boxes
from papi.model.layout import Layout
from papi.model.page import LocatedPage, PageFailure, PageStatus, Reason, RegisteredPage
from papi.model.sheet import A4

_REACH_MM, _STEP_MM = 12.0, 2.0
"""Displacements that compete: two cells to either side; `register` itself reaches 1.2 mm."""
_TRIED = 8
"""Displacements of each place that are registered: those that promise most."""
_SEED_SD_MM = 0.4
"""How surely a displaced page is taken to lie there at its middle, from where its rules are then
followed outwards; they are seen up to 1.2 mm off."""
_LEAST_HELD, _LEAST_HELD_LOCALLY = 0.65, 0.35
"""Share of boxes whose rules must be where they are said to be, on the page and in each of its
bands; of the true place 0.74 and more are held, the rest is written over."""
_BANDS, _FEWEST_IN_BAND = 4, 8
_AHEAD = 1.22
"""The best place must hold this many times what the best other place holds: the true one holds 1.36
times and more, one that is off by a cell 1.13 times what one that is off by two cells holds."""
_APART_MM = 1.0
"""Maps that differ by less at most boxes mean the same place."""
_NEAR, _BESIDE = 2, 5
"""Steps of 0.1 mm: a rule within the first is held; outside the second is elsewhere."""
_FAINT = 3.0
"""Grey levels a held rule must respond at least."""
_MIDDLE = len(SHIFTS_MM) // 2


@dataclass(frozen=True)
class _Candidate:
    """A registered page and which of the measured boxes hold their rules."""

    page: RegisteredPage
    holds: NDArray[np.bool_]

    @property
    def held(self) -> float:
        """Share of boxes that hold their rules."""
        return float(self.holds.mean())


def register_by_rules(
    places: Sequence[LocatedPage], layout: Layout
) -> RegisteredPage | PageFailure:
    """Register a page whose place is known to some millimetres only.

    Args:
        places: what it may be, all of one image and identity; at least one.
        layout: the layout of its version.

    Returns:
        The registered page; or UNKNOWN_PAGE; or POOR_FIT: no displacement of any place meets the
        rules, or two different ones meet them about as well. Cost: 0.5 s a place.
    """
    page = places[0].sheet.page
    if page not in layout.by_page or not page_boxes(layout, page).boxes:
        return register(places[0], layout)
    probes = plan_probes(page_boxes(layout, page))
    moved = [m for place in places for m in _promising(place, probes)]
    found = list(_candidates(moved, layout, probes))
    found.sort(key=lambda candidate: -candidate.held)
    if not found or found[0].held < _LEAST_HELD or _lost_band(found[0], probes):
        share = found[0].held if found else 0.0
        return _refuse(places[0], f"{share:.0%} of the boxes' rules are there")
    best = found[0]
    others = [other.held for other in found if _apart_mm(best.page, other.page) > _APART_MM]
    if others and best.held < _AHEAD * max(others):
        return _refuse(places[0], "two places fit alike")
    return best.page


def _promising(place: LocatedPage, probes: Probes) -> list[LocatedPage]:
    """Return the displacements of a place under which most boxes see rules within reach."""
    if place.fiducials:
        return [place]
    steps = np.arange(-_REACH_MM, _REACH_MM + 0.1, _STEP_MM)
    bend = apply_perspective(place.perspective, probes.centers) - probes.centers
    moved = [_displaced(place, np.array(step)) for step in product(steps, steps)]
    ranked = sorted(moved, key=lambda there: -_promise(there, probes, bend))
    return ranked[:_TRIED]


def _promise(place: LocatedPage, probes: Probes, bend: NDArray[np.float64]) -> float:
    along_x, along_y = _curves(place, probes, bend)
    return float(min(along_x.max(axis=1).mean(), along_y.max(axis=1).mean()))


def _displaced(place: LocatedPage, step: NDArray[np.float64]) -> LocatedPage:
    """Return a place with all of it moved by `step` (x, y) mm, and sure of its middle."""
    m = place.frame_map
    dx, dy = float(m.a * step[0] + m.b * step[1]), float(m.d * step[0] + m.e * step[1])
    moved = replace(m, c=m.c + dx, f=m.f + dy)
    middle = np.array([[A4.width_mm / 2, A4.height_mm / 2]])
    seed = moved.apply(apply_perspective(place.perspective, middle))
    return replace(
        place,
        frame_map=moved,
        marks_mm=np.concatenate([place.marks_mm, middle]),
        marks_px=np.concatenate([place.marks_px + np.array([dx, dy]), seed]),
        marks_sd=np.append(place.marks_sd, _SEED_SD_MM),
    )


def _candidates(
    places: Iterable[LocatedPage], layout: Layout, probes: Probes
) -> Iterator[_Candidate]:
    for place in places:
        page = register(place, layout)
        if isinstance(page, RegisteredPage):
            yield _Candidate(page, _which_hold(page, probes))


def _which_hold(page: RegisteredPage, probes: Probes) -> NDArray[np.bool_]:
    bend = page.offsets_mm.astype(np.float64)[probes.chosen]
    along_x, along_y = _curves(page.located, probes, bend)
    return np.asarray(_holds(along_x) & _holds(along_y), dtype=np.bool_)


def _curves(place: LocatedPage, probes: Probes, bend: NDArray[np.float64]) -> tuple[Floats, Floats]:
    gray = place.image.gray
    paper = float(np.percentile(gray[::16, ::16], 75))
    return measure_rules(gray, place.frame_map, probes, bend, paper)


def _holds(curves: Floats) -> NDArray[np.bool_]:
    """Tell which boxes' rules respond in place, and more than beside it."""
    here = curves[:, _MIDDLE - _NEAR : _MIDDLE + _NEAR + 1].max(axis=1)
    beside = np.delete(curves, np.s_[_MIDDLE - _BESIDE + 1 : _MIDDLE + _BESIDE], axis=1)
    return np.asarray(here > np.maximum(_FAINT, beside.max(axis=1)), dtype=np.bool_)


def _lost_band(candidate: _Candidate, probes: Probes) -> bool:
    """Tell whether a part of the page, from top to bottom, is not where it is said to be."""
    order = np.argsort(probes.centers[:, 1])
    bands = np.array_split(candidate.holds[order], _BANDS)
    return any(band.size >= _FEWEST_IN_BAND and band.mean() < _LEAST_HELD_LOCALLY for band in bands)


def _apart_mm(one: RegisteredPage, other: RegisteredPage) -> float:
    """Return how far the boxes of two registered pages lie from each other, the median, mm."""
    first, second = (_places_px(page) for page in (one, other))
    scale = min(one.located.frame_map.px_per_mm)
    return float(np.median(np.linalg.norm(first - second, axis=1))) / scale


def _places_px(page: RegisteredPage) -> NDArray[np.float64]:
    boxes = page_boxes(page.layout, page.located.sheet.page)
    return page.located.frame_map.apply(boxes.centers + page.offsets_mm)


def _refuse(place: LocatedPage, detail: str) -> PageFailure:
    source = place.image.source
    return PageFailure(source, PageStatus.UNREADABLE, Reason.POOR_FIT, detail, place.sheet)
