"""Making a value fit its slot: shrink, then wrap, then cut with an ellipsis.

Knows text widths. Must not know where a value comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from papi.forms.fonts import text_width
from papi.geometry import POINTS_PER_MM, Box
from papi.model.drawing import FontFace

LEADING: Final = 1.15
"""Distance of baselines as a share of the type size."""
ELLIPSIS: Final = "…"
NUMBER_SIZE: Final = 6.0
"""Smallest type of a number, points: 16 digits in 19 mm, still read at arm's length."""
_STEP: Final = 0.25
"""Type sizes are whole quarters of a point."""
_SLACK: Final = 0.15
"""A line may stand this share of its height over the slot's: only blank leading lies there."""


@dataclass(frozen=True, slots=True)
class FittedText:
    """Lines of text and the size (points) at which they fit."""

    lines: tuple[str, ...]
    size: float

    @property
    def leading_mm(self) -> float:
        """Distance of two baselines, mm."""
        return self.size * LEADING / POINTS_PER_MM


def fit_text(
    text: str, box: Box, *, face: FontFace, size: float, min_size: float, lines: int
) -> FittedText:
    """Fit `text` into `box`: one line at `size`, else smaller, else wrapped, else cut.

    A number may go below `min_size`, to NUMBER_SIZE: without its last digits it confirms nothing.
    """
    if text.isdigit():
        min_size = min(min_size, NUMBER_SIZE)
    width = text_width(text, size, face)
    if width <= box.w:
        return FittedText((text,), size)
    shrunk = int(size * box.w / width / _STEP) * _STEP
    if shrunk >= min_size:
        return FittedText((text,), shrunk)
    if _room(lines, min_size, box.h) == 1:
        return FittedText((cut_text(text, box.w, face, min_size),), min_size)
    for step in range(round((size - min_size) / _STEP) + 1):
        candidate = max(min_size, size - step * _STEP)
        wrapped = _wrap(text, face, candidate, box.w)
        if len(wrapped) <= _room(lines, candidate, box.h):
            return FittedText(tuple(wrapped), candidate)
    room = _room(lines, min_size, box.h)
    kept = _wrap(text, face, min_size, box.w)
    rest = " ".join(kept[room - 1 :])
    return FittedText((*kept[: room - 1], cut_text(rest, box.w, face, min_size)), min_size)


def cut_text(text: str, width: float, face: FontFace, size: float) -> str:
    """Return `text`, its end replaced by an ellipsis if it is wider than `width` mm."""
    if text_width(text, size, face) <= width:
        return text
    left = width - text_width(ELLIPSIS, size, face)
    return text[: _fitting_length(text, left, face, size)].rstrip() + ELLIPSIS


def _room(lines: int, size: float, height: float) -> int:
    return max(1, min(lines, int(height / (size * LEADING / POINTS_PER_MM) + _SLACK)))


def _fitting_length(text: str, width: float, face: FontFace, size: float) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle], size, face) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _wrap(text: str, face: FontFace, size: float, width: float) -> list[str]:
    """Break at blanks; a word wider than the line is broken inside."""
    finished: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if text_width(joined, size, face) <= width:
            line = joined
            continue
        if line:
            finished.append(line)
        rest = word
        while text_width(rest, size, face) > width:
            length = max(1, _fitting_length(rest, width, face, size))
            finished.append(rest[:length])
            rest = rest[length:]
        line = rest
    if line:
        finished.append(line)
    return finished or [""]
