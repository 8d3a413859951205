"""A pre-list file as lines of cells, streamed: csv in the encodings offices use, or xlsx.

Knows encodings, separators and spreadsheets. Must not know what the columns mean to a form.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from papi.errors import InputUnreadable, PrelistInvalid

SEPARATORS: Final = (",", ";", "\t")
_CHUNK: Final = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"  # old .xls, or an encrypted .xlsx
_ZIP = b"PK\x03\x04"
_MAX_CELL: Final = 10_000
"""Characters of a cell; a longer one is a lost quotation mark, not a value."""
_MAX_UNPACKED: Final = 4 << 30
"""Bytes of an xlsx unpacked; more is no pre-list (100,000 lines of 101 columns: about 0.5 GB)."""

Line = tuple[int, Sequence[Any]]
"""Line (csv) or row (xlsx) number from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """An open pre-list file.

    Attributes:
        header: cells of the first line.
        lines: the lines after it; can be read once.
        total: number of lines if known (progress).
        kind: "csv utf-8 ;" or "xlsx": what was recognised.
    """

    header: tuple[str, ...]
    lines: Iterator[Line]
    total: int | None
    kind: str


def open_table(path: Path, known: Callable[[str], bool]) -> SourceTable:
    """Open a csv or xlsx file; the content decides which, not the name.

    Args:
        path: the file.
        known: tells whether a header cell names a column; chooses the separator.

    Raises:
        InputUnreadable: no such file, or no right to read it.
        PrelistInvalid: it is neither csv nor xlsx, or its text cannot be decoded.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        raise InputUnreadable(f"{path.name or path} cannot be read ({error.strerror}).") from error
    if start.startswith(_OLE):
        raise PrelistInvalid(
            f"{path.name} is an old .xls file or is protected by a password.",
            "Save it as .xlsx without a password, or as csv.",
        )
    return _open_xlsx(path) if start == _ZIP else _open_csv(path, known)


def _open_csv(path: Path, known: Callable[[str], bool]) -> SourceTable:
    encoding, total = _encoding_of(path)
    stream = path.open("r", encoding=encoding, newline="")
    first = stream.readline()
    skipped = 0
    if declared := re.fullmatch(r"sep=(.)\s*", first):
        separator, skipped = declared[1], 1
    else:
        separator = _separator_of(first, known)
        stream.seek(0)
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(stream, delimiter=separator, strict=True)
    lines = _csv_lines(reader, skipped, path.name)
    _, header = next(lines, (0, ()))
    if not header:
        raise PrelistInvalid(f"{path.name} is empty.")
    name = {"\t": "tab"}.get(separator, separator)
    return SourceTable(tuple(header), lines, total, f"csv, {encoding}, separator {name}")


def _csv_lines(reader: Any, skipped: int, name: str) -> Iterator[Line]:
    while True:
        number = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise PrelistInvalid(
                f"{name}, line {number}: {error}.",
                "Look for a quotation mark that is not closed.",
            ) from error
        yield number, cells


def _separator_of(header: str, known: Callable[[str], bool]) -> str:
    """Return the separator under which the header names the most known columns."""

    def names(separator: str) -> int:
        return sum(known(cell) for cell in next(csv.reader([header], delimiter=separator), []))

    return max(SEPARATORS, key=lambda separator: (names(separator), header.count(separator)))


def _encoding_of(path: Path) -> tuple[str, int]:
    """Return the encoding and the number of line ends; the file is read in pieces."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise PrelistInvalid(f"{path.name} is UTF-16 text.", "Save it as 'CSV UTF-8' or as xlsx.")
    bad, lines = _decode_all(path, "utf-8")
    if bad is None:
        return ("utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"), lines
    bad, lines = _decode_all(path, "cp1252")
    if bad is not None:
        raise PrelistInvalid(
            f"{path.name}, line {bad}: the text is neither UTF-8 nor Windows-1252.",
            "Save the file as 'CSV UTF-8'.",
        )
    return "cp1252", lines


def _decode_all(path: Path, encoding: str) -> tuple[int | None, int]:
    """Return the line of the first bytes that cannot be decoded (None: all can), and all lines."""
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            if b"\x00" in chunk:
                raise PrelistInvalid(
                    f"{path.name} is neither csv nor xlsx.", "Export the list as csv or xlsx."
                )
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return lines + error.object.count(b"\n", 0, error.start) + 1, lines
            if not chunk:
                return None, lines
            lines += chunk.count(b"\n")


def _open_xlsx(path: Path) -> SourceTable:
    from openpyxl import load_workbook  # noqa: PLC0415  0.1 s, only for xlsx
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > _MAX_UNPACKED:
                raise PrelistInvalid(f"{path.name} is too large when unpacked.")
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise PrelistInvalid(
            f"{path.name} is damaged or is no xlsx file.", "Save the list again as xlsx or csv."
        ) from error
    if not sheets:
        raise PrelistInvalid(f"{path.name} has no visible sheet.")
    sheet = sheets[0]
    total = sheet.max_row
    sheet.reset_dimensions()  # some programs write a wrong size; the rows themselves are right
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    _, header = next(rows, (0, ()))
    if not any(header):
        raise PrelistInvalid(f"{path.name}: the first row of sheet {sheet.title!r} is empty.")
    names = tuple("" if cell is None else str(cell) for cell in header)
    return SourceTable(names, iter(rows), total, f"xlsx, sheet {sheet.title}")
