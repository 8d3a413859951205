"""TIFFs as programs write them and as they should not: read rightly, or a named reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import odd_tiffs as t
import pytest
from odd_tiffs import Directory, page, tiff_file
from scan_files import picture
from scan_outcomes import outcomes_of

from papi.model.page import Gray, PageFailure, PageImage
from papi.scans.files import Limits, open_scan

GRAY = picture()
LIMITS = Limits(page_pixels=4_000_000, pages=50)


def colour(*planes: Gray) -> Gray:
    return np.dstack(planes)


def high(gray: Gray) -> np.ndarray:
    return gray.astype(np.uint16) * 257


def palette_page() -> Directory:
    made = page(GRAY, t.PALETTE)
    made.tags[t.COLOURS] = (t.SHORT, [n * 257 for n in range(256)] * 3)
    return made


WHOLE = {
    "one strip": page(GRAY),
    "many strips": page(GRAY, rows=7, compression=t.DEFLATE),
    "tiles": page(GRAY, tile=128, compression=t.DEFLATE),
    "white is zero": page(255 - GRAY, t.WHITE_IS_ZERO),
    "4 bits": page(GRAY >> 4, bits=4),
    "16 bits": page(high(GRAY), bits=16),
    "16 bits deflated": page(high(GRAY), bits=16, compression=t.DEFLATE, rows=50),
    "16 bits white is zero": page(65535 - high(GRAY), t.WHITE_IS_ZERO, bits=16),
    "colour": page(colour(GRAY, GRAY, GRAY), t.RGB),
    "colour of 16 bits": page(high(colour(GRAY, GRAY, GRAY)), t.RGB, bits=16),
    "colour in planes": page(colour(GRAY, GRAY, GRAY), t.RGB, planar=True, compression=t.DEFLATE),
    "colour in tiles": page(colour(GRAY, GRAY, GRAY), t.RGB, tile=64),
    "colour in planes of tiles": page(
        colour(GRAY, GRAY, GRAY), t.RGB, planar=True, tile=64, compression=t.DEFLATE
    ),
    "cmyk": page(colour(*[np.zeros_like(GRAY)] * 3, 255 - GRAY), t.CMYK),
    "palette": palette_page(),
    "alpha": page(
        colour(*[np.zeros_like(GRAY)] * 3, 255 - GRAY), t.RGB, extra=True, compression=t.DEFLATE
    ),
    "grey and alpha": page(colour(np.zeros_like(GRAY), 255 - GRAY), extra=True),
    "upside down": page(np.ascontiguousarray(GRAY[::-1, ::-1]), orientation=3),
    "a quarter": page(np.ascontiguousarray(np.rot90(GRAY)), orientation=6),
    "mirrored": page(np.ascontiguousarray(GRAY[:, ::-1]), orientation=2),
}

UNKNOWN = ("16 bits white is zero", ">")
"""Pillow has no decoder for it."""
KINDS = [(name, order) for name in WHOLE for order in "<>" if (name, order) != UNKNOWN]


@pytest.mark.parametrize(("name", "order"), KINDS)
def test_every_kind_of_tiff_is_read_rightly(tmp_path: Path, name: str, order: str) -> None:
    path = tmp_path / "scan.tif"
    path.write_bytes(tiff_file([WHOLE[name]], order))
    scan = open_scan(path, LIMITS)
    assert not isinstance(scan, PageFailure), scan
    image = scan.page(0)
    assert isinstance(image, PageImage), image
    assert image.gray.shape == GRAY.shape
    assert np.abs(image.gray.astype(int) - GRAY).max() <= 16


def put(folder: Path, data: bytes) -> Path:
    path = folder / "odd.tif"
    path.write_bytes(data)
    return path


def small(**tags: tuple[int, list[int]]) -> Directory:
    """A page of 8 x 8 px with some tags replaced: width=..., strips=..."""
    made = page(np.full((8, 8), 255, np.uint8), rows=4)
    made.tags |= {getattr(t, name.upper()): value for name, value in tags.items()}
    return made


BOMB = page(np.zeros((1, 30_000), np.uint8), bits=1, compression=t.DEFLATE)
BOMB.tags |= {t.HEIGHT: (t.LONG, [30_000]), t.ROWS: (t.LONG, [30_000])}
HUGE = (t.LONG, [0xFFFFFFFF])
CASES: dict[str, tuple[list[Directory], tuple[str, ...]]] = {
    "a kind nobody knows": ([small(photometric=(t.SHORT, [9]))], ("decode_failed",)),
    "no directory": ([], ("file no_pages",)),
    "a loop of two pages": ([small(), replace(small(), follows=0)], ("image", "image")),
    "a page that follows itself": ([replace(small(), follows=0)], ("image",)),
    "a link beyond the end": ([replace(small(), follows=10**9)], ("image", "truncated")),
    "a link into the header": ([replace(small(), follows=2)], ("image", "truncated")),
    "30,000 x 30,000 px": ([BOMB], ("too_large",)),
    "huge width": ([small(width=HUGE)], ("too_large",)),
    "huge height": ([small(height=HUGE)], ("too_large",)),
    "negative width": ([small(width=(t.LONG, [-8]))], ("too_large",)),
    "no width": ([small(width=(t.LONG, [0]))], ("decode_failed",)),
    "strips beyond the end": ([small(strips=(t.LONG, [10**6, 10**6]))], ("truncated",)),
    "strips that cannot be": ([small(strips=HUGE)], ("truncated",)),
    "strips too long": ([small(strip_bytes=HUGE)], ("truncated",)),
    "no strips": ([Directory({})], ("decode_failed",)),
    "no rows in a strip": ([small(rows=(t.LONG, [0]))], ("decode_failed",)),
    "tiles of nothing": (
        [small(tile_width=(t.LONG, [0]), tile_height=(t.LONG, [0]))],
        ("decode_failed",),
    ),
    "0 bits": ([small(bits=(t.SHORT, [0]))], ("decode_failed",)),
    "60,000 samples": ([small(samples=(t.SHORT, [60_000]))], ("decode_failed",)),
    "a size on no paper": ([small(x_dpi=(t.RATIONAL, [1, 0]))], ("image",)),
    "numbers no C program takes": (
        [small(photometric=(t.SHORT, [3]), colours=(t.LONG, [2**32 - 1] * 768))],
        ("decode_failed",),
    ),
    "turned nine ways": ([small(orientation=(t.SHORT, [9]))], ("image",)),
}


@pytest.mark.parametrize("name", CASES)
def test_odd_tiffs_end_in_named_reasons(tmp_path: Path, name: str) -> None:
    directories, expected = CASES[name]
    assert outcomes_of(put(tmp_path, tiff_file(directories)), LIMITS) == expected


@pytest.mark.parametrize("order", "<>")
def test_a_bad_first_page_does_not_take_the_others_with_it(tmp_path: Path, order: str) -> None:
    pages = [small(photometric=(t.SHORT, [9])), page(GRAY), small(width=HUGE), page(255 - GRAY)]
    scan = open_scan(put(tmp_path, tiff_file(pages, order)), LIMITS)
    assert not isinstance(scan, PageFailure)
    first, second, third, fourth = scan.iter_pages()
    assert isinstance(first, PageFailure)
    assert isinstance(third, PageFailure)
    assert isinstance(second, PageImage)
    assert isinstance(fourth, PageImage)
    assert np.array_equal(second.gray, GRAY)
    assert np.array_equal(fourth.gray, 255 - GRAY)


def test_more_pages_than_allowed_are_refused_unread(tmp_path: Path) -> None:
    many = put(tmp_path, tiff_file([small()] * (LIMITS.pages + 1)))
    assert outcomes_of(many, LIMITS) == ("file too_large",)
