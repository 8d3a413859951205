"""Single-stroke skeletons of digits, capitals and the marks of names, of our own making.

Knows the shape of hand-printed characters as pen paths. Must not know pens, boxes or data sets.

A path is written "x,y x,y ..." in hundredths of the character's height, y downwards; `!` after a
point makes a corner there, all other points are passed smoothly; `|` lifts the pen. Several
variants of a character are separated by `;` and a writer keeps to one of them most of the time.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.float64]
"""(N, 2) points, x right and y down, in units of the character's height."""

_PATHS = {
    "0": "34,1 12,10 2,48 12,90 32,100 54,88 62,50 54,12 30,0; "
    "40,4 14,12 4,55 16,96 40,99 60,70 56,24 38,2 30,6",
    "1": "14,0 12,100; 2,22 22,0! 20,100; 4,20 26,0! 24,100! | 6,100 44,99",
    "2": "4,24 14,4 34,0 54,10 54,32 36,62 2,100! 62,97; "
    "6,20 22,1 46,4 52,28 30,70 8,94 12,84 34,94 64,98",
    "3": "4,10 28,0 52,8 50,34 24,46! 54,54 62,78 44,98 18,99 2,86; "
    "4,2 56,1! 26,42! 56,52 62,80 36,100 4,90",
    "4": "18,0 4,60! 66,60 | 48,30 46,100; 46,100 48,0! 2,66! 66,65; "
    "14,2 8,56! 60,54 | 52,6 48,100",
    "5": "54,2 14,3! 10,44! 34,38 58,52 60,80 34,100 4,90; "
    "14,4 10,46 34,40 58,58 54,88 28,100 4,92 | 13,4 60,0",
    "6": "50,2 24,18 6,60 12,92 34,100 56,84 54,62 34,54 10,72; "
    "34,0 12,40 4,76 22,100 48,92 52,66 28,58 8,76",
    "7": "2,4 58,2! 28,100; 2,4 58,2! 26,100 | 12,50 52,48; 3,18 4,3! 58,2! 24,100; "
    "2,6 56,3 44,40 30,100 | 16,52 54,50",
    "8": "48,12 28,0 8,16 16,38 46,58 56,82 32,100 6,86 14,60 44,38 52,18 46,8; "
    "30,46 8,26 28,0 50,20 30,46 6,76 28,100 54,78 30,46",
    "9": "54,22 32,0 8,14 8,42 30,52 52,34 55,12! 52,60 42,100; "
    "52,14 28,0 6,24 18,50 44,44 54,14 54,50 48,88 28,100",
    "A": "2,100 34,0! 68,100 | 14,64 56,63; 4,100 10,30 34,0 58,28 64,100 | 8,60 62,58",
    "B": "6,0 5,100 | 5,2 42,0 54,20 38,44 8,48! 48,52 62,76 42,98 5,100; "
    "8,100 6,2! 38,0 54,20 34,44 12,48! 52,56 58,84 34,100 4,98",
    "C": "62,14 40,0 14,10 2,50 14,90 40,100 64,86; 60,8 30,2 6,32 6,72 30,99 62,92",
    "D": "6,0 5,100 | 3,2 40,6 64,34 64,66 40,96 3,100; 8,98 6,2! 44,8 64,46 50,86 4,100",
    "E": "6,0 5,100 | 5,2 56,0 | 5,48 46,47 | 5,99 58,98; 56,1 6,3! 5,98! 58,97 | 6,48 46,47; "
    "54,8 28,0 8,14 12,38 36,46 8,56 4,84 24,100 56,92",
    "F": "6,0 5,100 | 5,2 58,0 | 5,46 46,45; 58,1 7,3! 5,100 | 6,46 46,44",
    "G": "60,14 38,0 12,12 3,54 16,92 42,100 62,82 62,56! 38,57; "
    "58,10 30,1 5,40 14,92 44,98 58,66! 34,60 | 58,62 62,100",
    "H": "5,0 4,100 | 58,0 58,100 | 5,50 58,48; 6,0 4,100 | 5,56 58,46 | 60,0 57,100",
    "I": "8,0 7,100; 20,0 19,100 | 4,1 36,0 | 3,100 36,99",
    "J": "44,0 45,72 36,96 16,98 2,78; 42,1 42,80 24,100 4,84 | 20,1 62,0",
    "K": "6,0 5,100 | 56,0 7,56! 60,100; 6,0 5,100 | 54,4 10,50 | 22,42 62,100",
    "L": "6,0 5,98! 56,97; 8,0 6,90 14,99 54,96",
    "M": "4,100 9,0! 38,66! 68,0! 74,100; 4,100 6,6 16,4 36,60! 60,4 70,8 72,100",
    "N": "5,100 6,0! 58,98! 59,0; 4,100 8,2! 54,96! 60,2",
    "O": "40,1 14,8 2,48 14,92 40,100 66,88 76,50 64,12 34,0; "
    "44,4 12,14 4,58 24,98 58,94 72,48 56,8 36,2",
    "P": "6,0 5,100 | 5,2 42,0 58,24 42,50 6,54; 8,100 6,3! 46,2 58,28 34,54 6,52",
    "Q": "40,1 14,8 2,48 14,90 40,98 66,88 74,50 64,12 34,0 | 44,74 78,104; "
    "42,2 10,20 6,66 34,98 66,76 66,28 40,2 | 40,70 58,88 76,92",
    "R": "6,0 5,100 | 5,2 42,0 56,22 40,46 6,50! 60,100; 8,100 6,3! 44,2 54,28 14,50! 62,98",
    "S": "54,12 34,0 10,10 10,34 36,50 58,70 52,94 26,100 2,86; 56,6 20,2 8,28 48,58 46,94 4,96",
    "T": "2,2 66,0 | 34,1 33,100; 32,4 32,100 | 0,5 66,1",
    "U": "4,0 5,66 16,96 38,99 56,84 60,0! 61,100; 4,0 4,70 22,99 46,96 60,66 60,0",
    "V": "2,0 32,100! 64,0; 3,2 28,92 36,96 62,0",
    "W": "2,0 18,100! 40,28! 62,100! 80,0; 2,0 14,80 28,98 40,40! 56,96 68,84 80,2",
    "X": "4,0 60,100 | 60,0 2,100; 4,4 56,98 | 58,2 2,98",
    "Y": "2,0 32,48 | 62,0 32,48! 30,100; 4,0 14,40 36,46 56,2! 54,60 40,100; "
    "3,0 30,46 | 62,0 14,100",
    "Z": "4,3 60,1! 3,99! 62,97; 4,4 58,2! 4,98! 62,97 | 16,50 50,48",
    "-": "0,50 44,48",
    "'": "6,0 2,24",
    ".": "0,94 6,93 5,99 0,98 1,94",
}
CHARACTERS = frozenset(_PATHS)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
STEP = 0.035
"""Distance of points along a smoothed stroke, in character heights (0.2 mm at 6 mm)."""


