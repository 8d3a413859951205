"""The village's cover sheet: where, what, how many, and the control list of ids.

It stays in the office and goes first through the scanner. Knows its own look.
Must not know how forms are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from papi.forms.barcodes import fiducials_path
from papi.forms.cover_list import (
    FIRST_LIST_TOP,
    LEFT,
    NEXT_LIST_TOP,
    RIGHT,
    draw_list,
    rows_from,
)
from papi.forms.fitting import cut_text, fit_text
from papi.forms.page import draw_identity
from papi.forms.pen import Pen
from papi.forms.sheets import SheetPdf
from papi.geometry import Box
from papi.model.drawing import Line, Rect
from papi.model.issue import PrintJob, Village
from papi.model.layout import Layout, layout_version
from papi.model.sheet import A4, HeaderId


@dataclass(frozen=True)
class CoverSheet:
    """What the head pages of a print run say."""

    village: Village
    layout: Layout
    jobs: tuple[PrintJob, ...]

    @cached_property
    def run(self) -> str:
        """Six characters that name this print run: printing the same forms again gives them."""
        return layout_version([[j.issued.form_id, j.issued.copy] for j in self.jobs])

    @cached_property
    def list_pages(self) -> tuple[tuple[int, tuple[PrintJob, ...]], ...]:
        """The control list cut into pages: (row number before the page, its jobs)."""
        room = rows_from(FIRST_LIST_TOP), rows_from(NEXT_LIST_TOP)
        pages = [(0, self.jobs[: room[0]])]
        while (start := sum(len(jobs) for _, jobs in pages)) < len(self.jobs):
            pages.append((start, self.jobs[start : start + room[1]]))
        return tuple(pages)

    @property
    def header_pages(self) -> int:
        """Number of head pages: the cover, its further lists, and the ruler."""
        return len(self.list_pages) + 1

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return the figures of the run, captions in Indonesian."""
        sides = sum(len(job.issued.pages) for job in self.jobs)
        sheets = sum((len(job.issued.pages) + 1) // 2 for job in self.jobs)
        blank = sum(job.row is None for job in self.jobs)
        copies = sum(job.issued.copy > 1 for job in self.jobs)
        return (
            ("formulir", len(self.jobs)),
            ("dari prelist", len(self.jobs) - blank),
            ("kosong (usulan)", blank),
            ("salinan ulang", copies),
            ("lembar kertas", sheets),
            ("sisi tercetak", sides),
        )


def add_cover(pdf: SheetPdf, cover: CoverSheet) -> None:
    """Add the cover and the further pages of its list, beginning on a front."""
    pdf.start_sheet()
    for index, (start, jobs) in enumerate(cover.list_pages):
        pdf.add_side(partial(_draw_page, cover=cover, index=index, start=start, jobs=jobs))


def draw_header_frame(pen: Pen, cover: CoverSheet, page: int, title: str) -> None:
    """Draw what every head page has: fiducials, barcodes of its own, black bar, office note."""
    village = cover.village
    pen.black()
    pen.raw(fiducials_path(A4))
    payload = HeaderId(village.region, cover.run, page).payload()
    draw_identity(pen, A4, payload, (cover.run, f"sampul {page}/{cover.header_pages}"))
    pen.text(
        112, 16.2, cut_text(village.district or village.region, 74, "semibold", 9), "semibold", 9
    )
    pen.text(112, 20.4, cut_text(village.campaign, 74, "regular", 8.5), "regular", 8.5)
    pen.draw([Rect(box=Box(LEFT, 33, RIGHT - LEFT, 9), line=None, fill_gray=0.0)])
    pen.text(LEFT + 3, 39.4, title, "bold", 15, gray=1.0)
    right = f"{cover.layout.form.upper()} · versi {cover.layout.version}"
    if page > 1:
        right = f"{cut_text(village.name, 70, 'semibold', 10)} · {region_code(village.region)}"
    pen.text(RIGHT - 3, 39.2, right, "semibold", 10, align="right", gray=1.0)
    pen.text(112, 280.0, "RAHASIA: lembar ini tinggal di kantor,", "semibold", 8)
    pen.text(112, 283.4, "dipindai paling depan, tidak dibawa ke lapangan.", "regular", 8)


def region_code(region: str) -> str:
    """Return a Kemendagri code with its points: 32.01.01.2001."""
    parts = [region[:2], region[2:4], region[4:6], region[6:]]
    return ".".join(part for part in parts if part)


def _draw_page(
    pen: Pen, cover: CoverSheet, index: int, start: int, jobs: Sequence[PrintJob]
) -> None:
    draw_header_frame(pen, cover, index + 1, "LEMBAR SAMPUL" if index == 0 else "DAFTAR FORMULIR")
    if index == 0:
        _draw_place(pen, cover)
        _draw_counts(pen, cover)
        _draw_receipts(pen)
    draw_list(pen, FIRST_LIST_TOP if index == 0 else NEXT_LIST_TOP, start, jobs)


def _draw_place(pen: Pen, cover: CoverSheet) -> None:
    village = cover.village
    name = fit_text(
        village.name, Box(LEFT, 46, 130, 11), face="bold", size=24, min_size=14, lines=1
    )
    pen.text(LEFT, 54.5, name.lines[0], "bold", name.size)
    pen.text(RIGHT, 54.5, region_code(village.region), "semibold", 16, align="right")
    subdistrict = village.subdistrict
    if subdistrict and not subdistrict.lower().startswith("kec"):
        subdistrict = f"Kec. {subdistrict}"
    place = (subdistrict, village.district, village.province)
    line = " · ".join(part for part in place if part)
    pen.text(LEFT, 60.5, cut_text(line, 130, "regular", 10.5), "regular", 10.5)
    if village.printed_on:
        pen.text(RIGHT, 60.5, f"dicetak {village.printed_on}", "regular", 9, align="right")


def _draw_counts(pen: Pen, cover: CoverSheet) -> None:
    counts = cover.counts()
    width = (RIGHT - LEFT) / len(counts)
    for place, (caption, count) in enumerate(counts):
        box = Box(LEFT + place * width, 65, width, 16)
        pen.draw([Rect(box=box, line=0.25, line_gray=0.45, fill_gray=0.94 if place == 0 else None)])
        figure = f"{count:,}".replace(",", ".")
        pen.text(box.center[0], 73.6, figure, "bold", 18, align="center")
        pen.text(box.center[0], 78.6, caption, "regular", 9, align="center")


def _draw_receipts(pen: Pen) -> None:
    """Draw what the office fills in by hand when forms leave and come back."""
    middle = (LEFT + RIGHT) / 2
    sides = (
        (
            LEFT,
            "Diserahkan kepada petugas",
            ("Nama petugas / kode", "Tanggal", "Jumlah formulir", "Tanda tangan"),
        ),
        (
            middle + 2,
            "Diterima kembali",
            (
                "Diterima oleh / tanggal",
                "Jumlah kembali",
                "Rusak / hilang (isi lembar ganti)",
                "Tanda tangan",
            ),
        ),
    )
    width = middle - 2 - LEFT
    for x, heading, captions in sides:
        pen.text(x, 88.5, heading, "bold", 10.5)
        pen.draw([Line(x1=x, y1=90, x2=x + width, y2=90, width=0.4)])
        for row, caption in enumerate(captions):
            y = 97.5 + row * 7.5
            pen.text(x, y, caption, "regular", 9)
            pen.draw([Line(x1=x + 48, y1=y + 0.8, x2=x + width, y2=y + 0.8, gray=0.4)])
    pen.text(
        LEFT,
        127.0,
        "Urutan pindai: lembar ini, lalu formulir menurut daftar. Formulir yang "
        "tidak kembali diberi keterangan pada kolom Catatan.",
        "italic",
        9,
    )
