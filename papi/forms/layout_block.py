"""Blocks: headings, tables, columns of short questions, member strips, legends.

A block becomes a list of units; a page break may fall between two units, never inside one.
Must not know pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from papi.forms.fonts import text_width
from papi.forms.layout_answer import Context
from papi.forms.layout_cell import PAD_MM, codes_paragraph, compose_row
from papi.forms.layout_guide import guide_piece
from papi.forms.layout_piece import LEADING, TEXT_SIZE, Piece, stack
from papi.geometry import Box
from papi.model.drawing import Line, Rect
from papi.model.template import (
    AnyBlock,
    BlockSpec,
    FieldSpec,
    GridSpec,
    GuideBlock,
    ItemGroup,
    ItemsBlock,
    LegendBlock,
    LegendEntry,
    RowSpec,
    StripsBlock,
    StripSpec,
    TableBlock,
)

HEADING_MM, HEADING_PT, HEADING_GRAY = 5.4, 9.5, 0.2
HEADS_MM = 4.4
FRAME_GRAY, FRAME_MM = 0.45, 0.2
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
        yield Unit(_items_piece(block, inner, width), block.line)
    elif isinstance(block, StripsBlock):
        spec = strips[block.rows]
        for number in range(first_strip, first_strip + block.count):
            piece = _strip_piece(spec, block, inner, number, width)
            piece.height += block.gap if number < first_strip + block.count - 1 else 0.0
            yield Unit(piece, block.line)
    elif isinstance(block, LegendBlock):
        yield Unit(_legend_piece(block, inner, width), block.line)
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


def _framed(piece: Piece, *, bottom: bool = True, top: bool = False) -> Piece:
    """Draw the block's outline at the sides of a unit, and below (above) it."""
    ends = [(0.0, 0.0, 0.0, piece.height), (piece.width, 0.0, piece.width, piece.height)]
    if top:
        ends.append((0.0, 0.0, piece.width, 0.0))
    if bottom:
        ends.append((0.0, piece.height, piece.width, piece.height))
    for x1, y1, x2, y2 in ends:
        piece.items.append(Line(x1=x1, y1=y1, x2=x2, y2=y2, width=FRAME_MM, gray=FRAME_GRAY))
    return piece


def _table_units(block: TableBlock, context: Context, width: float) -> Iterator[Unit]:
    if block.heads:
        yield Unit(_heads_piece(block, width), block.line, glued=True)
    for number, row in enumerate(block.rows):
        last = number == len(block.rows) - 1
        piece = _row_piece(row, context, width, block.grid, block.row_height, "row")
        if row.rule and not last:
            piece.rule(piece.height)
        bare = number == 0 and not block.heads and not block.title
        yield Unit(_framed(piece, bottom=last, top=bare), row.line)


def _heads_piece(block: TableBlock, width: float) -> Piece:
    """Return the line that names the columns."""
    grid = block.grid
    edges = [0.0, grid.number + grid.label, grid.number + grid.label + grid.prelist]
    edges.append(edges[-1] + grid.cek)
    piece = Piece(width, HEADS_MM)
    piece.ground(Box(0, 0, width, HEADS_MM), 0.86)
    for x, head in zip(edges, block.heads, strict=False):
        piece.text(x + PAD_MM, HEADS_MM / 2, head, face="semibold")
    return _framed(piece, bottom=False)


def _row_piece(
    row: RowSpec, context: Context, width: float, grid: GridSpec, least: float, mode: str
) -> Piece:
    piece = compose_row(
        row.cells,
        context.asked(row.ask_if),
        width=width,
        grid=grid,
        least=row.height or least,
        mode=row.mode or mode,
    )
    if row.tint:
        piece.ground(Box(0, 0, width, piece.height))
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
        piece = _row_piece(row, inner, room, GridSpec(), row.height or 0.0, "inline")
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
    return _framed(strip)


def _items_piece(block: ItemsBlock, context: Context, width: float) -> Piece:
    """Return groups of short questions in columns of about equal height."""
    column_w = width / block.columns
    parts: list[tuple[Piece, bool]] = []
    for group in block.groups:
        inner = context.asked(group.ask_if)
        if group.title:
            parts.append((_group_head(group, inner, column_w), True))
        for cell in group_cells(group, context):
            row = (cell,)
            piece = compose_row(
                row, inner, width=column_w, grid=GridSpec(), least=block.row_height, mode="item"
            )  # fmt: skip
            parts.append((piece, False))
    columns = balance(parts, block.columns)
    whole = Piece(width, max(column.height for column in columns))
    for number, column in enumerate(columns):
        whole.put(column, number * column_w, 0.0)
        if number:
            x = number * column_w
            whole.items.append(
                Line(x1=x, y1=0, x2=x, y2=whole.height, width=0.12, gray=0.7)
            )  # fmt: skip
    return _framed(whole)