@cache
def variants(character: str) -> tuple[tuple[tuple[tuple[float, float, bool], ...], ...], ...]:
    """Return all variants of a character: strokes of (x, y, corner) control points.

    Raises:
        KeyError: no skeleton for this character.
    """
    return tuple(
        tuple(
            tuple(_point(word) for word in stroke.split()) for stroke in variant.strip().split("|")
        )
        for variant in _PATHS[character].split(";")
    )


def _point(word: str) -> tuple[float, float, bool]:
    x, y = word.rstrip("!").split(",")
    return float(x) / 100, float(y) / 100, word.endswith("!")


def smooth_stroke(points: Stroke, corners: list[bool]) -> Stroke:
    """Lay a Catmull-Rom spline through the points, broken at corners, resampled at STEP."""
    cuts = [0, *(i for i in range(1, len(points) - 1) if corners[i]), len(points) - 1]
    pieces = [_spline(points[a : b + 1]) for a, b in pairwise(cuts)]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _spline(points: Stroke) -> Stroke:
    if len(points) < 2:
        return points
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    parts = []
    for i in range(1, len(padded) - 2):
        p0, p1, p2, p3 = padded[i - 1 : i + 3]
        steps = max(2, int(np.hypot(*(p2 - p1)) / STEP) + 1)
        t = np.linspace(0, 1, steps)[:-1, None]
        parts.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2)
            + 0.5 * (3 * p1 - p0 - 3 * p2 + p3) * t**3
        )
    return np.concatenate([*parts, points[-1:]])
