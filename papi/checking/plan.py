"""How the fields of a layout hang together: which tick confirms which value.

Knows names and kinds of one layout. Must not know values. Made once per layout (10 ms for 500
fields) and remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from papi.checking.classes import base_name, field_class, member_of
from papi.model.layout import CELL_KINDS, FieldKind, Layout, LayoutField
from papi.model.recipe import FieldClass

GROUP_CEK = "art_cek"
_BINARY_LISTS = "ya_tidak"
_REMEMBERED = 16


class Role(StrEnum):
    """How a field's value comes into the record (truth table of the forms)."""

    CONFIRMS = "confirms"
    """A sesuai / tidak-sesuai tick of one field or of a strip: no value of its own."""
    PAIRED = "paired"
    """Printed value, ticks of its own, boxes for a correction."""
    GROUPED = "grouped"
    """Printed code that the strip's group check confirms."""
    TICKED = "ticked"
    """Printed value whose ticks give the value itself (sex, marital status)."""
    FRESH = "fresh"
    """Asked afresh; a printed value beside it is only shown."""


@dataclass(frozen=True, slots=True)
class PlannedField:
    """One field and what the decision needs to know of it."""

    field: LayoutField
    field_class: FieldClass
    base: str
    member: int | None
    role: Role
    cek: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All fields of a layout by name, in its order, and the strips' fields by member."""

    fields: Mapping[str, PlannedField]
    strips: Mapping[int, tuple[str, ...]]


_plans: OrderedDict[int, tuple[Layout, Plan]] = OrderedDict()


def plan_of(layout: Layout) -> Plan:
    """Return the plan of a layout."""
    # Keyed by identity: a layout holds dicts and cannot be hashed; the entry keeps it alive.
    known = _plans.get(id(layout))
    if known is None:
        known = _plans[id(layout)] = (layout, _make_plan(layout))
        if len(_plans) > _REMEMBERED:
            _plans.popitem(last=False)
    return known[1]


def _make_plan(layout: Layout) -> Plan:
    confirmed_by = {field.cek_for: field.name for field in layout.fields if field.cek_for}
    fields = {field.name: _planned(field, layout, confirmed_by) for field in layout.fields}
    strips: dict[int, list[str]] = {}
    for name, planned in fields.items():
        if planned.member is not None:
            strips.setdefault(planned.member, []).append(name)
    return Plan(fields, {number: tuple(names) for number, names in strips.items()})


def _planned(field: LayoutField, layout: Layout, confirmed_by: Mapping[str, str]) -> PlannedField:
    base, member = base_name(field.name), member_of(field.name)
    group = f"art.{member}.{GROUP_CEK}"
    cek = confirmed_by.get(field.name)
    if field.cek_for or base == GROUP_CEK:
        role = Role.CONFIRMS
    elif cek:
        role = Role.PAIRED
    elif field.prelist and field.kind in CELL_KINDS and group in layout.by_name:
        role, cek = Role.GROUPED, group
    elif field.prelist and field.kind is FieldKind.CHOICE and not _is_binary(field):
        role = Role.TICKED
    else:
        role = Role.FRESH
    return PlannedField(field, field_class(field), base, member, role, cek)


def _is_binary(field: LayoutField) -> bool:
    return (field.code_list or "").startswith(_BINARY_LISTS)
