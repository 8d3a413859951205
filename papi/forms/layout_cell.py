"""Cells: a question with its number, label, pre-printed value, ticks, boxes and codes.

Four ways to set one: `row` (columns of a table), `inline` (left to right), `tile` (label on top),
`item` (label left, answer at the right end). Must not know blocks or pages.
"""

from __future__ import annotations

from dataclasses import replace

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
    column_of,
    slot_of,
)
from papi.forms.layout_piece import LEADING, TEXT_SIZE, TINT, Piece
from papi.forms.layout_row import row_cell
from papi.geometry import Box
from papi.model.drawing import Rect
from papi.model.template import AnyCell, FieldSpec, SlotSpec, TextSpec


def compose_row(cells: tuple[AnyCell, ...], context: Context, setting: Setting) -> Piece:
    """Set cells side by side; cells without a width share what is left of the row's."""
    taken = sum(cell.width or 0.0 for cell in cells)
    free = [cell for cell in cells if cell.width is None]
    share = (setting.width - taken) / len(free) if free else 0.0
    settings = [
        replace(setting, width=cell.width or share, mode=cell.mode or setting.mode)
        for cell in cells
    ]
    pairs = list(zip(cells, settings, strict=True))
    height = max(_compose(cell, context, own).height for cell, own in pairs)
    row, x = Piece(setting.width, height), 0.0
    for cell, own in pairs:
        row.put(_compose(cell, context, replace(own, height=height)), x, 0.0)
        x += own.width
    return row


def _compose(cell: AnyCell, context: Context, setting: Setting) -> Piece:
    if isinstance(cell, TextSpec):
        return _text_cell(cell, context, setting.width, setting.height)
    if setting.mode == "row":
        return row_cell(cell, context, setting)
    if setting.mode == "inline":
        return _inline_cell(cell, context, setting.width, setting.height)
    if setting.mode == "tile":
        return _tile_cell(cell, context, setting.width, setting.height)
    return _item_cell(cell, context, setting.width, setting.height)


def _text_cell(cell: TextSpec, context: Context, width: float, height: float) -> Piece:
    lines = wrap_text(context.fill(cell.text), width - 2 * PAD_MM, cell.size, cell.face)
    leading = LEADING * cell.size / TEXT_SIZE
    piece = Piece(width, max(height, leading * len(lines) + 1.0))
    top = (piece.height - leading * len(lines)) / 2
    for number, line in enumerate(lines):
        piece.text(
            PAD_MM, top + leading * (number + 0.5), line, size=cell.size, face=cell.face
        )  # fmt: skip
    return piece


def _inline_cell(cell: AnySpec, context: Context, width: float, height: float) -> Piece:
    cek = cek_of(cell, context)
    x = _inline_label(Piece(0, 0), cell, context, 0.0)
    slot_w = _inline_slot_width(cell, x, width, cek)
    answer_x = x + (slot_w + PAD_MM if slot_w else 0) + (cek.width + 2 * PAD_MM if cek else 0)
    answer = answer_of(cell, context, width - answer_x - PAD_MM)
    piece = Piece(width, max(height, answer.height + ROW_PAD_MM))
    middle = piece.height / 2
    x = _inline_label(piece, cell, context, middle)
    if slot_w:
        box = Box(x, middle - SLOT_H_MM / 2, slot_w, SLOT_H_MM)
        piece.items.append(Rect(box=box, line=None, fill_gray=TINT))
        piece.slots.append(slot_of(cell, context, box.grown(-0.3)))
        x += slot_w + PAD_MM
    if cek:
        piece.put(cek, x, middle - cek.height / 2)
    dx, dy = cell.shift
    piece.put(answer, answer_x + dx, middle - answer.height / 2 + dy)
    if isinstance(cell, FieldSpec) and cell.hint:
        piece.text(answer_x + answer.width + PAD_MM, middle, cell.hint, face="italic")
    return piece


def _inline_label(piece: Piece, cell: AnySpec, context: Context, middle: float) -> float:
    """Write number and label; return where the next thing starts, mm."""
    x = PAD_MM
    if cell.number:
        x += piece.text(x, middle, cell.number, face="semibold") + 1.0
    if cell.label:
        x += piece.text(x, middle, context.fill(cell.label)) + PAD_MM
    return max(x, cell.label_width + PAD_MM) if cell.label_width is not None else x


def _inline_slot_width(cell: AnySpec, x: float, width: float, cek: Piece | None) -> float:
    if isinstance(cell, SlotSpec):
        return width - x - PAD_MM - (cek.width + PAD_MM if cek else 0.0)
    return cell.prelist_width if column_of(cell) is not None else 0.0


def _tile_cell(cell: AnySpec, context: Context, width: float, height: float) -> Piece:
    slot_w = _inline_slot_width(cell, PAD_MM, width, None)
    answer_x = PAD_MM + (slot_w + PAD_MM if slot_w else 0.0)
    answer = answer_of(cell, context, width - answer_x - PAD_MM)
    head = LEADING + 0.7
    piece = Piece(width, max(height, head + max(answer.height, SLOT_H_MM) + 1.0))
    _inline_label(piece, cell, context, LEADING / 2 + 0.1)
    dx, dy = cell.shift
    piece.put(answer, answer_x + dx, head + dy)
    if slot_w:
        box = Box(PAD_MM, head + (answer.height - SLOT_H_MM) / 2, slot_w, SLOT_H_MM)
        piece.items.append(Rect(box=box, line=None, fill_gray=TINT))
        piece.slots.append(slot_of(cell, context, box, align="center"))
    return piece


def _item_cell(cell: AnySpec, context: Context, width: float, height: float) -> Piece:
    answer = answer_of(cell, context, width)
    slot_w = _inline_slot_width(cell, PAD_MM, width, None)
    answer_x = width - PAD_MM - answer.width
    label_w = answer_x - (slot_w + PAD_MM if slot_w else 0.0) - 2 * PAD_MM
    indent = cell.label_width or 0.0
    lines = wrap_text(context.fill(cell.label), label_w - indent, TEXT_SIZE)
    piece = Piece(
        width, max(height, answer.height + ROW_PAD_MM, LEADING * len(lines) + 0.6)
    )  # fmt: skip
    top = (piece.height - LEADING * len(lines)) / 2
    if cell.number:
        piece.text(PAD_MM, top + LEADING / 2, cell.number, face="semibold")
    piece.paragraph(PAD_MM + indent, top, label_w - indent, context.fill(cell.label))
    middle = piece.height / 2
    if slot_w:
        box = Box(answer_x - PAD_MM - slot_w, middle - SLOT_H_MM / 2, slot_w, SLOT_H_MM)
        piece.items.append(Rect(box=box, line=None, fill_gray=TINT))
        piece.slots.append(slot_of(cell, context, box, align="center"))
    dx, dy = cell.shift
    piece.put(answer, answer_x + dx, middle - answer.height / 2 + dy)
    return piece
