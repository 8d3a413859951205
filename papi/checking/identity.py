"""NIK, date of birth and sex of one person: what each says of the others.

Knows where they stand on a form, and that a NIK contains the other two. Must not know thresholds or
rules. NIK and date of birth are read together: each side is told the distribution that the other's
ink gives by itself, which makes both results the marginals of one joint distribution.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import product

from papi.checking.calendar import prelist_date
from papi.checking.fields import FieldReading
from papi.checking.nik import date_part, parse_nik
from papi.checking.plan import PlannedField
from papi.checking.priors import BIRTH_FIELDS
from papi.checking.truth import AGREES, printed_value
from papi.model.prelist import PrelistRow

SEX_FIELDS = ("jnskel", "jenis_kelamin")
NIK_FIELD = "nik"
UNINFORMED = 0.999
"""From this P(nothing known) a neighbour says nothing."""

Fields = Mapping[str, PlannedField]
Readings = Mapping[str, FieldReading]


def known_birth(
    item: PlannedField, values: Mapping[str, str], fields: Fields, prelist: PrelistRow | None
) -> tuple[dt.date | None, str]:
    """Return date of birth and sex of the person whose NIK this is, as written or else printed."""
    birth = _written_or_printed(item, BIRTH_FIELDS, values, fields, prelist)
    sex = _written_or_printed(item, SEX_FIELDS, values, fields, prelist)
    return prelist_date(birth) if birth else None, sex if sex in {"1", "2"} else ""


def date_parts(
    item: PlannedField, readings: Readings, fields: Fields, prelist: PrelistRow | None
) -> dict[str, float]:
    """Return how likely each date part of this person's NIK is, by date of birth and sex alone.

    Keys are six digits (women's days + 40); under "" the probability that nothing is known.
    """
    births = _listed(item, BIRTH_FIELDS, readings, fields, prelist)
    sexes = _listed(item, SEX_FIELDS, readings, fields, prelist)
    parts: dict[str, float] = {}
    for (birth, one), (sex, other) in product(births.items(), sexes.items()):
        date = prelist_date(birth) if birth else None
        part = date_part(date, sex) if date else ""
        parts[part] = parts.get(part, 0.0) + one * other
    return _if_informed(parts)


def birthdays(
    item: PlannedField, readings: Readings, fields: Fields, prelist: PrelistRow | None
) -> dict[str, float]:
    """Return how likely each birthday (DDMMYY) is by the NIK alone: written, or printed and ticked.

    Under "" stands the probability that nothing is known.
    """
    name = _prefix(item) + NIK_FIELD
    reading, planned = readings.get(name), fields.get(name)
    if reading is None or planned is None:
        return {}
    tick = readings.get(planned.cek or "")
    agreed = next((p for value, p in tick.candidates if value == AGREES), 0.0) if tick else 0.0
    niks = {value: p for value, p in reading.candidates if value}
    printed = printed_value(planned, prelist)
    niks[printed] = niks.get(printed, 0.0) + agreed * (1.0 - sum(niks.values()))
    days: dict[str, float] = {}
    for nik, probability in niks.items():
        parsed = parse_nik(nik)
        if not parsed.problems:
            day = f"{parsed.births[0]:%d%m%y}"
            days[day] = days.get(day, 0.0) + probability
    days[""] = max(0.0, 1.0 - sum(days.values()))
    return _if_informed(days)


def _if_informed(parts: dict[str, float]) -> dict[str, float]:
    return parts if parts.get("", 0.0) < UNINFORMED else {}


def _listed(
    item: PlannedField,
    bases: Iterable[str],
    readings: Readings,
    fields: Fields,
    prelist: PrelistRow | None,
) -> dict[str, float]:
    """Return the values of the person's field, blank standing for what is printed; "" = unknown."""
    for name in (_prefix(item) + base for base in bases):
        if name in fields:
            printed = printed_value(fields[name], prelist)
            candidates = readings[name].candidates if name in readings else (("", 1.0),)
            values: dict[str, float] = {"": max(0.0, 1.0 - sum(p for _, p in candidates))}
            for value, probability in candidates:
                key = value or printed
                values[key] = values.get(key, 0.0) + probability
            return values
    return {"": 1.0}


def _prefix(item: PlannedField) -> str:
    return item.field.name[: -len(item.base)]


def _written_or_printed(
    item: PlannedField,
    bases: Iterable[str],
    values: Mapping[str, str],
    fields: Fields,
    prelist: PrelistRow | None,
) -> str:
    for name in (_prefix(item) + base for base in bases):
        if name in fields:
            return values.get(name, "") or printed_value(fields[name], prelist)
    return ""
