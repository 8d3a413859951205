"""Pieces: parts of a page that are put together before anyone knows where they will stand.

A piece has its own origin (top left, mm), a size, what is drawn and which fields it holds.
Knows drawing items and fields. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from papi.forms.fonts import ascent, centring, descent, text_width, wrap_text
from papi.geometry import Box
from papi.model.drawing import FontFace, Item, Label, Line, Rect, Slot
from papi.model.layout import LayoutField

TEXT_SIZE = 8.0
"""Points of labels and answer codes: the smallest that is read without glasses by lamp light."""
LEADING = 3.25
"""Distance of baselines of 8 pt text, mm."""
BOX_RULE_MM, BOX_GRAY = 0.2, 0.75
"""Rule of answer boxes: 25 % black, so that it drops out of 1-bit scans and of the readers' way."""
HEADS_MM, HEADS_GRAY = 4.4, 0.86
"""The line over columns that names them."""
FRAME_MM, FRAME_GRAY = 0.2, 0.45
"""Outline of a block."""
TINT = 0.93
"""Ground of pre-printed values."""


@dataclass
class PlacedField:
    """A field and the template line it comes from."""

    field: LayoutField
    line: int


@dataclass
class Piece:
    """A rectangle of paper in the making, mm."""

    width: float
    height: float
    items: list[Item] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    fields: list[PlacedField] = field(default_factory=list)

    def put(self, other: Piece, x: float, y: float) -> None:
        """Lay another piece on this one with its origin at (x, y)."""
        self.items += [move_item(item, x, y) for item in other.items]
        self.slots += [_move_slot(slot, x, y) for slot in other.slots]
        self.fields += [PlacedField(move_field(f.field, x, y), f.line) for f in other.fields]

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        *,
        size: float = TEXT_SIZE,
        face: FontFace = "regular",
        gray: float = 0.0,
        align: str = "left",
    ) -> float:
        """Write one line whose capitals are centred on `middle`; return its width, mm."""
        label = Label.model_validate(
            {
                "x": x,
                "y": middle + centring(size),
                "text": text,
                "size": size,
                "face": face,
                "gray": gray,
                "align": align,
            }
        )
        self.items.append(label)
        return text_width(text, size, face)

    def paragraph(
        self, x: float, top: float, width: float, text: str, *, face: FontFace = "regular"
    ) -> float:
        """Write wrapped 8 pt text below `top`; return its height, mm."""
        lines = wrap_text(text, width, TEXT_SIZE, face)
        for number, line in enumerate(lines):
            self.text(x, top + LEADING * (number + 0.5), line, face=face)
        return LEADING * len(lines)

    def rule(self, y: float, *, gray: float = 0.7, width: float = 0.12) -> None:
        """Draw a thin rule across the piece."""
        self.items.append(Line(x1=0, y1=y, x2=self.width, y2=y, width=width, gray=gray))

    def framed(self, *, bottom: bool = True, top: bool = False) -> Piece:
        """Draw a block's outline at the sides, and below and above; return the piece."""
        right, foot = self.width, self.height
        ends = [(0.0, 0.0, 0.0, foot), (right, 0.0, right, foot)]
        ends += [(0.0, foot, right, foot)] if bottom else []
        ends += [(0.0, 0.0, right, 0.0)] if top else []
        for x1, y1, x2, y2 in ends:
            self.items.append(Line(x1=x1, y1=y1, x2=x2, y2=y2, width=FRAME_MM, gray=FRAME_GRAY))
        return self

    def ground(self, box: Box, gray: float = TINT) -> None:
        """Tint an area; it comes to lie under everything drawn so far."""
        self.items.insert(0, Rect(box=box, line=None, fill_gray=gray))

    def answer_box(self, box: Box) -> None:
        """Draw the rule of a box somebody writes in."""
        self.items.append(Rect(box=box, line=BOX_RULE_MM, line_gray=BOX_GRAY))


def move_item(item: Item, dx: float, dy: float) -> Item:
    """Return a drawing item moved by (dx, dy) mm."""
    if isinstance(item, Label):
        return item.model_copy(update={"x": item.x + dx, "y": item.y + dy})
    if isinstance(item, Line):
        ends = {"x1": item.x1 + dx, "x2": item.x2 + dx, "y1": item.y1 + dy, "y2": item.y2 + dy}
        return item.model_copy(update=ends)
    return item.model_copy(update={"box": move_box(item.box, dx, dy)})


def move_field(item: LayoutField, dx: float, dy: float) -> LayoutField:
    """Return a field with all its boxes moved by (dx, dy) mm."""
    return item.model_copy(
        update={
            "cells": tuple(move_box(cell, dx, dy) for cell in item.cells),
            "choices": tuple(
                choice.model_copy(update={"box": move_box(choice.box, dx, dy)})
                for choice in item.choices
            ),
            "box": move_box(item.box, dx, dy) if item.box else None,
        }
    )


def move_box(box: Box, dx: float, dy: float) -> Box:
    """Return a box moved by (dx, dy) mm."""
    return Box(box.x + dx, box.y + dy, box.w, box.h)


def label_box(label: Label) -> Box:
    """Return the area a label's ink may cover, mm."""
    width = text_width(label.text, label.size, label.face)
    left = label.x - {"left": 0.0, "center": width / 2, "right": width}[label.align]
    up = ascent(label.size)
    return Box(left, label.y - up, width, up + descent(label.size))


def stack(pieces: Iterable[Piece], width: float, gap: float = 0.0) -> Piece:
    """Lay pieces one below the other with `gap` mm between them."""
    whole = Piece(width, 0.0)
    for number, piece in enumerate(pieces):
        top = whole.height + (gap if number else 0.0)
        whole.put(piece, 0.0, top)
        whole.height = top + piece.height
    return whole


def _move_slot(slot: Slot, dx: float, dy: float) -> Slot:
    return slot.model_copy(
        update={
            "box": move_box(slot.box, dx, dy),
            "hatch": tuple(move_box(box, dx, dy) for box in slot.hatch),
        }
    )
