"""PDF files: a page that is one picture is taken out as it is, any other page is rendered.

Knows PDF through pdfium. Must not know forms. Taking the picture out costs 17 ms a page, rendering
106 ms, and it keeps the scanner's own pixels.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from papi.model.page import Gray, Reason
from papi.scans.jpeg_quality import jpeg_quality
from papi.scans.limits import Limits
from papi.scans.picture import decode_jpeg
from papi.scans.placement import place_picture
from papi.scans.scan_file import PageRefused, ScanFile

_RENDER_DPI, _COARSE_RENDER_DPI = 300.0, 200.0
_FINE_PIXELS = 25_000_000
"""Pages that would be larger at 300 dpi (beyond A3) are rendered at 200."""
_POINTS_PER_INCH = 72.0
_DARK_MEAN = 100.0
"""Mean grey under which a picture is suspected of being a mask or negative and is rendered."""
_BROKEN = (pdfium.PdfiumError, ValueError, OverflowError)
"""What pypdfium2 raises on damaged objects; names that are no UTF-8 are a ValueError."""
_TAIL, _FILLED = 2048, 65_536
_NO_PAGE = (Reason.NO_PAGES, "the PDF has no page")
_INVISIBLE_TEXT = 3
_PAINTED = {
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_SHADING,
    pdfium_c.FPDF_PAGEOBJ_TEXT,
    pdfium_c.FPDF_PAGEOBJ_UNKNOWN,
}


class Pdf(ScanFile):
    """A PDF file, read through pdfium page by page."""

    def __init__(self, name: str, sha256: str, limits: Limits, path: Path) -> None:
        super().__init__(name, sha256, limits)
        self._whole = _has_end(path)
        try:
            self._document = pdfium.PdfDocument(path)
            self._found = len(self._document)
        except pdfium.PdfiumError as error:
            raise self._refusal(path, error) from None
        if self._found > limits.pages:
            raise PageRefused(Reason.TOO_LARGE, f"{self._found} pages, at most {limits.pages}")
        if self._found == 0 and self._whole:
            raise PageRefused(*_NO_PAGE)

    def _refusal(self, path: Path, error: pdfium.PdfiumError) -> PageRefused:
        """Name why pdfium would not open the file.

        pdfium keeps the code of an earlier failure when it fails on a file without pages, so the
        file itself is asked too.
        """
        code = getattr(error, "err_code", None)
        locked = code in {pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY}
        if locked and _contains(path, rb"/Encrypt\b"):
            return PageRefused(Reason.ENCRYPTED, "the PDF asks for a password")
        if not self._whole:
            return PageRefused(Reason.TRUNCATED, "the PDF has no end")
        if _contains(path, rb"/Count\s+0\b"):
            return PageRefused(*_NO_PAGE)
        return PageRefused(Reason.DECODE_FAILED, "the PDF's structure is damaged")

    @property
    def page_count(self) -> int:
        """Pages found, and one more if the file breaks off."""
        return self._found + (not self._whole)

    def _decode(self, index: int) -> tuple[Gray, float | None]:
        if index >= self._found:
            raise PageRefused(Reason.TRUNCATED, "the PDF breaks off")
        try:
            page = self._document[index]
        except _BROKEN:
            raise PageRefused(Reason.DECODE_FAILED, "PDF page") from None
        try:
            return self._picture(page) or self._render(page)
        except _BROKEN:
            raise PageRefused(Reason.DECODE_FAILED, "PDF page content") from None
        finally:
            page.close()

    def _picture(self, page: pdfium.PdfPage) -> tuple[Gray, float] | None:
        """Return the page's only picture, turned as the page shows it, None if it must be rendered.

        Every picture's size is checked first, since rendering would decode it too.
        """
        image = self._only_image(page)
        if image is None:
            return None
        placement = place_picture(
            image.get_matrix().get()[:4],
            page.get_rotation() // 90,
            page.get_size(),
            image.get_px_size(),
        )
        if placement is None:
            return None
        gray = self._pixels(image)
        if gray is None or gray[::16, ::16].mean() < _DARK_MEAN:
            return None
        return placement.turn(gray), placement.dpi

    def _only_image(self, page: pdfium.PdfPage) -> pdfium.PdfImage | None:
        images: list[pdfium.PdfImage] = []
        painted = pdfium_c.FPDFPage_GetAnnotCount(page) > 0
        for item in page.get_objects():
            if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                self.check_size(*item.get_px_size())
                images.append(item)
            elif item.type in _PAINTED and not painted:
                painted = not _invisible(item)
        return images[0] if len(images) == 1 and not painted else None

    def _pixels(self, image: pdfium.PdfImage) -> Gray | None:
        filters = image.get_filters()
        if filters and filters[-1] == "DCTDecode":
            data = bytes(image.get_data(decode_simple=len(filters) > 1))
            if not _jpeg_has_four_layers(data):
                self.jpeg_quality = jpeg_quality(data)
                return decode_jpeg(data, self.limits)[0]
        pixels = image.get_bitmap(render=False).to_numpy()
        return _bitmap_to_gray(pixels)

    def _render(self, page: pdfium.PdfPage) -> tuple[Gray, float]:
        width, height = (side / _POINTS_PER_INCH for side in page.get_size())
        fine = width * height * _RENDER_DPI**2 <= _FINE_PIXELS
        dpi = _RENDER_DPI if fine else _COARSE_RENDER_DPI
        self.check_size(round(width * dpi), round(height * dpi))
        bitmap = page.render(scale=dpi / _POINTS_PER_INCH, grayscale=True)
        gray = _bitmap_to_gray(bitmap.to_numpy())
        if gray is None:
            raise PageRefused(Reason.DECODE_FAILED, "PDF page content")
        return gray, dpi

    def close(self) -> None:
        """Let go of the file."""
        self._document.close()


def _has_end(path: Path) -> bool:
    """Look for the end mark in the last bytes, not counting what fills up a block after it."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _FILLED))
        return b"%%EOF" in file.read().rstrip(b"\0 \t\r\n")[-_TAIL:]


def _contains(path: Path, pattern: bytes) -> bool:
    """Search a file without reading it into memory."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return re.search(pattern, data) is not None


def _invisible(item: pdfium.PdfObject) -> bool:
    """Tell whether an object is the unseen text that OCR lays over a scan."""
    if item.type != pdfium_c.FPDF_PAGEOBJ_TEXT:
        return False
    return bool(pdfium_c.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE_TEXT)


def _jpeg_has_four_layers(data: bytes) -> bool:
    """Tell whether a JPEG is CMYK; in a PDF those may be inverted, so pdfium decodes them."""
    position = 2
    while position + 9 < len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return data[position + 9] == 4
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return False


def _bitmap_to_gray(pixels: NDArray[np.uint8]) -> Gray | None:
    """Copy a pdfium bitmap out as grey."""
    if pixels.ndim == 2:
        return np.array(pixels, dtype=np.uint8)
    code = {1: None, 3: cv2.COLOR_BGR2GRAY, 4: cv2.COLOR_BGRA2GRAY}.get(pixels.shape[2], -1)
    if code == -1:
        return None
    if code is None:
        return np.array(pixels[..., 0], dtype=np.uint8)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), code), dtype=np.uint8)
