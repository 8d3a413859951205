"""PDFs as programs write them and as they should not: every page an image or a named reason."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from odd_pdfs import (
    CATALOG,
    CONTENT,
    PAGES,
    Xref,
    jbig2_bomb,
    jpx_bomb,
    one_page,
    pdf_file,
    picture,
    stream,
)
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas
from scan_outcomes import outcomes_of

from papi.model.page import PageFailure, PageImage
from papi.scans.files import Limits, open_scan

LIMITS = Limits(page_pixels=16_000_000, pages=50, seconds=8.0, memory_bytes=600_000_000)
LINE = stream(b"0 0 m 99 99 l S")
ENDLESS = {("file too_slow",), ("file too_large",)}
"""Which of the two limits a bomb meets first depends on the machine."""


def tree(kids: bytes, count: bytes, more: dict[int, bytes] | None = None) -> bytes:
    """A page tree that says so."""
    pages = b"<< /Type /Pages /Kids [%s] /Count %s >>" % (kids, count)
    return pdf_file({**one_page(), PAGES: pages, **(more or {})})


def deep_tree(depth: int) -> bytes:
    """A page below so many nodes."""
    first, last = 10, 10 + depth
    nodes = {
        n: b"<< /Type /Pages /Parent 2 0 R /Kids [%d 0 R] /Count 1 >>" % (3 if n == last else n + 1)
        for n in range(first, last + 1)
    }
    return tree(b"%d 0 R" % first, b"1", nodes)


def shown(
    width: int, height: int, data: bytes, entries: bytes = b"", *, bits: int = 8, deflated: int = 1
) -> bytes:
    """A page with such a picture."""
    return pdf_file(one_page(picture(width, height, data, entries, bits=bits, deflated=deflated)))


def filtered(data: bytes, name: bytes, parms: bytes = b"", bits: int = 8) -> bytes:
    """A page with a picture of 100 x 100 px that goes through one filter."""
    entries = b"/Filter /%s /DecodeParms << %s >> " % (name, parms)
    return shown(100, 100, data, entries, bits=bits, deflated=0)


def drawn(content: bytes, deflated: int = 0) -> bytes:
    """A page with such content."""
    return pdf_file(one_page(content=stream(content, deflated=deflated)))


def form(body: bytes, resources: bytes) -> bytes:
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << %s >> >>"
    return stream(body, head % resources)


def doubling(depth: int) -> bytes:
    """Forms that each show the next one three times."""
    forms = {n: form(b"/P Do /P Do /P Do", b"/P %d 0 R" % (n + 1)) for n in range(6, 6 + depth)}
    return pdf_file({**one_page(form(b"/P Do", b"/P 6 0 R")), **forms, 6 + depth: form(b"f", b"")})


def bent(media: bytes, content: bytes = LINE) -> bytes:
    """A drawn page of such a size."""
    return pdf_file(one_page(content=content, media=media))


Case = tuple[Callable[[], bytes], tuple[str, ...]]
NO_PAGE = ("file no_pages",)
CASES: dict[str, Case] = {
    "two pages, one the root": (lambda: tree(b"2 0 R 3 0 R", b"2"), ("image", "decode_failed")),
    "nothing but a cycle": (
        lambda: tree(b"6 0 R", b"1", {6: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}),
        ("decode_failed",),
    ),
    "a billion pages": (lambda: tree(b"3 0 R", b"1000000000"), ("image",)),
    "-3 pages": (lambda: tree(b"3 0 R", b"-3"), ("image",)),
    "0 pages, yet one": (lambda: tree(b"3 0 R", b"0"), ("image",)),
    "3 pages, yet one": (lambda: tree(b"3 0 R", b"3"), ("image", *["decode_failed"] * 2)),
    "a page twice": (lambda: tree(b"3 0 R 3 0 R", b"2"), ("image", "image")),
    "a page 60 times": (lambda: tree(b"3 0 R " * 60, b"60"), ("file too_large",)),
    "a page that is not there": (lambda: tree(b"3 0 R 99 0 R", b"2"), ("image", "decode_failed")),
    "no page": (lambda: tree(b"", b"0"), NO_PAGE),
    "5,000 deep": (lambda: deep_tree(5000), ("decode_failed",)),
    "huge page": (lambda: bent(b"[0 0 1000000000 1000000000]"), ("too_large",)),
    "thin page": (lambda: bent(b"[0 0 0.0001 842]"), ("too_large",)),
    "page inside out": (lambda: bent(b"[595 842 0 0]"), ("image",)),
    "page of nothing": (lambda: bent(b"[0 0 0 0]"), ("image",)),
    "page of words": (lambda: bent(b"[/a (b) null true]"), ("image",)),
    "picture of 30,000 px": (lambda: shown(30_000, 30_000, bytes(1000)), ("too_large",)),
    "picture of -5 px": (lambda: shown(-5, -5, bytes(10)), ("too_large",)),
    "picture of 0 px": (lambda: shown(0, 0, b""), ("too_large",)),
    "picture of 7 bits": (lambda: shown(100, 100, bytes(9999), bits=7), ("decode_failed",)),
    "picture of 16 bits": (lambda: shown(100, 100, bytes(20_000), bits=16), ("image",)),
    "picture of too much": (
        lambda: shown(100, 100, bytes(200_000_000), deflated=3),
        ("image",),
    ),
    "mask": (lambda: shown(8, 8, bytes(8), b"/ImageMask true ", bits=1), ("image",)),
    "mask of itself": (lambda: shown(8, 8, bytes(64), b"/SMask 5 0 R "), ("image",)),
    "jbig2 of 30,000 px": (
        lambda: filtered(jbig2_bomb(30_000, 30_000), b"JBIG2Decode"),
        ("image",),
    ),
    "jbig2 without bounds": (
        lambda: filtered(jbig2_bomb(2**32 - 1, 2**32 - 1), b"JBIG2Decode"),
        ("image",),
    ),
    "jpeg 2000 of 60,000 px": (
        lambda: filtered(jpx_bomb(60_000, 60_000), b"JPXDecode"),
        ("decode_failed",),
    ),
    "fax without bounds": (
        lambda: filtered(bytes(100), b"CCITTFaxDecode", b"/K -1 /Columns 2000000000", bits=1),
        ("decode_failed",),
    ),
    "predictor without bounds": (
        lambda: filtered(bytes(100), b"FlateDecode", b"/Predictor 15 /Columns 2000000000"),
        ("decode_failed",),
    ),
    "empty jpeg": (lambda: filtered(b"\xff\xd8\xff\xd9", b"DCTDecode"), ("decode_failed",)),
    "form within itself": (lambda: pdf_file(one_page(form(b"/P Do", b"/P 5 0 R"))), ("image",)),
    "content within itself": (
        lambda: pdf_file({**one_page(), CONTENT: b"[4 0 R 4 0 R]"}),
        ("image",),
    ),
    "empty content": (lambda: drawn(b""), ("image",)),
    "table shifted": (lambda: pdf_file(one_page(), Xref(shift=7)), ("image",)),
    "table elsewhere": (lambda: pdf_file(one_page(), Xref(start=3)), ("image",)),
    "table far away": (lambda: pdf_file(one_page(), Xref(start=99_999_999_999)), ("image",)),
    "no table": (lambda: pdf_file(one_page(), Xref(table=False)), ("image",)),
    "tables in a loop": (lambda: pdf_file(one_page(), Xref(trailer=b"/Prev 9")), ("image",)),
    "junk before": (lambda: pdf_file(one_page(), Xref(junk=b"\r\n" * 300)), ("image",)),
    "filled up with zeros": (lambda: pdf_file(one_page()) + bytes(5000), ("image",)),
    "no root": (lambda: pdf_file({2: b"<< >>"}), ("file decode_failed",)),
    "root that is itself": (
        lambda: pdf_file({**one_page(), CATALOG: b"1 0 R"}),
        ("file decode_failed",),
    ),
    "locked by nobody": (
        lambda: pdf_file(one_page(), Xref(trailer=b"/Encrypt << /Filter /Standard /V 1 /R 2 >>")),
        ("file encrypted",),
    ),
}
BOMBS: dict[str, Callable[[], bytes]] = {
    "a gigabyte of content": lambda: drawn(b" " * (1 << 30), deflated=3),
    "three million lines": lambda: drawn(b"0 0 m 99 99 l S\n" * 3_000_000, deflated=2),
    "forms that double": lambda: doubling(35),
}


@pytest.mark.parametrize("name", CASES)
def test_odd_pdfs_end_in_named_reasons(tmp_path: Path, name: str) -> None:
    make, expected = CASES[name]
    path = tmp_path / "odd.pdf"
    path.write_bytes(make())
    assert outcomes_of(path, LIMITS) == expected


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_meets_a_limit_and_harms_nobody(tmp_path: Path, name: str) -> None:
    path, good = tmp_path / "bomb.pdf", tmp_path / "good.pdf"
    path.write_bytes(BOMBS[name]())
    good.write_bytes(pdf_file(one_page()))
    assert path.stat().st_size < 10_000
    assert outcomes_of(path, LIMITS) in ENDLESS
    assert outcomes_of(good, LIMITS) == ("image",)


def test_pages_of_many_sizes(tmp_path: Path) -> None:
    sizes = [(595, 842), (421, 595), (842, 595), (842, 1191), (100, 20)]
    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path))
    for size in sizes:
        canvas.setPageSize(size)
        canvas.line(0, 0, *size)
        canvas.showPage()
    canvas.save()
    scan = open_scan(path, Limits())
    assert not isinstance(scan, PageFailure)
    for (width, height), page in zip(sizes, scan.iter_pages(), strict=True):
        assert isinstance(page, PageImage)
        assert page.dpi == 300
        assert page.gray.shape == pytest.approx((height / 0.24, width / 0.24), abs=2)


def test_a_pdf_locked_against_changes_only_is_read(tmp_path: Path) -> None:
    lock = pdfencrypt.StandardEncryption("", ownerPassword="secret", canModify=0)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=lock)
    canvas.line(0, 0, 100, 100)
    canvas.showPage()
    canvas.save()
    path = tmp_path / "locked.pdf"
    path.write_bytes(buffer.getvalue())
    assert outcomes_of(path, LIMITS) == ("image",)
