"""LocatedPage + Layout -> RegisteredPage: every box placed, by the printed rules around it.

Knows boxes, and how misplacement varies over a page. Must not know fields' meaning or ink.

The frame's affine leaves what no affine can describe: uneven feed, a bent sheet, a tag refined on
dirt. The rules of the boxes show it. If they cannot be seen (1-bit scans drop them), the frame's
map stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from papi.imaging.frame_fit import apply_perspective
from papi.imaging.rules import SHIFTS_MM, STEP_MM, Floats, Probes, measure_rules, plan_probes
from papi.imaging.snips import PageBoxes, page_boxes
from papi.model.layout import Layout
from papi.model.page import Gray, LocatedPage, PageFailure, PageStatus, Reason, RegisteredPage

_WIDE_MM = (60.0, 30.0)
"""Reach (x, y) of the neighbourhood that first agrees on a shift."""
_NEAR_MM = (40.0, 8.0)
"""Reach of the neighbourhood that refines it: mainly the row, since feeding is uneven along y."""
_REFINE_MM = 0.4
"""A row may differ by this much from the smooth field."""
_FAINT = 1.5
"""Mean response, grey levels, below which no rule was seen (noise alone stays below 0.5)."""
_PRIOR = 1.0
"""Grey levels by which the largest shift must respond more than none."""
_CLEAR = 1.3
"""Best shift must respond this much more than the best one elsewhere."""
_ELSEWHERE_MM = 0.35
_EXPECTED_MM = 0.5
"""The frame is rarely further off; where text or dirt suggests more, it starts with less weight."""
_SEEN_AT_ALL, _SEEN, _WELL_SEEN = 0.1, 0.3, 0.9
"""Shares of boxes whose rules are seen: to look again further off, to overrule the frame, to be
content."""
_ROUNDS = 3
_FAR_MM = 0.25
"""Shift of the page beyond which rules not seen may only be out of reach."""
_WORST_ALONE_MM, _WORST_ALONE_GRAY_MM = 0.4, 0.12
"""Residual of the frame beyond which a page without visible rules is refused: 1-bit, grey."""
_WORST_MM = 0.6
"""Rules further than this from their corrected place: the page is refused, not read askew."""


@dataclass(frozen=True)
class _Plan:
    """Everything about a page of a layout that does not depend on the scan."""

    probes: Probes
    wide: Floats
    near: Floats
    basis: NDArray[np.float64]


@dataclass(frozen=True)
class _Axis:
    """What the rules say along one axis: offset of every box and its smooth part, mm."""

    offset: NDArray[np.floating]
    field: NDArray[np.floating]
    worst_mm: float
    seen: float


_plans: WeakKeyDictionary[PageBoxes, _Plan] = WeakKeyDictionary()


def register(located: LocatedPage, layout: Layout) -> RegisteredPage | PageFailure:
    """Place every box of the page to about 0.1 mm.

    Args:
        located: the page with its frame's map.
        layout: the layout of its version. Cost: about 4 ms for 450 boxes.

    Returns:
        The registered page, or a failure: UNKNOWN_PAGE; POOR_FIT if boxes lie outside the scan or
        the rules are not where any smooth map puts them.
    """
    page = located.sheet.page
    if page not in layout.by_page:
        return _refuse(located, Reason.UNKNOWN_PAGE, f"page {page}")
    boxes = page_boxes(layout, page)
    if outside := _count_outside(located, boxes):
        return _refuse(located, Reason.POOR_FIT, f"{outside} boxes lie outside the scan")
    if not boxes.boxes:
        return RegisteredPage(located, layout, np.zeros((0, 2), np.float32), located.residual_mm)
    offsets, residual, seen = _place(located, boxes)
    if residual > (_WORST_MM if seen else _WORST_ALONE_MM):
        return _refuse(located, Reason.POOR_FIT, f"{residual:.2f} mm off")
    return RegisteredPage(located, layout, offsets, residual)


def _place(located: LocatedPage, boxes: PageBoxes) -> tuple[Floats, float, bool]:
    """Return offsets (N, 2) mm, worst disagreement in mm, and whether rules were seen."""
    plan = _plan(boxes)
    bend = apply_perspective(located.perspective, boxes.centers) - boxes.centers
    paper = _paper(located.image.gray)
    for _ in range(_ROUNDS):
        measured = measure_rules(
            located.image.gray, located.frame_map, plan.probes, bend[plan.probes.chosen], paper
        )
        axes = [_follow(plan, response) for response in measured]
        reached = max(np.abs(axis.field).max() for axis in axes) < _FAR_MM
        if reached or min(axis.seen for axis in axes) >= _WELL_SEEN:
            break
        # Part of the page is out of reach: go where the seen part points, and look again.
        bend = bend + np.column_stack([axis.field for axis in axes])
    offsets = bend + np.column_stack([axis.offset for axis in axes])
    seen = min(axis.seen for axis in axes) >= _SEEN
    worst = max(axis.worst_mm for axis in axes)
    residual = worst if seen else max(worst, _unseen_residual(located, bend))
    return offsets.astype(np.float32), residual, seen


def _follow(plan: _Plan, response: Floats) -> _Axis:
    """Turn the curves of one axis into an offset for every box."""
    shift, clear = _best_shift(plan.wide @ response)
    seen = float(clear.mean())
    nothing = np.zeros(len(plan.basis))
    if seen < _SEEN_AT_ALL:
        return _Axis(nothing, nothing, 0.0, seen)
    field = _smooth_field(plan, shift, clear)
    if seen < _SEEN:
        return _Axis(nothing, field, 0.0, seen)
    offset = _refine(plan.near @ response, field)
    misses = np.abs(shift - offset[plan.probes.chosen])[clear]
    return _Axis(offset, field, float(np.percentile(misses, 98)), seen)


def _unseen_residual(located: LocatedPage, bend: NDArray[np.float64]) -> float:
    """Return the residual of the frame, infinite if the frame alone must not be trusted.

    A 1-bit scan drops pale rules, so there nothing is wrong. On a grey scan rules that are not
    where the frame puts them mean that the frame is wrong, unless its tags agree very well.
    """
    limit = _WORST_ALONE_MM if _is_one_bit(located.image.gray) else _WORST_ALONE_GRAY_MM
    trusted = located.residual_mm <= limit and np.abs(bend).max() <= limit
    return located.residual_mm if trusted else np.inf


def _is_one_bit(gray: Gray) -> bool:
    sparse = gray[::7, ::7]
    return bool(((sparse > 8) & (sparse < 247)).mean() < 0.005)


def _plan(boxes: PageBoxes) -> _Plan:
    if boxes not in _plans:
        probes = plan_probes(boxes)
        _plans[boxes] = _Plan(
            probes,
            _neighbours(probes.centers, probes.centers, _WIDE_MM),
            _neighbours(boxes.centers, probes.centers, _NEAR_MM),
            _basis(boxes.centers),
        )
    return _plans[boxes]


def _neighbours(
    of: NDArray[np.float64], among: NDArray[np.float64], reach: tuple[float, float]
) -> Floats:
    """Return Gaussian weights (len(of), len(among)), rows summing to 1."""
    apart = (of[:, None] - among[None]) / np.array(reach)
    squared = (apart**2).sum(axis=2) / 2
    weights = np.exp(squared.min(axis=1, keepdims=True) - squared)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def _basis(centers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1, x, y, xy, x2, y2 of points, x and y about -1..1 over the page."""
    x, y = (centers[:, 0] - 105) / 105, (centers[:, 1] - 148) / 148
    return np.column_stack([np.ones_like(x), x, y, x * y, x * x, y * y])


