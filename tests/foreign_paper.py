"""Forms that other people might have made, with the truth of where their boxes stand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas as Page

from papi.geometry import Box
from papi.model.page import Gray
from papi.scans.files import Limits, open_scan
from papi.synth.hands import Hand, write_character
from papi.synth.ink import Canvas
from papi.synth.marks import mark_box, spot_dirt
from papi.synth.sources import CharacterSource, SkeletonSource

HEIGHT = 297.0
DPI = 300.0
PX_PER_MM = DPI / 25.4
Kind = Literal["tick", "digit", "capital"]
_ALPHABET = {"digit": "0123456789", "capital": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True)
class Printed:
    """One box as it was printed: kind, place, question, and the answer a tick stands for."""

    kind: Kind
    box: Box
    question: str
    code: str = ""


class Sheet:
    """One page under construction, in mm from the top left."""

    def __init__(self, path: Path) -> None:
        self.page = Page(str(path), pagesize=A4, invariant=True)
        self.printed: list[Printed] = []

    def text(self, x: float, y: float, text: str, size: float = 10) -> None:
        self.page.setFont("Helvetica", size)
        self.page.drawString(x * mm, (HEIGHT - y) * mm, text)

    def rect(self, x: float, y: float, w: float, h: float, *, fill: bool = False) -> None:
        self.page.rect(x * mm, (HEIGHT - y - h) * mm, w * mm, h * mm, stroke=1, fill=int(fill))

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.page.line(x1 * mm, (HEIGHT - y1) * mm, x2 * mm, (HEIGHT - y2) * mm)

    def tick(self, box: Box, question: str, code: str) -> None:
        self.rect(*box)
        self.printed.append(Printed("tick", box, question, code))

    def bubble(self, x: float, y: float, question: str, code: str) -> None:
        radius = 2.4
        self.page.circle(x * mm, (HEIGHT - y) * mm, radius * mm)
        self.page.setFont("Helvetica", 7)
        self.page.drawCentredString(x * mm, (HEIGHT - y - 0.9) * mm, code)
        box = Box(x - radius, y - radius, 2 * radius, 2 * radius)
        self.printed.append(Printed("tick", box, question, code))

    def comb(self, box: Box, count: int, question: str, kind: Kind) -> None:
        for number in range(count):
            cell = box._replace(x=box.x + number * box.w)
            self.rect(*cell)
            self.printed.append(Printed(kind, cell, question))

    def save(self) -> list[Printed]:
        self.page.save()
        return self.printed


def questionnaire(path: Path) -> list[Printed]:
    """Corner lines and small boxes, as LaTeX questionnaires have them."""
    sheet = Sheet(path)
    for x, y, dx, dy in ((12, 12, 1, 1), (198, 12, -1, 1), (12, 285, 1, -1), (198, 285, -1, -1)):
        sheet.line(x, y, x + 20 * dx, y)
        sheet.line(x, y, x, y + 20 * dy)
    sheet.text(40, 22, "Questionnaire on services", 16)
    sheet.page.setLineWidth(0.4)
    questions = (
        "friendly staff",
        "short waiting time",
        "clean rooms",
        "good answers",
        "come again",
    )
    for row, text in enumerate(questions):
        y = 50 + row * 8.0
        sheet.text(20, y + 2.8, f"1.{row + 1} {text}", 9)
        sheet.text(97, y + 2.8, "bad", 8)
        for number in range(5):
            sheet.tick(Box(105 + number * 9, y, 3.5, 3.5), text, str(number + 1))
        sheet.text(148, y + 2.8, "good", 8)
    sheet.text(20, 118, "How did you come here?", 9)
    for number, text in enumerate(("on foot", "bicycle", "bus", "train")):
        y = 123 + number * 7.0
        sheet.tick(Box(25, y, 3.5, 3.5), "come", text.replace(" ", "_"))
        sheet.text(30.5, y + 2.9, text, 9)
    sheet.text(20, 170, "Anything else you want to tell us:", 9)
    sheet.rect(20, 174, 170, 40)
    return sheet.save()


def answer_sheet(path: Path) -> list[Printed]:
    """Bubbles with letters and four corner marks."""
    sheet = Sheet(path)
    for x, y in ((10, 10), (188, 10), (10, 275), (188, 275)):
        sheet.rect(x, y, 12, 12, fill=True)
    sheet.text(60, 22, "ANSWER SHEET", 18)
    sheet.text(38, 36, "Roll number", 10)
    for digit in range(4):
        for value in range(10):
            sheet.bubble(42 + digit * 7.5, 42 + value * 6.5, f"roll {digit}", str(value))
    for number in range(30):
        x, y = 30 + number // 10 * 50.0, 125 + number % 10 * 9.0
        sheet.text(x - 9, y + 1.2, str(number + 1), 9)
        for place, code in enumerate("ABCD"):
            sheet.bubble(x + place * 8, y, f"q{number + 1}", code)
    return sheet.save()


def ministry_form(path: Path) -> list[Printed]:
    """Rows of table cells, boxes of four lines, dotted lines."""
    sheet = Sheet(path)
    sheet.text(60, 18, "FORMULIR PENDATAAN KELUARGA", 13)
    sheet.page.setLineWidth(0.5)
    rows: tuple[tuple[str, int, Kind], ...] = (
        ("Nomor KK", 16, "digit"),
        ("Nama Kepala Keluarga", 20, "capital"),
        ("RT", 3, "digit"),
        ("Kode Pos", 5, "digit"),
        ("Tanggal Lahir", 8, "digit"),
    )
    for row, (text, count, kind) in enumerate(rows):
        y = 34 + row * 11.0
        sheet.text(18, y + 4.5, f"{row + 1}.  {text}")
        sheet.text(62, y + 4.5, ":")
        sheet.comb(Box(65, y, 5.6, 6.5), count, text, kind)
    sheet.text(18, 100, "6.  Jenis Kelamin")
    for place, text in enumerate(("1. Laki-laki", "2. Perempuan")):
        x = 65 + place * 45.0
        sheet.tick(Box(x, 96, 4.5, 4.5), "Jenis Kelamin", str(place + 1))
        sheet.text(x + 6, 99.6, text)
    sheet.text(18, 115, "7.  Pekerjaan")
    sheet.text(65, 115, "." * 80)
    for row in range(4):
        for x, w in ((18, 12), (30, 60), (90, 100)):
            sheet.rect(x, 130 + row * 9.0, w, 9)
    for x, text in ((19, "No"), (32, "Nama"), (92, "Keterangan")):
        sheet.text(x, 136, text)
    for row in range(1, 4):
        sheet.text(22, 136 + row * 9.0, str(row))
    sheet.text(140, 190, "Tanda tangan")
    sheet.rect(140, 193, 50, 22)
    return sheet.save()


FORMS = {"questionnaire": questionnaire, "answer_sheet": answer_sheet, "ministry": ministry_form}


def render(path: Path) -> Gray:
    """The printed page as PAPI opens it, 300 dpi."""
    scan = open_scan(path, Limits())
    page = scan.page(0)  # type: ignore[union-attr]
    return page.gray  # type: ignore[union-attr]


def fill(
    blank: Gray,
    printed: list[Printed],
    rng: np.random.Generator,
    source: CharacterSource | None = None,
    share: float = 0.9,
) -> tuple[Gray, dict[str, str]]:
    """Fill a page by one hand; return it and the answer of each question."""
    canvas = Canvas(blank.copy(), PX_PER_MM)
    hand = Hand.draw(source or SkeletonSource(), rng)
    questions: dict[str, list[Printed]] = {}
    for item in printed:
        questions.setdefault(item.question, []).append(item)
    answers: dict[str, str] = {}
    for question, items in questions.items():
        answers[question] = ""
        if rng.random() > share:
            continue
        if items[0].kind == "tick":
            chosen = items[int(rng.integers(len(items)))]
            mark_box(canvas, hand, chosen.box, rng)
            answers[question] = chosen.code
            continue
        letters = _ALPHABET[items[0].kind]
        count = len(items) if items[0].kind == "digit" else int(rng.integers(4, len(items)))
        answers[question] = "".join(letters[int(i)] for i in rng.integers(0, len(letters), count))
        for item, character in zip(items, answers[question], strict=False):
            write_character(canvas, hand, character, item.box, rng)
    spot_dirt(canvas, 210, HEIGHT, rng)
    return canvas.gray, answers


def shrunk(gray: Gray, dpi: float) -> Gray:
    """A 300-dpi page at another resolution."""
    factor = dpi / DPI
    return np.asarray(cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
