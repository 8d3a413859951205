"""Who had to answer what: skip conditions of the layout, and what a visit that ended early skips.

Knows conditions, results and presence codes. Must not know readings' probabilities.
Unknown counts as "not asked": a question is only demanded when the form shows that it was asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from papi.checking.calendar import prelist_date
from papi.checking.classes import base_name, member_of
from papi.checking.nik import age_on
from papi.model.layout import LayoutField

ValueOf = Callable[[str], str]

RESULT_FIELDS = {"verivali-rt": "hasil_verivali", "verivali-ppks": "hasil_ppks"}
_VISIT_ENDS = {"verivali-rt": frozenset("23456"), "verivali-ppks": frozenset("345678")}
"""Results after which the questions about people and dwelling may stay blank (A06, B01)."""
PRESENCE = "sta_keberadaan_art"
GONE = frozenset("2356")
"""Presence codes after which the rest of a strip stays blank (A14)."""
_ALWAYS_ASKED = (
    "hasil_",
    "tanggal",
    "kode_petugas",
    "kode_pemeriksa",
    "ttd_",
    "data_idbdt_double_dengan",
    "alasan_tidak_ditemukan",
    "id_ganda",
    "tgl_meninggal",
)
"""Beginnings of the names of fields that an ended visit still fills in."""


def visit_ended(form: str, value_of: ValueOf) -> bool:
    """Tell whether the result says that nobody was asked the rest."""
    return value_of(RESULT_FIELDS.get(form, "")) in _VISIT_ENDS.get(form, frozenset())


def is_asked(field: LayoutField, form: str, value_of: ValueOf, day: dt.date) -> bool:
    """Tell whether a field had to be answered on this form.

    Args:
        field: the field.
        form: form template.
        value_of: merged value by field name, "" if blank or not read.
        day: day ages are counted on.
    """
    name, member = base_name(field.name), member_of(field.name)
    if visit_ended(form, value_of) and not name.startswith(_ALWAYS_ASKED):
        return False
    if member is not None and name != PRESENCE and value_of(f"art.{member}.{PRESENCE}") in GONE:
        return False
    if field.ask_if is None:
        return True
    return field.ask_if.when is not None and holds(field.ask_if.when, value_of, day)


def holds(when: Mapping[str, Any], value_of: ValueOf, day: dt.date) -> bool:
    """Evaluate a layout's condition (grammar: model.template.AskSpec); unknown is False."""
    if "all" in when:
        return all(holds(part, value_of, day) for part in when["all"])
    if "any" in when:
        return any(holds(part, value_of, day) for part in when["any"])
    if "age_of" in when:
        born = prelist_date(value_of(when["age_of"]))
        if born is None:
            return False
        return bool(when.get("min", 0) <= age_on(day, born) <= when.get("max", 200))
    return _field_holds(when, value_of(when["field"]))


def _field_holds(when: Mapping[str, Any], value: str) -> bool:
    if "blank" in when:
        return (not value) is bool(when["blank"])
    if "filled" in when:
        return bool(value) is bool(when["filled"])
    codes = value.split()
    if "in" in when:
        return any(code in when["in"] for code in codes)
    return bool(codes) and not any(code in when["not_in"] for code in codes)
