"""The quality of a JPEG is told by its tables, in a file or in a PDF."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from papi.model.page import PageImage
from papi.scans.files import Limits, open_scan
from papi.scans.jpeg_quality import jpeg_quality

GRAY = np.random.default_rng(3).integers(0, 255, (400, 320)).astype(np.uint8)


def jpeg(quality: int) -> bytes:
    return bytes(cv2.imencode(".jpg", GRAY, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())


@pytest.mark.parametrize("quality", [15, 30, 50, 60, 75, 85, 95])
def test_the_scale_is_that_of_libjpeg(quality: int) -> None:
    assert jpeg_quality(jpeg(quality)) == pytest.approx(quality, abs=2)
    stream = io.BytesIO()
    Image.fromarray(GRAY).convert("RGB").save(stream, "JPEG", quality=quality)
    assert jpeg_quality(stream.getvalue()) == pytest.approx(quality, abs=2)


@given(st.binary(max_size=200), st.integers(0, 700))
def test_damage_is_no_quality_or_a_number(noise: bytes, cut: int) -> None:
    for data in (noise, b"\xff\xd8" + noise, jpeg(75)[:cut], jpeg(75)[: cut // 2] + noise):
        assert jpeg_quality(data) is None or 1 <= (jpeg_quality(data) or 0) <= 100


def test_pages_carry_it(tmp_path: Path) -> None:
    files = {"a.jpg": jpeg(30), "b.png": cv2.imencode(".png", GRAY)[1].tobytes()}
    stream = io.BytesIO()
    Image.open(io.BytesIO(jpeg(60))).save(stream, "PDF", quality=60)
    files["c.pdf"] = stream.getvalue()
    found = {}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        page = open_scan(tmp_path / name, Limits()).page(0)  # type: ignore[union-attr]
        assert isinstance(page, PageImage)
        found[name] = page.jpeg_quality
    assert found == {"a.jpg": 30, "b.png": None, "c.pdf": 60}
