"""Pre-list rows: what the office knew about a household or person before the visit.

Knows column names and plain text values. Must not know files, databases or paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PrelistRow:
    """One household with its members, or one person.

    Attributes:
        form: form template, e.g. "verivali-rt".
        prelist_id: IDBDT for households, id_ppks for persons.
        region: Kemendagri code, digits only, e.g. "3201012001".
        values: columns in lower case, text as in the file, "" for missing.
        members: one mapping per member, in order of the list; names without prefix, e.g. "nik".
    """

    form: str
    prelist_id: str
    region: str
    values: Mapping[str, str] = field(default_factory=dict)
    members: tuple[Mapping[str, str], ...] = ()

    def value(self, name: str) -> str:
        """Return the pre-list value of a layout field: "alamat", or "art.2.nik"; "" if none."""
        if name.startswith("art."):
            _, number, column = name.split(".", 2)
            index = int(number) - 1
            return self.members[index].get(column, "") if index < len(self.members) else ""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class IssuedForm:
    """A form that was printed: its id, whose it is (None for a blank form), and its pages."""

    form_id: str
    form: str
    version: str
    region: str
    prelist_id: str | None
    pages: tuple[int, ...]
    copy: int = 1
