"""What was read on the forms decided last, so that a keyed value costs no decoding of its form.

Knows all that a reading depends on. Must not know how a field is decoded. A clerk's answers come to
the same forms again and again, and decoding is half the cost of deciding (5 of 10 ms).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from papi.checking.fields import FieldReading
from papi.checking.plan import Plan
from papi.checking.priors import World
from papi.model.evidence import PageEvidence
from papi.model.prelist import PrelistRow

MOST_FORMS = 48
"""Forty clerks have a form each before them. Evidence and readings of a household take 0.6 MB."""
Readings = Mapping[str, FieldReading]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All that the readings of a form depend on."""

    plan: Plan
    pages: Mapping[int, PageEvidence]
    prelist: PrelistRow | None
    world: World

    @property
    def key(self) -> tuple[tuple[int, int], ...]:
        """Which pages, by identity: what holds them holds these facts, so no id is given anew."""
        return tuple(sorted((number, id(page)) for number, page in self.pages.items()))

    def same_as(self, other: Facts) -> bool:
        """Tell whether the readings must be the same; pages are compared by their key."""
        mine, its = self.world, other.world
        return (
            self.plan is other.plan
            and mine.regions is its.regions
            and mine.names is its.names
            and mine.campaign == its.campaign
            and mine.decoding == its.decoding
            and self.prelist == other.prelist
        )


_kept: OrderedDict[tuple[tuple[int, int], ...], tuple[Facts, Readings]] = OrderedDict()
_lock = threading.Lock()


def remembered(facts: Facts, read: Callable[[], Readings]) -> Readings:
    """Return the readings of a form; `read` them unless they are known."""
    key = facts.key
    with _lock:
        known = _kept.get(key)
        if known is not None and known[0].same_as(facts):
            _kept.move_to_end(key)
            return known[1]
    readings = read()
    with _lock:
        _kept[key] = facts, readings
        _kept.move_to_end(key)
        while len(_kept) > MOST_FORMS:
            _kept.popitem(last=False)
    return readings
