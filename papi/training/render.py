"""Render: characters as ink masks in the raster of a snip, written as people write in boxes.

Knows strokes, scans, pens and places in a box. Must not know paper, scanners or networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from papi.model.page import CELL_SHAPE
from papi.training.sources import Character, Strokes

HEIGHT, WIDTH = CELL_SHAPE
BOX_W, BOX_H = 46.0, 60.0
CENTRE = np.array([35.0, 42.0], np.float32)
_FINE = 3
"""Strokes are drawn at three times the raster and averaged down."""
_SHIFT = 4
"""Fraction bits of cv2's sub-pixel coordinates."""
Mask = NDArray[np.uint8]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hand:
    """How one character is written in its box: size and place in px, slant, pen width in px."""

    width: float
    height: float
    x: float
    y: float
    shear: float
    angle: float
    pen: float


def draw_hand(rng: Generator, label: str, aspect: float) -> Hand:
    """Draw how a character of this natural width/height is written in a box."""
    pen = float(np.clip(rng.lognormal(np.log(4.0), 0.35), 2.0, 10.0))
    shear, angle = float(rng.normal(0, 0.10)), float(rng.normal(0, 0.07))
    x, y = rng.normal(0, 2.5), rng.normal(0, 3.0)
    if label in "'`\"":
        height = BOX_H * rng.uniform(0.12, 0.32)
        return Hand(height * aspect, height, x, -BOX_H * rng.uniform(0.12, 0.42), shear, angle, pen)
    if label in ".,":
        height = BOX_H * rng.uniform(0.04, 0.14)
        side = height * max(aspect, 0.6)
        return Hand(side, height, x * 2, BOX_H * rng.uniform(0.15, 0.45), shear, angle, pen)
    if label in "-_=~":
        width = BOX_W * rng.uniform(0.22, 0.85)
        return Hand(width, width / aspect, x, y * 2, shear, angle / 2, pen)
    height = BOX_H * float(np.clip(rng.normal(0.70, 0.15), 0.34, 1.12))
    width = height * aspect * rng.uniform(0.82, 1.2)
    widest = BOX_W * rng.uniform(0.7, 1.12)
    if width > widest:
        height, width = max(height * 0.75, height * widest / width), widest
    slack_x, slack_y = abs(BOX_W - width), abs(BOX_H - height)
    x, y = rng.normal(0, 1.5 + slack_x * 0.14), rng.normal(0, 1.5 + slack_y * 0.16)
    return Hand(width, height, float(x), float(y), shear, angle, pen)


def render(character: Character, rng: Generator) -> Mask:
    """Write a character in a box: uint8 (84, 70), 255 = ink."""
    if character.strokes is not None:
        return _render_strokes(character.strokes, character.label, rng)
    assert character.image is not None  # noqa: S101 - a character has either
    return _render_scan(character.image, character.label, rng)


def _matrix(hand: Hand, box: tuple[float, float, float, float]) -> Matrix:
    """Map source coordinates (bounding box x1, y1, x2, y2) into the snip, 2x3."""
    x1, y1, x2, y2 = box
    scale_x, scale_y = hand.width / max(x2 - x1, 1e-3), hand.height / max(y2 - y1, 1e-3)
    cos, sin = np.cos(hand.angle), np.sin(hand.angle)
    turn = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, -hand.shear], [0, 1]])
    linear = turn @ np.diag([scale_x, scale_y])
    middle = np.array([(x1 + x2) / 2, (y1 + y2) / 2])
    target = CENTRE + np.array([hand.x, hand.y])
    return np.column_stack([linear, target - linear @ middle]).astype(np.float32)


def _render_strokes(strokes: Strokes, label: str, rng: Generator) -> Mask:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.maximum(high - low, 60.0)  # a straight stroke still has a body
    low, high = (low + high - size) / 2, (low + high + size) / 2
    hand = draw_hand(rng, label, float(size[0] / size[1]))
    matrix = _matrix(hand, (low[0], low[1], high[0], high[1]))
    placed = [stroke @ matrix[:, :2].T + matrix[:, 2] for stroke in strokes]
    placed = [*placed, *_national(label, placed, rng)]
    return draw_strokes(placed, hand.pen)


