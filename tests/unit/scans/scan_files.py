"""Small files of every format, whole and damaged, made by the tests themselves."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from papi.model.page import Gray

A4_POINTS = (595.28, 841.89)


def picture(width: int = 620, height: int = 877) -> Gray:
    """Return a page that is no symmetric thing: a black corner top left, a grey bar below it."""
    gray = np.full((height, width), 245, np.uint8)
    gray[20:80, 20:120] = 10
    gray[200:220, 20:300] = 120
    return gray


def jpeg_bytes(gray: Gray | None = None, dpi: int | None = 75, **options: object) -> bytes:
    """Return a JPEG file."""
    buffer = io.BytesIO()
    extra = dict(options) if dpi is None else {"dpi": (dpi, dpi), **options}
    Image.fromarray(picture() if gray is None else gray).save(buffer, "JPEG", **extra)
    return buffer.getvalue()


def tiff_bytes(pages: int, compression: str = "group4", dpi: int = 200) -> bytes:
    """Return a TIFF of `pages` pages, each with its number of black rows at the foot."""
    images = []
    for number in range(pages):
        gray = picture()
        gray[-(number + 1) * 10 :] = 0
        image = Image.fromarray(gray)
        images.append(image.convert("1", dither=0) if compression == "group4" else image)
    buffer = io.BytesIO()
    images[0].save(
        buffer,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression=compression,
        dpi=(dpi, dpi),
    )
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims to be huge and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pdf_of_pictures(path: Path, pages: list[Image.Image | Path], encrypt: str = "") -> Path:
    """Write a PDF whose pages are one full-page picture each."""
    security = pdfencrypt.StandardEncryption(encrypt, canPrint=0) if encrypt else None
    canvas = Canvas(str(path), pagesize=A4_POINTS, encrypt=security)
    for page in pages:
        source = str(page) if isinstance(page, Path) else ImageReader(page)
        canvas.drawImage(source, 0, 0, *A4_POINTS)
        canvas.showPage()
    canvas.save()
    return path


def pdf_of_drawing(path: Path) -> Path:
    """Write a PDF page of paths and text only: a black corner top left."""
    canvas = Canvas(str(path), pagesize=A4_POINTS)
    canvas.rect(20, 750, 100, 60, fill=1)
    canvas.drawString(200, 400, "vector page")
    canvas.showPage()
    canvas.save()
    return path


def pdf_raw_picture(
    path: Path, gray: Gray, matrix: tuple[float, ...], rotate: int, media: tuple[float, float]
) -> Path:
    """Write a one-picture PDF by hand, with any matrix and /Rotate."""
    data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
    height, width = gray.shape
    content = ("q " + " ".join(f"{v:g}" for v in matrix) + " cm /I Do Q").encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {media[0]} {media[1]}]/Rotate {rotate}"
        "/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>".encode(),
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray"
        f"/BitsPerComponent 8/Filter/DCTDecode/Length {len(data)}>>stream\n".encode()
        + data
        + b"\nendstream",
        f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream",
    ]
    return _write_pdf(path, objects)


def pdf_without_pages(path: Path) -> Path:
    """Write a PDF whose page tree is empty."""
    return _write_pdf(path, [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])


def _write_pdf(path: Path, objects: list[bytes]) -> Path:
    out, places = io.BytesIO(b""), []
    out.write(b"%PDF-1.5\n")
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj".encode() + body + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        out.write(f"{place:010d} 00000 n \n".encode())
    out.write(f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n".encode())
    out.write(f"startxref\n{start}\n%%EOF\n".encode())
    path.write_bytes(out.getvalue())
    return path
