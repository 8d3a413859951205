"""LocatedPage + Layout -> RegisteredPage: every box placed, by the printed rules around it.

Knows boxes, and how misplacement varies over a page. Must not know fields' meaning or ink.

The frame's affine leaves what no affine can describe: uneven feed, a bent sheet, a tag refined on
dirt. The rules of the boxes show it. Where they cannot be seen (1-bit scans and copiers drop them),
dark print of the frozen drawing shows it. Where neither can, the page is refused: tags stand at its
head and foot only, and 1 % uneven feed puts what is between them 0.9 mm off, unseen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.flat import lies_flat
from papi.imaging.follow import Followed, follow_print
from papi.imaging.frame_fit import apply_perspective
from papi.imaging.peaks import best_shift
from papi.imaging.rules import Floats, Probes, measure_rules, plan_probes
from papi.imaging.snips import PageBoxes, page_boxes
from papi.imaging.witnesses import RuleWitness
from papi.model.landmarks import Landmarks
from papi.model.layout import Layout
from papi.model.page import Gray, LocatedPage, PageFailure, PageStatus, Reason, RegisteredPage

_WIDE_MM = (60.0, 30.0)
"""Reach (x, y) of the neighbourhood that first agrees on a shift."""
_NEAR_MM = (40.0, 8.0)
"""Reach of the neighbourhood that refines it: mainly the row, since feeding is uneven along y."""
_REFINE_MM = 0.4
"""A row may differ by this much from the smooth field."""
_EXPECTED_MM = 0.5
"""The frame is rarely further off; where text or dirt suggests more, it starts with less weight."""
_SEEN_AT_ALL, _SEEN, _WELL_SEEN = 0.1, 0.3, 0.9
"""Shares of boxes whose rules are seen: to look again further off, to overrule the frame, to be
content."""
_AGREED, _AGREED_MM, _AGREED_FIELD_MM = 0.75, 0.3, 0.3
"""Share of boxes whose rules show, their disagreement, and how far the smooth field strays from the
frame, with which the quick look is content."""
_FRAME_TAGS = 3
_TAG_SD_MM = 0.1
"""Marks trusted so far are corners of tags: what is no box is placed by them, too."""
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


@dataclass(frozen=True)
class _Placing:
    """What the quick look gave.

    Attributes:
        offsets: (N, 2) mm of all boxes.
        residual_mm: worst disagreement.
        seen: share of boxes whose rules show, the worse axis.
        field_mm: largest smooth shift against the frame.
    """

    offsets: Floats
    residual_mm: float
    seen: float
    field_mm: float


_plans: WeakKeyDictionary[PageBoxes, _Plan] = WeakKeyDictionary()


def register(
    located: LocatedPage, layout: Layout, landmarks: Landmarks | None = None
) -> RegisteredPage | PageFailure:
    """Place every box of the page to about 0.1 mm.

    Args:
        located: the page with its frame's map.
        layout: the layout of its version. Cost: about 4 ms for 450 boxes; 5 ms more where
            rules do not show and landmarks tell that the sheet lies flat; 30-150 ms where the print
            must be followed outwards (sheets bent, unevenly fed, or with most marks lost).
        landmarks: of this page, looked for where rules leave doubt; 20-40 ms then.

    Returns:
        The registered page, or a failure: UNKNOWN_PAGE; POOR_FIT if boxes lie outside the scan or
        the print is not where any smooth map puts it; NO_FIDUCIALS if there is too little of both.
    """
    page = located.sheet.page
    if page not in layout.by_page:
        return _refuse(located, Reason.UNKNOWN_PAGE, f"page {page}")
    boxes = page_boxes(layout, page)
    if not boxes.boxes:
        return _without_boxes(located, layout)
    if not located.loose and (outside := _count_outside(located, _first(located, boxes))):
        return _refuse(located, Reason.POOR_FIT, f"{outside} boxes lie outside the scan")
    quick = None if located.loose else _place(located, boxes)
    if quick is not None and (
        _is_plain(located, quick) or _is_flat_by_print(located, quick, landmarks)
    ):
        return RegisteredPage(located, layout, quick.offsets, quick.residual_mm)
    return _register_bent(located, layout, boxes, quick, landmarks)


def _is_plain(located: LocatedPage, quick: _Placing) -> bool:
    """Tell whether the quick look leaves no doubt: a flat sheet, nearly where its tags put it.

    Three tags fit any map, and a photograph's slant would not show.
    """
    return (
        len(located.fiducials) > _FRAME_TAGS
        and quick.seen >= _AGREED
        and quick.residual_mm <= _AGREED_MM
        and quick.field_mm <= _AGREED_FIELD_MM
        and len(located.marks_mm) <= 4 * len(located.fiducials)
    )


def _is_flat_by_print(located: LocatedPage, quick: _Placing, landmarks: Landmarks | None) -> bool:
    """Tell whether landmarks confirm what few rules could: the sheet is where its tags put it."""
    near = quick.residual_mm <= _AGREED_MM and quick.field_mm <= _AGREED_FIELD_MM
    few = len(located.fiducials) <= _FRAME_TAGS
    if landmarks is None or few or not near or _maybe_curled(located):
        return False
    return lies_flat(located, landmarks)


def _without_boxes(located: LocatedPage, layout: Layout) -> RegisteredPage | PageFailure:
    if located.loose:
        return _refuse(located, _why_loose(located), "no rules to place the page by")
    return RegisteredPage(located, layout, np.zeros((0, 2), np.float32), located.residual_mm)


def _register_bent(
    located: LocatedPage,
    layout: Layout,
    boxes: PageBoxes,
    quick: _Placing | None,
    landmarks: Landmarks | None,
) -> RegisteredPage | PageFailure:
    """Place a page on which the quick look left doubt: follow its print from mark to mark."""
    rules = RuleWitness(located, _plan(boxes).probes, _paper(located.image.gray))
    rules_first = landmarks is None or quick is None or quick.seen >= _SEEN
    curled = _maybe_curled(located)
    followed = follow_print(
        located, boxes.centers, rules, landmarks, rules_first=rules_first, curled=curled
    )
    grown = followed.grown
    if followed.confirmed:
        return _register_followed(located, layout, boxes, followed)
    if quick is None:
        seen = f"{len(located.fiducials)} tags, {followed.seen}"
        return _refuse(located, _why_loose(located), seen)
    worst = _WORST_MM if quick.seen >= _SEEN else _WORST_ALONE_MM
    if worst < quick.residual_mm < np.inf:
        return _refuse(located, Reason.POOR_FIT, f"{quick.residual_mm:.2f} mm off")
    if quick.residual_mm > worst or grown.reached < 1.0 or _maybe_curled(located):
        seen = f"{100 * grown.reached:.0f} % of the boxes reached, {followed.seen}"
        return _refuse(located, Reason.POOR_FIT, seen)
    return RegisteredPage(located, layout, quick.offsets, quick.residual_mm)


def _register_followed(
    located: LocatedPage,
    layout: Layout,
    boxes: PageBoxes,
    followed: Followed,
) -> RegisteredPage | PageFailure:
    """Place a page by the print that was followed."""
    bend = followed.grown.bend
    if outside := _count_outside(located, boxes.centers + bend):
        return _refuse(located, Reason.POOR_FIT, f"{outside} boxes lie outside the scan")
    offsets = bend + _fine(located, boxes, followed)
    placed = _bent(located, boxes, bend)
    return RegisteredPage(placed, layout, offsets.astype(np.float32), followed.grown.residual_mm)


def _fine(located: LocatedPage, boxes: PageBoxes, followed: Followed) -> NDArray[np.floating]:
    """Return what each row's own rules say beside the field; nothing where few are seen."""
    nothing = np.zeros(len(boxes.boxes))
    if not followed.by_rules:
        return np.column_stack([nothing, nothing])
    plan, gray = _plan(boxes), located.image.gray
    bend = followed.grown.bend[plan.probes.chosen]
    curves = measure_rules(gray, located.frame_map, plan.probes, bend, _paper(gray))
    return np.column_stack([_refine(plan.near @ curve, nothing) for curve in curves])


