"""No sheet is taken for another: damaged codes, foreign codes, other layouts, worn readable lines.

`make soak` reaches more than 100,000 trials; every run of the suite takes a sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
from damaged_frames import CODES_ALONE, draw_codes, draw_frame, draw_line
from soaking import Soak

from papi.imaging.barcodes import read_frame_codes
from papi.imaging.human_id import read_human_id
from papi.imaging.locate import locate
from papi.model.page import LocatedPage, PageImage, PageSource

SOURCE = PageSource("", "", 0)
CODES, SHEETS, LINES = 1, 2, 3
"""Beginnings of the three sequences of seeds."""
LEAST_NAMED = 0.3
"""Share that must be named, or the test would see nothing: about half of the codes are too worn."""
A_SAMPLE = 40
"""Trials below which a share says nothing."""
LARGEST_PAGES = 9

Record = Callable[[str, object], None]


def test_worn_codes_name_no_other_sheet(soak: Soak, record_property: Record) -> None:
    seen: Counter[str] = Counter()
    wrong = []
    for seed in soak.seeds(1.2):
        rng = np.random.default_rng([CODES, seed])
        cv2.setRNGSeed(seed)
        frame = draw_codes(rng)
        sheets = read_frame_codes(frame.gray, frame.affine.apply, CODES_ALONE).sheets
        if len(sheets) == 1 and sheets[0] != frame.sheet:
            wrong.append(seed)
        seen[("left", "named", "disagree")[len(sheets)]] += 1
    record_property("trials", seen.total())
    print(f"{seen.total()} trials: {dict(seen)}")
    assert wrong == [], f"{len(wrong)} of {seen.total()} named another sheet"
    assert seen["named"] >= LEAST_NAMED * seen.total() or seen.total() < A_SAMPLE, seen


def test_codes_nearby_name_no_other_sheet(soak: Soak, record_property: Record) -> None:
    seen: Counter[str] = Counter()
    wrong = []
    for seed in soak.seeds(0.15):
        rng = np.random.default_rng([SHEETS, seed])
        cv2.setRNGSeed(seed)
        frame = draw_frame(rng)
        page = locate(PageImage(frame.gray, None, SOURCE))
        if page.sheet is not None and page.sheet != frame.sheet:
            wrong.append(seed)
        seen["named" if isinstance(page, LocatedPage) else page.reason.value] += 1
    record_property("trials", seen.total())
    print(f"{seen.total()} trials: {dict(seen)}")
    assert wrong == [], f"{len(wrong)} of {seen.total()} named another sheet"
    assert seen["named"] >= LEAST_NAMED * seen.total() or seen.total() < A_SAMPLE, seen


def test_worn_lines_name_no_other_form(soak: Soak, record_property: Record) -> None:
    seen: Counter[str] = Counter()
    wrong = []
    for seed in soak.seeds(0.15):
        rng = np.random.default_rng([LINES, seed])
        cv2.setRNGSeed(seed)
        frame = draw_line(rng)
        human = read_human_id(frame.gray, frame.affine.apply, LARGEST_PAGES)
        named = human is not None and human.sure
        if named and (human.form_id, human.page, human.pages) != (
            frame.sheet.form_id,
            frame.sheet.page,
            LARGEST_PAGES,
        ):
            wrong.append(seed)
        seen["named" if named else "left"] += 1
    record_property("trials", seen.total())
    print(f"{seen.total()} trials: {dict(seen)}")
    assert wrong == [], f"{len(wrong)} of {seen.total()} named another form"
    assert seen["named"] >= LEAST_NAMED * seen.total() or seen.total() < A_SAMPLE, seen
