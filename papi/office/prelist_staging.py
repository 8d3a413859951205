"""Lines of a pre-list file checked one by one and gathered into households, on disk.

A file may name the members of a household far apart, and 100,000 lines do not fit the memory
limit: clean lines wait in a private temporary database that vanishes with the process.
Knows lines, columns and households. Must not know file formats or the store.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from papi.errors import PrelistInvalid
from papi.model.codebook import Codebook
from papi.model.columns import MAX_MEMBERS, Column, ColumnSet, Scope
from papi.model.prelist import PrelistRow
from papi.office.prelist_regions import PARTS, WHOLE, complete_region
from papi.office.prelist_values import Cell, Refused, clean_cell

MAX_COMPLAINTS: Final = 1000
"""Complaints kept with line, column and reason; beyond, they are only counted."""
_TABLES: Final = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;
CREATE TABLE household(seq INTEGER PRIMARY KEY, id TEXT UNIQUE, line INTEGER, data TEXT,
                       bad INTEGER DEFAULT 0);
CREATE TABLE member(household INTEGER, line INTEGER, data TEXT,
                    PRIMARY KEY(household, line)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a line is refused: line (from 1), column as in the file ("" = the line), reason."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{where}: {self.reason}"


@dataclass(slots=True)
class Header:
    """The header line matched to columns."""

    names: tuple[str, ...]
    columns: tuple[Column | None, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names that are no column; their cells are left out."""
        return tuple(
            name for name, column in zip(self.names, self.columns, strict=True)
            if column is None and name.strip()
        )  # fmt: skip


def match_header(names: Sequence[str], columns: ColumnSet) -> Header:
    """Match a header line to the form's columns.

    Raises:
        PrelistInvalid: a column stands twice, or a required one is missing.
    """
    matched = tuple(columns.match(name) for name in names)
    found = [column.name for column in matched if column]
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise PrelistInvalid(f"line 1: the column {twice[0]} stands twice.", _SEE_COLUMNS)
    parts = set(PARTS) if WHOLE in found else {WHOLE}
    missing = [c.name for c in columns.columns if c.required and c.name not in {*found, *parts}]
    if missing:
        raise PrelistInvalid(f"line 1: missing column {', '.join(missing)}.", _SEE_COLUMNS)
    return Header(tuple(name.strip() for name in names), matched)


_SEE_COLUMNS = "`papi prelist columns FORM` lists the columns."


