"""Header and foot of every side: between the fiducials, beside the barcodes.

Knows the paper's frame and the words of a template's head. Must not know blocks or fields.
"""

from __future__ import annotations

from papi.forms.layout_piece import Piece
from papi.geometry import Box
from papi.model.drawing import Line, Rect, Slot
from papi.model.sheet import FIDUCIAL_QUIET_MM, SECRECY_MARK, Frame
from papi.model.template import Template

HEAD_LEFT_MM, HEAD_MIDDLE_MM, HEAD_RIGHT_MM = 57.0, 112.0, 186.5
"""The header's words stand between the readable id, the middle tag and the tag at the right."""


def forbidden_zones(frame: Frame) -> tuple[Box, ...]:
    """Return what nothing of a template may touch: tags and codes with their quiet zones, ids."""
    marks = [*frame.fiducials, frame.qr, frame.data_matrix]
    return (*(mark.grown(FIDUCIAL_QUIET_MM) for mark in marks), *frame.id_texts)


def frame_piece(template: Template, frame: Frame, page: int, *, continuation: bool) -> Piece:
    """Return title, form code, secrecy mark, page number and foot line of a side."""
    piece = Piece(frame.width_mm, frame.height_mm)
    piece.text(HEAD_LEFT_MM, 17.4, template.code, size=17, face="bold")
    mark = SECRECY_MARK
    piece.items.append(Rect(box=mark, line=0.3))
    piece.text(mark.center[0], mark.center[1], "RAHASIA", size=8.5, face="bold", align="center")
    piece.slots += [
        _slot("@district", Box(133, 13.3, HEAD_RIGHT_MM - 133, 4.6), 10.0, "bold"),
        _slot("@page_of", Box(146, 18.3, HEAD_RIGHT_MM - 146, 4.0), 8.5, "regular"),
    ]
    title = template.title
    if continuation:
        title = template.continuation_title or template.title
    piece.text(HEAD_LEFT_MM, 26.6, title.upper(), size=12, face="bold")
    rule = Line(x1=HEAD_LEFT_MM, y1=30.0, x2=frame.body.right, y2=30.0, width=0.4)
    piece.items.append(rule)
    piece.text(76.0, 281.5, f"{template.code} / {page}", face="semibold")
    for number, line in enumerate(template.footer.splitlines()[:2]):
        piece.text(HEAD_MIDDLE_MM, 278.3 + 3.4 * number, line, gray=0.25)
    return piece


def _slot(name: str, box: Box, size: float, face: str) -> Slot:
    return Slot.model_validate(
        {
            "name": name,
            "box": box,
            "size": size,
            "min_size": 8.0,
            "face": face,
            "align": "right",
            "missing": "",
        }
    )
