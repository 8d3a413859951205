"""What each person got done: entries, time, pace. A figure to plan work by, not a ranking.

Knows how a pace is told fairly: time at the item alone counts, few entries make no pace, everybody
is listed by name. Must not know errors (the quality area estimates them), queries or words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from papi.office.supervision import Period, Steps
from papi.store.supervision import Focus, Row, clerk_steps

LEAST: Final = 20
"""Entries below which no pace is told: it would say more of the fields than of the person."""
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Work:
    """What one person did in some time.

    Attributes:
        name: login name.
        entries: answers that stand, of every kind; asked: those that ask or cannot be read.
        seconds: time at the items; keys: keystrokes.
    """

    name: str
    entries: int
    asked: int
    seconds: float
    keys: int

    @property
    def per_hour(self) -> int | None:
        """Entries in an hour at the items; None where there are too few to say."""
        if self.entries < LEAST or self.seconds <= 0:
            return None
        return round(self.entries * _HOUR / self.seconds)

    @property
    def minutes(self) -> int:
        """Time at the items, whole minutes."""
        return round(self.seconds / 60)


@dataclass(frozen=True, slots=True)
class Throughput:
    """Everybody's work in a period: in all, and by step (number of the step, work)."""

    people: tuple[Work, ...]
    by_step: tuple[tuple[int, Work], ...]
    steps: Steps

    @property
    def per_step(self) -> list[int]:
        """Entries of all people in each step."""
        found = [0] * (len(self.steps.moments) - 1)
        for number, work in self.by_step:
            found[number] += work.entries
        return found


def throughput(focus: Focus, period: Period) -> Throughput:
    """Sum up who did how much, on fields in sight alone."""
    steps = Steps.of(period)
    rows = clerk_steps(focus, steps.moments)
    names = sorted({row["name"] for row in rows})
    people = tuple(_work(name, [row for row in rows if row["name"] == name]) for name in names)
    ordered = sorted(rows, key=lambda row: (-row["step"], row["name"]))
    return Throughput(
        people, tuple((int(r["step"]), _work(r["name"], [r])) for r in ordered), steps
    )


def _work(name: str, rows: Sequence[Row]) -> Work:
    return Work(
        name,
        entries=sum(int(row["entries"]) for row in rows),
        asked=sum(int(row["asked"]) for row in rows),
        seconds=sum(float(row["seconds"] or 0) for row in rows),
        keys=sum(int(row["keys"] or 0) for row in rows),
    )
