"""Regions as people write and read them: codes with dots, names.

Knows the region table. Must not know forms.
"""

from __future__ import annotations

from functools import cache

from papi.checking.regions import RegionTable
from papi.errors import UsageError


@cache
def _table() -> RegionTable:
    return RegionTable.kemendagri()


def region_name(code: str) -> str:
    """Return the name of a Kemendagri code (digits), "" if unknown."""
    return _table().name(code) or ""


def region_prefix(text: str) -> str:
    """Return a Kemendagri code or the beginning of one as digits ("32.01" -> "3201").

    Raises:
        UsageError: it is neither empty nor a code.
    """
    digits = text.replace(".", "").strip()
    if digits and not digits.isdecimal():
        raise UsageError(f"{text!r} is no region code.", "Give digits, e.g. 32.01.01.2001.")
    return digits