def _group_head(group: ItemGroup, context: Context, width: float) -> Piece:
    piece = Piece(width, HEADS_MM)
    piece.ground(Box(0, 0, width, HEADS_MM), 0.86)
    title = f"{group.number} {context.fill(group.title)}".strip()
    piece.text(PAD_MM, HEADS_MM / 2, title, face="semibold")
    if group.head:
        piece.text(width - PAD_MM, HEADS_MM / 2, "  ".join(group.head), align="right")
    return piece


def group_cells(group: ItemGroup, context: Context) -> Sequence[FieldSpec]:
    """Return the questions of a group: those of its item list, then those written out."""
    if group.items is None:
        return group.cells
    made = []
    for item in context.codebook.item_lists[group.items]:
        ticks = item.codes is not None
        values = dict.fromkeys(context.codebook.labels(item.codes), "") if item.codes else {}
        spec = FieldSpec.model_validate(
            {
                "name": item.field,
                "kind": "choice" if ticks else "digits",
                "number": item.number,
                "label": group.labels.get(item.field, item.label_id),
                "label_width": 3.4 if len(item.number) == 1 else 5.2,
                "codes": item.codes,
                "labels": values,
                "boxes": None if ticks else item.width,
                "min": None if ticks else 0,
                "max": None if ticks else 10 ** (item.width or 1) - 1,
                "required": group.required,
                "prelist": group.prelist,
                "prelist_width": 4.0,
            }
        )
        spec._line = group.line
        made.append(spec)
    return [*made, *group.cells]


def balance(parts: Sequence[tuple[Piece, bool]], columns: int) -> list[Piece]:
    """Spread pieces over columns of about equal height; heads (True) stay with what follows."""
    width = parts[0][0].width
    low = max(sum(p.height for p, _ in parts) / columns, max(p.height for p, _ in parts))
    limit = low
    while True:
        filled: list[list[Piece]] = [[]]
        height = 0.0
        for index, (piece, head) in enumerate(parts):
            needed = piece.height + (parts[index + 1][0].height if head else 0.0)
            if filled[-1] and height + needed > limit + 1e-6:
                filled.append([])
                height = 0.0
            filled[-1].append(piece)
            height += piece.height
        if len(filled) <= columns:
            return [stack(column, width) for column in filled]
        limit += 0.5


def _legend_piece(block: LegendBlock, context: Context, width: float) -> Piece:
    """Return code lists as paragraphs in columns."""
    column_w = width / block.columns
    room = Box(PAD_MM, 0.25, column_w - 2 * PAD_MM, 0.0)
    paragraphs: list[list[tuple[str, dict[str, str]]]] = []
    for entry in block.entries:
        group = _legend_group(entry, context)
        if entry.join and paragraphs:
            paragraphs[-1].append(group)
        else:
            paragraphs.append([group])
    parts: list[tuple[Piece, bool]] = []
    if block.entries[0].lines:
        return _code_columns(block, context, width)
    for groups in paragraphs:
        piece = Piece(column_w, 0.0)
        piece.height = codes_paragraph(piece, room, groups) + 0.5
        parts.append((piece, False))
    columns = balance(parts, block.columns)
    whole = Piece(width, max(column.height for column in columns) + 0.8)
    for number, column in enumerate(columns):
        whole.put(column, number * column_w, 0.4)
    return _framed(whole, top=not block.title)


def _code_columns(block: LegendBlock, context: Context, width: float) -> Piece:
    """Return code lists with every code on a line of its own, in columns under their titles."""
    column_w = width / block.columns
    room = Box(PAD_MM, 0.0, column_w - 2 * PAD_MM, 0.0)
    parts: list[tuple[Piece, bool]] = []
    for entry in block.entries:
        title, codes = _legend_group(entry, context)
        for code, label in codes.items():
            piece = Piece(column_w, 0.0)
            piece.height = codes_paragraph(piece, room, [("", {code: label})])
            parts.append((piece, False))
    columns = balance(parts, block.columns)
    top = LEADING + 1.0
    whole = Piece(width, max(column.height for column in columns) + top + 0.8)
    whole.text(PAD_MM, top / 2 + 0.2, title, face="semibold")
    for number, column in enumerate(columns):
        whole.put(column, number * column_w, top)
    return _framed(whole, top=not block.title)


def _legend_group(entry: LegendEntry, context: Context) -> tuple[str, dict[str, str]]:
    title = f"{entry.number} {entry.title or context.codebook.code_lists[entry.list].title_id}"
    codes = {**context.codebook.labels(entry.list), **entry.labels}
    codes = {code: label for code, label in codes.items() if label}
    return f"{title.strip()}:", codes


__all__ = ["LEADING", "TEXT_SIZE", "Unit", "balance", "block_units", "group_cells"]
