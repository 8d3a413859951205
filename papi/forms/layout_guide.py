"""The "how to write" strip: characters as a careful hand would print them, in boxes.

Knows single strokes of model digits and capitals on a 4 x 6 grid (x right, y down).
Must not know templates or fields.
"""

from __future__ import annotations

from itertools import pairwise

from papi.forms.layout_answer import cell_boxes
from papi.forms.layout_piece import Piece
from papi.geometry import Box
from papi.model.drawing import Line
from papi.model.page import TICK_MM

Point = tuple[float, float]
PEN_MM, PEN_GRAY = 0.45, 0.15
STROKES: dict[str, str] = {
    "0": "20 10 01 05 16 26 35 31 20",
    "1": "11 20 26",
    "2": "01 10 30 41 42 06 46",
    "3": "00 40 22 32 44 35 16 05",
    "4": "20 04 44/33 36",
    "5": "40 10 02 32 43 45 36 06",
    "6": "30 12 03 05 16 36 45 43 33 03",
    "7": "00 40 16",
    "8": "22 11 10 30 31 22 03 05 16 36 45 43 22",
    "9": "42 33 13 02 01 10 30 41 42 36",
    "A": "06 20 46/14 34",
    "B": "00 30 41 32 02/32 44 45 36 06 00",
    "C": "41 30 10 01 05 16 36 45",
    "D": "00 30 42 44 36 06 00",
    "E": "40 00 06 46/03 33",
    "F": "40 00 06/03 33",
    "G": "41 30 10 01 05 16 36 45 43 23",
    "H": "00 06/40 46/03 43",
    "I": "20 26",
    "J": "40 45 36 16 05",
    "K": "00 06/40 03 46",
    "L": "00 06 46",
    "M": "06 00 23 40 46",
    "N": "06 00 46 40",
    "O": "20 10 01 05 16 26 36 45 41 30 20",
    "P": "06 00 30 41 42 33 03",
    "Q": "20 10 01 05 16 26 36 45 41 30 20/24 46",
    "R": "06 00 30 41 42 33 03/23 46",
    "S": "41 30 10 01 12 33 44 45 36 16 05",
    "T": "00 40/20 26",
    "U": "00 05 16 36 45 40",
    "V": "00 26 40",
    "W": "00 16 22 36 40",
    "X": "00 46/40 06",
    "Y": "00 23 40/23 26",
    "Z": "00 40 06 46",
    "-": "13 33",
    "/": "06 40",
}
"""Grid points of each stroke ("xy", blank-separated); "/" lifts the pen."""


ROUND = frozenset("02356890BCDGJOPQRSU")
"""Characters whose corners a hand rounds."""


def draw_character(piece: Piece, character: str, box: Box) -> None:
    """Draw a model character inside a box (a blank draws nothing)."""
    if character == " ":
        return
    left, top = box.x + box.w * 0.2, box.y + box.h * 0.17
    step_x, step_y = box.w * 0.6 / 4, box.h * 0.66 / 6
    for stroke in STROKES[character].split("/"):
        points = [(left + int(p[0]) * step_x, top + int(p[1]) * step_y) for p in stroke.split()]
        if character in ROUND:
            points = _rounded(_rounded(points))
        for (x1, y1), (x2, y2) in pairwise(points):
            piece.items.append(Line(x1=x1, y1=y1, x2=x2, y2=y2, width=PEN_MM, gray=PEN_GRAY))


def _rounded(points: list[Point]) -> list[Point]:
    """Cut every corner of a stroke (Chaikin); its ends, and a closed stroke's seam, stay."""
    cut = [points[0]]
    for (x1, y1), (x2, y2) in pairwise(points):
        cut.append((0.75 * x1 + 0.25 * x2, 0.75 * y1 + 0.25 * y2))
        cut.append((0.25 * x1 + 0.75 * x2, 0.25 * y1 + 0.75 * y2))
    return [*cut, points[-1]]


def model_boxes(text: str) -> Piece:
    """Return boxes with model characters in them."""
    boxes = cell_boxes(len(text), ())
    piece = Piece(boxes[-1].right, boxes[-1].bottom)
    for box, character in zip(boxes, text, strict=True):
        piece.answer_box(box)
        draw_character(piece, character, box)
    return piece


def model_tick(kind: str) -> Piece:
    """Return a tick box: "marked", or "cancelled" (crossed out by a long stroke)."""
    piece = Piece(TICK_MM, TICK_MM)
    piece.answer_box(Box(0, 0, TICK_MM, TICK_MM))
    cross = [(0.7, 0.7, 3.3, 3.3), (3.3, 0.7, 0.7, 3.3)]
    strokes = cross if kind == "marked" else [*cross, (-1.0, 2.2, 5.0, 1.8), (-1.0, 2.7, 5.0, 2.3)]
    for x1, y1, x2, y2 in strokes:
        piece.items.append(Line(x1=x1, y1=y1, x2=x2, y2=y2, width=PEN_MM, gray=PEN_GRAY))
    return piece


def guide_piece(texts: tuple[str, ...], width: float) -> Piece:
    """Return the strip: model characters on the left, the rules of writing on the right."""
    letters = model_boxes("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    digits = model_boxes("0123456789")
    piece = Piece(width, 0.0)
    piece.text(1.4, 4.2, "Angka", face="semibold")
    piece.put(digits, 16.0, 1.2)
    piece.text(1.4, 11.8, "Huruf", face="semibold")
    piece.put(letters, 16.0, 8.8)
    x = 16.0 + digits.width + 5.0
    for label, tick in (("Tanda:", "marked"), ("Batal:", "cancelled")):
        x += piece.text(x, 4.2, label, face="semibold") + 1.4
        piece.put(model_tick(tick), x, 2.2)
        x += TICK_MM + 5.0
    x += piece.text(x, 4.2, "Kotak depan tak terpakai:", face="semibold") + 1.4
    piece.put(model_boxes("X12"), x, 1.2)
    y = 16.0
    for text in texts:
        y += piece.paragraph(1.4, y, width - 2.8, text)
    piece.height = y + 0.8
    return piece.framed()
