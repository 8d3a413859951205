"""manifest.csv of an output folder: which form side stands on which page of which PDF.

Knows the folder and its manifest. Must not know how a PDF is made.
A PDF is replaced only by one that holds all of its forms; any other gets a new name.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from papi.errors import UsageError
from papi.forms.document import write_manifest
from papi.model.issue import MANIFEST_COLUMNS, ManifestRow

MANIFEST_FILE: Final = "manifest.csv"
_LONGEST_NAME: Final = 40


def read_manifest(out: Path) -> list[ManifestRow]:
    """Return the rows of a folder's manifest whose PDF is still there; none without a manifest.

    Raises:
        UsageError: the folder's manifest.csv is not one of ours and would be lost.
    """
    try:
        with (out / MANIFEST_FILE).open(encoding="utf-8", newline="") as stream:
            rows = list(_rows(csv.reader(stream)))
    except FileNotFoundError:
        return []
    except (ValueError, csv.Error) as error:
        raise UsageError(
            f"{out / MANIFEST_FILE} is not a manifest of `papi print`.",
            "Name another folder with --out, or move the file away.",
        ) from error
    there = {name for name in {row.pdf_file for row in rows} if (out / name).exists()}
    return [row for row in rows if row.pdf_file in there]


def _rows(lines: Iterator[list[str]]) -> Iterator[ManifestRow]:
    header = tuple(next(lines, MANIFEST_COLUMNS))
    if header != MANIFEST_COLUMNS:
        raise ValueError("another header")
    for pdf_file, pdf_page, form_id, form, page, prelist_id, version, copy, region in lines:
        yield ManifestRow(
            pdf_file,
            int(pdf_page),
            form_id,
            form,
            int(page),
            prelist_id,
            version,
            int(copy),
            region,
        )


def update_manifest(out: Path, rows: Iterable[ManifestRow]) -> None:
    """Put the rows of newly written PDFs in the place of what the manifest said of those files."""
    rows = list(rows)
    written = {row.pdf_file for row in rows}
    kept = [row for row in read_manifest(out) if row.pdf_file not in written]
    write_manifest(out / MANIFEST_FILE, [*kept, *rows])


def choose_file(out: Path, region: str, village: str, suffix: str, form_ids: set[str]) -> str:
    """Return the file name of a village's PDF: code and name of the village, no person's data."""
    stem = "_".join(part for part in (region, _slug(village)) if part) + suffix
    held: dict[str, set[str]] = {}
    for row in read_manifest(out):
        held.setdefault(row.pdf_file, set()).add(row.form_id)
    for number in count(1):
        name = f"{stem}.pdf" if number == 1 else f"{stem}_{number}.pdf"
        if not (out / name).exists() or (name in held and held[name] <= form_ids):
            return name
    raise AssertionError("count() does not end")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z]+", "-", plain).strip("-")[:_LONGEST_NAME]
