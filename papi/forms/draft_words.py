"""Printed text of a blank PDF in millimetres, and boxes that pixels do not show as closed.

Knows pdfplumber. Must not know fields. A scanned blank has no text and gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pdfplumber

from papi.geometry import POINTS_PER_MM, Box
from papi.model.foreign import PrintedBox, Word

SYMBOL_FONTS = ("wingding", "webding", "dingbat", "symbol", "marlett")
"""Fonts whose letters are drawn as boxes and ticks: their text says nothing."""
_NO_TEXT = frozenset("☐□▢◻⬜❏❐❑❒○◯⚪●■▪◦_…")


PAIRS = {"[": "]", "(": ")"}
"""Brackets between which a tick is set."""
BRACKET_MM = (1.6, 9.0)
"""Free space between brackets."""
DASHED_MM = (1.9, 30.0)
"""Sides of a dashed rectangle to write in."""


@dataclass(frozen=True, slots=True)
class PageText:
    """One page's words, and its tick boxes and rectangles that have no closed outline."""

    words: tuple[Word, ...] = ()
    boxes: tuple[PrintedBox, ...] = ()


def read_text(path: Path) -> list[PageText]:
    """Return the text of every page of a PDF; nothing where it cannot be read as text."""
    try:
        with pdfplumber.open(path) as document:
            return [_page_text(page) for page in document.pages]
    except Exception:  # pdfminer raises whatever a damaged or odd PDF leads it to
        return []


def _page_text(page: Any) -> PageText:
    return PageText(_words(page), (*_brackets(page.chars), *_dashed(page)))


def _brackets(chars: Sequence[dict[str, Any]]) -> Iterator[PrintedBox]:
    """Yield the places between "[" and "]" that hold nothing but blanks and underscores."""
    for number, char in enumerate(chars):
        if char["text"] not in PAIRS:
            continue
        inner = (c for c in chars[number + 1 : number + 12] if c["text"] not in " _.\u00a0")
        closing = next(inner, None)
        if closing is None or closing["text"] != PAIRS[char["text"]]:
            continue
        left, right = _to_mm(char), _to_mm(closing)
        free = right.x - left.right
        if abs(left.y - right.y) < 0.5 and BRACKET_MM[0] <= free <= BRACKET_MM[1]:
            side = 0.72 * left.h
            top = left.y + 0.14 * left.h
            box = Box(left.right, top, free, side)
            yield PrintedBox(box, box, "box")


def _dashed(page: Any) -> Iterator[PrintedBox]:
    """Yield rectangles with a dashed outline."""
    for rect in page.rects:
        dash = rect.get("dash")
        box = _to_mm(rect)
        fits = DASHED_MM[0] <= box.h <= DASHED_MM[1] and box.w >= DASHED_MM[0]
        if rect.get("stroke") and dash and dash[0] and fits:
            rule = 0.5 * float(rect.get("linewidth") or 1.0) / POINTS_PER_MM
            yield PrintedBox(box.grown(rule), box.grown(-rule), "box")


def _words(page: Any) -> tuple[Word, ...]:
    written = page.filter(_is_text)
    found = written.extract_words(x_tolerance=1.5, y_tolerance=2, keep_blank_chars=False)
    return tuple(Word(word["text"], _to_mm(word)) for word in found)


def _is_text(item: dict[str, Any]) -> bool:
    """Tell letters from characters that only draw: boxes, circles, dots, underscores."""
    if item.get("object_type") != "char":
        return True
    font = str(item.get("fontname", "")).lower()
    return item["text"] not in _NO_TEXT and not any(name in font for name in SYMBOL_FONTS)


def _to_mm(item: dict[str, Any]) -> Box:
    x, y = item["x0"] / POINTS_PER_MM, item["top"] / POINTS_PER_MM
    return Box(
        float(x),
        float(y),
        float((item["x1"] - item["x0"]) / POINTS_PER_MM),
        float((item["bottom"] - item["top"]) / POINTS_PER_MM),
    )
