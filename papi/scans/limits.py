"""Limits that protect the machine from a file, checked before anything is decoded.

Knows numbers only. Must not know file formats.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file and one page may cost.

    Attributes:
        file_bytes: largest file that is opened; a 600-page batch at 300 dpi grey has 500 MB.
        page_pixels: largest page; A3 at 600 dpi has 70 Mpx, and 120 Mpx of grey are 120 MB.
        page_side: longest side of a page, px (cv2 and libtiff are safe far beyond).
        pages: most pages of one file.
    """

    file_bytes: int = 550_000_000
    page_pixels: int = 120_000_000
    page_side: int = 20_000
    pages: int = 5_000

    def excess(self, width: int, height: int) -> str:
        """Return what is wrong with a page of this size in px, "" if nothing."""
        if width < 1 or height < 1:
            return f"{width} x {height} px"
        if max(width, height) > self.page_side:
            return f"{width} x {height} px, at most {self.page_side} px a side"
        if width * height > self.page_pixels:
            return f"{width} x {height} px, at most {self.page_pixels / 1e6:.0f} million px"
        return ""
