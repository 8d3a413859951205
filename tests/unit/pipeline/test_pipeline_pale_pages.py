"""A form whose pencil the scanner dropped is refused by name, not read as if left blank."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from papi.model.evidence import TRACES
from papi.model.page import PageImage, PageSource, PageStatus, Reason
from papi.model.sheet import A4, SECRECY_MARK
from papi.pipeline.read_page import LayoutBook, read_page
from papi.reading.fields import Reader
from papi.synth.batch import RENDER_PX_PER_MM
from papi.synth.degradations import degrade_settings
from papi.synth.degrade import as_stored, degrade_page
from papi.synth.scan_settings import ScanSettings

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from made_sides import landmarks_of, make_sides

SEED = 6  # a person who was found: the first side carries ticks
OFFICE = ScanSettings(300, 0.5, 1.0, 0.0, 0.14, 9.0, 0.04, 75)


@cache
def side():
    return make_sides(0, 1, SEED)[0]


def read(settings, covered=()):
    rng = np.random.default_rng(3)
    clean = side().clean.copy()
    for box, tone in covered:
        top, bottom = (round(y * RENDER_PX_PER_MM) for y in (box.y, box.bottom))
        left, right = (round(x * RENDER_PX_PER_MM) for x in (box.x, box.right))
        clean[top:bottom, left:right] = tone
    gray = as_stored(degrade_page(clean, RENDER_PX_PER_MM, settings, rng))
    layout = side().layout
    book = LayoutBook({layout.version: layout}, {layout.version: landmarks_of(layout.form)})
    return read_page(PageImage(gray, 300.0, PageSource("made", "1" * 64, 0)), book, Reader.load())


@pytest.mark.parametrize(
    "settings",
    [OFFICE, replace(OFFICE, threshold=150.0), replace(OFFICE, exposure=1.1)],
    ids=["grey", "1-bit", "a little bright"],
)
def test_scans_of_an_office_are_read(settings):
    evidence = read(settings)
    assert evidence.status is PageStatus.READ
    # Ids differ in ink: 0.85 to 1.04 on 43 grey pages of L1, 1.08 to 1.51 on black and white ones.
    assert evidence.quality["fine_print"] > (0.87 if settings.threshold else 0.65)


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


BITS = replace(OFFICE, threshold=150.0)
TAPED = tuple((box.grown(0.4), 255) for box in A4.id_texts)
STAINED = tuple((box.grown(0.4), 50) for box in A4.id_texts)


@pytest.mark.parametrize("settings", [OFFICE, BITS], ids=["grey", "1-bit"])
@pytest.mark.parametrize(
    "covered", [TAPED, STAINED, TAPED[:1], TAPED[1:], STAINED[:1], STAINED[1:]]
)
def test_covered_lines_make_no_page_pale(settings, covered):
    evidence = read(settings, covered)
    assert evidence.status is PageStatus.READ
    assert evidence.quality["fine_print"] > 0.74


@pytest.mark.parametrize("covered", [TAPED, STAINED, TAPED[:1], STAINED[1:]])
@pytest.mark.parametrize("threshold", [70.0, 95.0])
def test_a_pale_scan_is_refused_with_covered_lines_too(covered, threshold):
    assert read(replace(OFFICE, threshold=threshold), covered).reason is Reason.TOO_PALE


def test_without_any_thin_print_blank_fields_of_a_1_bit_scan_are_asked_about():
    covered = (*STAINED, (SECRECY_MARK.grown(1.2), 0))
    grey, bits = read(OFFICE, covered), read(BITS, covered)
    for evidence in (grey, bits):
        assert evidence.status is PageStatus.READ and "fine_print" not in evidence.quality
    asked = {e.name for e in bits.fields.values() if TRACES in e.flags}
    texts = {e.name for e in bits.fields.values() if e.ink is not None and e.ink_present < 0.5}
    blank = {e.name for e in bits.fields.values() if e.seems_blank}
    assert blank and texts and asked == blank | texts
    assert not any(TRACES in e.flags for e in grey.fields.values())
