"""Damaged scans of every kind: each page ends in an image or a named failure, in time and room."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from open_damaged import IMAGE, Damage, open_many
from paper import pdf, png, tiff
from paper_round import Round
from soaking import Soak

from papi.model.page import Gray

KINDS = ("scanned.pdf", "printed.pdf", "lzw.tif", "g4.tif", "gray.jpg", "colour.png")
DPI = 75
"""Small pages are opened more often in the same time."""
CORNER = (0, 640, 230, 842)
"""The part of a printed page that is rendered, points: its head, with barcode, text and boxes."""
SHARE = 3
"""This module's share of the time a soak has, in units of `--soak-seconds`: a minute in CI."""


@pytest.fixture(scope="session")
def whole(scanned: Round, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole file of every kind, all of the same form."""
    folder = tmp_path_factory.mktemp("whole")
    side = scanned.paper.sides("verivali-ppks")[0]
    pages = [scanned.paper.image(side, DPI) for side in scanned.paper.sides("verivali-ppks")]
    made = {
        "scanned.pdf": pdf(pages, DPI),
        "printed.pdf": _corner_of(scanned.paper.out / side.form / side.pdf_file),
        "lzw.tif": tiff(pages, DPI),
        "g4.tif": tiff(pages, DPI, bilevel=True),
        "gray.jpg": cv2.imencode(".jpg", pages[0])[1].tobytes(),
        "colour.png": _colour_png(pages),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in made}


def _corner_of(path: Path) -> bytes:
    """A printed page, of which one corner shows: all its objects, a tenth of the rendering."""
    stream = io.BytesIO()
    with pdfium.PdfDocument(path) as printed, pdfium.PdfDocument.new() as small:
        small.import_pages(printed, [0])
        small[0].set_mediabox(*CORNER)
        small[0].set_cropbox(*CORNER)
        small.save(stream)
    return stream.getvalue()


def _colour_png(pages: Sequence[Gray]) -> bytes:
    """Three channels: `png` writes any array Pillow takes."""
    return png(np.dstack([pages[0], pages[0], pages[1]]), DPI)


def _damages(whole: dict[str, Path], kind: str, soak: Soak) -> Iterator[Damage]:
    """Copies until the time is over and there were enough of them, at least one."""
    donor = whole[KINDS[(KINDS.index(kind) + 1) % len(KINDS)]]
    end = time.monotonic() + SHARE * soak.seconds / len(KINDS)
    number = 0
    while number < max(soak.files, 1) or time.monotonic() < end:
        yield Damage(whole[kind], donor, soak.seed + number)
        number += 1


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_end_in_values(whole: dict[str, Path], soak: Soak, kind: str) -> None:
    files = 0
    outcomes: Counter[str] = Counter()
    broken: list[str] = []
    for ended in open_many(_damages(whole, kind, soak)):
        files += 1
        seed = ended.job.argument.seed
        if isinstance(ended.result, Counter):
            outcomes += ended.result
        else:
            broken.append(f"seed {seed}: {ended.death or ended.error!r} {ended.detail}")
    print(f"{kind}: {files} damaged files, {outcomes.total()} pages: {dict(outcomes)}")
    assert not broken, f"{len(broken)} of {files} {kind}:\n" + "\n".join(broken[:20])
    assert outcomes[IMAGE] > 0
    assert outcomes.total() >= files
