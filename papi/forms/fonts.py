"""Source Sans Pro for paper: registered with reportlab, measured in millimetres.

Knows where the font package keeps its files, and how wide a text runs.
Must not know templates, layouts or people.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import font_source_sans_pro
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from papi.geometry import POINTS_PER_MM
from papi.model.drawing import FontFace

_FILES: dict[FontFace, str] = {
    "light": "SourceSansPro-Light.ttf",
    "regular": "SourceSansPro-Regular.ttf",
    "semibold": "SourceSansPro-Semibold.ttf",
    "bold": "SourceSansPro-Bold.ttf",
    "italic": "SourceSansPro-It.ttf",
}

ASCENT = 0.75
"""Height of the tallest accentless glyph above the baseline, per point of size (measured: 0.74)."""
DESCENT = 0.21
"""Depth of g, j, p, q, y below the baseline, per point of size (measured: 0.205)."""
CAP_HEIGHT = 0.66
"""Height of a capital, per point of size."""


@cache
def register_fonts() -> None:
    """Register all faces with reportlab, once a process (about 20 ms a face)."""
    folder = Path(font_source_sans_pro.font_directory)
    for face, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(font_name(face), str(folder / file)))


def font_name(face: FontFace) -> str:
    """Return the name under which reportlab knows a face."""
    return f"SourceSansPro-{face}"


@lru_cache(maxsize=20_000)
def text_width(text: str, size: float, face: FontFace = "regular") -> float:
    """Return the width of a line of text, mm (size in points)."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font_name(face), size)) / POINTS_PER_MM


def ascent(size: float) -> float:
    """Return the height of text above its baseline, mm (size in points)."""
    return ASCENT * size / POINTS_PER_MM


def descent(size: float) -> float:
    """Return the depth of text below its baseline, mm (size in points)."""
    return DESCENT * size / POINTS_PER_MM


def centring(size: float) -> float:
    """Return how far below a line's middle its baseline lies so that capitals look centred, mm."""
    return CAP_HEIGHT * size / POINTS_PER_MM / 2


def wrap_text(text: str, width: float, size: float, face: FontFace = "regular") -> list[str]:
    """Break text at blanks into lines of at most `width` mm.

    A non-breaking space keeps a code and its first word together. A word wider than the line
    stays whole on a line of its own.
    """
    lines: list[str] = []
    for word in text.split(" "):
        candidate = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(candidate, size, face) <= width:
            lines[-1] = candidate
        else:
            lines.append(word)
    return lines or [""]
