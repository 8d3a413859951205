"""Scans as files: one PDF of many pages, multi-page TIFF, single JPEG and PNG.

Knows file formats of scanners. Must not know forms beyond their id and page number.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas as PdfCanvas

from papi.geometry import MM_PER_INCH, POINTS_PER_MM, Affine
from papi.synth.degrade import Scan

Generator = np.random.Generator
_POINTS_PER_INCH = MM_PER_INCH * POINTS_PER_MM
PAGES_PER_FILE = {"pdf": 40, "tiff": 8, "jpeg": 1, "png": 1}
_SHARES = {"pdf": 0.6, "tiff": 0.15, "jpeg": 0.15, "png": 0.1}
"""Pages by kind of file, as a scanning room with several machines delivers them."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One scanned page as bytes: JPEG, or PNG of 1 bit.

    Attributes:
        data: the encoded image.
        bilevel: 1-bit PNG.
        dpi: resolution to tag.
        form_id, page: which side it is.
        to_px: true map page mm -> px.
    """

    data: bytes
    bilevel: bool
    dpi: int
    form_id: str
    page: int
    to_px: Affine


def encode_page(scan: Scan, form_id: str, page: int) -> StoredPage:
    """Encode a scan as its machine stores it: JPEG of its quality, or 1 bit."""
    settings = scan.settings
    if settings.threshold:
        stream = io.BytesIO()
        Image.fromarray(scan.gray).convert("1", dither=Image.Dither.NONE).save(stream, "png")
        data = stream.getvalue()
    else:
        options = [cv2.IMWRITE_JPEG_QUALITY, settings.quality]
        data = cv2.imencode(".jpg", scan.gray, options)[1].tobytes()
    dpi = settings.stated_dpi
    return StoredPage(data, bool(settings.threshold), dpi, form_id, page, scan.to_px)


@dataclass
class ScanFiles:
    """Writes pages, as they come, as a planned mix of files; holds one file's pages at most.

    Attributes:
        out: folder of the files.
        plan: kind and number of pages of every file.
        files: written so far.
        places: of every page: file, index, form_id, page, dpi, to_px.
    """

    out: Path
    plan: Sequence[tuple[str, int]]
    files: list[Path] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[StoredPage] = field(default_factory=list)

    def add(self, page: StoredPage) -> None:
        """Take the next page; write a file when its last page is here."""
        self.waiting.append(page)
        kind, count = self.plan[len(self.files)]
        if len(self.waiting) < count:
            return
        suffix = "tif" if kind == "tiff" else kind
        path = self.out / f"scan_{len(self.files) + 1:04d}.{suffix}"
        _WRITERS[kind](path, self.waiting)
        self.places += [
            {
                "file": path.name,
                "index": index,
                "form_id": waiting.form_id,
                "page": waiting.page,
                "dpi": waiting.dpi,
                "to_px": waiting.to_px.matrix().ravel().tolist(),
            }
            for index, waiting in enumerate(self.waiting)
        ]
        self.files.append(path)
        self.waiting = []


def plan_files(pages: int, kinds: Sequence[str], rng: Generator) -> list[tuple[str, int]]:
    """Cut `pages` pages into files; the chance of a kind is its share of pages over its length.

    The first file is of the first kind and holds at most half of the pages.
    """
    weights = np.array([_SHARES[kind] / PAGES_PER_FILE[kind] for kind in kinds])
    plan: list[tuple[str, int]] = []
    left = pages
    while left > 0:
        kind, most = kinds[0], max(pages // 2, 1)
        if plan:
            kind, most = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))], left
        plan.append((kind, min(most, left, PAGES_PER_FILE[kind])))
        left -= plan[-1][1]
    return plan


def _open(page: StoredPage) -> Image.Image:
    return Image.open(io.BytesIO(page.data))


def _write_pdf(path: Path, pages: Sequence[StoredPage]) -> None:
    """Write pages as one image each; 2 ms a page with binary streams, 230 ms as ASCII85."""
    rl_config.useA85 = 0
    pdf = PdfCanvas(str(path), invariant=True)
    for page in pages:
        image = _open(page)
        width, height = (side / page.dpi * _POINTS_PER_INCH for side in image.size)
        pdf.setPageSize((width, height))
        pdf.drawImage(ImageReader(io.BytesIO(page.data)), 0, 0, width, height)
        pdf.showPage()
    pdf.save()


def _write_tiff(path: Path, pages: Sequence[StoredPage]) -> None:
    """Write 1-bit pages as G4 and grey ones as LZW; TIFF readers must take both."""
    images = [_open(page) for page in pages]
    compression = "group4" if all(page.bilevel for page in pages) else "tiff_lzw"
    first, rest = images[0], images[1:]
    dpi = (pages[0].dpi, pages[0].dpi)
    first.save(path, "tiff", save_all=True, append_images=rest, compression=compression, dpi=dpi)


def _write_jpeg(path: Path, pages: Sequence[StoredPage]) -> None:
    page = pages[0]
    if page.bilevel:
        _open(page).convert("L").save(path, "jpeg", quality=90, dpi=(page.dpi, page.dpi))
        return
    path.write_bytes(_tagged(page))


def _tagged(page: StoredPage) -> bytes:
    """Set the resolution in a JPEG's JFIF header: cv2 leaves it at "no unit"."""
    head = bytearray(page.data)
    if head[6:11] == b"JFIF\0":
        head[13] = 1
        head[14:18] = page.dpi.to_bytes(2, "big") * 2
    return bytes(head)


def _write_png(path: Path, pages: Sequence[StoredPage]) -> None:
    """Write a PNG with its resolution; cv2's fast setting costs a fifth of Pillow's at level 1."""
    page = pages[0]
    if page.bilevel:
        _open(page).save(path, "png", dpi=(page.dpi, page.dpi))
        return
    gray = np.asarray(_open(page))
    options = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, _HUFFMAN_ONLY]
    data = cv2.imencode(".png", gray, options)[1].tobytes()
    path.write_bytes(data[:_AFTER_IHDR] + _physical_size(page.dpi) + data[_AFTER_IHDR:])


_HUFFMAN_ONLY = int(cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY)
_AFTER_IHDR = 33
"""Bytes of a PNG's signature and of its first chunk, which pHYs may follow."""


def _physical_size(dpi: int) -> bytes:
    """Return a PNG's pHYs chunk: pixels per metre."""
    pixels = round(dpi / MM_PER_INCH * 1000)
    chunk = b"pHYs" + struct.pack(">IIB", pixels, pixels, 1)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))


_WRITERS = {"pdf": _write_pdf, "tiff": _write_tiff, "jpeg": _write_jpeg, "png": _write_png}