@dataclass(slots=True)
class Staging:
    """Checks lines and gathers them."""

    columns: ColumnSet
    header: Header
    codebook: Codebook
    complaints: list[Complaint] = field(default_factory=list)
    complaint_count: int = 0
    line_count: int = 0
    _db: sqlite3.Connection = field(init=False)
    _own: tuple[str, ...] = field(init=False)
    _member: tuple[str, ...] = field(init=False)
    _required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._db = sqlite3.connect("")  # a private file that has no name
        self._db.executescript(_TABLES)
        scopes = {column.name: column.scope for column in self.header.columns if column}
        of_member = [name for name, scope in scopes.items() if scope is Scope.MEMBER]
        self._member = tuple(of_member)
        self._own = (*(n for n in scopes if n not in {*of_member, *PARTS, WHOLE}), *PARTS)
        self._required = tuple(c.name for c in self.columns.columns if c.required)

    def close(self) -> None:
        """Forget everything that was staged."""
        self._db.close()

    def add(self, line: int, cells: Sequence[Cell]) -> None:
        """Check a line and put it with its household (or make it a person's row)."""
        if not any(cell is not None and str(cell).strip() for cell in cells):
            return
        self.line_count += 1
        values, clean = self._clean(line, cells)
        key = values.get(self.columns.key, "")
        if key:
            self._store(line, key, values, clean=clean)

    def refused_units(self) -> int:
        """Return how many households or persons have a complaint."""
        return int(self._db.execute("SELECT count(*) FROM household WHERE bad").fetchone()[0])

    def good_units(self) -> int:
        """Return how many households or persons can be imported."""
        return int(self._db.execute("SELECT count(*) FROM household WHERE NOT bad").fetchone()[0])

    def rows(self) -> Iterator[PrelistRow]:
        """Yield what can be imported, in the order of the file."""
        found = self._db.execute(
            "SELECT h.seq, h.id, h.data, m.data FROM household h LEFT JOIN member m"
            " ON m.household = h.seq WHERE NOT h.bad ORDER BY h.seq, m.line"
        )
        for (_, key, data), lines in groupby(found, key=lambda row: row[:3]):
            values = json.loads(data)
            yield PrelistRow(
                form=self.columns.form,
                prelist_id=key,
                region="".join(values[part] for part in PARTS),
                values=values,
                members=tuple(json.loads(member) for *_, member in lines if member),
            )

    def _complain(self, line: int, column: str, reason: str) -> None:
        self.complaint_count += 1
        if len(self.complaints) < MAX_COMPLAINTS:
            self.complaints.append(Complaint(line, column, reason))

    def _clean(self, line: int, cells: Sequence[Cell]) -> tuple[dict[str, str], bool]:
        """Return the clean values of a line, and whether nothing was refused."""
        before, values = self.complaint_count, {}
        surplus = cells[len(self.header.columns) :]
        if any(cell not in (None, "") for cell in surplus):
            self._complain(line, "", f"has {len(cells)} cells, the header {len(self.header.names)}")
        for name, column, cell in zip(self.header.names, self.header.columns, cells, strict=False):
            if column is None:
                continue
            try:
                values[column.name] = clean_cell(column, cell, self.codebook)
            except Refused as refusal:
                self._complain(line, name, str(refusal))
        if self.complaint_count == before:
            self._check_line(line, values)
        return values, self.complaint_count == before

    def _check_line(self, line: int, values: dict[str, str]) -> None:
        try:
            complete_region(values)
        except Refused as refusal:
            self._complain(line, WHOLE if values.get(WHOLE) else PARTS[-1], str(refusal))
        for name in self._required:
            if not values.get(name):
                self._complain(line, name, "is required and empty")

    def _store(self, line: int, key: str, values: dict[str, str], *, clean: bool) -> None:
        own = _filled(values, self._own)
        known = self._db.execute(
            "SELECT seq, line, data, bad FROM household WHERE id = ?", (key,)
        ).fetchone()
        if known is None:
            known = self._new_household(line, key, own, clean=clean)
        elif clean and not known[3]:
            clean = self._agrees(line, own, known)
        if not clean:
            self._db.execute("UPDATE household SET bad = 1 WHERE seq = ?", known[:1])
        elif self._member:
            self._add_member(line, known, values)

    def _new_household(
        self, line: int, key: str, own: dict[str, str], *, clean: bool
    ) -> tuple[Any, ...]:
        done = self._db.execute(
            "INSERT INTO household(id, line, data, bad) VALUES(?, ?, ?, ?)",
            (key, line, _json(own), int(not clean)),
        )
        return (done.lastrowid, line, "", int(not clean))

    def _agrees(self, line: int, own: dict[str, str], known: tuple[Any, ...]) -> bool:
        """Compare household columns with the household's first line; complain where they differ."""
        _, first_line, data, _ = known
        if not self._member:
            self._complain(line, self.columns.key, f"stands on line {first_line} already")
            return False
        if data == _json(own):
            return True
        first = json.loads(data)
        for name in self._own:
            if first.get(name) != own.get(name):
                self._complain(line, name, f"differs from line {first_line} of the same household")
        return False

    def _add_member(self, line: int, known: tuple[Any, ...], values: dict[str, str]) -> None:
        member = _filled(values, self._member)
        self._db.execute("INSERT INTO member VALUES(?, ?, ?)", (known[0], line, _json(member)))
        (count,) = self._db.execute(
            "SELECT count(*) FROM member WHERE household = ?", known[:1]
        ).fetchone()
        if count > MAX_MEMBERS:
            self._complain(
                line, "", f"is member {count} of its household, at most {MAX_MEMBERS} fit"
            )
            self._db.execute("UPDATE household SET bad = 1 WHERE seq = ?", known[:1])


def _filled(values: dict[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: values[name] for name in names if values.get(name)}


def _json(values: dict[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False)
