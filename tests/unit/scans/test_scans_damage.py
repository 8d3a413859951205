"""Randomly damaged files: every page is an image or a named failure, never an exception."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scan_files import jpeg_bytes, pdf_of_pictures, picture, tiff_bytes

from papi.model.page import PageFailure, PageImage
from papi.scans.files import Limits, open_scan

MUTATIONS = 60
LIMITS = Limits(page_pixels=4_000_000, pages=50)


def png_bytes(folder: Path) -> bytes:
    path = folder / "whole.png"
    Image.fromarray(picture()).save(path)
    return path.read_bytes()


def pdf_bytes(folder: Path) -> bytes:
    pages: list[Image.Image | Path] = [Image.fromarray(picture()) for _ in range(2)]
    return pdf_of_pictures(folder / "whole.pdf", pages).read_bytes()


WHOLE: dict[str, Callable[[Path], bytes]] = {
    "jpeg": lambda _: jpeg_bytes(),
    "png": png_bytes,
    "g4": lambda _: tiff_bytes(3),
    "lzw": lambda _: tiff_bytes(2, "tiff_lzw"),
    "tiff-jpeg": lambda _: tiff_bytes(2, "jpeg"),
    "pdf": pdf_bytes,
}


def mutate(data: bytes, rng: np.random.Generator) -> bytes:
    """Overwrite, cut out, repeat or truncate; headers are hit more often than their share."""
    damaged = bytearray(data)
    for _ in range(int(rng.integers(1, 8))):
        reach = len(damaged) if rng.random() < 0.5 else min(len(damaged), 400)
        place, length = int(rng.integers(4, max(5, reach))), int(rng.integers(1, 16))
        kind = rng.integers(0, 4)
        if kind == 0:
            damaged[place : place + length] = rng.bytes(length)
        elif kind == 1:
            del damaged[place : place + length]
        elif kind == 2:
            damaged[place:place] = damaged[place : place + length]
        elif rng.random() < 0.3:
            del damaged[place:]
    return bytes(damaged)


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_damaged_files_end_in_values(tmp_path: Path, kind: str) -> None:
    data = WHOLE[kind](tmp_path)
    rng = np.random.default_rng(sum(map(ord, kind)))
    for number in range(MUTATIONS):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(mutate(data, rng))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scan = open_scan(path, LIMITS)
            pages = [scan] if isinstance(scan, PageFailure) else list(scan.iter_pages())
        assert pages
        for page in pages:
            assert isinstance(page, PageImage | PageFailure)
            if isinstance(page, PageImage):
                assert page.gray.dtype == np.uint8
                assert page.gray.ndim == 2
                assert page.gray.size <= LIMITS.page_pixels
