"""A form for its author: every side as it will be printed, its zones drawn in and named.

Knows drawings, zones and a PDF renderer. Must not know people or the command line.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pypdfium2

from papi.forms.files import replaced_file
from papi.forms.layout import BuiltForm
from papi.forms.layout_check import field_boxes
from papi.forms.page import draw_identity, draw_static, page_drawing
from papi.forms.pen import Pen
from papi.forms.sheets import SheetPdf
from papi.geometry import Box
from papi.model.drawing import Slot
from papi.model.layout import LayoutField
from papi.model.sheet import A4, SheetId, readable_form_id

PREVIEW_DPI = 150
SPECIMEN_ID = "000000000"
"""A well-formed id (all zeros, check character 0) that no form is issued with."""
NAME_PT = 4.0
"""Zone names are for the screen, at a large zoom."""
ZONE_INK, SLOT_INK = "0.80 0.10 0.10", "0.10 0.30 0.80"
"""Red: somebody writes here. Blue: a value is printed here."""


def preview_pdf(form: BuiltForm) -> bytes:
    """Return all sides of a form with zones in red and slots in blue, as PDF."""
    stream = io.BytesIO()
    pdf = SheetPdf(stream, A4, f"{form.layout.form} {form.layout.version}")
    for page in form.layout.pages:
        pdf.add_side(partial(_draw_side, form=form, page=page.page))
    pdf.close()
    return stream.getvalue()


def write_preview(form: BuiltForm, folder: Path) -> list[Path]:
    """Write FORM.pdf and FORM-PAGE.png for every side; return the files.

    Raises:
        StorageFull: no room on the disk.
    """
    document = preview_pdf(form)
    path = folder / f"{form.layout.form}.pdf"
    with replaced_file(path) as stream:
        stream.write(document)
    return [path, *_write_images(document, folder, form.layout.form)]


def _write_images(document: bytes, folder: Path, name: str) -> Iterator[Path]:
    pdf = pypdfium2.PdfDocument(document)
    try:
        for number, page in enumerate(pdf, start=1):
            image = page.render(scale=PREVIEW_DPI / 72).to_pil()
            path = folder / f"{name}-{number}.png"
            with replaced_file(path) as stream:
                image.save(stream, "PNG")
            yield path
    finally:
        pdf.close()


def _draw_side(pen: Pen, *, form: BuiltForm, page: int) -> None:
    drawn = page_drawing(form.drawing, page)
    draw_static(pen, drawn, A4)
    sheet = SheetId(SPECIMEN_ID, page, form.layout.version)
    caption = readable_form_id(SPECIMEN_ID), f"{page}/{len(form.layout.pages)}"
    draw_identity(pen, A4, sheet.payload(), caption)
    pen.black()
    pen.raw("q")
    for slot in drawn.slots:
        _draw_slot(pen, slot)
    for field in form.layout.by_page[page]:
        _draw_zone(pen, field)
    pen.raw("Q")


def _draw_slot(pen: Pen, slot: Slot) -> None:
    _outline(pen, slot.box, SLOT_INK)
    pen.text(slot.box.x + 0.2, slot.box.bottom - 0.3, slot.name, "regular", NAME_PT)


def _draw_zone(pen: Pen, field: LayoutField) -> None:
    for box in field_boxes(field):
        _outline(pen, box, ZONE_INK)
    first = field_boxes(field)[0]
    pen.text(first.x + 0.2, first.bottom - 0.4, field.name, "regular", NAME_PT)


def _outline(pen: Pen, box: Box, ink: str) -> None:
    """Draw a box in colour and take the colour for the text that follows."""
    area = f"{box.x:.2f} {box.y:.2f} {box.w:.2f} {box.h:.2f} re S"
    pen.raw(f"{ink} rg {ink} RG 0.15 w {area}")
