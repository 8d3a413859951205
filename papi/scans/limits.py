"""Limits that protect the machine from a file, documented in docs/limits.md.

Sizes are checked before anything is decoded; time and memory are enforced from outside, by the
process that reads (papi.pipeline.children). Knows numbers only. Must not know file formats.
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
        seconds: wall time for opening a file, and for each page; a page takes 0.1 s.
        memory_bytes: private memory of the process that does it. A worker at rest has 0.1 GB, an
            A4 page at 300 dpi adds 0.1 GB; 2 GB suffice for 120 Mpx in any format (colour 1.3 GB,
            TIFF with alpha 1.9).
    """

    file_bytes: int = 550_000_000
    page_pixels: int = 120_000_000
    page_side: int = 20_000
    pages: int = 5_000
    seconds: float = 60.0
    memory_bytes: int = 2_000_000_000

    def excess(self, width: int, height: int) -> str:
        """Return what is wrong with a page of this size in px, "" if nothing."""
        if width < 1 or height < 1:
            return f"{width} x {height} px"
        if max(width, height) > self.page_side:
            return f"{width} x {height} px, at most {self.page_side} px a side"
        if width * height > self.page_pixels:
            return f"{width} x {height} px, at most {self.page_pixels / 1e6:.0f} million px"
        return ""
