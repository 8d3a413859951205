"""A pen that writes PDF operators in page millimetres, y downwards.

Knows PDF's drawing operators. Must not know forms, people or reportlab's canvas.
reportlab's own text objects cost about 50 us a string; a page has up to 100 strings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from papi.forms.fonts import text_width
from papi.forms.typesetting import Typesetter, printable
from papi.geometry import POINTS_PER_MM, Box
from papi.model.drawing import FontFace, Hatch, Item, Label, Line, Rect

Align = Literal["left", "center", "right"]
HATCH_PITCH_MM: Final = 0.9
"""Distance of hatch lines along x: four cross a 4 mm tick box, clearly "not for you"."""
HATCH_LINE_MM: Final = 0.15


def number(value: float) -> str:
    """Format a coordinate: whole micrometres, never an exponent."""
    return format(round(value, 3), "g")


def page_map(height_mm: float) -> str:
    """Return the operator that turns PDF points, y upwards, into mm from the top left."""
    scale = f"{POINTS_PER_MM:.6f}"
    return f"{scale} 0 0 -{scale} 0 {height_mm * POINTS_PER_MM:.4f} cm"


class Pen:
    """Collects operators of one content stream; every length in mm, sizes of type in points."""

    def __init__(self, typesetter: Typesetter) -> None:
        """Start with black ink and no font."""
        self._typesetter = typesetter
        self._operators: list[str] = []
        self._font = ("", 0.0)
        self._fill = 0.0
        self._stroke: tuple[float, float] | None = None

    def operators(self) -> str:
        """Return everything drawn so far."""
        return "\n".join(self._operators)

    def raw(self, operators: str) -> None:
        """Add operators that fill with the present ink and restore what else they change."""
        self._operators.append(operators)

    def draw(self, items: Iterable[Item]) -> None:
        """Draw static items in their order."""
        for item in items:
            match item:
                case Label():
                    self.text(
                        item.x,
                        item.y,
                        item.text,
                        item.face,
                        item.size,
                        align=item.align,
                        gray=item.gray,
                    )
                case Rect():
                    self.rectangle(item)
                case Line():
                    self._set_stroke(item.gray, item.width)
                    self.raw(_segment(item.x1, item.y1, item.x2, item.y2) + " S")
                case Hatch():
                    self.hatch(item.box, item.gray)

    def black(self) -> None:
        """Take black ink for fills."""
        self._set_fill(0.0)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: FontFace = "regular",
        size: float = 8.0,
        *,
        align: Align = "left",
        gray: float = 0.0,
    ) -> None:
        """Write one line; (x, y) is the left end, middle or right end of its baseline."""
        shown = printable(text, face)
        if not shown:
            return
        if align != "left":
            width = text_width(shown, size, face)
            x -= width if align == "right" else width / 2
        self._set_fill(gray)
        pieces = self._typesetter.encode(shown, face)
        strings = [f"{self._font_operator(name, size)}<{codes}> Tj" for name, codes in pieces]
        strings.insert(0, f"BT 1 0 0 -1 {number(x)} {number(y)} Tm")
        self._operators.append(" ".join([*strings, "ET"]))

    def rectangle(self, item: Rect) -> None:
        """Fill a rectangle and draw its rule wholly inside it.

        The rule is the area between two rectangles, so that the path found in the PDF is the
        outer edge of the layout itself, not half a line width inside.
        """
        box = item.box
        if item.fill_gray is not None:
            self._set_fill(item.fill_gray)
            self.raw(_rectangle(box) + " f")
        if item.line is not None:
            inner = box.grown(-item.line)
            self._set_fill(item.line_gray)
            hole = Box(inner.right, inner.y, -inner.w, inner.h)  # turns the other way round
            self.raw(f"{_rectangle(box)} {_rectangle(hole)} f")

    def hatch(self, box: Box, gray: float = 0.6) -> None:
        """Cross a box out with slanted lines."""
        self._set_stroke(gray, HATCH_LINE_MM)
        segments = []
        steps = int((box.w + box.h) / HATCH_PITCH_MM)
        for step in range(1, steps + 1):
            reach = step * HATCH_PITCH_MM
            x1, y1 = min(reach, box.w), max(0.0, reach - box.w)
            x2, y2 = max(0.0, reach - box.h), min(reach, box.h)
            segments.append(_segment(box.x + x1, box.y + y1, box.x + x2, box.y + y2))
        self.raw(" ".join([*segments, "S"]))

    def _set_fill(self, gray: float) -> None:
        if gray != self._fill:
            self._fill = gray
            self.raw(f"{number(gray)} g")

    def _set_stroke(self, gray: float, width: float) -> None:
        if (gray, width) != self._stroke:
            self._stroke = (gray, width)
            self.raw(f"{number(gray)} G {number(width)} w")

    def _font_operator(self, resource: str, size: float) -> str:
        if (resource, size) == self._font:
            return ""
        self._font = (resource, size)
        return f"{resource} {number(size / POINTS_PER_MM)} Tf "


def _rectangle(box: Box) -> str:
    return f"{number(box.x)} {number(box.y)} {number(box.w)} {number(box.h)} re"


def _segment(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"{number(x1)} {number(y1)} m {number(x2)} {number(y2)} l"
