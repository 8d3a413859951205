"""Names of regions for people.

Knows the region table. Must not know forms.
"""

from __future__ import annotations

from functools import cache

from papi.checking.regions import RegionTable


@cache
def _table() -> RegionTable:
    return RegionTable.kemendagri()


def region_name(code: str) -> str:
    """Return the name of a Kemendagri code (digits), "" if unknown."""
    return _table().name(code) or ""
