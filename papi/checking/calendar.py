"""Dates as people write them in eight boxes, and as tables keep them.

Knows DDMMYYYY and ISO. Must not know probabilities or fields.
"""

from __future__ import annotations

import datetime as dt
import re

DATE_DIGITS = 8
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
OLDEST_BIRTH_YEARS = 115
"""Oldest age a verified person may have (rule A15)."""


def written_date(digits: str) -> dt.date | None:
    """Return the date that DDMMYYYY digits spell; None if they spell none."""
    if len(digits) != DATE_DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    try:
        return dt.date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None


def date_value(digits: str) -> str:
    """Return the contract's value of a date field: ISO, or the digits of an impossible date."""
    date = written_date(digits)
    return date.isoformat() if date else digits


def iso_date(text: str) -> dt.date | None:
    """Read YYYY-MM-DD or None; other spellings of a pre-list are read by `prelist_date`.

    Not the other forms ISO knows: eight digits in boxes are DDMMYYYY, whatever else they spell.
    """
    if _ISO.fullmatch(text) is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def prelist_date(text: str) -> dt.date | None:
    """Read a pre-list's date: ISO (also with a time behind), DD-MM-YYYY, DD/MM/YYYY, DDMMYYYY."""
    plain = text.strip().split(" ")[0].split("T")[0]
    found = iso_date(plain) if len(plain) > DATE_DIGITS else None
    if found or "-" in plain[:3] or "/" in plain or plain.isdigit():
        parts = plain.replace("/", "-").split("-")
        padded = "".join(part.zfill(2) for part in parts) if len(parts) == 3 else plain
        return found or written_date(padded)
    return found


def is_birth_date(date: dt.date, today: dt.date) -> bool:
    """Tell whether somebody alive today may have been born then."""
    return date <= today and today.year - date.year <= OLDEST_BIRTH_YEARS
