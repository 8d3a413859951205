"""The list of missing forms and pages that an officer takes to the village.

Knows what helps to find paper, and what may stand on a list. The printed list bears names as the
cover sheet does (none beside a sensitive PPKS category, never a NIK); tables, which are mailed and
copied, bear none. Must not know queries or how a list is drawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from papi.errors import InputUnreadable, UsageError
from papi.exports.tables import Column, Table
from papi.exports.write import write_table
from papi.forms.cover import region_code
from papi.forms.cover_list import listed_name
from papi.forms.listing import TICK, ListColumn, ListSection, PrintedList, print_list
from papi.model.prelist import PrelistRow
from papi.model.sheet import readable_form_id
from papi.office.regions import region_name
from papi.office.villages import date_in_words
from papi.store.accounts import missing_form_rows
from papi.store.prelists import prelist_rows

Row = Mapping[str, Any]
_COLUMNS: Final = (
    ListColumn("No.", 8, "right"),
    ListColumn("ID formulir", 25),
    ListColumn("RW", 9, "center"),
    ListColumn("RT", 9, "center"),
    ListColumn("No. urut", 14, "center"),
    ListColumn("Nama", 51),
    ListColumn("Yang hilang", 27),
    ListColumn("Cetakan", 20, "center"),
    ListColumn("Ada", 9, "center"),
    ListColumn("Catatan", 12),
)
"""Widths in mm, together the 184 of the page."""
_NOTE: Final = (
    "RAHASIA: memuat nama. Jangan digandakan; kembalikan ke kantor dan musnahkan sesudah dipakai."
)
TABLE: Final = Table(
    "missing",
    (
        Column("region", "text", "Kemendagri code of the village"),
        Column("village", "text", "Its name"),
        Column("form", "text", "Form template"),
        Column("form_id", "text", "Form id as it stands on the paper"),
        Column("rw", "text", "RW, empty if unknown"),
        Column("rt", "text", "RT, empty if unknown"),
        Column("number", "text", "Number in the pre-list of the RT, empty if unknown"),
        Column("missing", "text", "form: nothing came back; pages: some pages did not"),
        Column("pages", "text", "Missing page numbers, space-joined"),
        Column("pdf_file", "text", "PDF file of the newest copy"),
        Column("pdf_pages", "text", "Pages of that file to print again, space-joined"),
        Column("copy", "integer", "Number of the newest copy"),
        Column("printed", "text", "When it was printed (ISO date)"),
    ),
    neutralise=True,
)


def write_missing(path: Path, region: str = "", today: dt.date | None = None) -> int:
    """Write the list of missing forms and pages; return its number of forms.

    Args:
        path: *.pdf to print, *.csv or *.xlsx to work with.
        region: Kemendagri code prefix; "" for all.
        today: the date on the list.

    Raises:
        UsageError: another suffix, or no such folder.
        InputUnreadable: the folder cannot be written.
        StorageFull: no room on the disk.
    """
    rows = list(missing_form_rows(region))
    if path.suffix.lower() != ".pdf":
        return write_table(TABLE, map(_table_row, rows), path)
    if not path.parent.is_dir():
        raise UsageError(f"The folder {path.parent} does not exist.", "Create it first.")
    sections = tuple(_sections(rows, today or dt.date.today()))
    try:
        print_list(path, PrintedList("Daftar formulir hilang", _COLUMNS, sections, _NOTE))
    except OSError as error:
        raise InputUnreadable(f"{path.name} cannot be written ({error.strerror}).") from error
    return len(rows)


def _table_row(row: Row) -> dict[str, object]:
    return {
        "region": row["region"],
        "village": region_name(row["region"]),
        "form": row["form"],
        "form_id": readable_form_id(row["form_id"]),
        "rw": _known(row["rw"]),
        "rt": _known(row["rt"]),
        "number": _known(row["number"]),
        "missing": "pages" if row["returned"] else "form",
        "pages": " ".join(map(str, row["missing_pages"])),
        "pdf_file": row["pdf_file"],
        "pdf_pages": " ".join(map(str, _pdf_pages(row))),
        "copy": row["copy"],
        "printed": row["printed"].isoformat() if row["printed"] else "",
    }


def _known(number: int) -> str:
    return str(number) if number else ""


def _pdf_pages(row: Row) -> list[int]:
    """Return where the missing pages stand in the PDF: a form's pages lie there in order."""
    if row["pdf_page"] is None:
        return []
    return [row["pdf_page"] + row["pages"].index(page) for page in row["missing_pages"]]


def _sections(rows: Sequence[Row], today: dt.date) -> Iterator[ListSection]:
    """Yield one section for each village and form template."""
    if not rows:
        lines = ("Semua formulir dan halaman sudah kembali.",)
        yield ListSection("DAFTAR FORMULIR HILANG", date_in_words(today), lines, ())
    for (region, form), group in groupby(rows, key=lambda row: (row["region"], row["form"])):
        own = list(group)
        files = list(dict.fromkeys(row["pdf_file"] for row in own if row["pdf_file"]))
        title = f"FORMULIR HILANG · {region_name(region) or region_code(region)}"
        yield ListSection(
            title,
            f"{region_code(region)} · {form.upper()}",
            tuple(_head_lines(own, files, today)),
            tuple(_printed_rows(own, form, files)),
        )


def _head_lines(rows: Sequence[Row], files: Sequence[str], today: dt.date) -> Iterator[str]:
    whole = sum(not row["returned"] for row in rows)
    pages = sum(len(row["missing_pages"]) for row in rows if row["returned"])
    yield (
        f"{whole} formulir belum kembali, {pages} halaman hilang dari formulir yang sudah kembali. "
        f"Keadaan {date_in_words(today)}."
    )
    yield (
        "Cari lembar menurut ID formulir (tercetak di kepala dan kaki halaman). Tidak ditemukan: "
        "cetak ulang dari berkas di bawah."
    )
    for number, name in enumerate(files, 1):
        printed = max(row["printed"] for row in rows if row["pdf_file"] == name)
        yield f"Berkas cetakan {number}: {name}, dicetak {date_in_words(printed)}"


def _printed_rows(
    rows: Sequence[Row], form: str, files: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    people = prelist_rows(form, [row["prelist_id"] for row in rows if row["prelist_id"]])
    for number, row in enumerate(rows, 1):
        yield (
            str(number),
            readable_form_id(row["form_id"]),
            _known(row["rw"]),
            _known(row["rt"]),
            _known(row["number"]),
            listed_name(_person(people, row)),
            _what(row),
            _printing(row, files),
            TICK,
            "",
        )


def _person(people: Mapping[str, PrelistRow], row: Row) -> PrelistRow | None:
    return people.get(row["prelist_id"]) if row["prelist_id"] else None


def _what(row: Row) -> str:
    if not row["returned"]:
        return f"semua ({len(row['pages'])} hal.)"
    return f"hal. {_joined(row['missing_pages'])}"


def _printing(row: Row, files: Sequence[str]) -> str:
    pages = _pdf_pages(row)
    if not pages:
        return "-"
    prefix = f"[{files.index(row['pdf_file']) + 1}] " if len(files) > 1 else ""
    return f"{prefix}hal. {_joined(pages)}"


def _joined(pages: Iterable[int]) -> str:
    """Join page numbers, runs as spans: 3-6, 9."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][-1] + 1:
            spans[-1].append(page)
        else:
            spans.append([page])
    return ", ".join(f"{s[0]}-{s[-1]}" if len(s) > 1 else str(s[0]) for s in spans)
