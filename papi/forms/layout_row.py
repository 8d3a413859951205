"""The table row: number, label, pre-printed value, ticks, answer and codes in fixed columns.

Knows a grid's columns. Must not know blocks or pages.
"""

from __future__ import annotations

from papi.forms.fonts import wrap_text
from papi.forms.layout_answer import Context
from papi.forms.layout_parts import (
    PAD_MM,
    ROW_PAD_MM,
    SLOT_H_MM,
    AnySpec,
    Setting,
    answer_of,
    cek_of,
    codes_paragraph,
    column_of,
    shown_codes,
    slot_of,
)
from papi.forms.layout_piece import LEADING, TEXT_SIZE, Piece
from papi.geometry import Box
from papi.model.template import FieldSpec, GridSpec, SlotSpec

TWO_LINES_MM = 2 * LEADING
"""A slot this high takes a value of two lines: code labels are long, their column is narrow."""
LABEL_PAD_MM = 0.8
"""Paper above and below a label of several lines together."""


def row_cell(cell: AnySpec, context: Context, setting: Setting) -> Piece:
    """Set a question in columns; `stack` puts the answer on a line of its own below."""
    width, grid = setting.width, setting.grid
    if cell.label_width is not None:
        grid = grid.model_copy(update={"label": cell.label_width})
    left = grid.number + grid.label
    stacked = isinstance(cell, FieldSpec) and cell.stack
    wide = stacked or (isinstance(cell, FieldSpec) and cell.wide)
    answer_x = left + PAD_MM + (0.0 if wide else grid.prelist + grid.cek)
    answer = answer_of(cell, context, width - answer_x - PAD_MM)
    codes = shown_codes(cell, context.codebook)
    codes_x = answer_x + (grid.boxes or answer.width + PAD_MM)
    room = Box(codes_x, 0.0, width - codes_x - PAD_MM, 0.0)
    codes_h = codes_paragraph(Piece(0, 0), room, [("", codes)], measure=True) if codes else 0.0
    first, whole = _heights(cell, grid, answer, codes_h, least=setting.height)
    piece = Piece(width, whole)
    _head(piece, cell, context, grid)
    _prelist(piece, cell, context, grid, first, stacked=stacked)
    middle = whole - answer.height / 2 - 1.0 if stacked else first / 2
    piece.put(answer, answer_x + cell.shift[0], middle - answer.height / 2 + cell.shift[1])
    if codes:
        codes_paragraph(piece, room._replace(y=(first - codes_h) / 2), [("", codes)])
    _hint(piece, cell, answer_x + answer.width + 2 * PAD_MM, middle)
    return piece


def _heights(
    cell: AnySpec, grid: GridSpec, answer: Piece, codes_h: float, *, least: float
) -> tuple[float, float]:
    """Return the height of the row's first line and of the whole row, mm."""
    if isinstance(cell, FieldSpec) and cell.stack:
        first = SLOT_H_MM + ROW_PAD_MM
        return first, max(least, first + answer.height + 1.0)
    label_h = LEADING * len(wrap_text(cell.label, grid.label - PAD_MM, TEXT_SIZE))
    first = max(least, label_h + LABEL_PAD_MM, codes_h + ROW_PAD_MM, answer.height + ROW_PAD_MM)
    return first, first


def _head(piece: Piece, cell: AnySpec, context: Context, grid: GridSpec) -> None:
    label = context.fill(cell.label)
    top = (piece.height - LEADING * len(wrap_text(label, grid.label - PAD_MM, TEXT_SIZE))) / 2
    if cell.number:
        piece.text(PAD_MM, top + LEADING / 2, cell.number, face="semibold")
    piece.paragraph(grid.number, top, grid.label - PAD_MM, label)


def _hint(piece: Piece, cell: AnySpec, x: float, middle: float) -> None:
    if isinstance(cell, SlotSpec) or not cell.hint:
        return
    room = piece.width - x - PAD_MM
    lines = wrap_text(cell.hint, room, TEXT_SIZE, "italic")
    piece.paragraph(x, middle - LEADING * len(lines) / 2, room, cell.hint, face="italic")


def _prelist(
    piece: Piece,
    cell: AnySpec,
    context: Context,
    grid: GridSpec,
    height: float,
    *,
    stacked: bool,
) -> None:
    """Put the pre-printed value and its ticks into their columns (stacked: the whole line)."""
    left = grid.number + grid.label
    cek = cek_of(cell, context)
    column = column_of(cell)
    wide = stacked or (isinstance(cell, SlotSpec) and not cek)
    cek_x = left + grid.prelist + PAD_MM
    ground = Box(left, 0.0, grid.prelist, height)
    if wide:
        cek_x = piece.width - (cek.width + PAD_MM if cek else 0.0)
        ground = Box(left, 0.0, cek_x - (2 * PAD_MM if cek else 0.0) - left, height)
    if column is not None and ground.w > 0:
        piece.ground(ground)
        tall = not wide and height >= TWO_LINES_MM + LABEL_PAD_MM
        slot_h = TWO_LINES_MM if tall else SLOT_H_MM
        inner = Box(ground.x + PAD_MM, (height - slot_h) / 2, ground.w - 2 * PAD_MM, slot_h)
        slot = slot_of(cell, context, inner)
        piece.slots.append(slot.model_copy(update={"lines": 2}) if tall else slot)
    if cek:
        piece.put(cek, cek_x, (height - cek.height) / 2)
