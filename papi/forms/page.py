"""Drawing one side of paper: the static page once per PDF, the variable data per form.

Knows frames, drawings and slots. Must not know how a PDF is put together or who asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from papi.forms.barcodes import fiducials_path, symbol_path
from papi.forms.fitting import FittedText, fit_text
from papi.forms.fonts import CAP_HEIGHT, text_width
from papi.forms.pen import Pen
from papi.forms.typesetting import printable
from papi.forms.values import slot_text
from papi.geometry import POINTS_PER_MM, Box
from papi.model.drawing import Drawing, PageDrawing, Slot
from papi.model.issue import LabelOf
from papi.model.prelist import PrelistRow
from papi.model.sheet import (
    ID_FOOT_MM,
    ID_GAP_MM,
    ID_SIZE_PT,
    Frame,
    SheetId,
    readable_form_id,
)

ID_SIZE: Final = ID_SIZE_PT
"""Type size of the readable id, points."""
_COPY_PLACE: Final = (4.0, 0.2)
"""Copy number: this far right of the foot's id and above it, over the form's code, mm."""


def draw_static(pen: Pen, page: PageDrawing, frame: Frame) -> None:
    """Draw what is the same on every form: fiducials, rules, labels."""
    pen.black()
    pen.raw(fiducials_path(frame))
    pen.draw(page.items)


def draw_identity(pen: Pen, frame: Frame, payload: str, caption: tuple[str, str]) -> None:
    """Draw both barcodes and, twice, the caption for human eyes: (bold part, plain part)."""
    pen.black()
    pen.raw(symbol_path(payload, "qr", frame.qr))
    pen.raw(symbol_path(payload, "data_matrix", frame.data_matrix))
    for box in frame.id_texts:
        _draw_caption(pen, box, caption)


def _draw_caption(pen: Pen, box: Box, caption: tuple[str, str]) -> None:
    baseline = box.bottom - ID_FOOT_MM
    bold, plain = caption
    pen.text(box.x, baseline, bold, "semibold", ID_SIZE)
    offset = text_width(bold, ID_SIZE, "semibold")
    pen.text(box.x + offset + ID_GAP_MM, baseline, plain, "regular", ID_SIZE)


def draw_form_side(
    pen: Pen,
    page: PageDrawing,
    frame: Frame,
    *,
    sheet: SheetId,
    row: PrelistRow | None,
    own: Mapping[str, str],
    label_of: LabelOf | None,
) -> None:
    """Draw what differs from form to form: barcodes, readable id, pre-printed values."""
    draw_identity(
        pen, frame, sheet.payload(), (readable_form_id(sheet.form_id), own.get("@page_of", ""))
    )
    for slot in page.slots:
        draw_slot(pen, slot, slot_text(slot, row, own, label_of))
    if own.get("@copy") and all(slot.name != "@copy" for slot in page.slots):
        foot, (gap, rise) = frame.id_texts[-1], _COPY_PLACE
        pen.text(foot.right + gap, foot.y - rise, own["@copy"], "bold", ID_SIZE)


def draw_slot(pen: Pen, slot: Slot, text: str) -> None:
    """Write a value into its slot, or what stands for a missing one."""
    if not text:
        for box in slot.hatch:
            pen.hatch(box)
    shown = printable(text or slot.missing, slot.face)
    if not shown:
        return
    fitted = fit_text(
        shown,
        slot.box,
        face=slot.face,
        size=slot.size,
        min_size=slot.min_size,
        lines=slot.lines,
    )
    _write_lines(pen, slot, fitted)


def _write_lines(pen: Pen, slot: Slot, fitted: FittedText) -> None:
    """Centre the lines' capitals in the height of the slot."""
    box = slot.box
    x = {"left": box.x, "center": box.x + box.w / 2, "right": box.right}[slot.align]
    capital = CAP_HEIGHT * fitted.size / POINTS_PER_MM
    block = capital + (len(fitted.lines) - 1) * fitted.leading_mm
    baseline = box.y + (box.h - block) / 2 + capital
    for line in fitted.lines:
        pen.text(x, baseline, line, slot.face, fitted.size, align=slot.align)
        baseline += fitted.leading_mm


def page_drawing(drawing: Drawing, page: int) -> PageDrawing:
    """Return one page of a drawing.

    Raises:
        KeyError: the drawing has no such page.
    """
    for candidate in drawing.pages:
        if candidate.page == page:
            return candidate
    raise KeyError(f"form {drawing.form} has no page {page}")
