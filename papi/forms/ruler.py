"""The ruler page: shows whether the printer scaled, before a village is printed wrongly.

Knows rules of 100 and 150 mm and what to say about them. Must not know forms or people.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from papi.forms.cover import CoverSheet, draw_header_frame
from papi.forms.cover_list import LEFT
from papi.forms.pen import Pen
from papi.forms.sheets import SheetPdf
from papi.geometry import Box
from papi.model.drawing import Item, Label, Line, Rect

LONG_MM: Final = 150
SHORT_MM: Final = 100
_LINE: Final = 0.18
_TEXT_X: Final = 45.0
_TEXT_RIGHT: Final = 176.0
_TICKS: Final = {10: 4.5, 5: 3.2, 1: 2.0}
"""Length of the tick at each multiple of so many mm."""

_STEPS: Final = (
    ("1", "Cetak dengan skala 100 % (“Ukuran sebenarnya” / “Actual size”),"),
    ("", "jangan “Sesuaikan halaman” / “Fit to page”. Kertas A4, bolak-balik pada sisi panjang."),
    ("2", "Ukur keempat garis di bawah ini dengan penggaris biasa, dari ujung ke ujung."),
    ("3", "Cocokkan garis 150 mm dengan tabel. Catat hasilnya sebelum mencetak seluruh desa."),
)
_VERDICTS: Final = (
    ("149 – 151 mm", "Baik", "cetak seluruh desa"),
    ("142 – 148 mm atau 152 – 154 mm", "Kurang", "perbaiki setelan; cetakan masih terbaca"),
    ("di luar itu", "Salah", "jangan dipakai; perbaiki, lalu cetak ulang"),
)
"""The reader registers pages printed at 95 % to 103 %; see the flow tests of degraded pages."""


def add_ruler(pdf: SheetPdf, cover: CoverSheet) -> None:
    """Add the ruler page on a front of its own."""
    pdf.start_sheet()
    pdf.add_side(partial(_draw, cover=cover))


def _draw(pen: Pen, cover: CoverSheet) -> None:
    draw_header_frame(pen, cover, cover.header_pages, "LEMBAR UJI SKALA CETAK")
    _draw_steps(pen)
    for rule in _rules():
        pen.draw(rule)
    _draw_verdicts(pen)
    _draw_samples(pen)
    _draw_record(pen)


def _rules() -> tuple[Iterator[Item], ...]:
    return (
        horizontal_rule(40.0, 97.0, LONG_MM),
        horizontal_rule(40.0, 116.0, SHORT_MM),
        vertical_rule(17.0, 97.0, LONG_MM),
        vertical_rule(184.0, 147.0, SHORT_MM),
    )


def horizontal_rule(x: float, y: float, length: int) -> Iterator[Item]:
    """Yield a rule of `length` mm from (x, y) to the right, graduated downwards."""
    yield Line(x1=x, y1=y, x2=x + length, y2=y, width=_LINE)
    for mm in range(length + 1):
        yield Line(x1=x + mm, y1=y, x2=x + mm, y2=y + _tick(mm), width=_LINE)
    for mm in range(0, length + 1, 10):
        yield Label(x=x + mm, y=y + 8.2, text=str(mm), size=8, align="center")
    yield Label(x=x, y=y - 1.6, text=f"{length} mm", size=9, face="semibold")


def vertical_rule(x: float, y: float, length: int) -> Iterator[Item]:
    """Yield a rule of `length` mm from (x, y) downwards, graduated to the right."""
    yield Line(x1=x, y1=y, x2=x, y2=y + length, width=_LINE)
    for mm in range(length + 1):
        yield Line(x1=x, y1=y + mm, x2=x + _tick(mm), y2=y + mm, width=_LINE)
    for mm in range(0, length + 1, 10):
        yield Label(x=x + 5.6, y=y + mm + 1.0, text=str(mm), size=8)
    yield Label(x=x, y=y - 1.8, text=f"{length} mm", size=9, face="semibold")


def _tick(mm: int) -> float:
    return next(length for multiple, length in _TICKS.items() if mm % multiple == 0)


def _draw_steps(pen: Pen) -> None:
    pen.text(LEFT, 52.5, "Cetak 100 %, jangan “fit to page”", "bold", 20)
    for row, (mark, text) in enumerate(_STEPS):
        y = 61.0 + row * 6.2
        pen.text(LEFT, y, mark, "bold", 11)
        pen.text(LEFT + 6, y, text, "regular", 11)


def _draw_verdicts(pen: Pen) -> None:
    x, y, columns = _TEXT_X, 144.0, (0.0, 54.0, 70.0)
    pen.text(x, y - 4, "Garis 150 mm terukur", "bold", 10.5)
    for row, texts in enumerate(_VERDICTS):
        top = y + row * 8
        pen.draw([Line(x1=x, y1=top, x2=_TEXT_RIGHT, y2=top, width=0.2, gray=0.5)])
        for column, text in zip(columns, texts, strict=True):
            pen.text(x + column, top + 5.2, text, "bold" if column == columns[1] else "regular", 10)


def _draw_samples(pen: Pen) -> None:
    """Show the boxes of the forms: light rules must neither vanish nor turn black."""
    x, y = _TEXT_X, 181.0
    pen.text(x, y, "Contoh kotak", "bold", 10.5)
    pen.text(
        x,
        y + 5,
        "Garisnya tipis, abu-abu dan tidak terputus; bila hilang atau hitam pekat,",
        "regular",
        10,
    )
    pen.text(x, y + 9.6, "ganti toner atau atur kepekatan cetak.", "regular", 10)
    boxes = [Box(x + i * 5.4, y + 13, 4.6, 6) for i in range(12)]
    boxes += [Box(x + 72 + i * 8, y + 14, 4, 4) for i in range(4)]
    pen.draw([Rect(box=box, line=0.2, line_gray=0.6) for box in boxes])


def _draw_record(pen: Pen) -> None:
    x = _TEXT_X
    lines = (
        "150 mm mendatar terukur",
        "150 mm tegak terukur",
        "Nama pencetak (printer)",
        "Tanggal, paraf",
    )
    for row, caption in enumerate(lines):
        y = 220.0 + row * 8
        pen.text(x, y, caption, "regular", 10)
        pen.draw([Line(x1=x + 44, y1=y + 0.8, x2=x + 108, y2=y + 0.8, gray=0.4)])
        if row < 2:
            pen.text(x + 109.5, y, "mm", "regular", 10)
