"""What goes to print together: forms with their rows, the village they belong to, the manifest.

Knows the nouns of a print run. Must not know PDF, templates or the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from typing import Final

from papi.model.prelist import IssuedForm, PrelistRow

LabelOf = Callable[[str, str], str]
"""(code list, code) -> label, "" if the list has no such code."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One form to print: its identity, and its pre-list row (None: a blank form)."""

    issued: IssuedForm
    row: PrelistRow | None = None


@dataclass(frozen=True, slots=True)
class Village:
    """Where a print run goes, in words for the cover sheet.

    Attributes:
        region: Kemendagri code, digits only, e.g. "3201012001".
        name: desa or kelurahan.
        subdistrict, district, province: kecamatan, kabupaten or kota, provinsi; "" if unknown.
        campaign: name of the survey round; "" if none.
        printed_on: date in words, e.g. "24 November 2026"; "" leaves it out.
    """

    region: str
    name: str
    subdistrict: str = ""
    district: str = ""
    province: str = ""
    campaign: str = ""
    printed_on: str = ""


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One printed form side: where it is and whose it is (columns of manifest.csv)."""

    pdf_file: str
    pdf_page: int
    form_id: str
    form: str
    page: int
    prelist_id: str
    version: str
    copy: int
    region: str

    def cells(self) -> tuple[str, ...]:
        """Return the row as text, in the order of MANIFEST_COLUMNS."""
        return tuple(str(value) for value in astuple(self))


MANIFEST_COLUMNS: Final = tuple(field.name for field in fields(ManifestRow))
