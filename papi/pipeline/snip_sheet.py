"""Snip sheet: every box before and after the cut, as the network saw it, and what it read.

Knows snips, ink and readings, and how to lay them side by side. Must not know layouts' meaning,
files or databases. The picture shows handwriting: who asks for it says where it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext

import cv2
import numpy as np
from numpy.typing import NDArray

from papi.model.evidence import JUNK, Posterior
from papi.model.page import Gray

NONE = "none"
"""What the contract calls a box that holds no character."""
COLUMNS = 4
"""Boxes side by side: 1,600 px, as wide as a screen."""
PICTURE = 84
"""Height of each picture, px: a snip at its own size."""
GAP, TEXT_WIDTH, HEAD = 6, 150, 40
SURE = 0.99
_WHITE, _LINE, _TEXT = 255, (200, 200, 200), (40, 40, 40)
_GREEN, _ORANGE = (60, 140, 60), (0, 110, 230)
"""Blue, green, red as cv2 wants: green from SURE on, orange below."""
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_SYMBOLS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SheetBox:
    """One box as it went through the reader.

    Attributes:
        name: what to call it on the sheet, ASCII.
        paper: uint8 (H, W) snip as cut from the image, 255 = paper.
        ink: uint8 (H, W) what was lifted from it, ink bright; None for tick boxes.
        seen: uint8 (S, S) input of the network, ink bright.
        posterior: what it said.
        flags: what the cutter noticed.
    """

    name: str
    paper: Gray
    ink: Gray | None
    seen: Gray
    posterior: Posterior
    flags: tuple[str, ...] = ()


def draw_sheet(boxes: Sequence[SheetBox], title: str) -> NDArray[np.uint8]:
    """Draw boxes, four in a row: paper, ink after the cut, network input, reading and P.

    Returns:
        uint8 (H, W, 3). About 0.1 ms a box.
    """
    width = 4 * GAP + 3 * PICTURE + TEXT_WIDTH
    rows = -(-len(boxes) // COLUMNS)
    sheet = np.full((HEAD + max(rows, 1) * (PICTURE + 2 * GAP), COLUMNS * width, 3), _WHITE, "u1")
    legend = gettext("kertas | tinta setelah dipotong | masukan jaringan | bacaan dan P")
    _write(sheet, f"{title}   [{legend}]", (GAP, 26), _TEXT, 0.5)
    for number, box in enumerate(boxes):
        top = HEAD + number // COLUMNS * (PICTURE + 2 * GAP)
        left = number % COLUMNS * width
        _draw_box(sheet[top : top + PICTURE + 2 * GAP, left : left + width], box)
    return sheet


def _draw_box(place: NDArray[np.uint8], box: SheetBox) -> None:
    """Draw one box into its place on the sheet."""
    pictures = (box.paper, None if box.ink is None else 255 - box.ink, 255 - box.seen)
    for number, picture in enumerate(pictures):
        left = GAP + number * (PICTURE + GAP)
        if picture is not None:
            shown = _fitted(picture)
            height, width = shown.shape
            place[GAP : GAP + height, left : left + width] = shown[:, :, None]
            cv2.rectangle(place, (left - 1, GAP - 1), (left + width, GAP + height), _LINE)
    _label(place[:, GAP + 3 * (PICTURE + GAP) :], box)


def _fitted(picture: Gray) -> Gray:
    scale = PICTURE / picture.shape[0]
    size = (round(picture.shape[1] * scale), PICTURE)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _label(place: NDArray[np.uint8], box: SheetBox) -> None:
    """Write name, the likeliest symbols with P, and flags."""
    ranked = sorted(box.posterior.items(), key=lambda item: -item[1])[:_SYMBOLS_SHOWN]
    _write(place, box.name[-22:], (0, 18), _TEXT, 0.38)
    for line, (symbol, p) in enumerate(ranked):
        colour = _TEXT if line else (_GREEN if p >= SURE else _ORANGE)
        text = f"{NONE if symbol == JUNK else symbol} {p:.4f}"
        _write(place, text, (0, 38 + 15 * line), colour, 0.4 if line else 0.5)
    _write(place, " ".join(box.flags)[:24], (0, 86), _TEXT, 0.34)


def _write(
    place: NDArray[np.uint8], text: str, at: tuple[int, int], colour: tuple[int, ...], size: float
) -> None:
    cv2.putText(place, text, at, _FONT, size, colour, 1, cv2.LINE_AA)
