"""Blocks: headings, tables, columns of short questions, member strips, legends.

A block becomes a list of units; a page break may fall between two units, never inside one.
Must not know pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from papi.forms.fonts import text_width
from papi.forms.layout_answer import Context
from papi.forms.layout_cell import compose_row
from papi.forms.layout_columns import items_piece, legend_piece
from papi.forms.layout_guide import guide_piece
from papi.forms.layout_parts import PAD_MM, Setting
from papi.forms.layout_piece import HEADS_GRAY, HEADS_MM, Piece, stack
from papi.geometry import Box
from papi.model.drawing import Rect
from papi.model.template import (
    AnyBlock,
    BlockSpec,
    FieldSpec,
    GuideBlock,
    ItemsBlock,
    LegendBlock,
    RowSpec,
    StripsBlock,
    StripSpec,
    TableBlock,
)

HEADING_MM, HEADING_PT, HEADING_GRAY = 5.4, 9.5, 0.2
STRIP_MARK_MM = 8.0
"""Width of the dark bar that carries a member's number."""


@dataclass(frozen=True)
class Unit:
    """A piece that stays whole. `glued`: it may not be the last on a page."""

    piece: Piece
    line: int
    glued: bool = False


def block_units(
    block: AnyBlock, context: Context, *, width: float, strips: dict[str, StripSpec],
    first_strip: int,
) -> Iterator[Unit]:  # fmt: skip
    """Yield the units of a block in `width` mm; strips are numbered from `first_strip`."""
    inner = context.asked(block.ask_if)
    if block.title:
        yield Unit(_heading(block, inner, width), block.line, glued=True)
    if isinstance(block, TableBlock):
        yield from _table_units(block, inner, width)
    elif isinstance(block, ItemsBlock):
        yield Unit(items_piece(block, inner, width), block.line)
    elif isinstance(block, StripsBlock):
        spec = strips[block.rows]
        for number in range(first_strip, first_strip + block.count):
            piece = _strip_piece(spec, block, inner, number, width)
            piece.height += block.gap if number < first_strip + block.count - 1 else 0.0
            yield Unit(piece, block.line)
    elif isinstance(block, LegendBlock):
        yield Unit(legend_piece(block, inner, width), block.line)
    elif isinstance(block, GuideBlock):
        yield Unit(guide_piece(block.texts, width), block.line)


def _heading(block: BlockSpec, context: Context, width: float) -> Piece:
    piece = Piece(width, HEADING_MM)
    piece.items.append(
        Rect(box=Box(0, 0, width, HEADING_MM), line=None, fill_gray=HEADING_GRAY)
    )  # fmt: skip
    x, middle = PAD_MM, HEADING_MM / 2
    if block.number:
        mark = text_width(block.number, HEADING_PT, "bold") + 2 * PAD_MM
        piece.items.append(
            Rect(box=Box(0.5, 0.5, mark, HEADING_MM - 1.0), line=None, fill_gray=1.0)
        )  # fmt: skip
        piece.text(0.5 + mark / 2, middle, block.number, size=HEADING_PT, face="bold",
                   align="center")  # fmt: skip
        x += mark + PAD_MM
    title = context.fill(block.title)
    piece.text(x, middle, title, size=HEADING_PT, face="bold", gray=1.0)
    if block.note:
        piece.text(width - PAD_MM, middle, block.note, gray=1.0, align="right")
    return piece


def _table_units(block: TableBlock, context: Context, width: float) -> Iterator[Unit]:
    if block.heads:
        yield Unit(_heads_piece(block, width), block.line, glued=True)
    for number, row in enumerate(block.rows):
        last = number == len(block.rows) - 1
        piece = _row_piece(row, context, Setting(width, block.grid, block.row_height))
        if row.rule and not last:
            piece.rule(piece.height)
        bare = number == 0 and not block.heads and not block.title
        yield Unit(piece.framed(bottom=last, top=bare), row.line)


def _heads_piece(block: TableBlock, width: float) -> Piece:
    """Return the line that names the columns."""
    grid = block.grid
    edges = [0.0, grid.number + grid.label, grid.number + grid.label + grid.prelist]
    edges.append(edges[-1] + grid.cek)
    piece = Piece(width, HEADS_MM)
    piece.ground(Box(0, 0, width, HEADS_MM), HEADS_GRAY)
    for x, head in zip(edges, block.heads, strict=False):
        piece.text(x + PAD_MM, HEADS_MM / 2, head, face="semibold")
    return piece.framed(bottom=False)


def _row_piece(row: RowSpec, context: Context, setting: Setting) -> Piece:
    own = replace(setting, height=row.height or setting.height, mode=row.mode or setting.mode)
    piece = compose_row(row.cells, context.asked(row.ask_if), own)
    if row.tint:
        piece.ground(Box(0, 0, piece.width, piece.height))
    return piece


def _strip_piece(
    spec: StripSpec, block: StripsBlock, context: Context, number: int, width: float
) -> Piece:
    """Return one member's strip: a dark bar with the number, and its rows."""
    names = {cell.name for row in spec.rows for cell in row.cells if isinstance(cell, FieldSpec)}
    inner = replace(
        context,
        prefix=f"{block.prefix}.{number}.",
        number=number,
        siblings=frozenset(names | {f"{name}_cek" for name in names}),
    )
    room = width - STRIP_MARK_MM
    rows = []
    for index, row in enumerate(spec.rows):
        piece = _row_piece(row, inner, Setting(room, mode="inline"))
        if row.rule and index < len(spec.rows) - 1:
            piece.rule(piece.height)
        rows.append(piece)
    body = stack(rows, room)
    strip = Piece(width, body.height)
    strip.items.append(
        Rect(box=Box(0, 0, STRIP_MARK_MM, body.height), line=None, fill_gray=HEADING_GRAY)
    )  # fmt: skip
    middle = STRIP_MARK_MM / 2
    strip.text(middle, 3.2, spec.mark, face="semibold", gray=1.0, align="center")
    strip.text(middle, 8.6, str(number), size=16, face="bold", gray=1.0, align="center")
    strip.put(body, STRIP_MARK_MM, 0.0)
    return strip.framed()
