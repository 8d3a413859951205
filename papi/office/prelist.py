"""Use case: import a pre-list file into the workspace, all of it or what is good of it.

Knows the steps: open, check line by line, gather households, store. Must not know cells or tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from papi.errors import PrelistInvalid
from papi.model.codebook import Codebook
from papi.model.columns import columns_of
from papi.model.prelist import PrelistRow
from papi.office.prelist_files import open_table
from papi.office.prelist_staging import Complaint, Staging, match_header
from papi.store.originals import file_sha256
from papi.store.prelists import ImportCounts, ImportSource, import_rows

Progress = Callable[[str, int, int | None], None]
"""(step, done, total): step is "check" (lines) or "store" (households or persons)."""
_TELL_EVERY: Final = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        form, file, kind: what was read ("csv, utf-8, separator ;").
        lines: lines with data.
        added, changed, unchanged, refused: households or persons.
        imported: whether the store has it now (False: refused whole, or a dry run).
        complaints: why lines were refused, at most 1,000 of them.
        complaint_count: all of them.
        unknown_columns: header cells that are no column; left out.
    """

    form: str
    file: str
    kind: str
    lines: int
    added: int
    changed: int
    unchanged: int
    refused: int
    imported: bool
    complaints: tuple[Complaint, ...]
    complaint_count: int
    unknown_columns: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def _silent(step: str, done: int, total: int | None) -> None:
    del step, done, total


def import_prelist(
    path: Path,
    form: str,
    *,
    skip_bad: bool = False,
    dry_run: bool = False,
    progress: Progress = _silent,
) -> ImportReport:
    """Import a csv or xlsx file into the open workspace.

    One transaction: after an error nothing was imported. Memory stays below 300 MB for 100,000
    lines. A household with a refused line is refused whole.

    Args:
        path: the file.
        form: whose columns it has.
        skip_bad: import the good rows although others are refused.
        dry_run: check and count, import nothing.
        progress: told now and then.

    Returns:
        The report; with complaints and not `skip_bad`, nothing was imported.

    Raises:
        UnknownForm: the form has no pre-list.
        InputUnreadable, PrelistInvalid: the file cannot be read, or lacks required columns.
        WorkspaceUnusable, StorageFull: the store cannot be written.
    """
    columns = columns_of(form)
    table = open_table(path, lambda name: columns.match(name) is not None)
    staging = Staging(columns, match_header(table.header, columns), Codebook.load())
    try:
        for line, cells in _told("check", table.lines, table.total, progress):
            staging.add(line, cells)
        if not staging.line_count:
            raise PrelistInvalid(f"{path.name} has a header and no rows.", "Export the list again.")
        stored = skip_bad or not staging.complaint_count
        counts = _store(path, staging, dry_run=dry_run, progress=progress) if stored else None
        return _report(path, table.kind, staging, counts, imported=stored and not dry_run)
    finally:
        staging.close()


def _store(path: Path, staging: Staging, *, dry_run: bool, progress: Progress) -> ImportCounts:
    source = ImportSource(
        staging.columns.form, path.name, file_sha256(path), staging.refused_units()
    )
    rows: Iterable[PrelistRow] = _told("store", staging.rows(), staging.good_units(), progress)
    return import_rows(source, rows, dry_run=dry_run)


def _told(step: str, items: Iterable[T], total: int | None, progress: Progress) -> Iterator[T]:
    """Pass items on, telling now and then how many went by."""
    done = 0
    for done, item in enumerate(items, 1):
        if done % _TELL_EVERY == 0:
            progress(step, done, total)
        yield item
    progress(step, done, done)


def _report(
    path: Path, kind: str, staging: Staging, counts: ImportCounts | None, *, imported: bool
) -> ImportReport:
    counts = counts or ImportCounts()
    return ImportReport(
        form=staging.columns.form,
        file=path.name,
        kind=kind,
        lines=staging.line_count,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        refused=staging.refused_units(),
        imported=imported,
        complaints=tuple(staging.complaints),
        complaint_count=staging.complaint_count,
        unknown_columns=staging.header.unknown,
    )
