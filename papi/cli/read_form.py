"""`papi read-form DIR SCAN...`: read paper PAPI did not print, by a drafted form.

Knows arguments, the columns of the result and exit codes. Must not know how a scan is read.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papi.cli.common import progress_bar, warn
from papi.errors import EXIT_ATTENTION, EXIT_DONE, UsageError

if TYPE_CHECKING:
    from papi.model.page import PageFailure, PageImage, PageSource
    from papi.pipeline.read_foreign import ForeignReading, FormBook

COLUMNS = (
    "source",
    "index",
    "page",
    "field",
    "kind",
    "value",
    "confidence",
    "status",
    "reason",
    "candidates",
)


@click.command("read-form")
@click.argument("form", metavar="DIR", type=click.Path(path_type=Path))
@click.argument(
    "scans", metavar="SCAN...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    metavar="FILE.csv",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the csv there, not to stdout.",
)
def command(form: Path, scans: tuple[Path, ...], out: Path | None) -> int:
    """Read SCANs (files or folders) of the foreign form in DIR; needs no workspace.

    DIR holds form.yaml and its blank pictures, as `papi template draft` makes them. Writes one csv
    row a field: source, index, page, field, kind, value, confidence, status (accepted, review or,
    for a page that could not be placed, refused), reason, candidates. Exit code 1: some pages could
    not be placed or some fields want a person.
    """
    from papi.pipeline.read_foreign import FormBook  # noqa: PLC0415

    book = FormBook.load(form)
    attention = False
    with ExitStack() as stack:
        target = stack.enter_context(_opened(out)) if out else sys.stdout
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(COLUMNS)
        for rows, wanting in _read_all(book, scans):
            writer.writerows(rows)
            target.flush()
            attention |= wanting
    return EXIT_ATTENTION if attention else EXIT_DONE


def _opened(path: Path) -> Any:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"Cannot write {path}.", "Name a file in a folder you own.") from error


def _read_all(book: FormBook, scans: tuple[Path, ...]) -> Iterator[tuple[list[list[str]], bool]]:
    """Yield the rows of each page and whether a person must look."""
    from papi.imaging.foreign_match import Refused  # noqa: PLC0415
    from papi.model.page import PageFailure  # noqa: PLC0415
    from papi.model.recipe import load_recipe  # noqa: PLC0415
    from papi.pipeline.read_foreign import read_foreign  # noqa: PLC0415
    from papi.reading.fields import Reader  # noqa: PLC0415

    reader, recipe = Reader.load(), load_recipe()
    kinds = {field.name: field.kind.value for field in book.form.fields}
    with progress_bar("reading", "pages") as move:
        for done, page in enumerate(_pages(scans), 1):
            if isinstance(page, PageFailure):
                yield _refusal(page.source, page.reason.value, page.detail), True
                continue
            try:
                found = read_foreign(page.gray, book, reader, recipe)
            except Exception as error:  # a page must never stop the others
                yield _refusal(page.source, "decode_failed", type(error).__name__), True
                continue
            if isinstance(found, Refused):
                yield _refusal(page.source, found.reason.value, found.detail), True
            else:
                rows = _rows(page.source, found, kinds)
                yield rows, any(row[7] == "review" for row in rows)
            move(done, None)


def _pages(scans: tuple[Path, ...]) -> Iterator[PageImage | PageFailure]:
    from papi.model.page import PageFailure  # noqa: PLC0415
    from papi.pipeline.opening import count_pages, load_page  # noqa: PLC0415
    from papi.scans.files import Limits, find_scans  # noqa: PLC0415

    files, failures = find_scans(scans)
    yield from failures
    for path in files:
        found = count_pages(path, Limits())
        if isinstance(found, PageFailure):
            yield found
            continue
        sha256 = ""
        for index in range(found):
            page = load_page(path, index, Limits(), sha256)
            sha256 = page.source.sha256
            yield page


def _refusal(source: PageSource, reason: str, detail: str) -> list[list[str]]:
    warn(f"{source.name} [{source.index}]: {reason}{f' ({detail})' if detail else ''}")
    return [[source.name, str(source.index), "", "", "", "", "", "refused", reason, "[]"]]


def _rows(source: PageSource, found: ForeignReading, kinds: dict[str, str]) -> list[list[str]]:
    return [
        [
            source.name,
            str(source.index),
            str(found.page),
            reading.field,
            kinds[reading.field],
            reading.value,
            f"{reading.confidence:.6f}",
            reading.status.value,
            " ".join(reading.reasons),
            json.dumps([[value, round(p, 6)] for value, p in reading.candidates if p >= 1e-6]),
        ]
        for reading in found.readings
    ]
