"""Register a scan to a blank side: guess, refine block by block, refuse what does not agree.

Knows blanks, scans and millimetres. Must not know fields or what is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.imaging.foreign_bend import bend
from papi.imaging.foreign_blocks import BlockShifts, compare_blocks
from papi.imaging.foreign_guess import (
    FEATURE_PX_PER_MM,
    Features,
    find_features,
    guess_by_content,
    guess_by_features,
    guess_by_frame,
    guess_by_marks,
    resized,
)
from papi.imaging.foreign_map import PaperMap
from papi.imaging.foreign_print import flatten
from papi.model.foreign import Anchors, ForeignPage
from papi.model.page import Gray, Reason

Matrix = NDArray[np.float64]
VIEW_PX_PER_MM = 2.5
FINE_PX_PER_MM = 6.0
SOFT_MM = 0.25
"""Blur of what is compared, so that a pen of other width and a blurred scan still agree."""
VIEW_SOFT_MM = 0.7
FAINT_VIEW = 0.08
"""Correlation of whole pages below which a guess is not followed up."""
LEAST_SHARE = 0.45
"""Of structured blocks that must agree: filled office scans of made-up forms kept 0.80 and more,
faxes 0.5; other forms reached 0.20."""
LEAST_BLOCKS = 6
WORST_MM = 0.5
"""Residual of the 95th percentile of agreeing blocks: beyond, a box may be cut askew."""
CLEAR_MARGIN = 0.15
"""Share of agreeing blocks by which the best blank must lead."""
_BLOCKS_MM = ((24.0, 4.0), (15.0, 1.6), (15.0, 0.8))
_SMOOTH_MM = (60.0, 22.0, 16.0)


@dataclass(frozen=True, eq=False)
class Blank:
    """One blank side with what is prepared of it once.

    Attributes:
        page: what form.yaml says of it.
        gray: uint8 (H, W), the whole side.
    """

    page: ForeignPage
    gray: Gray

    @cached_property
    def px_per_mm(self) -> float:
        """Scale of the picture."""
        return float(self.gray.shape[1] / self.page.width_mm)

    @cached_property
    def features(self) -> Features:
        """SIFT features, points in px of `gray`."""
        return find_features(self.gray, min(1.0, FEATURE_PX_PER_MM / self.px_per_mm))

    @cached_property
    def ink(self) -> Gray:
        """Darkness, 0 = paper."""
        return 255 - flatten(self.gray)

    def at(self, px_per_mm: float, soft_mm: float) -> Gray:
        """Darkness at another scale, softened."""
        size = (round(self.page.width_mm * px_per_mm), round(self.page.height_mm * px_per_mm))
        small = cv2.resize(self.ink, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(small, (0, 0), soft_mm * px_per_mm), np.uint8)

    @cached_property
    def view(self) -> Gray:
        """Coarse darkness for judging guesses."""
        return self.at(VIEW_PX_PER_MM, VIEW_SOFT_MM)

    @cached_property
    def fine(self) -> Gray:
        """Fine darkness for blocks."""
        return self.at(FINE_PX_PER_MM, SOFT_MM)


@dataclass(frozen=True, eq=False)
class Scanned:
    """A scan with what is prepared of it once. `gray`: uint8 (H, W)."""

    gray: Gray

    @cached_property
    def flat(self) -> Gray:
        """The image with its paper at 255."""
        return flatten(self.gray)

    @cached_property
    def features(self) -> Features:
        """SIFT features at about the blank's scale."""
        return find_features(self.gray, min(1.0, FEATURE_PX_PER_MM / self.px_per_mm(210.0)))

    def px_per_mm(self, width_mm: float, height_mm: float = 0.0) -> float:
        """Guess the scale, taking the image for the whole paper."""
        short = min(width_mm, height_mm) if height_mm else width_mm
        return float(min(self.gray.shape)) / short


