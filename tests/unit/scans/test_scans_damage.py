"""Randomly damaged files: every page is an image or a named failure, never an exception."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from damaged import mutate
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
