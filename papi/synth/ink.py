"""Ink on paper: strokes and rasters put onto a page image with a pen's width, tone and faults.

Knows pens, millimetres and grey pages. Must not know characters, fields or forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.model.page import Gray
from papi.synth.skeletons import Stroke

Generator = np.random.Generator
OVERSAMPLING = 3
"""Strokes are drawn this much finer than the page: a 0.3 mm line at 300 dpi is 11 px there."""
_GRAIN = np.random.default_rng(20).normal(0, 1, (1024, 1024)).astype(np.float32)
"""One sheet of paper grain, sd 1, moved about at random: drawing noise anew costs more."""
_COARSE = cv2.GaussianBlur(_GRAIN, (0, 0), 1.6) * 5.0


@dataclass(frozen=True, slots=True)
class Pen:
    """A writing tool.

    Attributes:
        kind: ballpoint | pencil | felt.
        width_mm: line width at normal pressure.
        gray: what a scanner sees of solid ink, 0 black .. 255 paper.
        grain: strength of unevenness, 0 none .. 1 strong.
        gap_share: share of a stroke's segments where the ball skips.
        bleed_mm: blur of the line's edge.
        pressure: relative change of width along a stroke.
    """

    kind: str
    width_mm: float
    gray: float
    grain: float
    gap_share: float
    bleed_mm: float
    pressure: float

    @staticmethod
    def draw(rng: Generator) -> Pen:
        """Draw a pen as officers carry them: two ballpoints of three, else 2B pencil or felt."""
        kind = ("ballpoint", "pencil", "felt")[int(rng.choice(3, p=(0.66, 0.22, 0.12)))]
        width, gray, grain, gaps, bleed = {
            "ballpoint": ((0.3, 0.52), (30, 105), (0.05, 0.3), (0.0, 0.012), (0.02, 0.05)),
            "pencil": ((0.38, 0.75), (70, 130), (0.35, 0.75), (0.0, 0.004), (0.04, 0.09)),
            "felt": ((0.5, 0.8), (20, 60), (0.0, 0.12), (0.0, 0.0), (0.04, 0.1)),
        }[kind]
        return Pen(
            kind,
            float(rng.uniform(*width)),
            float(rng.uniform(*gray)),
            float(rng.uniform(*grain)),
            float(rng.uniform(*gaps)),
            float(rng.uniform(*bleed)),
            float(rng.uniform(0.05, 0.22)),
        )


@dataclass
class Canvas:
    """A page image under the pen: `gray` uint8 (H, W), 255 paper, changed in place."""

    gray: Gray
    px_per_mm: float

    def draw_strokes(self, strokes: Sequence[Stroke], pen: Pen, rng: Generator) -> None:
        """Draw pen paths given in page millimetres."""
        if not strokes:
            return
        points = np.concatenate(strokes)
        low, high = points.min(0) - pen.width_mm - 0.5, points.max(0) + pen.width_mm + 0.5
        patch = self._patch(Box(*low, *(high - low)))
        if patch is None:
            return
        top, bottom, left, right = patch
        scale = self.px_per_mm * OVERSAMPLING
        mask = np.zeros(((bottom - top) * OVERSAMPLING, (right - left) * OVERSAMPLING), np.uint8)
        origin = np.array([left, top]) * OVERSAMPLING
        for stroke in strokes:
            _trace(mask, stroke * scale - origin, pen, pen.width_mm * scale, rng)
        cover = cv2.resize(mask, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
        self._blend(patch, cover.astype(np.float32) / 255, pen, rng)

    def draw_raster(self, raster: Gray, box: Box, pen: Pen, rng: Generator) -> None:
        """Paste ink-bright pixels, smoothly scaled to fill `box` (page mm)."""
        patch = self._patch(box.grown(0.6))
        if patch is None:
            return
        top, bottom, left, right = patch
        sx, sy = box.w * self.px_per_mm / raster.shape[1], box.h * self.px_per_mm / raster.shape[0]
        x, y = box.x * self.px_per_mm - left, box.y * self.px_per_mm - top
        matrix = np.array([[sx, 0, x + sx / 2 - 0.5], [0, sy, y + sy / 2 - 0.5]])
        size = (right - left, bottom - top)
        grown = cv2.warpAffine(raster.astype(np.float32) / 255, matrix, size, flags=cv2.INTER_CUBIC)
        soft = cv2.GaussianBlur(grown, (0, 0), max(0.35 * min(sx, sy), 0.3))
        self._blend(patch, np.clip((soft - 0.28) / 0.3, 0, 1), pen, rng)

    def _patch(self, box: Box) -> tuple[int, int, int, int] | None:
        """Return (top, bottom, left, right) px of a box cut to the page, None if outside."""
        height, width = self.gray.shape
        left, top = int(max(box.x * self.px_per_mm, 0)), int(max(box.y * self.px_per_mm, 0))
        right = int(min(box.right * self.px_per_mm + 1, width))
        bottom = int(min(box.bottom * self.px_per_mm + 1, height))
        return (top, bottom, left, right) if right - left > 1 and bottom - top > 1 else None

    def _blend(
        self, patch: tuple[int, int, int, int], cover: NDArray[Any], pen: Pen, rng: Generator
    ) -> None:
        """Darken the patch where `cover` (0..1) has ink."""
        top, bottom, left, right = patch
        if pen.bleed_mm * self.px_per_mm > 0.3:
            cover = cv2.GaussianBlur(cover, (0, 0), pen.bleed_mm * self.px_per_mm)
        if pen.grain > 0.02:
            grain = _COARSE if pen.kind == "pencil" else _GRAIN
            y, x = rng.integers(0, 512, 2)
            height, width = cover.shape
            if height < 512 and width < 512:
                uneven = grain[y : y + height, x : x + width]
                cover = cover * np.clip(1 - 0.3 * pen.grain * np.maximum(uneven + 0.5, 0), 0, 1)
        paper = self.gray[top:bottom, left:right].astype(np.float32)
        self.gray[top:bottom, left:right] = (paper * (1 - cover * (1 - pen.gray / 255))).astype(
            np.uint8
        )


def _trace(mask: Gray, path: Stroke, pen: Pen, width: float, rng: Generator) -> None:
    """Draw one path (px) with changing pressure and the odd skip."""
    count = max(len(path) - 1, 1)
    phase, waves = rng.uniform(0, 6.3), rng.uniform(0.5, 2.0)
    along = np.linspace(0, 1, count)
    widths = width * (1 + pen.pressure * np.sin(phase + 6.3 * waves * along))
    thickness = np.maximum(np.rint(widths).astype(int), 1)
    skips = rng.random(count) < pen.gap_share
    # 1/16 px steps: cv2's fixed point
    points = np.rint(path * 16).astype(int)
    if len(path) == 1:
        cv2.circle(mask, (points[0] // 16).tolist(), max(int(width / 2), 1), 255, -1)
        return
    for i in range(count):
        if not skips[i]:
            cv2.line(mask, points[i].tolist(), points[i + 1].tolist(), 255, thickness[i], shift=4)