def _best_shift(curves: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the peak of each curve (m, shifts) in mm, and whether it stands out."""
    curves = curves - _PRIOR * (SHIFTS_MM[None] / SHIFTS_MM[-1]) ** 2
    best = curves.argmax(axis=1)
    height = curves[np.arange(len(curves)), best]
    far = np.abs(SHIFTS_MM[None] - SHIFTS_MM[best][:, None]) > _ELSEWHERE_MM
    rival = np.where(far, curves, -np.inf).max(axis=1)
    clear = (height > _FAINT) & (height > _CLEAR * rival)
    return _peak(curves, best), clear


def _peak(curves: Floats, best: NDArray[np.int64]) -> Floats:
    """Refine peaks between samples by a parabola, mm."""
    inner = np.clip(best, 1, curves.shape[1] - 2)
    rows = np.arange(len(curves))
    before, middle, after = (curves[rows, inner + step] for step in (-1, 0, 1))
    bend = before - 2 * middle + after
    step = np.where(bend < -1e-6, (before - after) / (2 * np.minimum(bend, -1e-6)), 0.0)
    shift = SHIFTS_MM[inner] + np.clip(step, -1, 1) * STEP_MM
    return np.asarray(shift, dtype=np.float32)


def _smooth_field(plan: _Plan, shift: Floats, clear: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fit a quadratic to the clear shifts, outliers losing weight; return it at every box, mm."""
    basis = plan.basis[plan.probes.chosen]
    weights = clear / (1 + (shift / _EXPECTED_MM) ** 2)
    ridge = np.diag([1e-3, 0.05, 0.05, 0.3, 0.3, 0.3])
    coefficients: NDArray[np.floating] = np.zeros(basis.shape[1])
    for _ in range(4):
        weighted = basis * weights[:, None]
        coefficients = np.linalg.solve(weighted.T @ basis + ridge, weighted.T @ shift)
        misses = np.abs(basis @ coefficients - shift)
        weights = clear / (1 + (misses / 0.15) ** 2)
    return np.asarray(plan.basis @ coefficients, dtype=np.float64)


def _refine(curves: Floats, field: NDArray[np.float64]) -> Floats:
    """Take each box's peak near the field, and the field itself where no peak stands out."""
    shift, clear = _best_shift(curves)
    trusted = clear & (np.abs(shift - field) < _REFINE_MM)
    return np.asarray(np.where(trusted, shift, field), dtype=np.float32)


def _paper(gray: Gray) -> float:
    """Return the grey of bare paper: upper quartile of a sparse sample."""
    step = max(1, gray.shape[1] // 200)
    return float(np.percentile(gray[::step, ::step], 75))


def _count_outside(located: LocatedPage, boxes: PageBoxes) -> int:
    """Count boxes whose middle is not on the image: they would read as blank."""
    height, width = located.image.gray.shape
    middles = located.frame_map.apply(apply_perspective(located.perspective, boxes.centers))
    inside = (middles >= 0).all(axis=1) & (middles < [width, height]).all(axis=1)
    return int((~inside).sum())


def _refuse(located: LocatedPage, reason: Reason, detail: str) -> PageFailure:
    return PageFailure(located.image.source, PageStatus.UNREADABLE, reason, detail, located.sheet)
