"""Export the five tables of the contract.

Knows which rows belong to which table, and which forms are approved. Must not know file formats or
queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from papi.errors import UsageError
from papi.exports.tables import (
    PAGES,
    QUEUE,
    READINGS,
    Row,
    Table,
    TableName,
    members_table,
    records_table,
)
from papi.exports.write import write_table
from papi.store import reports
from papi.store.approvals import standing_ids
from papi.store.cases import all_layouts, count_outdated


def export_table(name: TableName, path: Path, *, approved: bool = False) -> int:
    """Write one table; return its number of rows.

    Args:
        name: the table.
        path: file to write.
        approved: only rows of forms whose approval holds.

    Raises:
        UsageError: `approved` with a table that has no forms; else as `exports.write.write_table`.
        StorageFull: no room.
    """
    if approved and name is TableName.PAGES:
        raise UsageError("Pages are not approved.", "Leave --approved out.")
    table, rows = _table(name)
    if name in {TableName.RECORDS, TableName.MEMBERS}:
        rows = _with_approval(rows)
    return write_table(table, _approved(rows) if approved else rows, path)


def _with_approval(rows: Iterable[Row]) -> Iterator[Row]:
    """Say of each row what a supervisor's word on its form is, if one holds."""
    approved, returned = standing_ids("approved"), standing_ids("returned")
    for row in rows:
        form_id = str(row["form_id"])
        word = "approved" if form_id in approved else "returned" if form_id in returned else ""
        yield {**row, "approval": word}


def _approved(rows: Iterable[Row]) -> Iterator[Row]:
    approved = standing_ids("approved")
    return (row for row in rows if str(row["form_id"]) in approved)


def outdated_forms(name: TableName) -> int:
    """Count forms whose values in a table may be old, since a run that was to decide them died."""
    return 0 if name is TableName.PAGES else count_outdated()


def _table(name: TableName) -> tuple[Table, Iterable[Row]]:
    if name is TableName.READINGS:
        return READINGS, reports.reading_rows()
    if name is TableName.QUEUE:
        return QUEUE, reports.queue_rows()
    if name is TableName.PAGES:
        return PAGES, reports.page_rows()
    layouts = list(all_layouts().values())
    if name is TableName.RECORDS:
        return records_table(layouts), reports.record_rows()
    return members_table(layouts), reports.member_rows()
