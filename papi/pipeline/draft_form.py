"""Draft a foreign form from its blank: sides, what is printed on them, fields.

Knows the order scan, print, words, fields. Must not know files of the result or commands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from papi.errors import InputUnreadable
from papi.forms.draft import draft_page
from papi.forms.draft_labels import Names
from papi.forms.draft_words import PageText, read_text
from papi.geometry import MM_PER_INCH, Box
from papi.imaging.foreign_print import find_print
from papi.imaging.foreign_straight import straighten
from papi.imaging.foreign_unmark import add_blackened, empty_bubbles
from papi.model.foreign import Anchors, ForeignForm, ForeignPage, PrintedBox, PrintFound
from papi.model.page import Gray, PageFailure, PageImage
from papi.scans.files import Limits, open_scan

BLANK_DPI = 200.0
A4_SHORT_MM, A4_LONG_MM = 210.0, 297.0
_LIKELY_DPI = (90.0, 620.0)
_PAPER_SIDE_MM = (90.0, 450.0)
_ADVICE = "Name a PDF, TIFF, JPEG or PNG that opens without a password, of pages up to A2."


@dataclass(frozen=True, eq=False)
class DraftedPage:
    """One side of the draft: its entry and its blank picture (uint8 at BLANK_DPI)."""

    page: ForeignPage
    blank: Gray


@dataclass(frozen=True, eq=False)
class Draft:
    """A drafted form with its blank pictures."""

    form: ForeignForm
    pages: tuple[DraftedPage, ...]


def draft_form(path: Path, name: str) -> Draft:
    """Draft a form from a blank PDF or a scan of it (PDF, TIFF, JPEG, PNG).

    Args:
        path: the blank form, every side.
        name: what to call the form.

    Raises:
        InputUnreadable: the file or one of its pages cannot be opened.
    """
    texts = read_text(path)
    names, fields, pages = Names(), [], []
    for number, side in enumerate(_sides(path), 1):
        text = texts[number - 1] if number <= len(texts) else PageText()
        gray, scale, clean = _prepared(side, has_words=bool(text.words))
        found = find_print(gray, scale, clean=clean)
        boxes = (*found.boxes, *(b for b in text.boxes if not _is_among(b, found.boxes)))
        found, marked = add_blackened(replace(found, boxes=boxes, words=text.words))
        gray = empty_bubbles(gray, scale, marked)
        fields += draft_page(found, number, names)
        pages.append(DraftedPage(_page(found, number), _blank(gray, found)))
    form = ForeignForm(form=name, pages=tuple(p.page for p in pages), fields=tuple(fields))
    return Draft(form, tuple(pages))


def _is_among(box: PrintedBox, boxes: Sequence[PrintedBox]) -> bool:
    """Tell whether a box was found by its outline already."""
    x, y = box.box.center
    return any(abs(b.box.center[0] - x) < 1.0 and abs(b.box.center[1] - y) < 1.0 for b in boxes)


def _sides(path: Path) -> Iterator[PageImage]:
    scan = open_scan(path, Limits())
    if isinstance(scan, PageFailure):
        raise InputUnreadable(f"{path.name} cannot be opened ({scan.reason.value}).", _ADVICE)
    try:
        for index in range(scan.page_count):
            page = scan.page(index)
            if isinstance(page, PageFailure):
                raise InputUnreadable(
                    f"Page {index + 1} of {path.name} cannot be opened ({page.reason.value}).",
                    _ADVICE,
                )
            yield page
    finally:
        scan.close()


def _prepared(side: PageImage, *, has_words: bool) -> tuple[Gray, float, bool]:
    """Return the side upright and straight, its px per mm, and whether it was rendered."""
    clean = has_words or _is_rendered(side.gray)
    gray = side.gray if clean else straighten(side.gray)
    return gray, _px_per_mm(side), clean


def _is_rendered(gray: Gray) -> bool:
    """Tell a rendered page from a scan: its paper is exactly white, its edges are smooth."""
    white, black = float((gray == 255).mean()), float((gray == 0).mean())
    bilevel = white + black > 0.9995
    return not bilevel and white > 0.6 and float(((gray > 235) & (gray < 255)).mean()) < 0.02


def _px_per_mm(side: PageImage) -> float:
    """Return the scale by the file's dpi; without a credible one, the side is A4."""
    height, width = side.gray.shape
    if side.dpi and _LIKELY_DPI[0] <= side.dpi <= _LIKELY_DPI[1]:
        scale = side.dpi / MM_PER_INCH
        low, high = _PAPER_SIDE_MM
        if low <= min(width, height) / scale and max(width, height) / scale <= high:
            return scale
    return float(max(min(width, height) / A4_SHORT_MM, max(width, height) / (1.1 * A4_LONG_MM)))


def _blank(gray: Gray, found: PrintFound) -> Gray:
    size = (
        round(found.width_mm * BLANK_DPI / MM_PER_INCH),
        round(found.height_mm * BLANK_DPI / MM_PER_INCH),
    )
    shrinks = size[0] < gray.shape[1]
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, size, interpolation=way), np.uint8)


def _page(found: PrintFound, number: int) -> ForeignPage:
    marks = corner_marks(found)
    return ForeignPage(
        page=number,
        width_mm=round(found.width_mm, 2),
        height_mm=round(found.height_mm, 2),
        blank=f"blank-{number}.png",
        anchors=Anchors.CORNER_MARKS if marks else Anchors.FEATURES,
        marks=marks,
    )


def corner_marks(found: PrintFound) -> tuple[Box, ...]:
    """Return four solid marks of one size that span the side, () if there are none."""
    corners = (
        (0.0, 0.0),
        (found.width_mm, 0.0),
        (found.width_mm, found.height_mm),
        (0.0, found.height_mm),
    )
    chosen = []
    for corner in corners:
        near = min(found.marks, key=lambda m: _away(m, corner), default=None)
        if near is None or _away(near, corner) > 0.3 * found.width_mm:
            return ()
        chosen.append(near)
    sizes = [m.w for m in chosen]
    alike = max(sizes) < 1.2 * min(sizes)
    return tuple(chosen) if len(set(chosen)) == 4 and alike else ()


def _away(mark: Box, corner: tuple[float, float]) -> float:
    return float(np.hypot(mark.center[0] - corner[0], mark.center[1] - corner[1]))
