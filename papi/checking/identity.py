"""NIK, date of birth and sex of one person: what each says of the others.

Knows where they stand on a form, and that a NIK contains the other two. Must not know thresholds or
rules. When ink is weighed, each side is told only what the other's ink says by itself: nobody is
lifted by a value that he lifted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from papi.checking.calendar import prelist_date
from papi.checking.fields import FieldReading
from papi.checking.nik import parse_nik
from papi.checking.plan import PlannedField
from papi.checking.priors import BIRTH_FIELDS
from papi.checking.truth import AGREES, printed_value
from papi.model.prelist import PrelistRow

SEX_FIELDS = ("jnskel", "jenis_kelamin")
NIK_FIELD = "nik"
TRUSTED = 0.9
"""A value surer than this may speak for its neighbours."""

Fields = Mapping[str, PlannedField]
Readings = Mapping[str, FieldReading]


def known_birth(
    item: PlannedField, values: Mapping[str, str], fields: Fields, prelist: PrelistRow | None
) -> tuple[dt.date | None, str]:
    """Return date of birth and sex of the person whose NIK this is, as written or else printed."""
    birth = _written_or_printed(item, BIRTH_FIELDS, values, fields, prelist)
    sex = _written_or_printed(item, SEX_FIELDS, values, fields, prelist)
    return prelist_date(birth) if birth else None, sex if sex in {"1", "2"} else ""


def trusted_birth(
    item: PlannedField, readings: Readings, fields: Fields, prelist: PrelistRow | None
) -> tuple[dt.date | None, str]:
    """Return the same while reading: nothing if what is written about it is not sure."""
    names = [_prefix(item) + base for base in (*BIRTH_FIELDS, *SEX_FIELDS)]
    siblings = {name: readings[name] for name in names if name in readings}
    if any(reading.confidence < TRUSTED for reading in siblings.values()):
        return None, ""
    values = {name: reading.value for name, reading in siblings.items()}
    return known_birth(item, values, fields, prelist)


def trusted_nik(
    item: PlannedField, readings: Readings, fields: Fields, prelist: PrelistRow | None
) -> str:
    """Return the NIK of the person whose date of birth this is: written, or printed and confirmed.

    "" if it is not sure or not well formed.
    """
    name = _prefix(item) + NIK_FIELD
    reading, planned = readings.get(name), fields.get(name)
    if reading is None or planned is None or reading.confidence < TRUSTED:
        return ""
    tick = readings.get(planned.cek or "")
    nik = reading.value
    if not nik and tick and tick.value == AGREES and tick.confidence >= TRUSTED:
        nik = printed_value(planned, prelist)
    return nik if nik and not parse_nik(nik).problems else ""


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
