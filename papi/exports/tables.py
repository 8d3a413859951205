"""The five tables of the contract: their columns and what each column means.

Knows names, types and meanings. Must not know where rows come from or how files are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from papi.model.layout import FieldKind, Layout

ColumnType = Literal["text", "integer", "number"]
Row = Mapping[str, object]


class TableName(StrEnum):
    """What `papi export` can write."""

    RECORDS = "records"
    MEMBERS = "members"
    READINGS = "readings"
    QUEUE = "queue"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, type, and its meaning in one sentence."""

    name: str
    type: ColumnType
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns, in order.

    Attributes:
        name: one of TableName in the contract; lists beside it have names of their own.
        neutralise: put an apostrophe before text a spreadsheet would run as a formula. Never for
            `readings`, whose values are what was written, to the letter.
    """

    name: str
    columns: tuple[Column, ...]
    neutralise: bool


_FORM_ID = Column(
    "form_id", "text", "Opaque id printed on the form (9 Crockford base32 characters)"
)
_FORM = Column("form", "text", "Form template")
_VERSION = Column("version", "text", "Layout version the form was printed with")
_PAGE = Column("page", "integer", "Page of the form, from 1")
_FIELD = Column("field", "text", "Field name of the layout")
_VALUE = Column(
    "value",
    "text",
    "What was written: digits without fillers, zeros kept; capitals with inner blanks as spaces; "
    "dates ISO (an impossible date: its digits); choices their code, space-joined when multiple; "
    "'ink' for text and signatures; empty for blank",
)
_CONFIDENCE = Column("confidence", "number", "P(value is what was written), 0 to 1")
_REASON = Column("reason", "text", "Why a person must look, space-joined (reading:, rule:, ...)")
_CANDIDATES = Column("candidates", "text", "JSON [[value, probability], ...], best first")

READINGS = Table(
    TableName.READINGS,
    (
        _FORM_ID,
        _FORM,
        _VERSION,
        _PAGE,
        _FIELD,
        _VALUE,
        Column("machine_value", "text", "What the machine read, kept when a clerk resolves"),
        _CONFIDENCE,
        Column("status", "text", "accepted, review or resolved"),
        _REASON,
        Column("source", "text", "Who said the value: machine or clerk"),
        _CANDIDATES,
    ),
    neutralise=False,
)
QUEUE = Table(
    TableName.QUEUE,
    (_FORM_ID, _PAGE, _FIELD, _REASON, _VALUE, _CONFIDENCE, _CANDIDATES),
    neutralise=True,
)
PAGES = Table(
    TableName.PAGES,
    (
        Column("source", "text", "Name of the scanned file"),
        Column("index", "integer", "Page in the file, from 0"),
        Column("sha256", "text", "sha256 of the file"),
        Column("form_id", "text", "Form the page belongs to, empty if unknown"),
        Column("page", "integer", "Page of the form, empty if unknown"),
        Column("status", "text", "The one state the page ended in"),
        Column("reason", "text", "Why it is not simply read"),
    ),
    neutralise=True,
)

_OUTCOME = Column(
    "outcome", "text", "matched (may be written), queue, or incomplete (pages missing)"
)
_PENDING = Column(
    "pending",
    "text",
    "Fields of the row that wait for a person, space-joined; their value and origin are empty",
)
_APPROVAL = Column(
    "approval",
    "text",
    "approved (a supervisor's word holds for these values), returned (sent back), or empty",
)
_RECORD_HEAD = (
    _FORM_ID,
    _FORM,
    _VERSION,
    Column("region", "text", "Kemendagri code of the village, digits only"),
    Column("prelist_id", "text", "IDBDT or id_ppks; empty for a new proposal"),
    _OUTCOME,
    Column("missing_pages", "text", "Pages not yet read, space-joined"),
    _PENDING,
    _APPROVAL,
)
_MEMBER_HEAD = (
    _FORM_ID,
    Column("prelist_id", "text", "IDBDT of the household; empty for a new proposal"),
    Column("member", "integer", "Number of the member strip, from 1"),
    _OUTCOME,
    _PENDING,
    _APPROVAL,
)


def _merged_columns(layouts: Sequence[Layout], *, members: bool) -> tuple[Column, ...]:
    """Columns of merged values, each followed by its origin; S/TS ticks are not values."""
    found: dict[str, str] = {}
    for layout in layouts:
        for field in layout.fields:
            inside = field.name.startswith("art.")
            if inside is not members or field.cek_for or field.kind is FieldKind.SIGNATURE:
                continue
            name = field.name.split(".", 2)[2] if inside else field.name
            found.setdefault(name, field.label or name)
    columns = []
    for name, label in found.items():
        columns.append(Column(name, "text", label))
        columns.append(
            Column(f"{name}_origin", "text", f"Where {name} comes from: prelist, machine or clerk")
        )
    return tuple(columns)


def records_table(layouts: Sequence[Layout]) -> Table:
    """Return the `records` table of these layouts: one row a form."""
    columns = _RECORD_HEAD + _merged_columns(layouts, members=False)
    return Table(TableName.RECORDS, columns, neutralise=True)


def members_table(layouts: Sequence[Layout]) -> Table:
    """Return the `members` table of these layouts: one row a person of a household."""
    columns = _MEMBER_HEAD + _merged_columns(layouts, members=True)
    return Table(TableName.MEMBERS, columns, neutralise=True)