@dataclass(frozen=True, eq=False)
class Placed:
    """A scan laid on a blank side.

    Attributes:
        blank: which side.
        map: mm of the blank -> px of the scan.
        residual_mm: 95th percentile of what blocks still disagree.
        share: of structured blocks that agree.
    """

    blank: Blank
    map: PaperMap
    residual_mm: float
    share: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a scan is not read: `reason` and facts for the operator."""

    reason: Reason
    detail: str


def place_on_form(scan: Gray, blanks: Sequence[Blank]) -> Placed | Refused:
    """Find which side of a form a scan shows and where each of its points lies.

    Args:
        scan: uint8 (H, W), any turn and scale.
        blanks: all sides of the form.

    Returns:
        The side that agrees best with a clear margin, or why there is none. 1-3 s of CPU.
    """
    scanned = Scanned(scan)
    results = [register_to_blank(scanned, blank) for blank in blanks]
    placed = sorted((r for r in results if isinstance(r, Placed)), key=lambda p: -p.share)
    if not placed:
        return min(
            (r for r in results if isinstance(r, Refused)),
            key=lambda r: r.reason is not Reason.POOR_FIT,
        )
    if len(placed) > 1 and placed[0].share - placed[1].share < CLEAR_MARGIN:
        pages = f"{placed[0].blank.page.page} / {placed[1].blank.page.page}"
        return Refused(Reason.NO_FORM, f"two pages fit alike: {pages}")
    return placed[0]


def register_to_blank(scanned: Scanned, blank: Blank) -> Placed | Refused:
    """Lay a scan on one blank side.

    Returns:
        The map with its residual, or NO_FORM (too few printed blocks are in the scan) or POOR_FIT
        (they are, but do not lie still).
    """
    refused = Refused(Reason.NO_FORM, "nothing of the blank page is found in it")
    for guesses in _guesses(scanned, blank):
        judged = [(_view_agreement(scanned, blank, guess), guess) for guess in guesses]
        height, best = max(judged, key=lambda item: item[0], default=(-1.0, None))
        if best is None or height < FAINT_VIEW:
            continue
        found = _refine(scanned, blank, best)
        if isinstance(found, Placed):
            return found
        refused = found
    return refused


def _guesses(scanned: Scanned, blank: Blank) -> Iterator[list[Matrix]]:
    """Yield maps mm -> px, one family at a time, cheapest and likeliest first."""
    page = blank.page
    if page.anchors is Anchors.CORNER_MARKS:
        yield list(guess_by_marks(page.marks, scanned.gray))
    if page.anchors is Anchors.FRAME and page.marks:
        yield list(guess_by_frame(page.marks[0], scanned.gray))
    scale = blank.px_per_mm
    from_mm = np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1.0]])
    matrix = guess_by_features(blank.features, scanned.features)
    if matrix is not None:
        yield [matrix @ from_mm]
    guessed = scanned.px_per_mm(page.width_mm, page.height_mm)
    found = guess_by_content(blank.ink, 255 - scanned.flat, scale, guessed)
    yield [matrix @ from_mm for matrix in found]


def _view_agreement(scanned: Scanned, blank: Blank, matrix: Matrix) -> float:
    """Correlation of the whole scan with the blank under a map, -1..1."""
    if not _is_sane(matrix, blank.page):
        return -1.0
    page = PaperMap.plain(matrix, blank.page.width_mm, blank.page.height_mm)
    seen = _laid(scanned, page, VIEW_PX_PER_MM, VIEW_SOFT_MM, blank.view)
    return float(cv2.matchTemplate(seen, blank.view, cv2.TM_CCOEFF_NORMED)[0, 0])


def _is_sane(matrix: Matrix, page: ForeignPage) -> bool:
    """Tell whether a map keeps a side a convex, upright-handed quadrilateral of fair size."""
    corners = np.array(
        [
            (0, 0, 1),
            (page.width_mm, 0, 1),
            (page.width_mm, page.height_mm, 1),
            (0, page.height_mm, 1),
        ]
    )
    mapped = corners @ matrix.T
    if not np.isfinite(mapped).all() or (mapped[:, 2] <= 0).any():
        return False
    quad = mapped[:, :2] / mapped[:, 2:]
    edges = np.roll(quad, -1, axis=0) - quad
    turns = edges[:, 0] * np.roll(edges[:, 1], -1) - edges[:, 1] * np.roll(edges[:, 0], -1)
    lengths = np.linalg.norm(edges, axis=1)
    fair = lengths.max() < 4 * lengths.min() and lengths.min() > 60
    return bool((turns > 0).all() and fair)


def _laid(scanned: Scanned, page: PaperMap, scale: float, soft_mm: float, like: Gray) -> Gray:
    """Darkness of the scan laid on the blank at a scale."""
    middle = page.apply(np.array([[50.0, 50.0], [51.0, 50.0]]))
    fineness = float(np.linalg.norm(middle[1] - middle[0])) / scale
    source, shrunk = scanned.flat, page
    if fineness > 1.5:
        source = resized(scanned.flat, 1.2 / fineness)
        factor = source.shape[1] / scanned.flat.shape[1]
        offset = 0.5 * factor - 0.5
        shrunk = PaperMap(
            np.array([[factor, 0, offset], [0, factor, offset], [0, 0, 1.0]]) @ page.homography,
            page.shifts,
        )
    ink = 255 - shrunk.warp(source, scale, like.shape[::-1])
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), soft_mm * scale), np.uint8)


def _refine(scanned: Scanned, blank: Blank, matrix: Matrix) -> Placed | Refused:
    page = PaperMap.plain(matrix, blank.page.width_mm, blank.page.height_mm)
    for (block_mm, reach_mm), smooth_mm in zip(_BLOCKS_MM, _SMOOTH_MM, strict=True):
        seen = _laid(scanned, page, FINE_PX_PER_MM, SOFT_MM, blank.fine)
        blocks = compare_blocks(
            blank.fine, seen, FINE_PX_PER_MM, block_mm=block_mm, reach_mm=reach_mm
        )
        if int(blocks.agreeing.sum()) < LEAST_BLOCKS:
            return Refused(Reason.NO_FORM, f"{int(blocks.agreeing.sum())} printed blocks agree")
        page = bend(page, blocks, smooth_mm)
    seen = _laid(scanned, page, FINE_PX_PER_MM, SOFT_MM, blank.fine)
    last = compare_blocks(blank.fine, seen, FINE_PX_PER_MM, block_mm=15.0, reach_mm=0.8)
    return _judge(blank, page, last)


def _judge(blank: Blank, page: PaperMap, blocks: BlockShifts) -> Placed | Refused:
    agreeing = blocks.agreeing
    share = float(agreeing.mean()) if len(agreeing) else 0.0
    if share < LEAST_SHARE:
        return Refused(Reason.NO_FORM, f"{share:.0%} of its printed blocks agree")
    residual = float(np.percentile(_told_mm(blocks)[agreeing], 95))
    if residual > WORST_MM:
        return Refused(Reason.POOR_FIT, f"blocks disagree by {residual:.2f} mm")
    return Placed(blank, page, residual, share)


def _told_mm(blocks: BlockShifts) -> NDArray[np.float64]:
    """Length of each shift, counting only directions that the block can tell."""
    strength = np.maximum(blocks.stiffness[:, [0, 1], [0, 1]], 0.0)
    typical = np.median(strength.max(axis=1)) + 1e-9
    told = strength > 0.15 * typical
    return np.asarray(np.linalg.norm(blocks.shifts * told, axis=1))
