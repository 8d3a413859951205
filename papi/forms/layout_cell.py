"""Cells: a question with its number, label, pre-printed value, ticks, boxes and codes.

Four ways to set one: `row` (columns of a table), `inline` (left to right), `tile` (label on top),
`item` (label left, answer at the right end). Must not know blocks or pages.
"""

from __future__ import annotations

from collections.abc import Sequence

from papi.forms.fonts import text_width, wrap_text
from papi.forms.layout_answer import Context, answer_piece, cek_piece
from papi.forms.layout_piece import LEADING, TEXT_SIZE, TINT, Piece
from papi.geometry import Box
from papi.model.codebook import Codebook
from papi.model.drawing import Rect, Slot
from papi.model.template import AnyCell, FieldSpec, GridSpec, SlotSpec, TextSpec

PAD_MM = 1.4
"""Paper between a column's edge and what stands in it, and between text and answer boxes."""
ROW_PAD_MM = 1.4
"""Paper above and below an answer box together; about as much as between boxes side by side."""
SLOT_H_MM = 4.2
SLOT_PT = 8.5
LABELLED_SLOT_MM = 12.0
"""A slot narrower than this shows a bare code without its label."""
CODE_LABEL_MM = 0.9
"""Paper between a code and its label."""
CODE_GAP_MM = 2.4
"""Paper between one answer code and the next."""


def compose_row(
    cells: tuple[AnyCell, ...], context: Context, *, width: float, grid: GridSpec, least: float,
    mode: str,
) -> Piece:  # fmt: skip
    """Set cells side by side in `width` mm; cells without a width share what is left."""
    taken = sum(cell.width or 0.0 for cell in cells)
    free = [cell for cell in cells if cell.width is None]
    share = (width - taken) / len(free) if free else 0.0
    heights = [
        _compose(cell, context, cell.width or share, grid, least, cell.mode or mode).height
        for cell in cells
    ]
    row = Piece(width, max(heights))
    x = 0.0
    for cell in cells:
        piece = _compose(cell, context, cell.width or share, grid, row.height, cell.mode or mode)
        row.put(piece, x, 0.0)
        x += cell.width or share
    return row


def codes_paragraph(
    piece: Piece, box: Box, groups: Sequence[tuple[str, dict[str, str]]], *, measure: bool = False
) -> float:
    """Write "Title: 1 Milik sendiri  2 Kontrak" wrapped below `box`'s top; return the height, mm.

    Args:
        piece: where to write.
        box: left, top and width count.
        groups: (title, code -> label), one after the other on the same lines.
        measure: write nothing.
    """
    x, line = box.x, 0
    for title, codes in groups:
        words = [(title, "")] if title else []
        for head, label in [*words, *codes.items()]:
            indent = text_width(head, TEXT_SIZE, "semibold") + CODE_LABEL_MM
            if x > box.x and text_width(label, TEXT_SIZE) > box.right - x - indent:
                x, line = box.x, line + 1
            lines = wrap_text(label, box.right - x - indent, TEXT_SIZE)
            if not measure:
                piece.text(x, box.y + LEADING * (line + 0.5), head, face="semibold")
                for number, part in enumerate(lines):
                    middle = box.y + LEADING * (line + number + 0.5)
                    piece.text(x + indent, middle, part)
            line += len(lines) - 1
            x += indent + text_width(lines[-1], TEXT_SIZE) + (CODE_GAP_MM if label else 0.0)
        x += CODE_GAP_MM
    return LEADING * (line + 1)


def shown_codes(spec: FieldSpec, codebook: Codebook) -> dict[str, str]:
    """Return the codes to print beside a question, {} if it wants none."""
    if spec.show == "none" or spec.codes is None:
        return {}
    return {c: spec.labels.get(c, text) for c, text in codebook.labels(spec.codes).items()}


def _compose(
    cell: AnyCell, context: Context, width: float, grid: GridSpec, height: float, mode: str
) -> Piece:
    if isinstance(cell, TextSpec):
        return _text_cell(cell, context, width, height)
    if mode == "row":
        return _row_cell(cell, context, width, grid, height)
    if mode == "inline":
        return _inline_cell(cell, context, width, height)
    if mode == "tile":
        return _tile_cell(cell, context, width, height)
    return _item_cell(cell, context, width, height)


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


