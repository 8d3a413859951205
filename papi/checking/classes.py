"""Field classes: which fields are read alike and share one accept threshold.

Knows names and geometry of layout fields. Must not know thresholds or evidence.
"""

from __future__ import annotations

from papi.model.layout import FieldKind, LayoutField
from papi.model.recipe import FieldClass

NIK_DIGITS = 16
_CODED_MOST, _NUMBER_MOST = 3, 8
_BY_KIND = {
    FieldKind.CAPITALS: FieldClass.NAME,
    FieldKind.CODE: FieldClass.CODE,
    FieldKind.DATE: FieldClass.DATE,
    FieldKind.TEXT: FieldClass.TEXT,
    FieldKind.SIGNATURE: FieldClass.SIGNATURE,
}


def base_name(name: str) -> str:
    """Return a field's name without its member: "art.2.nik" -> "nik"."""
    return name.split(".", 2)[2] if name.startswith("art.") else name


def member_of(name: str) -> int | None:
    """Return the member number of a strip's field, None for fields of the whole form."""
    return int(name.split(".", 2)[1]) if name.startswith("art.") else None


def field_class(field: LayoutField) -> FieldClass:
    """Return the class of a field."""
    if field.kind is FieldKind.CHOICE:
        return FieldClass.TICK_CRITICAL if field.critical else FieldClass.TICK
    if field.kind is FieldKind.DIGITS:
        return _digits_class(base_name(field.name), len(field.cells))
    return _BY_KIND[field.kind]


def _digits_class(name: str, boxes: int) -> FieldClass:
    if boxes == NIK_DIGITS and name.startswith(("nokk", "no_kk")):
        return FieldClass.KK
    if boxes == NIK_DIGITS and (name == "nik" or name.startswith("nik_")):
        return FieldClass.NIK
    if boxes <= _CODED_MOST:
        return FieldClass.CODED
    return FieldClass.NUMBER if boxes <= _NUMBER_MOST else FieldClass.LONG_NUMBER
