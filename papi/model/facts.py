"""What the rules are given: one form's values, written and merged, and the campaign around it.

Knows plain values. Must not know probabilities, images or databases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from papi.model.layout import Layout
from papi.model.prelist import PrelistRow
from papi.model.reading import RecordValue


@dataclass(frozen=True, slots=True)
class Campaign:
    """The survey round a workspace serves.

    Attributes:
        start, end: first and last day of field work.
        officers: known officer codes; empty = not checked.
        today: day of the decision ("scan date" of A08).
    """

    start: dt.date
    end: dt.date
    today: dt.date
    officers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FormFacts:
    """One form as far as its pages came back.

    Attributes:
        form_id: its opaque id.
        layout: frozen layout it was printed with.
        prelist: its row, None for a blank form.
        pages_read: pages with evidence.
        pages_expected: pages that were issued.
        written: field -> value as written ("" blank), for every field of the pages read.
        merged: field -> pre-list merged with what was written, for every field of the pages read.
        campaign: the round.
    """

    form_id: str
    layout: Layout
    prelist: PrelistRow | None
    pages_read: frozenset[int]
    pages_expected: frozenset[int]
    written: Mapping[str, str]
    merged: Mapping[str, RecordValue]
    campaign: Campaign
    extra: Mapping[str, str] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        """Tell whether the pages that carry all these fields were read."""
        return all(name in self.written for name in names)

    def value(self, name: str) -> str:
        """Merged value of a field, "" if blank or not read."""
        value = self.merged.get(name)
        return value.value if value else ""
