"""What is printed on a page besides fiducials and barcodes: static marks and slots for values.

A layout engine makes a Drawing together with the Layout; the printer draws it; both are frozen at
print time, so that the blank page of an old version can be drawn again. Knows millimetres and
points. Must not know reportlab, templates or people.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from papi.geometry import Box

FontFace = Literal["light", "regular", "semibold", "bold", "italic"]
"""Faces of Source Sans Pro (package font-source-sans-pro, OFL)."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Line(_Frozen):
    """A straight rule. Grey: 0 black .. 1 white. Width in mm."""

    type: Literal["line"] = "line"
    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.2
    gray: float = 0.0


class Rect(_Frozen):
    """A rectangle; the stroke lies inside `box` (its outer edge is the box). None = not drawn."""

    type: Literal["rect"] = "rect"
    box: Box
    line: float | None = 0.2
    line_gray: float = 0.0
    fill_gray: float | None = None


class Hatch(_Frozen):
    """A box hatched out: not to be marked."""

    type: Literal["hatch"] = "hatch"
    box: Box
    gray: float = 0.6


class Label(_Frozen):
    """One line of static text. (x, y): left/centre/right end of the baseline, mm."""

    type: Literal["label"] = "label"
    x: float
    y: float
    text: str
    size: float = 8.0
    face: FontFace = "regular"
    gray: float = 0.0
    align: Literal["left", "center", "right"] = "left"


Item = Annotated[Line | Rect | Hatch | Label, Field(discriminator="type")]


class Slot(_Frozen):
    """A place for a value that differs from form to form.

    Attributes:
        name: pre-list name as `PrelistRow.value` takes it ("alamat", "art.2.nik"), or one of the
            printer's own names "@page_of" (hal. 2/4), "@district" (kab/kota), "@copy".
        box: where the text must stay, mm; the printer shrinks, then cuts with an ellipsis.
        missing: what to print when the pre-list has no value ("-"), or "" for nothing.
        hatch: boxes to hatch out when the value is missing (the "sesuai" box).
        mask: "nik" prints 3201********0001, "none" prints the value.
        lines: how many lines the text may take.
        code_list: print "code label" of this list instead of the bare code, "" for the bare value.
    """

    name: str
    box: Box
    size: float = 9.0
    min_size: float = 7.0
    face: FontFace = "semibold"
    align: Literal["left", "center", "right"] = "left"
    missing: str = "-"
    hatch: tuple[Box, ...] = ()
    mask: Literal["none", "nik"] = "none"
    lines: int = 1
    code_list: str = ""


class PageDrawing(_Frozen):
    """One side of paper without its frame."""

    page: int
    items: tuple[Item, ...] = ()
    slots: tuple[Slot, ...] = ()


class Drawing(_Frozen):
    """All sides of one layout version."""

    form: str
    version: str
    pages: tuple[PageDrawing, ...]
