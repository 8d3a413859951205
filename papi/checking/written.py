"""What was written on all pages of one form that came back, field by field.

Knows the order in which fields help each other: ticks first, then boxes (a ticked "sesuai" lifts
the printed value), then NIK and date of birth once more, each knowing the other. Must not know
thresholds, rules or records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property

from papi.checking.classes import base_name
from papi.checking.decode import InkReading
from papi.checking.fields import NOTHING_KNOWN, FieldReading, read_field
from papi.checking.habits import crossing_weight, less_crossed
from papi.checking.identity import birthdays, date_parts
from papi.checking.plan import Plan, PlannedField, Role
from papi.checking.priors import BIRTH_FIELDS, Known, World, spelled
from papi.checking.regions import digits_of
from papi.checking.truth import AGREES, printed_value
from papi.model.evidence import DOUBTFUL, EMPTY, MARKED, FieldEvidence, Posterior
from papi.model.layout import FieldKind
from papi.model.prelist import PrelistRow
from papi.model.recipe import FieldClass

MARK_OVER_HATCHING = 0.99
"""P(marked) from which a hatched box is not forgotten. Hatching alone read 0.007 at most on
simulated scans (176 boxes) and 0.93 on renderings without noise, a mark over it 0.9999 (27)."""
CROSSABLE = frozenset({FieldKind.DIGITS, FieldKind.DATE})
_SPEAKING = frozenset({"nama", "nik", "sta_keberadaan_art"})
"""One of these filled, and a strip without a printed member is in use."""


def read_form(
    plan: Plan,
    evidence: Mapping[str, FieldEvidence],
    names: Iterable[str],
    *,
    prelist: PrelistRow | None,
    world: World,
) -> dict[str, FieldReading]:
    """Decode the fields `names` (in layout order) of the pages read; blank ones included."""
    form = _Form(plan, evidence, prelist, world)
    planned = [plan.fields[name] for name in names]
    readings: dict[str, FieldReading] = {}
    for item in sorted(planned, key=lambda item: item.field.kind is not FieldKind.CHOICE):
        readings[item.field.name] = form.read(item, form.known(item, readings))
    readings |= form.weigh_crossings(planned, readings)
    readings |= form.read_identities(planned, readings)
    _doubt_empty_strips(readings, plan, prelist, world.decoding.exceptions.empty_strip)
    return {item.field.name: readings[item.field.name] for item in planned}


@dataclass(frozen=True)
class _Form:
    """What is at hand while a form is read; `decoded`: what the ink of its fields says."""

    plan: Plan
    evidence: Mapping[str, FieldEvidence]
    prelist: PrelistRow | None
    world: World
    decoded: dict[str, InkReading] = field(default_factory=dict)

    @cached_property
    def listing_all(self) -> World:
        """The world in which every value that was searched is listed."""
        return self.world.listing_all()

    def read(self, item: PlannedField, known: Known, *, every: bool = False) -> FieldReading:
        """Decode one field; keep the likeliest values, or `every` one that was searched."""
        ink = self.evidence.get(item.field.name)
        if ink and item.field.cek_for and not self._is_confirmable(item):
            agrees = item.field.choices[0].code
            ink = replace(ink, ticks={**ink.ticks, agrees: _over_hatching(ink.ticks.get(agrees))})
        world = self.listing_all if every else self.world
        return read_field(item.field, ink, world, known, self.decoded)

    def known(self, item: PlannedField, readings: Mapping[str, FieldReading]) -> Known:
        """Return what is printed beside a field, whether a tick confirms it, and where it is."""
        known = _known_place(item, self.prelist)
        if item.role not in {Role.PAIRED, Role.GROUPED} or not item.cek or item.cek not in readings:
            return known
        ticks = readings[item.cek].candidates
        confirmed = next((p for value, p in ticks if value == AGREES), 0.0)
        printed = spelled(item.field, printed_value(item, self.prelist))
        return replace(known, printed=printed, confirmed=confirmed)

    def read_identities(
        self, planned: Iterable[PlannedField], first: Mapping[str, FieldReading]
    ) -> dict[str, FieldReading]:
        """Read written NIKs and birth dates together: each knows what the other's ink says."""
        written = [item for item in planned if _is_identity(item) and first[item.field.name].value]
        alone = dict(first)
        for item in written:
            alone[item.field.name] = self.read(item, self.known(item, first), every=True)
        again = {}
        for item in written:
            known = self.known(item, first)
            if item.field_class is FieldClass.NIK:
                parts = date_parts(item, alone, self.plan.fields, self.prelist)
                known = replace(known, date_parts=parts)
            else:
                days = birthdays(item, alone, self.plan.fields, self.prelist)
                known = replace(known, birthdays=days)
            again[item.field.name] = self.read(item, known)
        return again

    def weigh_crossings(
        self, planned: Iterable[PlannedField], readings: Mapping[str, FieldReading]
    ) -> dict[str, FieldReading]:
        """Return fields of digits anew, seeing how this form's unused fields look."""
        values = {name: reading.value for name, reading in readings.items()}
        used = members_in_use(self.plan, values, self.prelist)
        floor = self.world.exceptions.crossed_field
        again = {}
        for group in self._crossable(planned, used):
            weight = crossing_weight(group, readings, self.evidence, floor)
            for name in group:
                again[name] = less_crossed(readings[name], self.evidence[name], weight)
        return again

    def _crossable(
        self, planned: Iterable[PlannedField], used: AbstractSet[int]
    ) -> tuple[list[str], list[str]]:
        """Return fields in use that may be crossed out: where nothing is printed, and the others.

        Nobody crosses out boxes for a correction that is not needed as he does a question.
        """
        groups: tuple[list[str], list[str]] = ([], [])
        for item in planned:
            in_use = item.member is None or item.member in used
            if item.field.kind in CROSSABLE and in_use and item.field.name in self.evidence:
                printed = bool(printed_value(item, self.prelist))
                groups[printed].append(item.field.name)
        return groups

    def _is_confirmable(self, item: PlannedField) -> bool:
        """Tell whether a value is printed that this tick could confirm."""
        target = item.field.cek_for or ""
        if target in self.plan.fields:
            return bool(printed_value(self.plan.fields[target], self.prelist))
        return self.prelist is not None and bool(self.prelist.value(target).strip())


