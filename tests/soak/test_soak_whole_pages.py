"""No whole page is taken for another or read askew, whatever two damages it met on its way.

`make soak` reaches more than 10,000 pages; every run of the suite takes a sample.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.random import Generator
from soaking import Soak

from papi.forms.layout import build_form
from papi.imaging.locate import locate
from papi.imaging.register import register
from papi.imaging.unnamed import name_unnamed
from papi.model.page import PageFailure, PageImage, PageSource, RegisteredPage
from papi.pipeline.page_landmarks import page_landmarks
from papi.pipeline.read_page import LayoutBook
from papi.synth.batch import RENDER_PX_PER_MM
from papi.synth.degradations import DEGRADATIONS, SEVERITIES, degrade_settings
from papi.synth.degrade import Scan, as_stored, degrade_page
from papi.synth.scan_settings import draw_settings

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from made_sides import MadeSide, make_sides
from placing import MAX_OFFSET_MM, offset_of

PAGES = 4
"""Beginning of the sequence of seeds."""
MOST_DAMAGES = 2
LEAST_PLACED, A_SAMPLE = 0.5, 40

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def book() -> LayoutBook:
    """The layouts as a workspace keeps them."""
    built = [build_form(form) for form in ("verivali-rt", "verivali-ppks")]
    return LayoutBook(
        {each.layout.version: each.layout for each in built},
        {each.layout.version: page_landmarks(each.layout, each.drawing) for each in built},
    )


@pytest.fixture(scope="module")
def sides() -> Sequence[MadeSide]:
    return make_sides(3, 3, PAGES)


def test_damaged_pages_are_no_other_page_and_never_askew(
    soak: Soak, sides: Sequence[MadeSide], book: LayoutBook, record_property: Record
) -> None:
    cv2.setNumThreads(1)
    seen: Counter[str] = Counter()
    wrong, askew = [], []
    for seed in soak.seeds(1.5):
        rng = np.random.default_rng([PAGES, seed])
        side = sides[seed % len(sides)]
        scan, names = draw_scan(side, rng)
        page = place(scan, book)
        sheet = page.sheet if isinstance(page, PageFailure) else page.located.sheet
        if sheet is not None and sheet != side.sheet:
            wrong.append((seed, names))
        if isinstance(page, RegisteredPage) and offset_of(page, scan) > MAX_OFFSET_MM:
            askew.append((seed, names, round(offset_of(page, scan), 2)))
        seen[page.reason.value if isinstance(page, PageFailure) else "placed"] += 1
    record_property("trials", seen.total())
    print(f"{seen.total()} pages: {dict(seen)}; askew: {askew}")
    assert wrong == [], f"{len(wrong)} of {seen.total()} pages taken for another"
    assert askew == [], f"{len(askew)} of {seen.total()} pages read askew"
    assert seen["placed"] >= LEAST_PLACED * seen.total() or seen.total() < A_SAMPLE, seen


def draw_scan(side: MadeSide, rng: Generator) -> tuple[Scan, tuple[str, ...]]:
    """Send a side through an office scanner after one or two kinds of damage."""
    kinds = rng.choice(list(DEGRADATIONS), int(rng.integers(1, MOST_DAMAGES + 1)), replace=False)
    severities = rng.choice(SEVERITIES, len(kinds))
    settings = draw_settings("L1", rng)
    for kind, severity in zip(kinds, severities, strict=True):
        settings = degrade_settings(str(kind), int(severity), settings, rng)
    names = tuple(f"{kind} {severity}" for kind, severity in zip(kinds, severities, strict=True))
    return degrade_page(side.clean, RENDER_PX_PER_MM, settings, rng), names


def place(scan: Scan, book: LayoutBook) -> RegisteredPage | PageFailure:
    """Locate, name and register a scan as the reader does."""
    image = PageImage(as_stored(scan), None, PageSource("", "", 0))
    located = locate(image)
    if isinstance(located, PageFailure):
        located = name_unnamed(image, located, book.layouts)
    if isinstance(located, PageFailure):
        return located
    sheet = located.sheet
    landmarks = book.landmarks[sheet.version][sheet.page]
    return register(located, book.layouts[sheet.version], landmarks)
