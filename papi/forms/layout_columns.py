"""What flows down columns: short questions of one kind, and answer codes for reading up.

Knows columns of about equal height. Must not know pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from papi.forms.layout_answer import Context, ticks_piece
from papi.forms.layout_cell import compose_row
from papi.forms.layout_parts import PAD_MM, Setting, codes_paragraph
from papi.forms.layout_piece import HEADS_GRAY, HEADS_MM, LEADING, Piece, stack
from papi.geometry import Box
from papi.model.drawing import Line
from papi.model.template import (
    FieldSpec,
    ItemGroup,
    ItemsBlock,
    LegendBlock,
    LegendEntry,
)

BALANCE_STEP_MM = 0.5


@dataclass(frozen=True)
class Part:
    """A piece of a column. `head`: it stays with the next; `breaks`: it begins a new column."""

    piece: Piece
    head: bool = False
    breaks: bool = False


def items_piece(block: ItemsBlock, context: Context, width: float) -> Piece:
    """Return groups of short questions in columns of about equal height."""
    column_w = width / block.columns
    parts: list[Part] = []
    for group in block.groups:
        inner = context.asked(group.ask_if)
        if group.title:
            parts.append(
                Part(_group_head(group, inner, column_w), head=True, breaks=group.new_column)
            )
        for cell in group_cells(group, context):
            setting = Setting(column_w, height=block.row_height, mode="item")
            piece = compose_row((cell,), inner, setting)
            parts.append(Part(piece))
    columns = balance(parts, block.columns)
    whole = Piece(width, max(column.height for column in columns))
    for number, column in enumerate(columns):
        whole.put(column, number * column_w, 0.0)
        if number:
            x = number * column_w
            whole.items.append(
                Line(x1=x, y1=0, x2=x, y2=whole.height, width=0.12, gray=0.7)
            )  # fmt: skip
    return whole.framed()


def _group_head(group: ItemGroup, context: Context, width: float) -> Piece:
    piece = Piece(width, HEADS_MM)
    piece.ground(Box(0, 0, width, HEADS_MM), HEADS_GRAY)
    title = f"{group.number} {context.fill(group.title)}".strip()
    piece.text(PAD_MM, HEADS_MM / 2, title, face="semibold")
    marks, choices = ticks_piece({"1": "1", "2": "2"})
    for head, choice in zip(group.head, choices, strict=False):
        piece.text(width - PAD_MM - marks.width + choice.box.x, HEADS_MM / 2, head)
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


def balance(parts: Sequence[Part], columns: int) -> list[Piece]:
    """Spread pieces over columns of about equal height."""
    heights = [part.piece.height for part in parts]
    limit = max(sum(heights) / columns, *heights)
    while len(filled := _fill_columns(parts, limit)) > columns:
        limit += BALANCE_STEP_MM
    return [stack(column, parts[0].piece.width) for column in filled]


def _fill_columns(parts: Sequence[Part], limit: float) -> list[list[Piece]]:
    """Fill columns of at most `limit` mm, as many as it takes."""
    filled: list[list[Piece]] = [[]]
    height = 0.0
    for index, part in enumerate(parts):
        needed = part.piece.height
        if part.head:
            needed += parts[index + 1].piece.height
        if filled[-1] and (part.breaks or height + needed > limit + 1e-6):
            filled.append([])
            height = 0.0
        filled[-1].append(part.piece)
        height += part.piece.height
    return filled


def legend_piece(block: LegendBlock, context: Context, width: float) -> Piece:
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
    parts: list[Part] = []
    if block.entries[0].lines:
        return _code_columns(block, context, width)
    for groups in paragraphs:
        piece = Piece(column_w, 0.0)
        piece.height = codes_paragraph(piece, room, groups) + 0.5
        parts.append(Part(piece))
    columns = balance(parts, block.columns)
    whole = Piece(width, max(column.height for column in columns) + 0.8)
    for number, column in enumerate(columns):
        whole.put(column, number * column_w, 0.4)
    return whole.framed(top=not block.title)


def _code_columns(block: LegendBlock, context: Context, width: float) -> Piece:
    """Return code lists with every code on a line of its own, in columns under their titles."""
    column_w = width / block.columns
    room = Box(PAD_MM, 0.0, column_w - 2 * PAD_MM, 0.0)
    parts: list[Part] = []
    for entry in block.entries:
        title, codes = _legend_group(entry, context)
        for code, label in codes.items():
            piece = Piece(column_w, 0.0)
            piece.height = codes_paragraph(piece, room, [("", {code: label})])
            parts.append(Part(piece))
    columns = balance(parts, block.columns)
    top = LEADING + 1.0
    whole = Piece(width, max(column.height for column in columns) + top + 0.8)
    whole.text(PAD_MM, top / 2 + 0.2, title, face="semibold")
    for number, column in enumerate(columns):
        whole.put(column, number * column_w, top)
    return whole.framed(top=not block.title)


def _legend_group(entry: LegendEntry, context: Context) -> tuple[str, dict[str, str]]:
    title = f"{entry.number} {entry.title or context.codebook.code_lists[entry.list].title_id}"
    codes = {**context.codebook.labels(entry.list), **entry.labels}
    codes = {code: label for code, label in codes.items() if label}
    return f"{title.strip()}:", codes