def _is_identity(item: PlannedField) -> bool:
    return item.field_class is FieldClass.NIK or item.base in BIRTH_FIELDS


def _known_place(item: PlannedField, prelist: PrelistRow | None) -> Known:
    """Return where the numbers of registry were probably given out."""
    if prelist is None or item.field_class not in {FieldClass.NIK, FieldClass.KK}:
        return NOTHING_KNOWN
    return Known(region=digits_of(prelist.region))


def _over_hatching(seen: Posterior | None) -> Posterior:
    """Return what a "sesuai" box that is hatched out says: nothing, or a mark somebody must see."""
    if seen and seen.get(MARKED, 0.0) >= MARK_OVER_HATCHING:
        return {MARKED: 0.5, DOUBTFUL: 0.5}
    return {EMPTY: 1.0}


def is_printed_member(number: int, prelist: PrelistRow | None) -> bool:
    """Tell whether the pre-list has somebody for this strip."""
    if prelist is None or number > len(prelist.members):
        return False
    return any(prelist.members[number - 1].values())


def members_in_use(plan: Plan, values: Mapping[str, str], prelist: PrelistRow | None) -> set[int]:
    """Return the strips that stand for somebody: printed, or written in by the officer.

    A single mark in an empty strip makes no member; its field goes to a person.
    """
    used = set()
    for number, names in plan.strips.items():
        filled = [base_name(name) for name in names if values.get(name)]
        if is_printed_member(number, prelist) or len(filled) > 1 or _SPEAKING & set(filled):
            used.add(number)
    return used


def _doubt_empty_strips(
    readings: dict[str, FieldReading], plan: Plan, prelist: PrelistRow | None, weight: float
) -> None:
    """Weigh ink down in strips where nothing else is written: dirt is likelier than a member."""
    values = {name: reading.value for name, reading in readings.items()}
    used = members_in_use(plan, values, prelist)
    for number, names in plan.strips.items():
        if number not in used:
            for name in names:
                if name in readings:
                    readings[name] = readings[name].doubting(weight)
