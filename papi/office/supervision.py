"""Where everything stands, for who supervises: villages, time, age of the queue, reasons, scanners.

Knows which counts belong together, how villages are summed up and time is parted. Must not know
queries, words or charts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from papi.checking.rules.registry import registered
from papi.office.attention import needs_person
from papi.office.regions import region_name
from papi.office.scanner_quality import Seen, judge_pages
from papi.office.scanner_warnings import ScanWarning, find_warnings
from papi.store import supervision as store
from papi.store.supervision import Focus, Row, Village, begin_of

MOST_DAYS: Final = 366
"""Of a period: a campaign is shorter."""
_MOST_STEPS: Final = 31
"""Days on one chart; longer periods are shown by week."""
_MOST_PLACES: Final = 24
"""Bars on one chart; more villages are summed up by sub-district, district, province."""
_LEVELS: Final = (10, 6, 4, 2)
"""Digits of the code of a village, sub-district, district, province."""
AGE_DAYS: Final = (1, 3, 7, 14)
"""Limits between the ages of what waits, days."""
_BATCHES: Final = 8
_WINDOW: Final = 20
"""Pages of a scanner judged together, as while they came in (`stack_report.WINDOW`)."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included."""

    first: dt.date
    last: dt.date

    @staticmethod
    def of(first: dt.date | None, last: dt.date | None, today: dt.date) -> Period:
        """Make a sensible period of what was asked for: two weeks until today by default."""
        end = min(last or today, today)
        begin = first or end - dt.timedelta(days=13)
        if begin > end:
            begin, end = end, min(begin, today)
        return Period(max(begin, end - dt.timedelta(days=MOST_DAYS - 1)), end)

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Steps:
    """A period parted: unit is hour, day or week; `moments` begin the steps, the last ends them."""

    unit: str
    moments: tuple[dt.datetime, ...]

    @staticmethod
    def of(period: Period) -> Steps:
        """Part a period so that its steps find room on a chart."""
        begin, after = begin_of(period.first), begin_of(period.last + dt.timedelta(days=1))
        unit, step = "day", dt.timedelta(days=1)
        if period.days == 1:
            unit, step = "hour", dt.timedelta(hours=1)
        elif period.days > _MOST_STEPS:
            unit, step = "week", dt.timedelta(days=7)
        moments = []
        while begin < after:
            moments.append(begin)
            begin += step
        return Steps(unit, (*moments, after))


@dataclass(frozen=True, slots=True)
class Place:
    """A village, or villages summed up: code, name, and its counts."""

    region: str
    name: str
    counts: Counter[str]

    @property
    def stages(self) -> dict[str, int]:
        """Its forms, each counted once, by how far they came."""
        own = self.counts
        done = own["matched"]
        return {
            "approved": own["approved"],
            "ready": done - own["approved"],
            "queue": own["in_queue"],
            "unread": max(0, own["returned"] - done - own["in_queue"]),
            "missing": own["issued"] - own["returned"],
        }


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at one moment.

    Attributes:
        villages: counts by village and form template.
        total: their sum.
        places: the same by village, or by a higher level where there are many.
        steps, over_time: what happened in each step of the period.
        ages: `store.supervision.waiting_ages`, with limits AGE_DAYS ago.
        reasons: fields that wait, by reason, most frequent first.
        classes: what waits, by field class.
        now: the moment.
    """

    villages: Mapping[Village, Counter[str]]
    total: Counter[str]
    places: tuple[Place, ...]
    steps: Steps
    over_time: Mapping[str, Sequence[int]]
    ages: Row
    reasons: Sequence[tuple[str, int]]
    classes: Sequence[Row]
    now: dt.datetime


def overview(focus: Focus, period: Period, now: dt.datetime) -> Overview:
    """Count everything in sight; some 20 queries, no walk over forms."""
    villages = store.village_counts(focus)
    steps = Steps.of(period)
    limits = [now - dt.timedelta(days=days) for days in AGE_DAYS]
    return Overview(
        villages=dict(sorted(villages.items())),
        total=_sum(villages.values()),
        places=tuple(_places(villages)),
        steps=steps,
        over_time=store.step_counts(focus, steps.moments),
        ages=store.waiting_ages(focus, limits),
        reasons=store.reason_counts(focus).most_common(),
        classes=store.class_counts(focus),
        now=now,
    )


def _sum(counts: object) -> Counter[str]:
    total: Counter[str] = Counter()
    for own in counts:  # type: ignore[attr-defined]
        total.update(own)
    return total


def _places(villages: Mapping[Village, Counter[str]]) -> list[Place]:
    """Sum up at the lowest level that finds room on a chart, but never all into one bar."""
    by_level = [_summed(villages, digits) for digits in _LEVELS]
    chosen = next((n for n, own in enumerate(by_level) if len(own) <= _MOST_PLACES), -1)
    while len(by_level[chosen]) == 1 and chosen > 0:
        chosen -= 1
    return [Place(code, region_name(code), own) for code, own in sorted(by_level[chosen].items())]


def _summed(villages: Mapping[Village, Counter[str]], digits: int) -> dict[str, Counter[str]]:
    summed: dict[str, Counter[str]] = {}
    for (region, _), own in villages.items():
        summed.setdefault(region[:digits], Counter()).update(own)
    return summed


@lru_cache(maxsize=256)
def rule_message(rule: str, language: str) -> str:
    """Return what a rule tells people, "" if there is no such rule."""
    known = registered().get(rule)
    if known is None:
        return ""
    say = known.says.get("") or next(iter(known.says.values()))
    return say.message_en if language == "en" else say.message_id


@dataclass(frozen=True, slots=True)
class ScannedBatch:
    """A batch with what its pages in sight say of the scanner."""

    batch: int
    name: str
    started: dt.datetime
    pages: int
    warnings: tuple[ScanWarning, ...]


def scanned_batches(focus: Focus) -> list[ScannedBatch]:
    """Return the newest batches with a page in sight, newest first.

    Judged by the pages in sight alone: what is said of a scanner counts pages, too.
    """
    return [
        ScannedBatch(
            row["batch"], row["name"], row["started"], row["pages"],
            _warnings(focus, row["batch"], row["started"], row["newest"], row["pages"]),
        )
        for row in store.batch_rows(focus, _BATCHES)
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _warnings(focus: Focus, batch: int, *state: object) -> tuple[ScanWarning, ...]:
    """Judge a batch once: what its scanner did changes no more unless pages come (50 us a page).

    Args:
        focus: what is in sight.
        batch: its number.
        state: when it began, its newest scan, how many are in sight: what the cache must know.
    """
    del state
    seen = [Seen(status, quality) for status, quality in store.batch_pages(focus, batch)]
    found: dict[str, ScanWarning] = {}
    for start in range(0, len(seen), _WINDOW):
        end = min(start + _WINDOW, len(seen))
        for warning in find_warnings(judge_pages(seen[max(0, end - _WINDOW) : end])):
            found.setdefault(warning.key, warning)
    return tuple(found.values())


def waiting_pages(focus: Focus) -> list[Row]:
    """Return pages that wait to be fixed, by state and reason: n, oldest; most frequent first."""
    rows = [row for row in store.fix_counts(focus) if needs_person(row["status"], row["reason"])]
    return sorted(rows, key=lambda row: -row["n"])