def _row_cell(
    cell: FieldSpec | SlotSpec, context: Context, width: float, grid: GridSpec, height: float
) -> Piece:
    if cell.label_width is not None:
        grid = grid.model_copy(update={"label": cell.label_width})
    left = grid.number + grid.label
    answer_x = left + grid.prelist + grid.cek + PAD_MM
    stacked = isinstance(cell, FieldSpec) and cell.stack
    if stacked or (isinstance(cell, FieldSpec) and cell.wide):
        answer_x = left + PAD_MM
    answer = _answer(cell, context, width - answer_x - PAD_MM)
    codes = shown_codes(cell, context.codebook) if isinstance(cell, FieldSpec) else {}
    codes_x = answer_x + (grid.boxes or answer.width + PAD_MM)
    room = Box(codes_x, 0.0, width - codes_x - PAD_MM, 0.0)
    codes_h = codes_paragraph(Piece(0, 0), room, [("", codes)], measure=True) if codes else 0.0
    label = wrap_text(context.fill(cell.label), grid.label - PAD_MM, TEXT_SIZE)
    first = max(height, LEADING * len(label) + 1.0, codes_h + ROW_PAD_MM)
    if stacked:
        first = SLOT_H_MM + ROW_PAD_MM
    else:
        first = max(first, answer.height + ROW_PAD_MM)
    whole = max(height, first + answer.height + 1.0) if stacked else first
    piece = Piece(width, whole)
    _head(piece, cell, context, grid, whole)
    _prelist(piece, cell, context, grid, first, stacked=stacked)
    dx, dy = cell.shift
    middle = whole - answer.height / 2 - 1.0 if stacked else first / 2
    piece.put(answer, answer_x + dx, middle - answer.height / 2 + dy)
    if codes:
        codes_paragraph(piece, room._replace(y=(first - codes_h) / 2), [("", codes)])
    if isinstance(cell, FieldSpec) and cell.hint:
        hint_x = answer_x + answer.width + PAD_MM
        lines = wrap_text(context.fill(cell.hint), width - hint_x - PAD_MM, TEXT_SIZE, "italic")
        piece.paragraph(
            hint_x, middle - LEADING * len(lines) / 2, width - hint_x - PAD_MM,
            context.fill(cell.hint), face="italic",
        )  # fmt: skip
    return piece


def _head(
    piece: Piece, cell: FieldSpec | SlotSpec, context: Context, grid: GridSpec, height: float
) -> None:
    lines = wrap_text(context.fill(cell.label), grid.label - PAD_MM, TEXT_SIZE)
    top = (height - LEADING * len(lines)) / 2
    if cell.number:
        piece.text(PAD_MM, top + LEADING / 2, cell.number, face="semibold")
    piece.paragraph(grid.number, top, grid.label - PAD_MM, context.fill(cell.label))


def _prelist(
    piece: Piece,
    cell: FieldSpec | SlotSpec,
    context: Context,
    grid: GridSpec,
    height: float,
    *,
    stacked: bool,
) -> None:
    """Put the pre-printed value and its ticks into their columns (stacked: the whole line)."""
    left = grid.number + grid.label
    cek = _cek(cell, context)
    column = _column(cell)
    wide = stacked or (isinstance(cell, SlotSpec) and not cek)
    cek_x = left + grid.prelist + PAD_MM
    ground = Box(left, 0.0, grid.prelist, height)
    if wide:
        cek_x = piece.width - (cek.width + PAD_MM if cek else 0.0)
        ground = Box(left, 0.0, cek_x - (2 * PAD_MM if cek else 0.0) - left, height)
    if column is not None and ground.w > 0:
        piece.ground(ground)
        inner = Box(
            ground.x + PAD_MM, (height - SLOT_H_MM) / 2, ground.w - 2 * PAD_MM, SLOT_H_MM
        )  # fmt: skip
        piece.slots.append(_slot(cell, context, inner))
    if cek:
        piece.put(cek, cek_x, (height - cek.height) / 2)


