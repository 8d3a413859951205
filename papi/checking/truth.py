"""The truth table: printed value + ticks + correction boxes -> what the record says, and doubts.

Knows the table "Match/correct" of the forms. Must not know probabilities: it is given the values as
read, and names what a person must decide. Reasons stand on the field that has to be decided:
the tick where the tick is in doubt, the value where the value is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType

from papi.checking.calendar import prelist_date
from papi.checking.plan import PlannedField, Role
from papi.checking.priors import spelled
from papi.model.layout import FieldKind, LayoutField
from papi.model.prelist import PrelistRow
from papi.model.reading import RecordValue, Source

AGREES, DIFFERS = "1", "2"
CONFLICT = "prelist:conflict"
BLANK_CHANGE = "prelist:blank_change"
MULTI = "prelist:multi"
FORGOT_TICK = "prelist:forgot_tick"
NOT_VERIFIED = "prelist:not_verified"
NO_CHANGE = "prelist:no_change"
REQUIRED_BLANK = "reading:required_blank"

LEFT_TO_RULES = frozenset({"nama_wali", "hub_wali"})
"""Required fields whose exceptions a rule knows: who needs a guardian (B07); who signs (A09)."""

QUEUE_CODES: Mapping[str, str] = MappingProxyType(
    {
        CONFLICT: "CONFLICT",
        BLANK_CHANGE: "BLANK",
        MULTI: "MULTI",
        "reading:multiple_marks": "MULTI",
        NOT_VERIFIED: "BLANK",
        REQUIRED_BLANK: "BLANK",
        FORGOT_TICK: "RULE",
        NO_CHANGE: "LOWCONF",
        "reading:text": "TEXT",
        "control:double_keying": "QC",
        "control:sample": "QC",
        "control:two_scans": "QC",
    }
)
"""Reasons of the readings table -> code list `alasan_kunci_manual`."""


def queue_code(reason: str) -> str:
    """Return the code of `alasan_kunci_manual` for a reason."""
    if reason in QUEUE_CODES:
        return QUEUE_CODES[reason]
    return "RULE" if reason.startswith("rule:") else "LOWCONF"


@dataclass(slots=True)
class Truth:
    """What the table made of the pages read.

    Attributes:
        values: merged value by field name (ticks that confirm included).
        printed: likewise for printed values that have ticks but no boxes.
        reasons: what a person must decide, by field.
    """

    values: dict[str, RecordValue] = field(default_factory=dict)
    printed: dict[str, RecordValue] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)

    def doubt(self, name: str, reason: str) -> None:
        """Add a reason to a field, once."""
        reasons = self.reasons.setdefault(name, [])
        if reason not in reasons:
            reasons.append(reason)


def printed_value(planned: PlannedField, prelist: PrelistRow | None) -> str:
    """Return the pre-list value a field shows, in the pre-list's spelling; "" if none."""
    if prelist is None or not planned.field.prelist:
        return ""
    column = planned.field.prelist
    if planned.member is not None and not column.startswith("art."):
        column = f"art.{planned.member}.{column}"
    return prelist.value(column).strip()


def record_value(layout_field: LayoutField, text: str) -> str:
    """Return a value as the record keeps it: ISO dates, codes at their full width."""
    if layout_field.kind is FieldKind.DATE:
        date = prelist_date(text)
        return date.isoformat() if date else text
    codes = layout_field.codes or ()
    if text and codes and text not in codes and text.zfill(len(codes[0])) in codes:
        return text.zfill(len(codes[0]))
    return text


def same_value(layout_field: LayoutField, one: str, other: str) -> bool:
    """Tell whether two spellings mean one value ("05" and "5", dates in either order)."""
    if record_value(layout_field, one) == record_value(layout_field, other):
        return True
    written = spelled(layout_field, one)
    if written and layout_field.kind is FieldKind.DIGITS and len(layout_field.cells) <= 3:
        return written.lstrip("0") == spelled(layout_field, other).lstrip("0")
    return bool(written) and written == spelled(layout_field, other)


def merge(
    fields: Mapping[str, PlannedField],
    written: Mapping[str, str],
    prelist: PrelistRow | None,
    clerk: AbstractSet[str],
) -> Truth:
    """Apply the table to every field of the pages read.

    Args:
        fields: plan of the layout.
        written: value as read (or as a clerk keyed it) of each field of the pages read.
        prelist: the form's row, None for a blank form.
        clerk: fields whose value a clerk gave.
    """
    truth = Truth()
    for name, text in written.items():
        planned = fields[name]
        source = Source.CLERK if name in clerk else Source.MACHINE
        table = _Row(planned, text, printed_value(planned, prelist), source)
        tick = written.get(planned.cek or "", "")
        truth.values[name] = _TABLES[planned.role](truth, table, tick)
        if planned.role is Role.CONFIRMS:
            _note_printed_only(truth, planned, fields, text, prelist)
    return truth


