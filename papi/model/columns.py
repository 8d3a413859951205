"""The columns a pre-list file may have: names, kinds, code lists and what they mean.

Names are those of the SIKS staging tables, in lower case; `PrelistRow.values` uses the same names.
Knows the two forms' columns. Must not know files (csv, xlsx), paper or the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from papi.errors import UnknownForm
from papi.model.codebook import Codebook

HOUSEHOLD_FORM: Final = "verivali-rt"
PERSON_FORM: Final = "verivali-ppks"
MAX_MEMBERS: Final = 20
"""Member strips of the largest form (contract)."""


class ColumnKind(StrEnum):
    """How a cell's text is checked."""

    TEXT = "text"
    DIGITS = "digits"  # leading zeros count: identity numbers, RT, telephone
    INTEGER = "integer"  # a quantity
    DATE = "date"
    CODE = "code"


class Scope(StrEnum):
    """Whose column it is. Household columns repeat on every line of the household."""

    HOUSEHOLD = "household"
    MEMBER = "member"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: lower case; files may write it in any case.
        kind: how its text is checked.
        meaning, meaning_en: for people.
        scope: household, member or person.
        required: a line without it is refused.
        code_list: list of the codebook, for CODE.
        pattern: the whole text must match, for DIGITS.
        min, max: bounds of an INTEGER; `max` of a TEXT is its longest length.
        aliases: other names files use, lower case.
        personal: values are never shown in messages.
    """

    name: str
    kind: ColumnKind
    meaning: str
    meaning_en: str
    scope: Scope
    required: bool = False
    code_list: str | None = None
    pattern: str | None = None
    min: int | None = None
    max: int | None = None
    aliases: tuple[str, ...] = ()
    personal: bool = False

    def to_json(self, codebook: Codebook) -> dict[str, Any]:
        """Return the description for `papi prelist columns --json` (absent keys left out)."""
        described: dict[str, Any] = {
            "name": self.name,
            "required": self.required,
            "type": self.kind.value,
            "scope": self.scope.value,
            "code_list": self.code_list,
            "codes": _codes(self, codebook),
            "pattern": self.pattern,
            "min": self.min,
            "max": self.max,
            "aliases": list(self.aliases) or None,
            "meaning": self.meaning,
            "meaning_en": self.meaning_en,
        }
        return {key: value for key, value in described.items() if value is not None}


def _codes(column: Column, codebook: Codebook) -> list[dict[str, str]] | None:
    if column.code_list is None:
        return None
    code_list = codebook.code_lists[column.code_list]
    labels = {code.code: code for code in code_list.codes}
    return [
        {
            "code": value,
            "label": labels[value].label("id") if value in labels else "",
            "label_en": labels[value].label("en") if value in labels else "",
        }
        for value in code_list.values()
    ]


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """All columns of a form's pre-list.

    Attributes:
        form: the form.
        key: column that holds the `prelist_id`.
        columns: in the order people expect.
        by_name: column by lower-case name or alias.
    """

    form: str
    key: str
    columns: tuple[Column, ...]
    by_name: dict[str, Column]

    def match(self, header: str) -> Column | None:
        """Return the column that a header cell names, None if it is unknown."""
        return self.by_name.get(header.strip().lower())


@cache
def columns_of(form: str) -> ColumnSet:
    """Return the columns of a form's pre-list.

    Raises:
        UnknownForm: the form has no pre-list.
    """
    from papi.model import columns_household, columns_person  # noqa: PLC0415  they import this

    builders = {
        HOUSEHOLD_FORM: columns_household.household_columns,
        PERSON_FORM: columns_person.person_columns,
    }
    if form not in builders:
        raise UnknownForm(
            f"No pre-list is known for the form {form!r}.",
            f"Forms with a pre-list: {', '.join(sorted(builders))}.",
        )
    columns = tuple(builders[form](Codebook.load()))
    names = {name: column for column in columns for name in (column.name, *column.aliases)}
    return ColumnSet(form, "idbdt" if form == HOUSEHOLD_FORM else "id_ppks", columns, names)


def region_columns(scope: Scope) -> list[Column]:
    """Return the columns that say where: Kemendagri codes in four parts or whole, and names."""

    def part(name: str, pattern: str, what: str, what_en: str) -> Column:
        return Column(name, ColumnKind.DIGITS, what, what_en, scope, required=True, pattern=pattern)

    return [
        part(
            "kdprop",
            r"\d{2}",
            "Kode provinsi (Kemendagri, 2 digit)",
            "Province code (Kemendagri, 2 digits)",
        ),
        part(
            "kdkab",
            r"\d{2}(\d{2})?",
            "Kode kabupaten/kota (2 digit, atau 4 dengan provinsi)",
            "District code (2 digits, or 4 with the province)",
        ),
        part(
            "kdkec",
            r"\d{2}(\d{4})?",
            "Kode kecamatan (2 digit, atau 6 dengan kabupaten)",
            "Sub-district code (2 digits, or 6 with the district)",
        ),
        part(
            "kddesa",
            r"\d{4}(\d{6})?",
            "Kode desa/kelurahan (4 digit, atau 10 lengkap)",
            "Village code (4 digits, or all 10)",
        ),
        Column(
            "kode_wilayah",
            ColumnKind.DIGITS,
            "Kode desa/kelurahan Kemendagri lengkap, sebagai ganti empat kolom kd...",
            "Whole Kemendagri village code, in place of the four kd... columns (dots allowed)",
            scope,
            pattern=r"\d{10}",
            aliases=("kode_kemendagri", "region"),
        ),
        *(
            Column(name, ColumnKind.TEXT, f"Nama {what}", f"Name of the {what_en}", scope, max=60)
            for name, what, what_en in (
                ("nmprop", "provinsi", "province"),
                ("nmkab", "kabupaten/kota", "district"),
                ("nmkec", "kecamatan", "sub-district"),
                ("nmdesa", "desa/kelurahan", "village"),
            )
        ),
        Column(
            "kode_bps",
            ColumnKind.DIGITS,
            "Kode desa/kelurahan BPS",
            "BPS village code",
            scope,
            pattern=r"\d{10}",
        ),
    ]
