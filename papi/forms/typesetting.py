"""Text as glyph codes of the subset fonts of one PDF document.

Knows how reportlab subsets a font and what the typeface cannot show. Must not know pages or people.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics

from papi.forms.fonts import font_name, register_fonts
from papi.model.drawing import FontFace

SUBSTITUTE: Final = "?"
"""Printed for a character the typeface lacks."""
_BLANKS: Final = frozenset({"Cc", "Zs", "Zl", "Zp"})
_UNSEEN: Final = frozenset({"Cf", "Cs", "Mn", "Me"})
"""Unicode categories: formatting marks, lone surrogates, accents without a letter to sit on."""


@cache
def font_of(face: FontFace) -> Any:
    """Return reportlab's TTFont of a face."""
    register_fonts()
    return pdfmetrics.getFont(font_name(face))


def printable(text: str, face: FontFace = "regular") -> str:
    """Return `text` with what the face cannot show replaced: controls by a blank, others by '?'.

    Combining accents are composed first, so that "e + acute" prints as one letter.
    """
    if text.isascii() and text.isprintable():
        return text
    known = font_of(face).face.charToGlyph
    shown = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in _BLANKS:
            shown.append(" ")
        elif category not in _UNSEEN:
            shown.append(character if ord(character) in known else SUBSTITUTE)
    return "".join(shown)


class Typesetter:
    """Turns text into glyph codes of the subset fonts of one PDF document."""

    def __init__(self, document: Any) -> None:
        """Serve `document` (reportlab's PDFDocument)."""
        self._document = document
        self._codes: dict[FontFace, dict[str, str]] = {}

    def encode(self, text: str, face: FontFace) -> list[tuple[str, str]]:
        """Return (font resource name, hex string) pieces that show `text`.

        Codes of the first subset are remembered: reportlab's splitting costs 3 us a character.
        """
        codes = self._codes.setdefault(face, {})
        try:
            return [(self._resource(face, 0), "".join([codes[c] for c in text]))]
        except KeyError:
            pieces = font_of(face).splitString(text, self._document)
        if len(pieces) == 1 and pieces[0][0] == 0:
            codes.update(zip(text, (f"{code:02x}" for code in pieces[0][1]), strict=True))
        return [(self._resource(face, subset), coded.hex()) for subset, coded in pieces]

    def _resource(self, face: FontFace, subset: int) -> str:
        name: str = font_of(face).getSubsetInternalName(subset, self._document)
        return name