def demand(
    truth: Truth,
    fields: Mapping[str, PlannedField],
    written: Mapping[str, str],
    asked: Callable[[PlannedField], bool],
) -> None:
    """Add what is missing: required answers left blank, printed values nobody verified."""
    for name in written:
        planned, value = fields[name], truth.values[name]
        if planned.role is Role.CONFIRMS or not planned.field.required:
            continue
        if planned.field.kind is FieldKind.SIGNATURE or planned.base in LEFT_TO_RULES:
            continue
        if not value.value:
            if not truth.reasons.get(name) and asked(planned):
                truth.doubt(name, REQUIRED_BLANK)
        elif value.status == "unverified" and _unticked(planned, written) and asked(planned):
            truth.doubt(planned.cek or "", NOT_VERIFIED)


def _unticked(planned: PlannedField, written: Mapping[str, str]) -> bool:
    return planned.cek is not None and written.get(planned.cek) == ""


@dataclass(frozen=True, slots=True)
class _Row:
    """One field at the table: what was written, what is printed, who read it."""

    planned: PlannedField
    text: str
    printed: str
    source: Source

    def take_written(self) -> RecordValue:
        value = record_value(self.planned.field, self.text)
        return RecordValue(value, self.source, "verified" if value else "blank")

    def take_printed(self, *, verified: bool) -> RecordValue:
        value = record_value(self.planned.field, self.printed)
        return RecordValue(value, Source.PRELIST, "verified" if verified else "unverified")

    @property
    def repeats(self) -> bool:
        return same_value(self.planned.field, self.text, self.printed)


def _fresh(_: Truth, row: _Row, __: str) -> RecordValue:
    return row.take_written()


def _ticked(_: Truth, row: _Row, __: str) -> RecordValue:
    if row.text or not row.printed:
        return row.take_written()
    return row.take_printed(verified=False)


def _paired(truth: Truth, row: _Row, tick: str) -> RecordValue:
    name, cek = row.planned.field.name, row.planned.cek or ""
    if not row.printed:  # the "sesuai" box is hatched out: only ink counts
        if tick == DIFFERS and not row.text:
            truth.doubt(name, BLANK_CHANGE)
        return row.take_written()
    if " " in tick:
        truth.doubt(cek, MULTI)
        return row.take_printed(verified=False)
    if not row.text:
        if tick == DIFFERS:
            truth.doubt(name, BLANK_CHANGE)
        return row.take_printed(verified=tick == AGREES)
    if tick == AGREES:
        return _confirmed_and_filled(truth, row, cek)
    if row.repeats:
        if tick == DIFFERS:  # likelier a misread digit than a correction to the same value
            truth.doubt(name, NO_CHANGE)
        return row.take_printed(verified=True)
    if tick != DIFFERS and row.planned.field.critical:
        truth.doubt(name, FORGOT_TICK)
    return row.take_written()


def _confirmed_and_filled(truth: Truth, row: _Row, cek: str) -> RecordValue:
    if not row.repeats:
        truth.doubt(cek, CONFLICT)
        if row.planned.field.critical:
            truth.doubt(row.planned.field.name, CONFLICT)
    return row.take_printed(verified=True)


def _grouped(truth: Truth, row: _Row, tick: str) -> RecordValue:
    cek = row.planned.cek or ""
    if not row.printed or (row.text and tick == DIFFERS):
        return row.take_written()
    if " " in tick:
        truth.doubt(cek, MULTI)
        return row.take_printed(verified=False)
    if row.text and tick != AGREES:  # forgot the group tick: the code stands as written
        return row.take_printed(verified=True) if row.repeats else row.take_written()
    if row.text:
        return _confirmed_and_filled(truth, row, cek)
    return row.take_printed(verified=tick in {AGREES, DIFFERS})


_TABLES: Mapping[Role, Callable[[Truth, _Row, str], RecordValue]] = MappingProxyType(
    {
        Role.CONFIRMS: _fresh,
        Role.FRESH: _fresh,
        Role.TICKED: _ticked,
        Role.PAIRED: _paired,
        Role.GROUPED: _grouped,
    }
)


def _note_printed_only(
    truth: Truth,
    planned: PlannedField,
    fields: Mapping[str, PlannedField],
    tick: str,
    prelist: PrelistRow | None,
) -> None:
    """Keep a printed value that has ticks but no boxes (SLS name, mother's name)."""
    target = planned.field.cek_for
    if target is None or target in fields or prelist is None:
        return
    value = prelist.value(target).strip()
    status = "verified" if tick == AGREES and value else "unverified" if value else "blank"
    truth.printed[target] = RecordValue(value, Source.PRELIST, status)
