"""A picture of a draft: the blank side with every box and name, so that its author sees it.

Knows fields, millimetres and pixels of the picture. Must not know how fields were found.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.geometry import Box
from papi.model.foreign import ForeignField
from papi.model.layout import FieldKind
from papi.model.page import Gray

_COLOURS = {
    FieldKind.DIGITS: (200, 90, 0),
    FieldKind.CAPITALS: (0, 130, 0),
    FieldKind.CHOICE: (0, 0, 210),
    FieldKind.TEXT: (170, 0, 170),
    FieldKind.SIGNATURE: (0, 130, 200),
}
"""Blue, green, red as cv2 wants."""
_OTHER = (90, 90, 90)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw_draft(
    blank: Gray, px_per_mm: float, fields: Iterable[ForeignField], marks: Iterable[Box] = ()
) -> NDArray[np.uint8]:
    """Draw the fields of a side over its blank picture, uint8 (H, W, 3)."""
    pale = (255 - (255 - blank.astype(np.float32)) * 0.45).astype(np.uint8)
    picture = np.asarray(cv2.cvtColor(pale, cv2.COLOR_GRAY2BGR), np.uint8)
    for mark in marks:
        _outline(picture, mark, px_per_mm, (0, 170, 170))
    for field in fields:
        colour = _COLOURS.get(field.kind, _OTHER)
        boxes = [*field.cells, *(c.box for c in field.choices), *([field.box] if field.box else [])]
        for box in boxes:
            _outline(picture, box, px_per_mm, colour)
        for choice in field.choices:
            _write(
                picture, choice.code, (choice.box.right + 0.3, choice.box.bottom), px_per_mm, colour
            )
        _write(picture, field.name, (field.zone.x, field.zone.y - 0.4), px_per_mm, colour)
    return picture


def _outline(picture: NDArray[np.uint8], box: Box, scale: float, colour: tuple[int, ...]) -> None:
    corners = [
        (round(x * scale), round(y * scale)) for x, y in ((box.x, box.y), (box.right, box.bottom))
    ]
    cv2.rectangle(picture, corners[0], corners[1], colour, 2)


def _write(
    picture: NDArray[np.uint8],
    text: str,
    at: tuple[float, float],
    scale: float,
    colour: tuple[int, ...],
) -> None:
    place = (round(at[0] * scale), round(at[1] * scale))
    cv2.putText(picture, text[:24], place, _FONT, 0.055 * scale, colour, 1, cv2.LINE_AA)
