"""Scrawl: marks in a box that are no character: scribbles, struck-out and doubled characters.

Knows the classes filler, junk and blank. Must not know paper, scanners or networks.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from papi.model.page import CELL_SHAPE
from papi.training.render import BOX_H, BOX_W, CENTRE, Mask, draw_strokes, render
from papi.training.sources import Character, Strokes


def draw_filler(rng: Generator) -> Mask:
    """A box made void in a digit field: X, slash, dash, one big cross, drawn quickly."""
    pen = float(rng.uniform(2.2, 7.0))
    kind = rng.choice(
        ["cross", "slash", "backslash", "dash", "double"], p=[0.5, 0.15, 0.1, 0.2, 0.05]
    )
    w, h = BOX_W * rng.uniform(0.25, 0.58), BOX_H * rng.uniform(0.22, 0.58)
    middle = CENTRE + rng.normal(0, 3, 2)
    if kind == "dash":
        return draw_strokes([_wavy(rng, middle, (-w, 0), (w, rng.normal(0, 3)))], pen)
    if kind == "double":
        gap = rng.uniform(4, 9)
        lines = [_wavy(rng, middle + np.array([0, d]), (-w, 0), (w, 0)) for d in (-gap, gap)]
        return draw_strokes(lines, pen)
    down, up = _wavy(rng, middle, (-w, -h), (w, h)), _wavy(rng, middle, (w, -h), (-w, h))
    chosen = {"cross": [down, up], "slash": [up], "backslash": [down]}[str(kind)]
    return draw_strokes(chosen, pen)


def _wavy(
    rng: Generator,
    middle: NDArray[np.float64],
    start: tuple[float, float],
    stop: tuple[float, float],
) -> NDArray[np.float32]:
    """A hand-drawn nearly straight stroke between two points given from `middle`."""
    steps = np.linspace(0, 1, 8)[:, None]
    ends = np.array([start, stop]) + rng.normal(0, 2.5, (2, 2))
    points = middle + ends[0] * (1 - steps) + ends[1] * steps
    bow = np.sin(np.pi * steps) * rng.normal(0, 1.8, 2)
    return np.asarray(points + bow, np.float32)


def draw_scribble(rng: Generator) -> Mask:
    """A blackened or scrawled-over box."""
    count = int(rng.integers(5, 26))
    size = np.array([BOX_W, BOX_H]) * rng.uniform(0.2, 0.5, 2)
    x = np.where(np.arange(count) % 2 == 0, -1.0, 1.0) * rng.uniform(0.4, 1.0, count)
    y = np.linspace(-1, 1, count) + rng.normal(0, 0.25, count)
    points = np.column_stack([x, y])
    if rng.random() < 0.5:
        points = rng.uniform(-1, 1, (count, 2))
    turn = rng.uniform(0, np.pi)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = (points @ rotation.T) * size + CENTRE + rng.normal(0, 3, 2)
    return draw_strokes([points.astype(np.float32)], float(rng.uniform(2.5, 7.0)))


def draw_struck_out(character: Character, rng: Generator) -> Mask:
    """A character made invalid by heavy strokes over it."""
    mask = render(character, rng)
    kind = rng.random()
    if kind < 0.25:
        return np.maximum(mask, draw_scribble(rng))
    ys, xs = np.nonzero(mask > 128)
    if not len(xs):
        return mask
    middle = np.array([xs.mean(), ys.mean()])
    w, h = max(np.ptp(xs) / 2.0, 10) * rng.uniform(0.9, 1.4), max(np.ptp(ys) / 2.0, 14) * 0.9
    strokes: Strokes = []
    if kind < 0.6:
        for _ in range(int(rng.integers(2, 5))):
            level = rng.uniform(-0.6, 0.6) * h
            strokes.append(
                _wavy(rng, middle + np.array([0, level]), (-w, 0), (w, rng.normal(0, 4)))
            )
    else:
        strokes = [_wavy(rng, middle, (-w, -h), (w, h)), _wavy(rng, middle, (w, -h), (-w, h))]
        if kind > 0.85:
            strokes += [_wavy(rng, middle, (-w, 0), (w, 0))]
    return np.maximum(mask, draw_strokes(strokes, float(rng.uniform(3.0, 7.0))))


def draw_pair(first: Character, second: Character, rng: Generator) -> Mask:
    """Two characters squeezed into one box, or one written over another."""
    masks = [render(character, rng) for character in (first, second)]
    if rng.random() < 0.3:
        return np.maximum(*masks)
    out = np.zeros(CELL_SHAPE, np.uint8)
    shift = int(rng.integers(9, 15))
    for mask, move in zip(masks, (-shift, shift), strict=True):
        narrow = _narrowed(mask, float(rng.uniform(0.45, 0.62)))
        np.maximum(out, np.roll(narrow, move, axis=1), out=out)
    return out


def _narrowed(mask: Mask, share: float) -> Mask:
    """Squeeze a mask horizontally about its middle."""
    columns = (np.arange(CELL_SHAPE[1]) - CENTRE[0]) / share + CENTRE[0]
    inside = (columns >= 0) & (columns < CELL_SHAPE[1] - 1)
    source = np.clip(columns, 0, CELL_SHAPE[1] - 1).astype(int)
    return np.where(inside, mask[:, source], 0).astype(np.uint8)


def draw_dirt(rng: Generator) -> Mask:
    """What may lie in an empty box: nothing, a speck or two, a hair."""
    mask = np.zeros(CELL_SHAPE, np.uint8)
    for _ in range(int(rng.integers(0, 4))):
        spot = CENTRE + rng.uniform(-1, 1, 2) * [BOX_W * 0.5, BOX_H * 0.5]
        tail = spot + rng.normal(0, 1.0, 2)
        np.maximum(
            mask,
            draw_strokes([np.array([spot, tail], np.float32)], rng.uniform(0.6, 1.8)),
            out=mask,
        )
    return mask
