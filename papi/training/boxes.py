"""Boxes: ink masks put on paper, printed rules and neighbours around them, scanned and degraded.

Knows paper, print and scanners as far as a snip shows them. Must not know characters or networks.
One call makes one sheet of snips that share paper, printing and scanner, as a page does.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from papi.model.page import CELL_SHAPE, SNIP_PX_PER_MM
from papi.training.render import Mask

COLUMNS = 12
HEIGHT, WIDTH = CELL_SHAPE
Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the snips of one sheet share. Lengths in px of the snip raster (0.1 mm)."""

    paper: float
    rule_dark: float
    rule_width: float
    rule_dotted: bool
    gap: float
    neighbours: bool
    shift: tuple[float, float]
    dpi: float
    blur: float
    noise: float
    jpeg: int | None
    threshold: float | None
    pen_range: tuple[float, float]


def draw_conditions(rng: Generator) -> Conditions:
    """Draw a sheet's paper, printing, pens and scanner."""
    kind = rng.random()
    if kind < 0.70:
        rule = rng.uniform(0.06, 0.32)
    elif kind < 0.85:
        rule = rng.uniform(0.32, 0.7)
    else:
        rule = rng.uniform(0.7, 0.95) if kind < 0.95 else 0.0
    binary = rng.random() < 0.16
    return Conditions(
        paper=float(rng.uniform(185, 255)),
        rule_dark=float(rule),
        rule_width=float(rng.uniform(1.2, 2.8)),
        rule_dotted=bool(rng.random() < 0.15),
        gap=float(rng.choice([8.0, rng.uniform(5, 14)], p=[0.7, 0.3])),
        neighbours=bool(rng.random() < 0.8),
        shift=(float(rng.normal(0, 1.0)), float(rng.normal(0, 1.0))),
        dpi=float(rng.choice([150, 200, 240, 300, 400], p=[0.1, 0.35, 0.1, 0.4, 0.05])),
        blur=float(rng.uniform(0.2, 1.8)),
        noise=float(rng.uniform(1, 13)),
        jpeg=None if binary or rng.random() < 0.3 else int(rng.integers(45, 96)),
        threshold=float(rng.uniform(0.62, 0.86)) if binary else None,
        pen_range=(0.22, 0.5) if rng.random() < 0.3 and not binary else (0.45, 0.92),
    )


def scan_sheet(masks: list[Mask], rng: Generator, conditions: Conditions | None = None) -> Gray:
    """Put masks in printed boxes and scan them.

    Args:
        masks: uint8 (84, 70) each, 255 = ink.
        rng: source of chance.
        conditions: of the sheet; drawn when None.

    Returns:
        uint8 (N, 84, 70) snips as imaging cuts them from a page, 255 = white.
    """
    conditions = conditions or draw_conditions(rng)
    ink = _with_neighbours(np.stack(masks), conditions, rng)
    snips = np.empty(ink.shape, np.float32)
    for index in range(len(masks)):
        rules = _printed_rules(conditions, rng)
        pen = rng.uniform(*conditions.pen_range)
        covered = ink[index].astype(np.float32) / 255.0 * _ink_texture(pen, rng)
        snips[index] = conditions.paper * (1 - rules) * (1 - covered)
    return _scanned(snips, conditions, rng)


def _with_neighbours(ink: Gray, conditions: Conditions, rng: Generator) -> Gray:
    """Let the strokes of the boxes left and right reach in, as far as they overhang."""
    if not conditions.neighbours:
        return ink
    pitch = round(46 + conditions.gap)
    out = ink.copy()
    visible = WIDTH - pitch
    order = rng.permutation(len(ink))
    out[:, :, pitch:] = np.maximum(out[:, :, pitch:], ink[order][:, :, :visible])
    order = rng.permutation(len(ink))
    out[:, :, :visible] = np.maximum(out[:, :, :visible], ink[order][:, :, pitch:])
    return out


def _ink_texture(pen: float, rng: Generator) -> NDArray[np.float32] | float:
    """Darkness of the pen over the snip: even, or broken as pencil and dry ballpoint are."""
    if rng.random() < 0.55:
        return pen
    coarse = rng.normal(1.0, rng.uniform(0.05, 0.28), (21, 18)).astype(np.float32)
    grain = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(grain, 0.25, 1.15) * pen, np.float32)


