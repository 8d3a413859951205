"""Printed text of a blank PDF, as words in millimetres.

Knows pdfplumber. Must not know boxes or fields. A scanned blank has no text and gives no words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pdfplumber

from papi.geometry import POINTS_PER_MM, Box
from papi.model.foreign import Word

SYMBOL_FONTS = ("wingding", "webding", "dingbat", "symbol", "marlett")
"""Fonts whose letters are drawn as boxes and ticks: their text says nothing."""
_NO_TEXT = frozenset("☐□▢◻⬜❏❐❑❒○◯⚪●■▪◦_…")


def read_words(path: Path) -> list[tuple[Word, ...]]:
    """Return the words of every page of a PDF; empty where it cannot be read as text."""
    try:
        with pdfplumber.open(path) as document:
            return [_words(page) for page in document.pages]
    except Exception:  # pdfminer raises whatever a damaged or odd PDF leads it to
        return []


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
