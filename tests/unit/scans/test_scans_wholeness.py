"""A file that has not arrived completely is told from one that has, in every format."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from paper import pdf, png, tiff
from PIL import Image

from papi.scans.wholeness import is_whole

PAGES = [
    np.random.default_rng(seed).integers(0, 255, (300, 200), dtype=np.uint8) for seed in (1, 2)
]


def big_endian() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(PAGES[0].astype(">u2")).save(stream, "TIFF")
    return stream.getvalue()


FILES = {
    "lzw.tif": tiff(PAGES),
    "g4.tif": tiff(PAGES, bilevel=True),
    "short.tif": tiff([PAGES[0][:4]]),
    "motorola.tif": big_endian(),
    "scan.pdf": pdf(PAGES),
    "scan.png": png(PAGES[0]),
    "scan.jpg": cv2.imencode(".jpg", PAGES[0])[1].tobytes(),
}


@pytest.mark.parametrize("name", FILES)
def test_whole_files_are_whole(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    assert is_whole(tmp_path / name)
    (tmp_path / name).write_bytes(FILES[name] + bytes(500))  # padding some scanners add
    assert is_whole(tmp_path / name)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_grows_is_not_whole_before_its_end(tmp_path: Path, name: str) -> None:
    data = FILES[name]
    end = len(data) - (40 if name.endswith("tif") else 9)  # Pillow pads TIFF files
    for size in [0, 1, 4, 8, 100, *np.linspace(9, end, 60).astype(int)]:
        (tmp_path / name).write_bytes(data[:size])
        assert not is_whole(tmp_path / name), size


@pytest.mark.parametrize("name", ["scan.pdf", "scan.png", "scan.jpg"])
def test_a_file_that_has_its_size_before_its_content(tmp_path: Path, name: str) -> None:
    data = FILES[name]
    for size in (0, 100, len(data) // 2):
        (tmp_path / name).write_bytes(data[:size] + bytes(len(data) - size))
        assert not is_whole(tmp_path / name), size


def test_another_kind_of_file_is_whole_when_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello world")
    assert is_whole(tmp_path / "note.txt")


def test_a_tiff_whose_pages_go_round_ends(tmp_path: Path) -> None:
    data = bytearray(tiff([PAGES[0][:4]]))
    data[-4:] = data[4:8]  # Pillow writes the list of the only page last
    (tmp_path / "round.tif").write_bytes(data)
    assert isinstance(is_whole(tmp_path / "round.tif"), bool)