def _printed_rules(conditions: Conditions, rng: Generator) -> NDArray[np.float32]:
    """Darkness 0..1 of the printed rules: our box, and the neighbours' facing sides."""
    if conditions.rule_dark <= 0:
        return np.zeros((1, 1), np.float32)
    dx = conditions.shift[0] + rng.normal(0, 0.5)
    dy = conditions.shift[1] + rng.normal(0, 0.5)
    width = conditions.rule_width
    x1, y1, x2, y2 = 12 + dx, 12 + dy, 58 + dx, 72 + dy
    across, down = np.zeros(WIDTH, np.float32), np.zeros(HEIGHT, np.float32)
    sides = _line(WIDTH, x1, width) + _line(WIDTH, x2 - width, width)
    if conditions.neighbours or rng.random() < 0.3:
        across += _line(WIDTH, x1 - conditions.gap - width, width)
        across += _line(WIDTH, x2 + conditions.gap, width)
    across += sides
    down += _line(HEIGHT, y1, width) + _line(HEIGHT, y2 - width, width)
    rows = _span(HEIGHT, y1, y2)
    columns = _span(WIDTH, x1, x2)
    if conditions.neighbours:
        columns = np.maximum(columns, 1 - _span(WIDTH, x1 - conditions.gap, x2 + conditions.gap))
    picture = np.maximum(rows[:, None] * across[None], down[:, None] * columns[None])
    if conditions.rule_dotted:
        picture *= _dots(rng)
    dark = conditions.rule_dark * float(rng.uniform(0.9, 1.1))
    return np.asarray(np.minimum(picture, 1.0) * dark, np.float32)


def _line(length: int, start: float, width: float) -> NDArray[np.float32]:
    """Coverage 0..1 of each px by the interval start..start+width."""
    edges = np.arange(length, dtype=np.float32)
    covered = np.minimum(edges + 1, start + width) - np.maximum(edges, start)
    return np.asarray(np.clip(covered, 0, 1), np.float32)


def _span(length: int, start: float, stop: float) -> NDArray[np.float32]:
    return _line(length, start, stop - start)


def _dots(rng: Generator) -> NDArray[np.float32]:
    """A printer's halftone: dots about 0.25 mm apart."""
    period, phase = rng.uniform(1.8, 3.2), rng.uniform(0, 6.28, 2)
    x = np.sin(np.arange(WIDTH) * 6.283 / period + phase[0])
    y = np.sin(np.arange(HEIGHT) * 6.283 / period + phase[1])
    return np.asarray(np.clip(0.5 + (x[None] + y[:, None]), 0, 1.6), np.float32)


def _scanned(snips: NDArray[np.float32], conditions: Conditions, rng: Generator) -> Gray:
    """Scan all snips of a sheet as one picture and cut them out again."""
    count = len(snips)
    rows = -(-count // COLUMNS)
    padded = np.full((rows * COLUMNS, HEIGHT, WIDTH), conditions.paper, np.float32)
    padded[:count] = snips
    sheet = padded.reshape(rows, COLUMNS, HEIGHT, WIDTH).transpose(0, 2, 1, 3)
    sheet = np.ascontiguousarray(sheet.reshape(rows * HEIGHT, COLUMNS * WIDTH))
    seen = _digitised(sheet, conditions, rng)
    cells = seen.reshape(rows, HEIGHT, COLUMNS, WIDTH).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(cells.reshape(-1, HEIGHT, WIDTH)[:count])


def _digitised(sheet: NDArray[np.float32], conditions: Conditions, rng: Generator) -> Gray:
    """Optics, sensor, threshold, compression, and the resampling of the snips."""
    scale = conditions.dpi / 25.4 / SNIP_PX_PER_MM
    size = (round(sheet.shape[1] * scale), round(sheet.shape[0] * scale))
    soft = cv2.GaussianBlur(sheet, (0, 0), max(conditions.blur, 0.15))
    phase = rng.uniform(-0.5, 0.5, 2)
    move = np.array([[1, 0, phase[0]], [0, 1, phase[1]]], np.float32)
    soft = cv2.warpAffine(soft, move, sheet.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(soft, size, interpolation=how), np.float32)
    small += conditions.noise * rng.standard_normal(small.shape, np.float32)
    if conditions.threshold is not None:
        small = np.where(small > conditions.threshold * conditions.paper, 255, 0)
    image = np.clip(small, 0, 255).astype(np.uint8)
    if conditions.jpeg is not None:
        done, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, conditions.jpeg])
        if done:
            image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.asarray(cv2.resize(image, sheet.shape[::-1], interpolation=cv2.INTER_LINEAR))
