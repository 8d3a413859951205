"""The control list of a village's forms: columns, rows, and how many fit a page.

Names stand here without NIK or KK, and none beside a sensitive PPKS category.
Knows the list's look. Must not know the cover around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from papi.forms.fitting import cut_text
from papi.forms.pen import Align, Pen
from papi.forms.typesetting import printable
from papi.forms.values import is_sensitive
from papi.geometry import Box
from papi.model.drawing import FontFace, Line, Rect
from papi.model.issue import PrintJob
from papi.model.prelist import PrelistRow
from papi.model.sheet import A4, readable_form_id

LEFT: Final = A4.body.x
RIGHT: Final = A4.body.right
ROW_MM: Final = 5.6
"""Height of a list row: a tick and a signature by hand fit."""
FIRST_LIST_TOP: Final = 137.0
NEXT_LIST_TOP: Final = 46.0
_LIST_FOOT: Final = A4.body.bottom - 1.0
_PAD: Final = 1.2
_NAME_COLUMNS: Final = ("nama_krt", "nama")
_PROTECTED: Final = "(dilindungi)"
_COLUMNS: Final[tuple[tuple[str, float, Align], ...]] = (
    ("No.", 9.0, "right"),
    ("ID formulir", 25.0, "left"),
    ("RW", 10.0, "center"),
    ("RT", 10.0, "center"),
    ("No. urut", 15.0, "center"),
    ("Nama", 60.0, "left"),
    ("Sisi", 9.0, "center"),
    ("Salinan", 13.0, "center"),
    ("Kembali", 15.0, "center"),
    ("Catatan", 18.0, "left"),
)
"""Heading, width (mm; together the body's 184) and alignment of the control list's columns."""
_RETURN_COLUMN: Final = 8


def draw_list(pen: Pen, top: float, start: int, jobs: Sequence[PrintJob]) -> None:
    """Draw headings at `top` (mm) and a row a job; `start` rows stand on earlier pages."""
    pen.draw([Rect(box=Box(LEFT, top, RIGHT - LEFT, ROW_MM), line=None, fill_gray=0.88)])
    for (heading, _, align), x, width in _columns():
        _write(pen, heading, Box(x, top, width, ROW_MM), align, bold=True)
    for row, job in enumerate(jobs, start=1):
        y = top + row * ROW_MM
        values = _list_row(start + row, job)
        for value, ((_, _, align), x, width) in zip(values, _columns(), strict=True):
            _write(pen, value, Box(x, y, width, ROW_MM), align)
        _, x, width = _columns()[_RETURN_COLUMN]
        pen.draw(
            [
                Line(x1=LEFT, y1=y + ROW_MM, x2=RIGHT, y2=y + ROW_MM, width=0.12, gray=0.55),
                Rect(box=Box(x + width / 2 - 1.8, y + 1.0, 3.6, 3.6), line=0.2, line_gray=0.3),
            ]
        )


def _columns() -> tuple[tuple[tuple[str, float, Align], float, float], ...]:
    """Return (column, x, width) of each column, mm."""
    edges = accumulate((width for _, width, _ in _COLUMNS), initial=LEFT)
    return tuple((column, x, column[1]) for column, x in zip(_COLUMNS, edges, strict=False))


def _write(pen: Pen, text: str, box: Box, align: Align, *, bold: bool = False) -> None:
    face: FontFace = "semibold" if bold else "regular"
    shown = cut_text(printable(text, face), box.w - 2 * _PAD, face, 9)
    x = {"left": box.x + _PAD, "center": box.center[0], "right": box.right - _PAD}[align]
    pen.text(x, box.y + 3.9, shown, face, 9, align=align)


def _list_row(number: int, job: PrintJob) -> tuple[str, ...]:
    issued, row = job.issued, job.row
    place = [row.value(name).strip() if row else "" for name in ("rw", "rt", "nourut_rt")]
    copy = str(issued.copy) if issued.copy > 1 else ""
    identity = readable_form_id(issued.form_id)
    return (
        str(number),
        identity,
        *place,
        listed_name(job.row),
        str(len(issued.pages)),
        copy,
        "",
        "",
    )


def listed_name(row: PrelistRow | None) -> str:
    """Return whose form it is, as it may stand on a list; `row` is None for a blank form."""
    if row is None:
        return "– formulir kosong –"
    if is_sensitive(row):
        return _PROTECTED
    names = (row.value(column).strip() for column in _NAME_COLUMNS)
    return next((name for name in names if name), "-")


def rows_from(top: float) -> int:
    """Return how many rows fit under headings at `top` (mm)."""
    return int((_LIST_FOOT - top) / ROW_MM) - 1
