"""A foreign form: paper PAPI did not print, described by its author (`form.yaml`).

Knows pages, fields and anchors in millimetres, and what was found printed on a blank page.
Must not know how any of it is found, registered or read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from papi.geometry import Box
from papi.model.layout import LayoutField


class Anchors(StrEnum):
    """By what a scan is first laid on its blank page; printed blocks refine it in every case."""

    FEATURES = "features"
    CORNER_MARKS = "corner_marks"
    FRAME = "frame"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ForeignPage(_Strict):
    """One side: its size in mm, the picture of the blank side, and its anchors.

    Attributes:
        blank: file name of the picture beside form.yaml; it shows the whole side.
        marks: solid corner marks (anchors: corner_marks), or the outer rectangle as the only one
            (anchors: frame); mm.
    """

    page: int = Field(ge=1)
    width_mm: float = Field(gt=20, lt=1500)
    height_mm: float = Field(gt=20, lt=1500)
    blank: str = Field(pattern=r"^[^/\\]+$")
    anchors: Anchors = Anchors.FEATURES
    marks: tuple[Box, ...] = ()


Shape = Literal["box", "bubble"]


class ForeignField(LayoutField):
    """A field of a foreign form.

    Attributes:
        shape: of its tick boxes. A bubble is meant to be blackened; in a box that is a mark taken
            back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: Shape = "box"


class ForeignForm(_Strict):
    """All pages and fields of a foreign form; `fields` are those of a layout."""

    form: str
    title: str = ""
    pages: tuple[ForeignPage, ...] = Field(min_length=1)
    fields: tuple[ForeignField, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> ForeignForm:
        numbers = [page.page for page in self.pages]
        if len(set(numbers)) != len(numbers):
            raise ValueError("two pages have the same number")
        names = [field.name for field in self.fields]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two fields are called {twice[0]}")
        for field in self.fields:
            if field.page not in numbers:
                raise ValueError(f"field {field.name} stands on page {field.page}, not listed")
            if not (field.cells or field.choices or field.box):
                raise ValueError(f"field {field.name} has no box, cells or choices")
            codes = [choice.code for choice in field.choices]
            if len(set(codes)) != len(codes):
                raise ValueError(f"field {field.name} has the same code twice")
        return self

    @cached_property
    def by_page(self) -> dict[int, tuple[ForeignField, ...]]:
        """Fields of each page, in the order of the file."""
        return {
            page.page: tuple(f for f in self.fields if f.page == page.page) for page in self.pages
        }


@dataclass(frozen=True, slots=True)
class PrintedBox:
    """A closed outline printed on a blank side.

    Attributes:
        box: outer edge of its rule, mm.
        inner: inner edge, mm.
        shape: rectangle, or circle and ellipse.
        ink: smallest box around what is printed inside, mm; None if it is empty.
    """

    box: Box
    inner: Box
    shape: Shape
    ink: Box | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """Printed text and its place, mm."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PrintFound:
    """What is printed on one blank side, in mm from its top left.

    Attributes:
        width_mm, height_mm: size of the side.
        boxes: closed outlines, outer first where nested.
        rules: horizontal lines (also dotted) that bound no box.
        teeth: vertical lines that bound no box.
        marks: solid dark squares and discs of 3 to 14 mm.
        words: printed text; empty for a scanned blank.
        shaded: solid grey rectangles without an outline.
    """

    width_mm: float
    height_mm: float
    boxes: tuple[PrintedBox, ...] = ()
    rules: tuple[Box, ...] = ()
    teeth: tuple[Box, ...] = ()
    marks: tuple[Box, ...] = ()
    words: tuple[Word, ...] = ()
    shaded: tuple[Box, ...] = ()
