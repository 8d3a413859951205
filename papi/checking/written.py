"""What was written on all pages of one form that came back, field by field.

Knows the order in which fields help each other: ticks first, then boxes (a ticked "sesuai" lifts
the printed value), then the NIK (which must contain the date of birth). Must not know thresholds,
rules or records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from papi.checking.calendar import prelist_date
from papi.checking.classes import base_name
from papi.checking.fields import FieldReading, read_field
from papi.checking.plan import Plan, PlannedField, Role
from papi.checking.priors import BIRTH_FIELDS, Known, World, spelled
from papi.checking.truth import AGREES, printed_value
from papi.model.evidence import EMPTY, FieldEvidence
from papi.model.layout import FieldKind
from papi.model.prelist import PrelistRow
from papi.model.recipe import FieldClass

SEX_FIELDS = ("jnskel", "jenis_kelamin")
_BIRTH_AND_SEX = (*BIRTH_FIELDS, *SEX_FIELDS)
_SPEAKING = frozenset({"nama", "nik", "sta_keberadaan_art"})
"""One of these filled, and a strip without a printed member is in use."""
_TRUSTED = 0.9
"""A written birth date surer than this is what the NIK is compared with."""


def read_form(
    plan: Plan,
    evidence: Mapping[str, FieldEvidence],
    names: Iterable[str],
    *,
    prelist: PrelistRow | None,
    world: World,
) -> dict[str, FieldReading]:
    """Decode the fields `names` (in layout order) of the pages read; blank ones included."""
    planned = [plan.fields[name] for name in names]
    readings: dict[str, FieldReading] = {}
    for wanted in (_is_tick, _is_plain, _is_nik):
        for item in planned:
            if wanted(item):
                name = item.field.name
                known = _known(item, readings, plan, prelist)
                ink = evidence.get(name)
                if ink and item.field.cek_for and not _confirmable(item, plan, prelist):
                    ink = _without_hatched_box(item, ink)
                readings[name] = read_field(item.field, ink, world, known)
    _doubt_empty_strips(readings, plan, prelist, world.decoding.exceptions.empty_strip)
    return {item.field.name: readings[item.field.name] for item in planned}


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


def known_birth(
    item: PlannedField,
    values: Mapping[str, str],
    fields: Mapping[str, PlannedField],
    prelist: PrelistRow | None,
) -> tuple[dt.date | None, str]:
    """Return date of birth and sex of the person whose NIK this is, as written or else printed."""
    prefix = item.field.name[: -len(item.base)]
    birth = _first(prefix, BIRTH_FIELDS, values, fields, prelist)
    sex = _first(prefix, SEX_FIELDS, values, fields, prelist)
    return prelist_date(birth) if birth else None, sex if sex in {"1", "2"} else ""


def _is_tick(item: PlannedField) -> bool:
    return item.field.kind is FieldKind.CHOICE


def _is_nik(item: PlannedField) -> bool:
    return item.field_class is FieldClass.NIK


def _is_plain(item: PlannedField) -> bool:
    return not _is_tick(item) and not _is_nik(item)


def _confirmable(item: PlannedField, plan: Plan, prelist: PrelistRow | None) -> bool:
    """Tell whether a value is printed that this tick could confirm."""
    target = item.field.cek_for or ""
    if target in plan.fields:
        return bool(printed_value(plan.fields[target], prelist))
    return prelist is not None and bool(prelist.value(target).strip())


def _without_hatched_box(item: PlannedField, ink: FieldEvidence) -> FieldEvidence:
    """Forget the "sesuai" box (the first): with nothing to confirm it is printed hatched out."""
    return replace(ink, ticks={**ink.ticks, item.field.choices[0].code: {EMPTY: 1.0}})


def _known(
    item: PlannedField,
    readings: Mapping[str, FieldReading],
    plan: Plan,
    prelist: PrelistRow | None,
) -> Known:
    if _is_tick(item):
        return Known()
    printed, confirmed = "", 0.0
    if item.role in {Role.PAIRED, Role.GROUPED} and item.cek and item.cek in readings:
        printed = spelled(item.field, printed_value(item, prelist))
        ticks = readings[item.cek].candidates
        confirmed = next((p for value, p in ticks if value == AGREES), 0.0)
    if not _is_nik(item):
        return Known(printed, confirmed)
    prefix = item.field.name[: -len(item.base)]
    siblings = ((prefix + base, readings.get(prefix + base)) for base in _BIRTH_AND_SEX)
    trusted = {name: r.value for name, r in siblings if r and r.confidence >= _TRUSTED}
    birth, sex = known_birth(item, trusted, plan.fields, prelist)
    return Known(printed, confirmed, birth, sex)


def _first(
    prefix: str,
    bases: Iterable[str],
    values: Mapping[str, str],
    fields: Mapping[str, PlannedField],
    prelist: PrelistRow | None,
) -> str:
    for base in bases:
        item = fields.get(prefix + base)
        if item is not None:
            return values.get(prefix + base, "") or printed_value(item, prelist)
    return ""


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
