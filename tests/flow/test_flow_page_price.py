"""A page must not become dearer unseen: CPU of a whole ingest against the figures kept here.

The kept figures (`page_price.json`) are those of a run of `measure`, taken anew whenever a change
is meant to cost something: ten pages at 200 and 300 dpi in one run, so a tenth of what a run costs
once is in each. MARGIN is what may go unseen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import page_price
import pytest
from page_price import Price

from papi.pipeline.children import ENVIRONMENT

MEASURE = Path(page_price.__file__)
KEPT = Path(__file__).with_name("page_price.json")
MARGIN = 1.30
REPEATS, PATIENCE = 4, 4
"""Repeats of a measurement, and measurements before a page is found too dear."""


def test_a_page_costs_what_it_did(tmp_path: Path) -> None:
    kept = Price(**json.loads(KEPT.read_text("utf-8")))
    found = []
    for number in range(PATIENCE):
        price = measured(tmp_path / str(number))
        found.append(price)
        if is_within(price, kept):
            return
    pytest.fail(f"a page costs more than {MARGIN} times what it did: {found}, kept {kept}")


def measured(folder: Path) -> Price:
    """Measure in a process that holds nothing else, on one thread, as children work."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, MEASURE, folder, str(REPEATS)],
        env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Price(**json.loads(done.stdout.splitlines()[-1]))


def is_within(price: Price, kept: Price) -> bool:
    """Tell whether a price is in order by either yardstick: real growth shows by both."""
    return (
        price.times_decoding <= MARGIN * kept.times_decoding
        or price.times_mixed <= MARGIN * kept.times_mixed
    )


def test_a_dearer_page_is_told() -> None:
    kept = Price(3.0, 2.0)
    assert is_within(Price(3.8, 2.9), kept)
    assert is_within(Price(4.4, 2.5), kept)
    assert not is_within(Price(4.0, 2.7), kept)