def _inline_cell(
    cell: FieldSpec | SlotSpec, context: Context, width: float, height: float
) -> Piece:
    cek = _cek(cell, context)
    x = _inline_label(Piece(0, 0), cell, context, 0.0)
    slot_w = _inline_slot_width(cell, x, width, cek)
    answer_x = x + (slot_w + PAD_MM if slot_w else 0) + (cek.width + 2 * PAD_MM if cek else 0)
    answer = _answer(cell, context, width - answer_x - PAD_MM)
    piece = Piece(width, max(height, answer.height + ROW_PAD_MM))
    middle = piece.height / 2
    x = _inline_label(piece, cell, context, middle)
    if slot_w:
        box = Box(x, middle - SLOT_H_MM / 2, slot_w, SLOT_H_MM)
        if isinstance(cell, FieldSpec):
            piece.items.append(Rect(box=box, line=None, fill_gray=TINT))
        piece.slots.append(_slot(cell, context, box.grown(-0.3)))
        x += slot_w + PAD_MM
    if cek:
        piece.put(cek, x, middle - cek.height / 2)
    dx, dy = cell.shift
    piece.put(answer, answer_x + dx, middle - answer.height / 2 + dy)
    if isinstance(cell, FieldSpec) and cell.hint:
        piece.text(answer_x + answer.width + PAD_MM, middle, cell.hint, face="italic")
    return piece


def _inline_label(
    piece: Piece, cell: FieldSpec | SlotSpec, context: Context, middle: float
) -> float:
    """Write number and label; return where the next thing starts, mm."""
    x = PAD_MM
    if cell.number:
        x += piece.text(x, middle, cell.number, face="semibold") + 1.0
    if cell.label:
        x += piece.text(x, middle, context.fill(cell.label)) + PAD_MM
    return max(x, cell.label_width + PAD_MM) if cell.label_width is not None else x


def _inline_slot_width(
    cell: FieldSpec | SlotSpec, x: float, width: float, cek: Piece | None
) -> float:
    if isinstance(cell, SlotSpec):
        return width - x - PAD_MM - (cek.width + PAD_MM if cek else 0.0)
    return cell.prelist_width if _column(cell) is not None else 0.0


def _tile_cell(cell: FieldSpec | SlotSpec, context: Context, width: float, height: float) -> Piece:
    slot_w = _inline_slot_width(cell, PAD_MM, width, None)
    answer_x = PAD_MM + (slot_w + PAD_MM if slot_w else 0.0)
    answer = _answer(cell, context, width - answer_x - PAD_MM)
    head = LEADING + 0.7
    piece = Piece(width, max(height, head + max(answer.height, SLOT_H_MM) + 1.0))
    _inline_label(piece, cell, context, LEADING / 2 + 0.1)
    dx, dy = cell.shift
    piece.put(answer, answer_x + dx, head + dy)
    if slot_w:
        box = Box(PAD_MM, head + (answer.height - SLOT_H_MM) / 2, slot_w, SLOT_H_MM)
        piece.items.append(Rect(box=box, line=None, fill_gray=TINT))
        piece.slots.append(_slot(cell, context, box, align="center"))
    return piece


def _item_cell(cell: FieldSpec | SlotSpec, context: Context, width: float, height: float) -> Piece:
    answer = _answer(cell, context, width)
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
        piece.slots.append(_slot(cell, context, box, align="center"))
    dx, dy = cell.shift
    piece.put(answer, answer_x + dx, middle - answer.height / 2 + dy)
    return piece


def _answer(cell: FieldSpec | SlotSpec, context: Context, width: float) -> Piece:
    if isinstance(cell, SlotSpec):
        return Piece(0.0, 0.0)
    return answer_piece(cell, context, width)


def _cek(cell: FieldSpec | SlotSpec, context: Context) -> Piece | None:
    if not cell.cek:
        return None
    field = isinstance(cell, FieldSpec)
    return cek_piece(
        context,
        name=cell.name if isinstance(cell, FieldSpec) else cell.slot,
        codes=cell.cek,
        critical=isinstance(cell, FieldSpec) and cell.critical,
        ask=cell.ask_if if isinstance(cell, FieldSpec) and field else None,
        line=cell.line,
    )


def _column(cell: FieldSpec | SlotSpec) -> str | None:
    return cell.slot if isinstance(cell, SlotSpec) else cell.prelist_column


def _slot(cell: FieldSpec | SlotSpec, context: Context, box: Box, *, align: str = "left") -> Slot:
    code_list = "" if box.w < LABELLED_SLOT_MM else cell.codes
    return Slot.model_validate(
        {
            "name": context.name(_column(cell) or ""),
            "box": box,
            "size": cell.size if isinstance(cell, SlotSpec) else SLOT_PT,
            "min_size": TEXT_SIZE,
            "align": align,
            "missing": cell.missing if isinstance(cell, SlotSpec) else "-",
            "mask": cell.mask,
            "code_list": code_list or "",
        }
    )
