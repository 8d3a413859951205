"""Pages torn at head and foot are read once their id is keyed; pale ones stay refused."""

from dataclasses import replace
from functools import partial

import pytest
import test_pipeline_pale_pages as pale_pages

from papi.geometry import Box
from papi.imaging.legibility import SURE_BITS
from papi.model.page import PageHint, PageStatus, Reason
from papi.pipeline.read_page import read_page

TORN = (Box(0, 0, 56, 31.2), Box(0, 271, 73, 26))
"""The corners with both barcodes and both lines."""


@pytest.fixture
def keyed(monkeypatch):
    """Read as after `papi fix --id`; returns the reader."""
    hint = PageHint(sheet=pale_pages.side().sheet)
    monkeypatch.setattr(pale_pages, "read_page", partial(read_page, hint=hint))
    return pale_pages.read


@pytest.mark.parametrize("lid", [255, 50, 0])
def test_a_good_grey_scan_is_read(keyed, lid):
    evidence = keyed(pale_pages.OFFICE, [(box, lid) for box in TORN])
    assert evidence.status is PageStatus.READ
    assert evidence.sheet == pale_pages.side().sheet
    assert evidence.quality["fine_print"] > 0.7


@pytest.mark.parametrize("lid", [255, 50, 0])
def test_a_good_scan_of_one_bit_is_not_taken_for_a_pale_one(keyed, lid):
    """Its box rules are gone, so whether it can be placed exactly is another question."""
    evidence = keyed(pale_pages.BITS, [(box, lid) for box in TORN])
    assert evidence.reason is not Reason.TOO_PALE
    assert evidence.quality["fine_print"] > SURE_BITS


@pytest.mark.parametrize("threshold", [70.0, 80.0])
def test_a_pale_scan_stays_refused(keyed, threshold):
    pale = replace(pale_pages.OFFICE, threshold=threshold)
    evidence = keyed(pale, [(box, 255) for box in TORN])
    assert evidence.status is PageStatus.UNREADABLE
    assert evidence.quality.get("fine_print", 0.0) < 0.5 and not evidence.fields
