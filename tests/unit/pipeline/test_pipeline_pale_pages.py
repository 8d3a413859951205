"""A form whose pencil the scanner dropped is refused by name, not read as if left blank."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from papi.model.page import PageImage, PageSource, PageStatus, Reason
from papi.pipeline.read_page import LayoutBook, read_page
from papi.reading.fields import Reader
from papi.synth.batch import RENDER_PX_PER_MM
from papi.synth.degradations import degrade_settings
from papi.synth.degrade import as_stored, degrade_page
from papi.synth.scan_settings import ScanSettings

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from made_sides import make_sides

SEED = 6  # a person who was found: the first side carries ticks
OFFICE = ScanSettings(300, 0.5, 1.0, 0.0, 0.14, 9.0, 0.04, 75)


@cache
def side():
    return make_sides(0, 1, SEED)[0]


def read(settings):
    rng = np.random.default_rng(3)
    gray = as_stored(degrade_page(side().clean, RENDER_PX_PER_MM, settings, rng))
    book = LayoutBook({side().layout.version: side().layout})
    return read_page(PageImage(gray, 300.0, PageSource("made", "1" * 64, 0)), book, Reader.load())


@pytest.mark.parametrize(
    "settings",
    [OFFICE, replace(OFFICE, threshold=150.0), replace(OFFICE, exposure=1.1)],
    ids=["grey", "1-bit", "a little bright"],
)
def test_scans_of_an_office_are_read(settings):
    evidence = read(settings)
    assert evidence.status is PageStatus.READ
    assert evidence.quality["fine_print"] > 0.87


def test_a_threshold_too_low_is_refused_by_name():
    settings = degrade_settings("1-bit, too pale", 3, OFFICE, np.random.default_rng(1))
    evidence = read(settings)
    assert (evidence.status, evidence.reason) == (PageStatus.UNREADABLE, Reason.TOO_PALE)
    assert evidence.sheet == side().sheet
    assert evidence.quality["fine_print"] < 0.5 and not evidence.fields


def test_what_seems_blank_is_told_from_what_does_not():
    fields = read(OFFICE).fields
    assert any(evidence.seems_blank for evidence in fields.values())
    written = [e for e in fields.values() if any(t["marked"] > 0.9 for t in e.ticks.values())]
    assert written and not any(evidence.seems_blank for evidence in written)
    assert not any(e.seems_blank for e in fields.values() if e.ink is not None)
