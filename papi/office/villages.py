"""What a village is called on a cover: from the pre-list, else from the region table.

Knows names of regions and dates in Indonesian words. Must not know paper.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from papi.checking.regions import RegionTable, dotted
from papi.model.issue import Village
from papi.model.prelist import PrelistRow

_MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_LEVELS: Final = (("nmdesa", 10), ("nmkec", 6), ("nmkab", 4), ("nmprop", 2))


def date_in_words(date: dt.date) -> str:
    """Return "24 November 2026"."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


class VillageNames:
    """Names by region code.

    Args:
        table: the office's own region csv, None for the built-in one.
    """

    def __init__(self, table: Path | None) -> None:
        self._regions = RegionTable.from_csv(table) if table else RegionTable.kemendagri()

    def village(
        self, region: str, rows: Sequence[PrelistRow], campaign: str, today: dt.date
    ) -> Village:
        """Return the village as it stands on the cover; its code where no name is known."""
        name, subdistrict, district, province = (
            self._name(column, region[:digits], rows) for column, digits in _LEVELS
        )
        return Village(
            region=region,
            name=name or dotted(region),
            subdistrict=subdistrict,
            district=district,
            province=province,
            campaign=campaign,
            printed_on=date_in_words(today),
        )

    def _name(self, column: str, code: str, rows: Sequence[PrelistRow]) -> str:
        listed = next((row.value(column) for row in rows if row.value(column)), "")
        return listed or self._regions.name(code) or ""
