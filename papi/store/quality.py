"""Rows behind the live error estimate: samples, what people said of them, and what they stand for.

Knows items, entries and readings. Must not know classes of a layout, intervals or targets.
Entries of earlier rounds and entries that were taken back count nowhere; nor do items of pages that
were withdrawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Least

from papi.model.keying import EntryKind, ItemState
from papi.store import models
from papi.store.faults import storage_faults
from papi.store.scopes import Scope

LONGEST_S = 120.0
"""An entry that took longer was left on the screen: it counts as so long in the mean."""
MOST_MEMBERS = 20
_CHUNK = 2000
_LAST_WORD = {
    EntryKind.GIVEN_UP: 0,
    EntryKind.SETTLED: 0,
    EntryKind.ARBITRATED: 1,
    EntryKind.KEYED: 2,
    EntryKind.CONFIRMED: 2,
}
"""Whose word counts: the least of these numbers that an item has, the latest of one number."""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sampled field that is not out of play.

    Attributes:
        final: the value people agreed on; None while nobody's word stands.
        resolved: a person's value stands for the field, so that it counts as accepted no longer.
        version, field: its place in a layout.
        machine: what the machine had read.
        confidence: P(value) it had been accepted with.
        state: open | arbitration | supervisor | done.
    """

    final: str | None
    resolved: bool
    field_class: str
    critical: bool
    version: str
    field: str
    machine: str
    confidence: float
    state: str


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """What a person keyed of a field on which people have agreed, and on what."""

    final: str
    name: str
    version: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class ClerkRow:
    """What one person keyed.

    Attributes:
        name: login.
        entries: keyed and standing.
        seconds, keys: of a mean entry.
    """

    name: str
    entries: int
    seconds: float | None
    keys: float | None


def sample_rows(scope: Scope) -> list[SampleRow]:
    """Return every sample in play: of a field that is accepted, or was resolved since."""
    with storage_faults():
        reading = models.Reading.objects.filter(
            form=OuterRef("form"), page=OuterRef("page"), field=OuterRef("field")
        )
        items = models.Item.objects.filter(scope.where(), purpose="sample")
        items = items.exclude(state=ItemState.GONE)
        items = items.annotate(status=Subquery(reading.values("status")[:1]))
        items = items.filter(status__in=["accepted", "resolved"])
        finals = _finals(_standing(scope).filter(item__purpose="sample"))
        names = (
            "field_class", "critical", "form__layout__version", "field", "machine_value",
            "confidence", "state",
        )  # fmt: skip
        return [
            SampleRow(finals.get(key), status == "resolved", *facts)
            for key, status, *facts in items.values_list("pk", "status", *names).iterator(_CHUNK)
        ]


def _standing(scope: Scope) -> QuerySet[models.Entry]:
    """Return the entries that count: not taken back, of the item's own round, item settled."""
    return models.Entry.objects.filter(
        scope.where("item__region"),
        undone_at=None,
        round=F("item__round"),
        item__state=ItemState.DONE,
        kind__in=_LAST_WORD,
    )


def _finals(entries: QuerySet[models.Entry]) -> dict[int, str]:
    """Return the value that stands, by item; none where nobody can read it."""
    found: dict[int, tuple[int, str | None]] = {}
    rows = entries.order_by("pk").values_list("item_id", "kind", "value")
    for item, kind, value in rows.iterator(_CHUNK):
        rank = _LAST_WORD[EntryKind(kind)]
        if item not in found or rank <= found[item][0]:
            found[item] = rank, None if kind == EntryKind.GIVEN_UP else value
    return {item: value for item, (_, value) in found.items() if value is not None}


def accepted_counts(scope: Scope) -> Counter[tuple[str, str, bool]]:
    """Count accepted fields by (layout version, field, blank).

    Without the blank fields of member strips that stand for nobody: no sample is drawn of them.
    Cost: one pass over the readings, 0.4 s of CPU for 330,000 of 1,800 forms (SQLite).
    """
    member = models.Member.objects.filter(record_id=OuterRef("form_id"), number=OuterRef("strip"))
    strips = [
        When(field__startswith=f"art.{number}.", then=Value(number))
        for number in range(1, MOST_MEMBERS + 1)
    ]
    with storage_faults():
        rows = models.Reading.objects.filter(scope.where("form__region"), status="accepted")
        rows = rows.annotate(
            strip=Case(
                When(~Q(value="") | ~Q(field__startswith="art."), then=Value(0)),
                *strips,
                default=Value(0),
                output_field=IntegerField(),
            )
        ).filter(Q(strip=0) | Exists(member))
        counted = rows.values_list("form__layout__version", "field").annotate(
            written=Count("pk", filter=~Q(value="")), blank=Count("pk", filter=Q(value=""))
        )
        found: Counter[tuple[str, str, bool]] = Counter()
        for version, field, written, blank in counted.order_by().iterator(_CHUNK):
            found[version, field, False] += written
            found[version, field, True] += blank
        return +found


def count_below(
    fields: Mapping[str, Sequence[str]], thresholds: Sequence[float], scope: Scope
) -> list[int]:
    """Count accepted fields below each threshold.

    Args:
        fields: layout version -> names of the fields of a class.
        thresholds: to count for.
        scope: regions.
    """
    with storage_faults():
        totals = [0] * len(thresholds)
        below = {
            f"n{place}": Count("pk", filter=Q(confidence__lt=threshold))
            for place, threshold in enumerate(thresholds)
        }
        for version, names in fields.items():
            rows = models.Reading.objects.filter(
                scope.where("form__region"),
                form__layout__version=version,
                field__in=names,
                status="accepted",
            )
            found = rows.aggregate(**below)
            totals = [n + found[f"n{place}"] for place, n in enumerate(totals)]
        return totals


def clerk_rows(scope: Scope) -> list[ClerkRow]:
    """Return what everybody keyed, by login name."""
    capped = Least(F("seconds"), Value(LONGEST_S), output_field=FloatField())
    with storage_faults():
        work = models.Entry.objects.filter(
            scope.where("item__region"), undone_at=None, kind=EntryKind.KEYED
        )
        rows = work.values_list("user__username").annotate(
            entries=Count("pk"), mean=Avg(capped), strokes=Avg("keys")
        )
        return [ClerkRow(*row) for row in rows.order_by("user__username")]


def judged_entries(scope: Scope) -> list[JudgedEntry]:
    """Return the entries of samples and doubly keyed fields on which people have agreed."""
    with storage_faults():
        checked = Q(item__purpose="sample") | Q(item__entries_needed__gte=2)
        standing = _standing(scope).filter(checked)
        finals = _finals(standing)
        names = ("user__username", "item__form__layout__version", "item__field", "value")
        keyed = standing.filter(kind=EntryKind.KEYED).order_by()
        return [
            JudgedEntry(finals[item], *facts)
            for item, *facts in keyed.values_list("item_id", *names).iterator(_CHUNK)
            if item in finals
        ]
