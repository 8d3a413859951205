"""Scan made forms with one kind of damage, read them, and say what became of every page and field.

The random source of a page's office scan and of its noise is the same for every kind, so that a
damaged page is compared with its own undamaged scan.
"""

from __future__ import annotations

import datetime as dt
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from papi.checking.classes import field_class
from papi.checking.decide import decide_form
from papi.checking.name_model import NameBook
from papi.checking.regions import RegionTable
from papi.model.facts import Campaign
from papi.model.layout import CELL_KINDS, FieldKind, Layout
from papi.model.page import PageImage, PageSource, PageStatus
from papi.model.reading import Reading, ReadingStatus
from papi.model.recipe import Recipe
from papi.pipeline.read_page import LayoutBook, read_page
from papi.reading.fields import Reader
from papi.synth.batch import RENDER_PX_PER_MM
from papi.synth.degradations import degrade_settings
from papi.synth.degrade import Scan, as_stored, degrade_page
from papi.synth.scan_settings import ScanSettings, draw_settings
from papi.synth.visits import Season

sys.path.insert(0, str(Path(__file__).parent))
from made_sides import MadeForm, MadeSide, landmarks_of
from placing import worst_offset

TICK, WRITTEN, INK = "tick", "written", "ink"


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of damage at one severity; severity 0 is the office scan alone."""

    kind: str
    severity: int


UNDAMAGED = Condition("undamaged", 0)


@dataclass(frozen=True, slots=True)
class FieldOutcome:
    """One decided field of a page that was read.

    Attributes:
        name, part: the field, and TICK, WRITTEN (boxes for characters) or INK.
        field_class: its class.
        truth, value: what was written, and what the machine read.
        confidence: P(value).
        reasons: why a person looks; empty if the value was accepted.
    """

    name: str
    part: str
    field_class: str
    truth: str
    value: str
    confidence: float
    reasons: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Accepted with another value than was written."""
        return not self.reasons and self.value != self.truth


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What became of one page under one kind of damage.

    Attributes:
        key: form and page, the same for every kind.
        pen: it was written with.
        status, reason, detail: of the page.
        wrong_identity: it was taken for another page.
        offset_mm: worst distance of a box from its true place; None if it was not placed.
        quality: as measured.
        fields: decided fields; none of a refused page.
    """

    key: tuple[int, int]
    pen: str
    status: str
    reason: str
    detail: str
    wrong_identity: bool
    offset_mm: float | None
    quality: Mapping[str, float]
    fields: tuple[FieldOutcome, ...]

    @property
    def placed(self) -> bool:
        """Whether it was read."""
        return self.status == PageStatus.READ


@dataclass(frozen=True)
class Bench:
    """What all pages are read and decided with."""

    book: LayoutBook
    reader: Reader
    recipe: Recipe
    regions: RegionTable
    campaign: Campaign
    names: NameBook

    @staticmethod
    def of(layouts: list[Layout], recipe: Recipe, names: NameBook) -> Bench:
        """Gather; the campaign is that of the invented visits."""
        season = Season()
        return Bench(
            LayoutBook(
                {layout.version: layout for layout in layouts},
                {layout.version: landmarks_of(layout.form) for layout in layouts},
            ),
            Reader.load(),
            recipe,
            RegionTable.kemendagri(),
            Campaign(season.start, season.end, season.end + dt.timedelta(days=14)),
            names,
        )


def settings_of(condition: Condition, seed: int, key: tuple[int, int]) -> ScanSettings:
    """Return the pass of a page under a condition."""
    base = draw_settings("L1", np.random.default_rng([seed, *key]))
    if condition == UNDAMAGED:
        return base
    kind, severity = condition.kind, condition.severity
    rng = np.random.default_rng([seed, *key, zlib.crc32(kind.encode()), severity])
    return degrade_settings(kind, severity, base, rng)


def scan_side(
    side: MadeSide, condition: Condition, seed: int, key: tuple[int, int]
) -> tuple[Scan, PageImage]:
    """Scan one side; return the scan with its true map, and the page as it is decoded."""
    settings = settings_of(condition, seed, key)
    scan = degrade_page(
        side.clean, RENDER_PX_PER_MM, settings, np.random.default_rng([seed, *key, 1])
    )
    source = PageSource("made", f"{key[0]:032x}{key[1]:032x}", 0)
    return scan, PageImage(as_stored(scan), float(settings.stated_dpi), source)


def read_damaged(
    bench: Bench, form: MadeForm, number: int, condition: Condition, seed: int
) -> list[PageOutcome]:
    """Scan, read and decide one form under one condition; return its pages."""
    evidence, offsets = {}, {}
    for side in form.sides:
        page = side.sheet.page
        scan, image = scan_side(side, condition, seed, (number, page))
        evidence[page] = read_page(image, bench.book, bench.reader)
        offsets[page] = worst_offset(side, scan, image)
    known = {page: e for page, e in evidence.items() if e.status is PageStatus.READ}
    decided = decide_form(
        form.issued, known, form.visit.row, form.layout, bench.recipe, bench.campaign,
        bench.regions, names=bench.names,
    )  # fmt: skip
    readings: dict[int, list[Reading]] = {}
    for reading in decided.readings:
        readings.setdefault(reading.page, []).append(reading)
    return [
        PageOutcome(
            (number, side.sheet.page),
            form.pen,
            found.status.value,
            found.reason.value if found.reason else "",
            found.detail,
            found.sheet is not None and found.sheet != side.sheet,
            offsets[side.sheet.page] if found.status is PageStatus.READ else None,
            found.quality,
            tuple(_outcome(form, reading) for reading in readings.get(side.sheet.page, [])),
        )
        for side in form.sides
        for found in (evidence[side.sheet.page],)
    ]


def _outcome(form: MadeForm, reading: Reading) -> FieldOutcome:
    item = form.layout.by_name[reading.field]
    part = TICK if item.kind is FieldKind.CHOICE else WRITTEN if item.kind in CELL_KINDS else INK
    reasons = reading.reasons if reading.status is ReadingStatus.REVIEW else ()
    return FieldOutcome(
        reading.field,
        part,
        field_class(item).value,
        form.truth[reading.field],
        reading.machine_value,
        reading.confidence,
        reasons,
    )
