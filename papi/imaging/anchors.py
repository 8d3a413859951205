"""A first, loose map page mm -> px from whatever marks of the frame were found.

Knows where tags and barcodes stand on paper. Must not know layouts or rules.

Two tags, one tag and a barcode, or two barcodes fix a page to some millimetres. That is too little
to read by, but enough to begin looking for the printed rules (`imaging.grow`), which alone decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from papi.geometry import Affine
from papi.imaging.barcodes import FoundCode
from papi.imaging.fiducials import Tag
from papi.imaging.frame_fit import plausible, tag_corners_mm
from papi.model.sheet import A4, Frame

_TAG_SD_MM, _CODE_SD_MM = 0.08, 0.2
"""How far corners lie from where they are printed: of a tag after refinement; of a barcode as the
decoder gives them (measured 0.1 mm at 200 dpi)."""
_AGREE_MM, _AGREE_SHARE = 2.0, 0.04
"""Marks agree with a loose map within this, plus this share of their distance from what made it:
photographs and bent sheets are far from a similarity."""
_CLOSE = 0.8
"""Sides of a mark (6 mm) by which a bent sheet puts it elsewhere than the fit does."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Anchor:
    """One mark: its four corners on paper (mm) and in the image (px), and how far to trust them.

    Attributes:
        text: what a barcode says; empty for tags.
        number: of a tag; -1 for barcodes.
    """

    places: Points
    pixels: Points
    sd_mm: float
    text: str = ""
    number: int = -1


@dataclass(frozen=True, slots=True)
class LooseFit:
    """A loose map, the marks that agree with it and their worst distance from it in mm."""

    affine: Affine
    anchors: tuple[Anchor, ...]
    residual_mm: float


def anchors_of(tags: Sequence[Tag], codes: Sequence[FoundCode], frame: Frame = A4) -> list[Anchor]:
    """Return all marks as anchors."""
    anchors = [
        Anchor(tag_corners_mm(frame.fiducials[tag.number]), tag.corners, _TAG_SD_MM, "", tag.number)
        for tag in tags
        if tag.number < len(frame.fiducials)
    ]
    for code in codes:
        box = frame.qr if code.is_qr else frame.data_matrix
        anchors.append(Anchor(tag_corners_mm(box), code.corners, _CODE_SD_MM, code.text))
    return anchors


def keep_close(anchors: Sequence[Anchor], to_px: Callable[[Points], Points]) -> list[Anchor]:
    """Return the marks that lie near their place: a bent sheet's as well as those that fit."""
    kept = []
    for anchor in anchors:
        expected = to_px(anchor.places)
        side = float(np.linalg.norm(anchor.pixels[1] - anchor.pixels[0]))
        if np.linalg.norm(expected - anchor.pixels, axis=1).max() < side * _CLOSE:
            kept.append(anchor)
    return kept


def marks_of(anchors: Sequence[Anchor]) -> tuple[Points, Points, Points]:
    """Return places (N, 2) mm, pixels (N, 2) and trust (N,) mm of all corners."""
    if not anchors:
        return np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0)
    sd = np.repeat([anchor.sd_mm for anchor in anchors], 4)
    return (*_points(anchors), sd)


def fit_loosely(anchors: Sequence[Anchor]) -> LooseFit | None:
    """Fit a similarity to the largest set of marks that agree with one another.

    Returns:
        The loose fit, or None without marks or if none makes a plausible page.
    """
    pairs: list[tuple[Anchor, ...]] = list(combinations(anchors, 2))
    seeds = pairs or [tuple(anchors)]
    fits = [fit for seed in seeds if seed and (fit := _grow_set(seed, anchors)) is not None]
    return max(fits, key=lambda fit: (len(fit.anchors), -fit.residual_mm), default=None)


def _grow_set(seed: tuple[Anchor, ...], anchors: Sequence[Anchor]) -> LooseFit | None:
    """Fit the seed, take in every mark that agrees, and fit again."""
    first = fit_similarity(*_points(seed))
    if first is None or max(_misses(first, seed)) > _AGREE_MM + _reach(seed, seed) * _AGREE_SHARE:
        return None
    chosen: dict[int, Anchor] = {}
    for key, anchor in enumerate(anchors):
        limit = _AGREE_MM + _AGREE_SHARE * _reach(seed, (anchor,))
        if max(_misses(first, (anchor,))) <= limit:
            chosen[key] = anchor
    agreeing = tuple(chosen.values())
    numbers = [anchor.number for anchor in agreeing if anchor.number >= 0]
    affine = fit_similarity(*_points(agreeing)) if agreeing else None
    if affine is None or len(set(numbers)) < len(numbers):
        return None
    return LooseFit(affine, agreeing, max(_misses(affine, agreeing)))


def _points(anchors: Sequence[Anchor]) -> tuple[Points, Points]:
    return (
        np.concatenate([anchor.places for anchor in anchors]),
        np.concatenate([anchor.pixels for anchor in anchors]),
    )


def _reach(seed: Sequence[Anchor], others: Sequence[Anchor]) -> float:
    """Return the distance in mm from the middle of the seed to the farthest of others."""
    middle = _points(seed)[0].mean(axis=0)
    return float(np.linalg.norm(_points(others)[0] - middle, axis=1).max())


def _misses(affine: Affine, anchors: Sequence[Anchor]) -> list[float]:
    places, pixels = _points(anchors)
    apart = np.linalg.norm(affine.apply(places) - pixels, axis=1)
    return list(apart / affine.px_per_mm[0])


def fit_similarity(places: Points, pixels: Points) -> Affine | None:
    """Least-squares turn, scale and shift (no mirror) from point pairs; None if implausible."""
    mm, px = (points @ np.array([1.0, 1j]) for points in (places, pixels))
    centred = mm - mm.mean()
    factor = complex(np.vdot(centred, px - px.mean()) / np.vdot(centred, centred))
    shift = complex(px.mean() - factor * mm.mean())
    a, d = factor.real, factor.imag
    if a == 0 and d == 0:
        return None
    affine = Affine(a, -d, shift.real, d, a, shift.imag)
    return affine if plausible(affine) else None
