"""Write rows of a table as csv, xlsx or parquet, with the data dictionary beside them.

Knows file formats. Must not know databases. A file appears whole or not at all: it is written
under another name and renamed. Text stays text: codes keep their zeros in every format.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from papi.errors import StorageFull, UsageError
from papi.exports.tables import Column, Row, Table

_FORMULA = re.compile(r"[=+@\t\r]|-(?!\d)")
"""Starts a spreadsheet takes for a formula; a minus before a digit is a number."""
_XLSX_ROWS = 1_048_576
_BATCH = 20_000
_ARROW = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64()}

Progress = Callable[[int], None]


def neutralise(text: str) -> str:
    """Return text that no spreadsheet runs: an apostrophe before a formula's start."""
    return "'" + text if _FORMULA.match(text) else text


def write_table(table: Table, rows: Iterable[Row], path: Path) -> int:
    """Write all rows to `path`, in the format its suffix names.

    Args:
        table: columns and rules.
        rows: mappings column -> value; a missing column is empty.
        path: *.csv, *.xlsx or *.parquet; the dictionary goes into a second sheet (xlsx) or a
            sibling `<stem>.dictionary.csv`.

    Returns:
        Number of rows written.

    Raises:
        UsageError: unknown suffix, missing folder, or more rows than a sheet holds.
        StorageFull: the disk is full; no half-written file remains.
    """
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx, ".parquet": _write_parquet}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"Cannot write {path.name}: the name must end in .csv, .xlsx or .parquet.")
    if not path.parent.is_dir():
        raise UsageError(f"The folder {path.parent} does not exist.", "Create it first.")
    partial = path.with_name(f".{path.name}.partial")
    try:
        count = writer(table, rows, partial)
        if path.suffix.lower() != ".xlsx":
            _write_dictionary(table, path.with_name(f"{path.stem}.dictionary.csv"))
        partial.replace(path)
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            raise StorageFull(f"The disk is full: {path.name} was not written.") from error
        raise UsageError(f"Cannot write {path.name}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return count


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _cell(table: Table, column: Column, row: Row) -> str:
    text = _text(row.get(column.name))
    return neutralise(text) if table.neutralise and column.type == "text" else text


def _write_csv(table: Table, rows: Iterable[Row], path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in table.columns])
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the count
            writer.writerow([_cell(table, column, row) for column in table.columns])
    return count


def _write_dictionary(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["column", "type", "meaning"])
        writer.writerows([c.name, c.type, c.meaning] for c in table.columns)


def _write_xlsx(table: Table, rows: Iterable[Row], path: Path) -> int:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(table.columns):
            sheet.write_string(0, number, column.name)
        for count, row in enumerate(rows, 1):
            if count >= _XLSX_ROWS:
                raise UsageError(
                    f"{table.name} has more rows than a sheet holds.", "Export to .csv or .parquet."
                )
            for number, column in enumerate(table.columns):
                sheet.write_string(count, number, _cell(table, column, row))
        dictionary = book.add_worksheet("dictionary")
        for line, cells in enumerate(
            [("column", "type", "meaning"), *((c.name, c.type, c.meaning) for c in table.columns)]
        ):
            for number, text in enumerate(cells):
                dictionary.write_string(line, number, text)
    return count


def _arrow_value(column: Column, row: Row) -> object:
    value = row.get(column.name)
    if column.type == "text":
        return _text(value)
    if value is None or value == "":
        return None
    return int(str(value)) if column.type == "integer" else float(str(value))


def _write_parquet(table: Table, rows: Iterable[Row], path: Path) -> int:
    schema = pa.schema(
        [pa.field(c.name, _ARROW[c.type], metadata={"meaning": c.meaning}) for c in table.columns]
    )
    count = 0
    supply = iter(rows)
    with pq.ParquetWriter(path, schema) as writer:
        while batch := list(itertools.islice(supply, _BATCH)):
            columns = [[_arrow_value(c, row) for row in batch] for c in table.columns]
            writer.write_table(pa.table(dict(zip(schema.names, columns, strict=True)), schema))
            count += len(batch)
    return count
