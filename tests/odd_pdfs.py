"""PDF files object by object: whatever the format allows, and what it does not."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

A4 = b"[0 0 595 842]"
CATALOG, PAGES, PAGE, CONTENT, PICTURE = 1, 2, 3, 4, 5
"""Numbers of the objects of a file with one page."""
SHOW = b"q 595 0 0 842 0 0 cm /P Do Q"


def stream(data: bytes, entries: bytes = b"", *, deflated: int = 0) -> bytes:
    """Return a stream object, deflated so many times over."""
    for _ in range(deflated):
        data = zlib.compress(data, 9)
    if deflated:
        entries += b" /Filter [" + b" /FlateDecode" * deflated + b"]"
    head = b"<< /Length %d %s >>" % (len(data), entries)
    return head + b"\nstream\n" + data + b"\nendstream"


def picture(
    width: int, height: int, data: bytes, entries: bytes = b"", *, bits: int = 8, deflated: int = 1
) -> bytes:
    """Return an image object; its numbers need not fit its data."""
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d " % (
        width,
        height,
        bits,
    )
    colours = b"" if b"/ColorSpace" in entries or b"/ImageMask" in entries else _GRAY
    return stream(data, head + colours + entries, deflated=deflated)


_GRAY = b"/ColorSpace /DeviceGray "


def one_page(
    image: bytes | None = None,
    content: bytes | None = None,
    media: bytes = A4,
    entries: bytes = b"",
) -> dict[int, bytes]:
    """Return the objects of a file whose one page shows a picture."""
    image = picture(8, 8, b"\xff" * 64) if image is None else image
    return {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>",
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R "
        b"/Resources << /XObject << /P 5 0 R >> >> %s >>" % (media, entries),
        CONTENT: stream(SHOW) if content is None else content,
        PICTURE: image,
    }


@dataclass(frozen=True)
class Xref:
    """How the table of objects lies.

    Attributes:
        shift: added to every offset.
        start: what `startxref` says, None for the truth.
        trailer: more entries of the trailer.
        table: whether there is a table at all.
        junk: bytes before the header.
    """

    shift: int = 0
    start: int | None = None
    trailer: bytes = b""
    table: bool = True
    junk: bytes = b""


def pdf_file(objects: Mapping[int, bytes], xref: Xref = Xref()) -> bytes:
    """Write objects into a file with the table of objects that `xref` describes."""
    data = bytearray(xref.junk + b"%PDF-1.7\n")
    offsets: dict[int, int] = {}
    for number, body in objects.items():
        offsets[number] = len(data)
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(data)
    if xref.table:
        data += b"xref\n0 1\n0000000000 65535 f \n"
        for number, offset in offsets.items():
            data += b"%d 1\n%010d 00000 n \n" % (number, max(0, offset + xref.shift))
    data += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (
        max(objects, default=0) + 1,
        xref.trailer,
    )
    data += b"startxref\n%d\n%%%%EOF\n" % (start if xref.start is None else xref.start)
    return bytes(data)


def jbig2_bomb(width: int, height: int) -> bytes:
    """Return an embedded JBIG2 stream: a page of that size, and nothing on it."""
    page = struct.pack(">LLLLBH", width, height, 0, 0, 0, 0)
    segment = struct.pack(">LBBBL", 0, 48, 0, 1, len(page))
    return segment + page


def jpx_bomb(width: int, height: int) -> bytes:
    """Return a JPEG 2000 codestream that claims a size and ends."""
    size = struct.pack(">HLLLLLLLLH", 0, width, height, 0, 0, width, height, 0, 0, 1) + b"\7\1\1"
    return b"\xff\x4f\xff\x51" + struct.pack(">H", len(size) + 2) + size + b"\xff\xd9"
