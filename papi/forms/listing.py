"""Lists on paper for people: sections of rows under headings, page by page.

Knows how such a list looks. Must not know what is listed. It bears no fiducials and no barcode, so
that nobody takes it for a form, a scanner least of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from papi.forms.files import replaced_file
from papi.forms.fitting import cut_text
from papi.forms.fonts import wrap_text
from papi.forms.pen import Align, Pen
from papi.forms.sheets import SheetPdf
from papi.forms.typesetting import printable
from papi.geometry import Box
from papi.model.drawing import Line, Rect
from papi.model.sheet import A4

LEFT: Final = 13.0
RIGHT: Final = 197.0
WIDTH: Final = RIGHT - LEFT
_TOP: Final = 14.0
_FOOT: Final = 284.0
"""Last line of rows, mm; below it stand note and page number."""
_BAR_MM: Final = 9.0
_LINE_MM: Final = 4.0
_PAD_MM: Final = 1.2
_SIZE: Final = 8.5
_MOST_LINES: Final = 5
TICK: Final = "\N{BALLOT BOX}"
"""As a cell: a box to tick by hand."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """Heading, width in mm (together at most WIDTH) and alignment of a column."""

    heading: str
    width: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class ListSection:
    """One part of a list; it begins on a new page.

    Attributes:
        title: in the black bar, left.
        code: in the black bar, right.
        lines: what stands above the rows.
        rows: cells in the order of the columns.
    """

    title: str
    code: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedList:
    """A whole list: name of the document, its columns and sections, a note under every page."""

    name: str
    columns: tuple[ListColumn, ...]
    sections: tuple[ListSection, ...]
    note: str = ""


def print_list(path: Path, printed: PrintedList) -> int:
    """Write a list as PDF, whole or not at all; return its number of pages.

    Raises:
        StorageFull: no room on the disk.
        OSError: the folder cannot be written.
    """
    pages = list(_pages(printed))
    with replaced_file(path) as stream:
        pdf = SheetPdf(stream, A4, printed.name)
        for number, page in enumerate(pages, 1):
            pdf.add_side(partial(_draw_page, printed=printed, page=page, of=(number, len(pages))))
        pdf.close()
    return len(pages)


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on one page: its section, whether it goes on from the page before, its rows."""

    section: ListSection
    continued: bool
    rows: tuple[tuple[list[str], ...], ...]


def _pages(printed: PrintedList) -> Iterator[_Page]:
    for section in printed.sections:
        rows = [_wrapped(printed.columns, row) for row in section.rows]
        continued, done = False, 0
        while done < len(rows) or not continued:
            y, taken = _rows_top(section, continued), done
            while done < len(rows) and y + _height(rows[done]) <= _FOOT:
                y += _height(rows[done])
                done += 1
            yield _Page(section, continued, tuple(rows[taken:done]))
            continued = True


def _wrapped(columns: Sequence[ListColumn], row: Sequence[str]) -> tuple[list[str], ...]:
    return tuple(
        _lines(text, column.width - 2 * _PAD_MM) for text, column in zip(row, columns, strict=True)
    )


def _lines(text: str, width: float) -> list[str]:
    if text == TICK:
        return [TICK]
    lines = wrap_text(printable(text, "regular"), width, _SIZE)
    kept = lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        kept[-1] = " ".join(lines[_MOST_LINES - 1 :])
    return [cut_text(line, width, "regular", _SIZE) for line in kept]


def _height(row: Sequence[list[str]]) -> float:
    return max(len(cell) for cell in row) * _LINE_MM + 1.8


def _rows_top(section: ListSection, continued: bool) -> float:
    """Return where rows begin: below bar, lines (on the first page) and headings, mm."""
    lines = 0 if continued else len(section.lines)
    return _TOP + _BAR_MM + 2 + lines * 4.6 + 6.0


def _draw_page(pen: Pen, printed: PrintedList, page: _Page, of: tuple[int, int]) -> None:
    section = page.section
    pen.draw([Rect(box=Box(LEFT, _TOP, WIDTH, _BAR_MM), line=None, fill_gray=0.0)])
    title = section.title + (" (lanjutan)" if page.continued else "")
    shown = cut_text(printable(title, "bold"), 132, "bold", 13)
    pen.text(LEFT + 3, _TOP + 6.2, shown, "bold", 13, gray=1.0)
    pen.text(RIGHT - 3, _TOP + 6.1, section.code, "semibold", 10, align="right", gray=1.0)
    for number, line in enumerate(() if page.continued else section.lines):
        text = cut_text(printable(line, "regular"), WIDTH, "regular", 9.5)
        pen.text(LEFT, _TOP + _BAR_MM + 5.2 + number * 4.6, text, "regular", 9.5)
    top = _rows_top(section, page.continued)
    _draw_headings(pen, printed.columns, top - 5.6)
    for row in page.rows:
        _draw_row(pen, printed.columns, row, top)
        top += _height(row)
    pen.text(LEFT, 289.5, printed.note, "italic", 8)
    pen.text(RIGHT, 289.5, f"{of[0]}/{of[1]}", "regular", 8, align="right")


def _draw_headings(pen: Pen, columns: Sequence[ListColumn], y: float) -> None:
    pen.draw([Rect(box=Box(LEFT, y, WIDTH, 5.6), line=None, fill_gray=0.88)])
    x = LEFT
    for column in columns:
        _write(pen, column, x, y + 3.9, column.heading, bold=True)
        x += column.width


def _draw_row(
    pen: Pen, columns: Sequence[ListColumn], row: Sequence[list[str]], top: float
) -> None:
    x, bottom = LEFT, top + _height(row)
    for column, lines in zip(columns, row, strict=True):
        if lines == [TICK]:
            box = Box(x + column.width / 2 - 1.8, top + 1.1, 3.6, 3.6)
            pen.draw([Rect(box=box, line=0.2, line_gray=0.3)])
        else:
            for number, line in enumerate(lines):
                _write(pen, column, x, top + 3.9 + number * _LINE_MM, line)
        x += column.width
    pen.draw([Line(x1=LEFT, y1=bottom, x2=RIGHT, y2=bottom, width=0.12, gray=0.55)])


def _write(
    pen: Pen, column: ListColumn, x: float, y: float, text: str, *, bold: bool = False
) -> None:
    at = {
        "left": x + _PAD_MM,
        "center": x + column.width / 2,
        "right": x + column.width - _PAD_MM,
    }[column.align]
    face = "semibold" if bold else "regular"
    pen.text(at, y, text, face, _SIZE, align=column.align)  # type: ignore[arg-type]