def _why_loose(located: LocatedPage) -> Reason:
    few = len(located.fiducials) < _FRAME_TAGS
    return Reason.NO_FIDUCIALS if few else Reason.POOR_FIT


def _maybe_curled(located: LocatedPage) -> bool:
    """Tell whether the marks speak of more than a flat sheet in a scanner."""
    photographed = not np.array_equal(located.perspective, np.eye(3))
    return photographed or len(located.marks_mm) > 4 * len(located.fiducials)


def _bent(located: LocatedPage, boxes: PageBoxes, bend: NDArray[np.float64]) -> LocatedPage:
    """Return the page with a perspective that comes near the bend, for what is no box."""
    trusted = located.marks_sd <= _TAG_SD_MM  # not a person's clicks
    seen = located.frame_map.inverse().apply(located.marks_px[trusted])
    paper = np.concatenate([boxes.centers, located.marks_mm[trusted]])
    matrix, _ = cv2.findHomography(paper, np.concatenate([boxes.centers + bend, seen]), 0)
    if matrix is None:
        return located
    return replace(located, perspective=np.asarray(matrix, dtype=np.float64), loose=False)


def _place(located: LocatedPage, boxes: PageBoxes) -> _Placing:
    """Place the boxes around the frame's map, by a smooth field and the rows' own rules."""
    plan = _plan(boxes)
    bend = _first(located, boxes) - boxes.centers
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
    seen = min(axis.seen for axis in axes)
    worst = max(axis.worst_mm for axis in axes)
    residual = worst if seen >= _SEEN else max(worst, _unseen_residual(located, bend))
    field = np.column_stack([axis.field for axis in axes]) + bend - _first(located, boxes)
    strayed = float(np.abs(field + boxes.centers).max())
    return _Placing(offsets.astype(np.float32), residual, seen, strayed)


def _follow(plan: _Plan, response: Floats) -> _Axis:
    """Turn the curves of one axis into an offset for every box."""
    shift, clear = best_shift(plan.wide @ response)
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
    shift, clear = best_shift(curves)
    trusted = clear & (np.abs(shift - field) < _REFINE_MM)
    return np.asarray(np.where(trusted, shift, field), dtype=np.float32)


def _first(located: LocatedPage, boxes: PageBoxes) -> NDArray[np.float64]:
    """Return the middles of the boxes where the frame puts them, mm."""
    return apply_perspective(located.perspective, boxes.centers)


def _paper(gray: Gray) -> float:
    """Return the grey of bare paper: upper quartile of a sparse sample."""
    step = max(1, gray.shape[1] // 200)
    return float(np.percentile(gray[::step, ::step], 75))


def _count_outside(located: LocatedPage, centers: NDArray[np.float64]) -> int:
    """Count boxes whose middle is not on the image: they would read as blank."""
    height, width = located.image.gray.shape
    middles = located.frame_map.apply(centers)
    inside = (middles >= 0).all(axis=1) & (middles < [width, height]).all(axis=1)
    return int((~inside).sum())


def _refuse(located: LocatedPage, reason: Reason, detail: str) -> PageFailure:
    return PageFailure(located.image.source, PageStatus.UNREADABLE, reason, detail, located.sheet)
