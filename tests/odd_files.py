"""Hypothesis strategies: PDFs and TIFFs that are well formed but for what they say.

A mutated file is mostly refused at its first broken byte. These get further: every number may be
wrong, every part may be missing or may be another, and the rest of the file is right.
"""

from __future__ import annotations

import struct

import numpy as np
import odd_tiffs as t
from hypothesis import strategies as st
from odd_pdfs import CONTENT, PAGE, PAGES, PICTURE, Xref, one_page, pdf_file, stream


def _one_in(many: int) -> st.SearchStrategy[bool]:
    return st.integers(1, many).map(lambda n: n == many)


SIDES = st.one_of(
    st.integers(1, 300), st.sampled_from([0, -1, 20_001, 30_000, 65_536, 2**31 - 1, 2**32 - 1])
)
NUMBERS = st.one_of(
    st.integers(-3, 300),
    st.sampled_from([2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, -(2**31)]),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 3)),
)
_FILTERS = ["FlateDecode", "LZWDecode", "DCTDecode", "CCITTFaxDecode", "JBIG2Decode", "JPXDecode"]
_FILTERS += ["RunLengthDecode", "ASCII85Decode", "ASCIIHexDecode", "Crypt", "Nonsense"]
_COLOURS = ["/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern", "[/Indexed /DeviceRGB 9 <ff>]"]
_COLOURS += ["[/Separation /X /DeviceCMYK 9 0 R]", "[/ICCBased 5 0 R]", "[/Lab << >>]", "null"]
_OPERATORS = ["q", "Q", "cm", "Do", "re", "m", "l", "c", "S", "f", "W n", "BT", "ET", "Tj", "Tf"]
_OPERATORS += ["sh", "gs", "cs", "scn", "w", "d", "BI", "ID", "EI", "BDC", "EMC", "h", "v", "y"]


@st.composite
def values(draw: st.DrawFn) -> bytes:
    """Anything a PDF dictionary may hold."""
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return b"%d 0 R" % draw(st.integers(0, 12))
    if kind == 1:
        return str(draw(NUMBERS)).encode()
    if kind == 2:
        return draw(st.sampled_from([b"null", b"true", b"(x)", b"<ff", b"/Name", b"<< >>", b"["]))
    if kind == 3:
        return b"[" + b" ".join(str(n).encode() for n in draw(st.lists(NUMBERS, max_size=8))) + b"]"
    if kind == 4:
        return b"[" + b"%d 0 R " % draw(st.integers(0, 12)) * draw(st.integers(0, 60)) + b"]"
    return draw(st.binary(max_size=6))


def _entries(names: list[str], most: int = 3) -> st.SearchStrategy[bytes]:
    pair = st.tuples(st.sampled_from(names), values())
    lists = st.lists(pair, max_size=most)
    return lists.map(lambda pairs: b" ".join(b"/%s %s" % (n.encode(), v) for n, v in pairs))


