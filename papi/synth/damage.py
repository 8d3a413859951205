"""Damage to paper and faults of machines: what is lost, covered, stained, torn, streaked.

Knows where the frame's marks stand. Must not know scanners, layouts or fields.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from papi.geometry import Box
from papi.model.page import Gray
from papi.model.sheet import Frame
from papi.synth.damage_paper import (
    Paper,
    draw_staple,
    fold_corner,
    punch_holes,
    shine_through,
    tear_corner,
)

Generator = np.random.Generator


@dataclass(frozen=True, slots=True)
class Damage:
    """How many marks are lost and what else happened.

    Attributes:
        fiducials, barcodes: how many of each are covered or smeared.
        dirt_lines: vertical lines from dirt on the scanner's glass.
        stains: coffee or damp, translucent.
        torn_corner: the lower right corner is missing, 26-38 mm.
        fax: 1 dropped and repeated lines, specks; 2 four times as many; 3 half the lines lost too.
        id_texts: how many of the lines for human eyes are covered.
        torn_mm, folded_mm: about so many mm of any one corner are torn off, or folded over.
        holes, holes_mm: punched holes, and how far their middles stand from the left edge.
        staple: 1 its holes, 2 the staple, 3 with the corner's shadow.
        bleed: share of black with which the other side shines through.
        stain_size: stains are so many times as large, and as much darker.
        dirt_mm: widest dirt line.
    """

    fiducials: int = 0
    barcodes: int = 0
    dirt_lines: int = 0
    stains: int = 0
    torn_corner: bool = False
    fax: int = 0
    id_texts: int = 0
    torn_mm: float = 0.0
    folded_mm: float = 0.0
    holes: int = 0
    holes_mm: float = 12.0
    staple: int = 0
    bleed: float = 0.0
    stain_size: float = 1.0
    dirt_mm: float = 0.2


def draw_damage(
    page: Gray, px_per_mm: float, damage: Damage, rng: Generator, frame: Frame, *, lid: int = 255
) -> Gray:
    """Return a copy of a clean page with what the paper suffered, uint8 (H, W).

    Args:
        page: uint8 (H, W) clean raster.
        px_per_mm: its raster.
        damage: what happens.
        rng: where it happens.
        frame: where the marks stand.
        lid: grey seen where paper is missing.
    """
    page = shine_through(page, px_per_mm, damage.bleed, rng) if damage.bleed else page.copy()
    torn = _tear(page, px_per_mm, rng, frame) if damage.torn_corner else 0
    spare = [i for i in range(len(frame.fiducials)) if i not in _TORN_TAGS[: torn > 0]]
    for index in rng.permutation(spare)[: max(damage.fiducials - torn, 0)]:
        _cover(page, px_per_mm, frame.fiducials[int(index)], rng)
    barcodes = (frame.qr, frame.data_matrix)
    for index in rng.permutation(2)[: damage.barcodes]:
        _cover(page, px_per_mm, barcodes[int(index)], rng)
    for box in frame.id_texts[: damage.id_texts]:
        _cover(page, px_per_mm, box, rng)
    for _ in range(damage.stains):
        _stain(page, px_per_mm, damage.stain_size, rng)
    _hurt(Paper(page, px_per_mm, frame, lid), damage, rng)
    return page


def _hurt(paper: Paper, damage: Damage, rng: Generator) -> None:
    """Punch, staple, fold and tear, in place."""
    if damage.holes:
        punch_holes(paper, damage.holes, damage.holes_mm, rng)
    if damage.staple:
        draw_staple(paper, damage.staple, rng)
    if damage.folded_mm:
        fold_corner(paper, damage.folded_mm, rng)
    if damage.torn_mm:
        tear_corner(paper, damage.torn_mm, rng)


def draw_machine_faults(scan: Gray, px_per_mm: float, damage: Damage, rng: Generator) -> None:
    """Draw what the machine does, straight down or across the scan, in place."""
    for _ in range(damage.dirt_lines):
        _dirt_line(scan, px_per_mm, damage.dirt_mm, rng)
    if damage.fax:
        _fax(scan, damage.fax, rng)


_COARSE_FAX = 3
_TORN_TAGS = (5,)
"""The corner that tears is the lower right one: fiducial 5, no barcode."""


def _cover(page: Gray, px_per_mm: float, box: Box, rng: Generator) -> None:
    """Hide a mark under a pale or dark blot, as tape, a thumb or a staple does."""
    blot = box.grown(0.8)
    top, bottom = int(blot.y * px_per_mm), int(blot.bottom * px_per_mm)
    left, right = int(blot.x * px_per_mm), int(blot.right * px_per_mm)
    tone = int(rng.choice((40, 120, 235)))
    page[max(top, 0) : bottom, max(left, 0) : right] = tone


def _tear(page: Gray, px_per_mm: float, rng: Generator, frame: Frame) -> int:
    """Cut off the lower right corner; return how many fiducials went with it."""
    width, height = frame.width_mm, frame.height_mm
    side = rng.uniform(26, 38, 2)
    edge = [[width - side[0], height], [width, height - side[1]]]
    ragged = [
        [width - side[0] * (1 - t) + rng.normal(0, 0.7), height - side[1] * t + rng.normal(0, 0.7)]
        for t in np.linspace(0.1, 0.9, 9)
    ]
    outline = np.array([edge[0], *ragged, edge[1], [width, height]]) * px_per_mm
    cv2.fillPoly(page, [np.rint(outline).astype(np.int32)], 255)
    return 1


def _dirt_line(page: Gray, px_per_mm: float, widest_mm: float, rng: Generator) -> None:
    """Draw a thin grey line down the page, as a speck on a sheet-fed scanner's glass does."""
    x = int(rng.uniform(0.08, 0.92) * page.shape[1])
    thick = max(1, round(rng.uniform(0.4 * widest_mm, widest_mm) * px_per_mm))
    band = page[:, x : x + thick]
    np.minimum(band, int(rng.uniform(70, 170)), out=band)