def draw_strokes(strokes: Strokes, pen: float, shape: tuple[int, int] = CELL_SHAPE) -> Mask:
    """Draw polylines (px of the raster) with a round pen `pen` px wide; anti-aliased."""
    fine = np.zeros((shape[0] * _FINE, shape[1] * _FINE), np.uint8)
    scaled = [
        np.round(stroke * (_FINE << _SHIFT)).astype(np.int32).reshape(-1, 1, 2)
        for stroke in strokes
    ]
    thickness = max(1, round(pen * _FINE))
    for stroke in scaled:
        if len(stroke) == 1:
            stroke = np.concatenate([stroke, stroke + 1])  # noqa: PLW2901 - a dot
        cv2.polylines(fine, [stroke], False, 255, thickness, cv2.LINE_8, _SHIFT)
    return np.asarray(cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_AREA))


def _render_scan(image: NDArray[np.uint8], label: str, rng: Generator) -> Mask:
    columns, rows = np.flatnonzero(image.max(axis=0) > 96), np.flatnonzero(image.max(axis=1) > 96)
    if not columns.size:
        return np.zeros(CELL_SHAPE, np.uint8)
    box = (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
    aspect = (box[2] - box[0]) / (box[3] - box[1])
    hand = draw_hand(rng, label, aspect)
    how = cv2.INTER_AREA if hand.height < 0.5 * (box[3] - box[1]) else cv2.INTER_LINEAR
    source = image
    if how == cv2.INTER_AREA:  # warpAffine does not average: halve first
        half = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        source = np.asarray(half, np.uint8)
        box = (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2)
    mask = cv2.warpAffine(source, _matrix(hand, box), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    mask = _thickened(np.asarray(mask), float(rng.normal(0, 0.12)))
    added = _national(label, [_outline(mask)], rng)
    return np.maximum(mask, draw_strokes(added, hand.pen)) if added else mask


def _thickened(mask: Mask, share: float) -> Mask:
    """Grow (share > 0) or shrink strokes by moving the threshold of the blurred mask."""
    if abs(share) < 0.03:
        return mask
    soft = cv2.GaussianBlur(mask, (0, 0), 1.1).astype(np.float32) / 255.0
    middle = float(np.clip(0.5 - 1.6 * share, 0.22, 0.62))
    return np.asarray(np.clip((soft - middle) * 2.5 + 0.5, 0, 1) * 255, np.uint8)


def _outline(mask: Mask) -> NDArray[np.float32]:
    """The ink's pixels as points (x, y)."""
    y, x = np.nonzero(mask > 128)
    return np.column_stack([x, y]).astype(np.float32)


def _national(label: str, strokes: Strokes, rng: Generator) -> Strokes:
    """European and Indonesian habits American data lack: barred sevens, flagged, footed ones."""
    points = np.concatenate(strokes) if strokes else np.zeros((0, 2), np.float32)
    if len(points) < 4 or label not in ("1", "7") or rng.random() > 0.25:
        return []
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    height = bottom - top
    if label == "7":
        level = top + height * rng.uniform(0.42, 0.6)
        near = points[np.abs(points[:, 1] - level) < 0.08 * height]
        if not len(near):
            return []
        middle, half = near[:, 0].mean(), height * rng.uniform(0.13, 0.28)
        tilt = rng.normal(0, 0.05) * height
        return [_segment(middle - half, level + tilt, middle + half, level - tilt)]
    if right - left > 0.35 * height:
        return []
    added = []
    peak = points[points[:, 1] < top + 0.06 * height][:, 0].mean()
    if rng.random() < 0.8:
        reach, drop = height * rng.uniform(0.14, 0.42), height * rng.uniform(0.1, 0.4)
        added.append(_segment(peak - reach, top + drop, peak, top))
    if rng.random() < 0.4:
        foot, half = points[points[:, 1] > bottom - 0.06 * height][:, 0].mean(), height * 0.2
        added.append(_segment(foot - half, bottom, foot + half * rng.uniform(0.6, 1.2), bottom))
    return added


def _segment(x1: float, y1: float, x2: float, y2: float) -> NDArray[np.float32]:
    return np.array([[x1, y1], [x2, y2]], np.float32)