@st.composite
def pictures(draw: st.DrawFn) -> bytes:
    """An image object."""
    names = draw(st.lists(st.sampled_from(_FILTERS), max_size=3)) if draw(st.booleans()) else []
    data = draw(st.one_of(st.binary(max_size=200), st.just(bytes(100_000))))
    parms = draw(_entries(["K", "Columns", "Rows", "Predictor", "Colors", "BitsPerComponent"]))
    colours = draw(st.sampled_from(_COLOURS)) if draw(st.booleans()) else "/DeviceGray"
    width, height = draw(SIDES), draw(SIDES) if draw(_one_in(3)) else 40
    bits = draw(st.sampled_from([1, 2, 4, 16, 0, 7, 255, -8])) if draw(_one_in(3)) else 8
    odd = draw(_entries(["SMask", "Mask", "ImageMask", "Decode", "Matte", "Intent", "Length"], 2))
    deflated = draw(st.integers(0, 2)) if not names else 0
    head = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
        f"/BitsPerComponent {bits} /ColorSpace {colours} "
    )
    if names:
        chain = " ".join(f"/{name}" for name in names)
        head += f"/Filter [{chain}] /DecodeParms [{'<< >> ' * (len(names) - 1)}"
        return stream(data, head.encode() + b"<< " + parms + b" >>] " + odd)
    return stream(data, head.encode() + odd, deflated=deflated)


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Content whose operators may lack their operands."""
    words = st.one_of(
        st.sampled_from(_OPERATORS),
        NUMBERS.map(str),
        st.sampled_from(
            ["/P Do", "/X Do", "/P gs", "(text) Tj", "/F 9 Tf", "q 595 0 0 842 0 0 cm"]
        ),
    )
    body = " ".join(draw(st.lists(words, max_size=60))).encode()
    return stream(body * draw(st.sampled_from([1, 1, 1, 50])), deflated=draw(st.integers(0, 2)))


@st.composite
def pdf_files(draw: st.DrawFn) -> bytes:
    """A PDF of a few pages, anything of which may be odd."""
    objects = one_page(
        image=draw(pictures()),
        content=draw(st.one_of(st.none(), contents())),
        entries=draw(
            _entries(["Rotate", "UserUnit", "CropBox", "Annots", "Group", "Contents", "Parent"])
        ),
    )
    parts = st.sampled_from([PAGES, PAGE, CONTENT, PICTURE, 6, 7])
    for number in draw(st.lists(parts, max_size=2)) if draw(_one_in(3)) else ():
        objects[number] = draw(
            st.one_of(values(), contents(), pictures(), st.just(objects.get(number, b"")))
        )
    if draw(_one_in(3)):
        kids = draw(st.lists(st.integers(1, 8), max_size=20))
        listed = b" ".join(b"%d 0 R" % kid for kid in kids)
        count = str(draw(NUMBERS)).encode()
        objects[PAGES] = b"<< /Type /Pages /Kids [%s] /Count %s >>" % (listed, count)
    return pdf_file(objects, draw(xrefs()))


@st.composite
def xrefs(draw: st.DrawFn) -> Xref:
    """A table of objects, mostly right."""
    if not draw(_one_in(4)):
        return Xref()
    start = st.one_of(st.none(), st.integers(0, 2000), st.just(2**40))
    trailer = _entries(["Prev", "Encrypt", "XRefStm", "Size", "Root", "ID", "Info"], 2)
    return Xref(draw(st.integers(-20, 20)), draw(start), draw(trailer), draw(st.booleans()))


@st.composite
def tiff_files(draw: st.DrawFn) -> bytes:
    """A TIFF of up to four pages with right pixels and tags of which any may be odd."""
    pages = draw(st.lists(tiff_pages(), min_size=0, max_size=4))
    return t.tiff_file(pages, draw(st.sampled_from("<>")))


@st.composite
def tiff_pages(draw: st.DrawFn) -> t.Directory:
    """One page."""
    photometric, samples, bits = draw(st.sampled_from(_USUAL))
    if draw(_one_in(5)):
        samples, bits = draw(st.integers(1, 5)), draw(st.sampled_from([1, 2, 4, 8, 16]))
    shape = (draw(st.integers(1, 40)), draw(st.integers(1, 40)), samples)
    pixels = np.full(
        shape, draw(st.integers(0, 2**bits - 1)), np.uint16 if bits == 16 else np.uint8
    )
    made = t.page(
        pixels[..., 0] if samples == 1 else pixels,
        draw(st.integers(0, 9)) if draw(_one_in(5)) else photometric,
        bits,
        draw(st.sampled_from([t.NONE, t.DEFLATE])),
        rows=draw(st.integers(0, 40)),
        tile=draw(st.sampled_from([0, 0, 16, 48])),
        planar=draw(_one_in(3)),
        extra=draw(_one_in(5)),
        orientation=draw(st.integers(0, 9)),
        dpi=(draw(st.integers(0, 700)), draw(st.integers(0, 2))),
    )
    made.follows = draw(st.sampled_from([*[t.AUTO] * 9, 0, 1, 10, 2**31]))
    odd = draw(st.sampled_from([0, 1, 1, 1, 2, 3]))
    tags = st.sampled_from([*made.tags, *_MORE_TAGS])
    for tag in draw(st.lists(tags, min_size=odd, max_size=odd)):
        made.tags[tag] = draw(tag_values())
    if made.blocks and draw(_one_in(5)):
        junk = draw(st.binary(max_size=40))
        made.blocks[-1] = lambda order: junk
    if draw(_one_in(6)):
        del made.tags[draw(st.sampled_from(sorted(made.tags)))]
    return made


_USUAL = [(0, 1, 1), (1, 1, 1), (1, 1, 8), (0, 1, 8), (1, 1, 16), (2, 3, 8), (2, 3, 16), (5, 4, 8)]
_USUAL += [(1, 1, 4), (1, 2, 8), (2, 4, 8), (3, 1, 8), (6, 3, 8)]
"""Photometric interpretation, samples, bits of each, as programs write them."""
_MORE_TAGS = (t.STRIPS, t.STRIP_BYTES, t.TILES, t.TILE_BYTES, t.COLOURS, t.FORMAT, 292, 317, 330)
_MORE_TAGS += (347, 529, 530, 34665, 34675, 700)
"""Also fax options, predictor, directories below, JPEG tables, YCbCr, EXIF, ICC, XMP."""


@st.composite
def tag_values(draw: st.DrawFn) -> tuple[int, list[int]]:
    """A value of any type, of any length."""
    kind = draw(st.sampled_from([t.BYTE, t.ASCII, t.SHORT, t.LONG, t.RATIONAL]))
    numbers = st.one_of(
        st.integers(0, 300),
        st.sampled_from([2**8, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1]),
        st.sampled_from(list(struct.unpack(">4L", b"II*\0MM\0*\x89PNG\xff\xd8\xff\xe0"))),
    )
    most = draw(st.sampled_from([1, 1, 2, 8, 300]))
    mask = 0xFF if kind in {t.BYTE, t.ASCII} else 0xFFFF if kind == t.SHORT else 0xFFFFFFFF
    found = [n & mask for n in draw(st.lists(numbers, min_size=0, max_size=most))]
    return kind, found[: len(found) // 2 * 2] if kind == t.RATIONAL else found
