"""Damaged scans of every kind: each page ends in an image or a named failure, in time and room."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from open_damaged import PAGE_SECONDS
from paper import pdf, png, tiff
from paper_round import Round
from soaking import Soak

from papi.model.page import Gray

SCRIPT = Path(__file__).with_name("open_damaged.py")
KINDS = ("scanned.pdf", "printed.pdf", "lzw.tif", "g4.tif", "gray.jpg", "colour.png")
DPI = 75
"""Small pages are opened more often in the same time."""


@pytest.fixture(scope="session")
def whole(scanned: Round, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole file of every kind, all of the same form."""
    folder = tmp_path_factory.mktemp("whole")
    side = scanned.paper.sides("verivali-ppks")[0]
    pages = [scanned.paper.image(side, DPI) for side in scanned.paper.sides("verivali-ppks")]
    made = {
        "scanned.pdf": pdf(pages, DPI),
        "printed.pdf": (scanned.paper.out / side.form / side.pdf_file).read_bytes(),
        "lzw.tif": tiff(pages, DPI),
        "g4.tif": tiff(pages, DPI, bilevel=True),
        "gray.jpg": cv2.imencode(".jpg", pages[0])[1].tobytes(),
        "colour.png": _colour_png(pages),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in made}


def _colour_png(pages: Sequence[Gray]) -> bytes:
    """Three channels: `png` writes any array Pillow takes."""
    return png(np.dstack([pages[0], pages[0], pages[1]]), DPI)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_end_in_values(whole: dict[str, Path], soak: Soak, kind: str) -> None:
    donor = KINDS[(KINDS.index(kind) + 1) % len(KINDS)]
    seconds = soak.seconds / len(KINDS)
    words = [str(SCRIPT), str(whole[kind]), str(whole[donor]), str(soak.seed), str(seconds)]
    run = subprocess.run(  # noqa: S603  our own code
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 20 * PAGE_SECONDS,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    ending = signal.Signals(-run.returncode).name if run.returncode < 0 else "an error"
    seeds = [line for line in run.stdout.splitlines() if line.startswith("seed")]
    assert run.returncode == 0, f"{kind}: {ending} at {seeds[-1:]}\n{run.stderr}"
    assert "images, failures" in run.stdout
    print(f"{kind}: {len(seeds)} damaged files opened")
