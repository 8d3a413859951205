"""Export the five tables of the contract.

Knows which rows belong to which table. Must not know file formats or queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

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
from papi.store.cases import all_layouts, count_outdated


def export_table(name: TableName, path: Path) -> int:
    """Write one table; return its number of rows.

    Raises:
        UsageError, StorageFull: as `exports.write.write_table` says.
    """
    table, rows = _table(name)
    return write_table(table, rows, path)


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
