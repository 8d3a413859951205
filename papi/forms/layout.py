"""The layout engine: a template's blocks flow down the sides, and the result is frozen.

Knows the order of work: sides -> blocks -> units -> pages -> (Layout, Drawing) with a version.
Must not know YAML files' lines beyond passing them on, printers or people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from papi.errors import TemplateInvalid
from papi.forms.layout_answer import Context
from papi.forms.layout_block import Unit, block_units
from papi.forms.layout_frame import frame_piece
from papi.forms.layout_piece import Piece, PlacedField
from papi.forms.template_file import load_template
from papi.geometry import Box
from papi.model.codebook import Codebook
from papi.model.drawing import Drawing, PageDrawing
from papi.model.layout import Layout, LayoutField, LayoutPage, layout_version
from papi.model.sheet import A4, Frame
from papi.model.template import SideSpec, StripsBlock, Template

FIT_MM = 0.01
"""A side may be overfull by this much: the grain that positions are rounded to."""


@dataclass(frozen=True)
class BuiltForm:
    """A template laid out: where its fields are, and what is printed around them."""

    layout: Layout
    drawing: Drawing


@dataclass
class Side:
    """A side of paper being filled; `lines`: top of each unit and its line in the template."""

    number: int
    role: str
    piece: Piece
    cursor: float
    lines: list[tuple[float, int]] = field(default_factory=list)

    def line_at(self, y: float) -> int:
        """Return the template line of what stands at height `y` (mm), 1 above the first block."""
        above = [line for top, line in self.lines if top <= y]
        return above[-1] if above else 1


@dataclass
class Composition:
    """All sides of a template before they are frozen.

    Attributes:
        template, codebook, frame: what is laid out, on which paper.
        sides: pages in order.
        overflows: template lines of units that did not fit on their side, and by how many mm.
        next_strip: number of the next member strip.
    """

    template: Template
    codebook: Codebook
    frame: Frame
    sides: list[Side] = field(default_factory=list)
    overflows: list[tuple[int, float]] = field(default_factory=list)
    next_strip: int = 1

    def fields(self) -> Iterator[tuple[Side, PlacedField]]:
        """Yield every field with its side, in reading order."""
        for side in self.sides:
            for placed in side.piece.fields:
                yield side, placed

    def add_side(self, spec: SideSpec) -> Side:
        """Start a side: header, foot, and an empty body."""
        number = len(self.sides) + 1
        continued = spec.role == "continuation"
        piece = frame_piece(self.template, self.frame, number, continuation=continued)
        self.sides.append(Side(number, spec.role, piece, self.frame.body.y))
        return self.sides[-1]

    def fill(self, spec: SideSpec, context: Context) -> None:
        """Put blocks below each other; with `flow`, go on to a new side when one is full."""
        side = self.add_side(spec)
        body = self.frame.body
        for block in spec.blocks:
            if side.cursor > body.y:
                side.cursor += spec.gap if block.gap is None else block.gap
            units = block_units(
                block,
                context,
                width=body.w,
                strips=self.template.strips,
                first_strip=self.next_strip,
            )
            for group in _glued(units):
                height = sum(unit.piece.height for unit in group)
                if spec.flow and side.cursor > body.y and side.cursor + height > body.bottom:
                    side = self.add_side(spec)
                for unit in group:
                    self._put(side, unit)
            self.next_strip += block.count if isinstance(block, StripsBlock) else 0

    def _put(self, side: Side, unit: Unit) -> None:
        side.piece.put(unit.piece, self.frame.body.x, side.cursor)
        side.lines.append((side.cursor, unit.line))
        side.cursor += unit.piece.height
        excess = side.cursor - self.frame.body.bottom
        if excess > FIT_MM:
            self.overflows.append((unit.line, excess))


def _glued(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    """Yield units that stay on one side together: headings with what follows them."""
    group: list[Unit] = []
    for unit in units:
        group.append(unit)
        if not unit.glued:
            yield group
            group = []
    if group:
        yield group


@cache
def build_form(name: str) -> BuiltForm:
    """Lay out a form that ships with PAPI (once a process, about a second).

    Raises:
        UnknownForm: no such template.
        TemplateInvalid: the template breaks its schema, or something does not fit.
    """
    template = load_template(name)
    return build_template(template, Codebook.load())


def build_template(template: Template, codebook: Codebook, frame: Frame = A4) -> BuiltForm:
    """Lay out any template.

    Raises:
        TemplateInvalid: something does not fit on its side.
    """
    composition = compose(template, codebook, frame)
    if composition.overflows:
        line, excess = composition.overflows[0]
        raise TemplateInvalid(f"line {line}: {excess:.1f} mm too tall for its side")
    return freeze(composition)


def compose(template: Template, codebook: Codebook, frame: Frame = A4) -> Composition:
    """Let all blocks flow down their sides."""
    composition = Composition(template, codebook, frame)
    for spec in template.sides:
        for repetition in range(spec.repeat):
            composition.fill(spec, Context(codebook, number=spec.counter + repetition))
    return composition


def freeze(composition: Composition) -> BuiltForm:
    """Round everything to 0.01 mm and bind it to a version of its content."""
    template, frame = composition.template, composition.frame
    fields = tuple(_frozen_field(p.field, side.number) for side, p in composition.fields())
    pages = tuple(
        LayoutPage.model_validate(
            {
                "page": side.number,
                "width_mm": frame.width_mm,
                "height_mm": frame.height_mm,
                "role": side.role,
            }
        )
        for side in composition.sides
    )
    layout = Layout(
        form=template.form,
        version="",
        codebook=composition.codebook.reference,
        pages=pages,
        fields=fields,
        title=template.title,
        prelist_key=template.prelist_key,
    )
    drawing = Drawing(
        form=template.form, version="", pages=tuple(_drawn(side) for side in composition.sides)
    )
    version = layout_version([layout.to_json(), drawing.model_dump(mode="json")])
    return BuiltForm(
        layout.model_copy(update={"version": version}),
        drawing.model_copy(update={"version": version}),
    )


def _frozen_field(item: LayoutField, page: int) -> LayoutField:
    return item.model_copy(
        update={
            "page": page,
            "cells": tuple(_rounded(cell) for cell in item.cells),
            "choices": tuple(
                choice.model_copy(update={"box": _rounded(choice.box)}) for choice in item.choices
            ),
            "box": _rounded(item.box) if item.box else None,
        }
    )


def _drawn(side: Side) -> PageDrawing:
    sesuai = _sesuai_boxes(side)
    slots = tuple(
        slot.model_copy(update={"hatch": (sesuai[slot.name],)}) if slot.name in sesuai else slot
        for slot in side.piece.slots
    )
    drawn = PageDrawing(page=side.number, items=tuple(side.piece.items), slots=slots)
    return PageDrawing.model_validate(_round_numbers(drawn.model_dump()))


def _sesuai_boxes(side: Side) -> dict[str, Box]:
    """Return pre-list column -> its "sesuai" box, hatched out when there is nothing to confirm."""
    columns = {p.field.name: p.field.prelist for p in side.piece.fields}
    return {
        columns.get(p.field.cek_for) or p.field.cek_for: p.field.choices[0].box
        for p in side.piece.fields
        if p.field.cek_for
    }


def _rounded(box: Box) -> Box:
    return Box(*(round(value, 2) for value in box))


def _round_numbers(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, dict):
        return {key: _round_numbers(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_round_numbers(part) for part in value]
    return value
