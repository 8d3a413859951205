"""Parts of a cell that every way of setting it needs: answer, ticks, slot, printed codes.

Knows field and slot specs. Must not know where in a cell the parts go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from papi.forms.fonts import text_width, wrap_text
from papi.forms.layout_answer import Context, answer_piece, cek_piece
from papi.forms.layout_piece import LEADING, TEXT_SIZE, Piece
from papi.geometry import Box
from papi.model.codebook import Codebook
from papi.model.drawing import Slot
from papi.model.template import FieldSpec, GridSpec, SlotSpec

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

AnySpec = FieldSpec | SlotSpec


NO_GRID = GridSpec()


@dataclass(frozen=True)
class Setting:
    """How a cell or row is set: mm of width and least height, columns, way of setting."""

    width: float
    grid: GridSpec = NO_GRID
    height: float = 0.0
    mode: str = "row"


def answer_of(cell: AnySpec, context: Context, width: float) -> Piece:
    """Return a cell's answer, an empty piece if it has none."""
    if isinstance(cell, SlotSpec):
        return Piece(0.0, 0.0)
    return answer_piece(cell, context, width)


def cek_of(cell: AnySpec, context: Context) -> Piece | None:
    """Return a cell's ticks "sesuai / tidak sesuai", None if it has none."""
    if not cell.cek:
        return None
    if isinstance(cell, SlotSpec):
        return cek_piece(
            context, name=cell.slot, codes=cell.cek, critical=False, ask=None, line=cell.line
        )
    return cek_piece(
        context,
        name=cell.name,
        codes=cell.cek,
        critical=cell.critical,
        ask=cell.ask_if,
        line=cell.line,
    )


def column_of(cell: AnySpec) -> str | None:
    """Return the pre-list column a cell shows, None if it shows none."""
    return cell.slot if isinstance(cell, SlotSpec) else cell.prelist_column


def slot_of(cell: AnySpec, context: Context, box: Box, *, align: str = "left") -> Slot:
    """Return the slot for the pre-printed value of a cell."""
    code_list = "" if box.w < LABELLED_SLOT_MM else cell.codes
    return Slot.model_validate(
        {
            "name": context.name(column_of(cell) or ""),
            "box": box,
            "size": cell.size if isinstance(cell, SlotSpec) else SLOT_PT,
            "min_size": TEXT_SIZE,
            "align": align,
            "missing": cell.missing if isinstance(cell, SlotSpec) else "-",
            "mask": cell.mask,
            "code_list": code_list or "",
        }
    )


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
            x += indent + text_width(lines[-1], TEXT_SIZE) + (CODE_GAP_MM if label else 0.6)
        x += CODE_GAP_MM
    return LEADING * (line + 1)


def shown_codes(spec: AnySpec, codebook: Codebook) -> dict[str, str]:
    """Return the codes to print beside a question, {} if it wants none."""
    if isinstance(spec, SlotSpec) or spec.show == "none" or spec.codes is None:
        return {}
    return {c: spec.labels.get(c, text) for c, text in codebook.labels(spec.codes).items()}