def _stain(page: Gray, px_per_mm: float, size: float, rng: Generator) -> None:
    """Darken a soft-edged blot of 12-30 mm radius by up to a quarter, `size` times as much."""
    radius = size * rng.uniform(12, 30) * px_per_mm
    height, width = page.shape
    x, y = rng.uniform(0.15, 0.85, 2) * (width, height)
    left, top = int(max(x - 1.2 * radius, 0)), int(max(y - 1.2 * radius, 0))
    right, bottom = int(min(x + 1.2 * radius, width)), int(min(y + 1.2 * radius, height))
    ys, xs = np.mgrid[top:bottom, left:right]
    distance = np.hypot(xs - x, ys - y) / radius
    depth = size * rng.uniform(0.08, 0.25) * np.clip((1 - distance) * 8, 0, 1)
    rim = 0.1 * np.exp(-(((distance - 0.97) / 0.04) ** 2))
    part = page[top:bottom, left:right]
    part[:] = (part * (1 - depth - rim)).astype(np.uint8)


def _fax(page: Gray, strength: int, rng: Generator) -> None:
    """Drop or repeat some scan lines and sprinkle specks; 3: 98 lines per inch instead of 196."""
    height, width = page.shape
    if strength >= _COARSE_FAX:
        page[1::2] = page[: height - height % 2 : 2][: len(page[1::2])]
    times = 1 if strength == 1 else 4
    for row in rng.integers(1, height - 4, 10 * times):
        page[row : row + 2] = 255 if rng.random() < 0.5 else page[row - 1]
    count = times * int(rng.integers(400, 1500))
    y, x = rng.integers(0, height - 2, count), rng.integers(0, width - 2, count)
    for dy in (0, 1):
        for dx in (0, 1):
            page[y + dy, x + dx] = 0
