"""One cell of a pre-list file: its canonical text, or why it is refused. Never repaired.

Knows what spreadsheets do to identity numbers, and how dates and codes are written.
Must not know files, households or the store. Messages never show names, and numbers only masked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from papi.model.codebook import Codebook
from papi.model.columns import Column, ColumnKind

Cell = object
"""What a file gives: str (csv, xlsx text), int, float, bool, date or None (xlsx)."""

_SCIENTIFIC = re.compile(r"\d+([.,]\d*)?[eE][+-]\d+")
_DATE_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})( 00:00(:00)?)?")
_DATE_LOCAL = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_DATE_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")
_DIGITS_KEPT: Final = 15
"""A spreadsheet number keeps 15 digits: a longer one has lost its end."""
_FIRST_YEAR: Final = 1900


class Refused(Exception):
    """The cell is not acceptable; the message says why."""


def mask(digits: str) -> str:
    """Return an identity number with its middle hidden: 3201********0001."""
    if len(digits) < 12:
        return "*" * len(digits)
    return digits[:4] + "*" * (len(digits) - 8) + digits[-4:]


def clean_cell(column: Column, cell: Cell, codebook: Codebook) -> str:
    """Return the canonical text of a cell, "" if it is empty.

    Dates become ISO; codes get the width of their list; everything else stays as written, without
    blanks around it.

    Raises:
        Refused: the cell cannot be taken as it is.
    """
    text = _text(column, cell)
    if not text:
        return ""
    return _CLEANERS[column.kind](column, text, codebook)


def _text(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        raise Refused("is TRUE/FALSE, not text")
    if isinstance(cell, dt.datetime | dt.date):
        if column.kind is not ColumnKind.DATE:
            raise Refused("is a date, not text; format the column as Text")
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, int | float):
        return _number_text(column, cell)
    raise Refused("is neither text nor a number")


def _number_text(column: Column, number: int | float) -> str:
    """Text of a numeric xlsx cell, where nothing can have been lost on the way."""
    if column.kind is ColumnKind.DATE:
        raise Refused("is a number, not a date")
    if column.pattern == r"\d{16}":
        raise Refused(
            f"is a number cell; a spreadsheet keeps only {_DIGITS_KEPT} digits of it: "
            "format the column as Text and enter the number again from its source"
        )
    if isinstance(number, float) and not number.is_integer():
        raise Refused("is a decimal number")
    if abs(number) >= 10**_DIGITS_KEPT:
        raise Refused(f"is a number cell of more than {_DIGITS_KEPT} digits; its end may be lost")
    return str(int(number))


def _clean_text(column: Column, text: str, codebook: Codebook) -> str:
    del codebook
    if "\x00" in text or "\ufffd" in text:
        raise Refused("holds characters that were lost in conversion")
    if column.name.startswith("id") and _SCIENTIFIC.fullmatch(text):
        raise Refused("is in scientific notation; its digits are lost")
    if column.max is not None and len(text) > column.max:
        raise Refused(f"has {len(text)} characters, at most {column.max} fit")
    return " ".join(text.split())


def _clean_digits(column: Column, text: str, codebook: Codebook) -> str:
    del codebook
    if _SCIENTIFIC.fullmatch(text):
        raise Refused("is in scientific notation; its digits are lost")
    digits = text.replace(".", "") if column.name.startswith(("kd", "kode_")) else text
    if re.fullmatch(column.pattern or r"\d+", digits, re.ASCII):
        return digits
    raise Refused(_why_not_digits(column, digits))


def _why_not_digits(column: Column, text: str) -> str:
    if text.startswith("'"):
        return "begins with an apostrophe; write the digits alone"
    if re.fullmatch(r"\d+[.,]0+", text):
        return "is written as a decimal number; its digits may be lost"
    if not re.fullmatch(r"\d+", text, re.ASCII):
        return "holds something other than digits"
    if column.pattern == r"\d{16}":
        return f"has {len(text)} digits instead of 16 ({mask(text)})"
    return f"has {len(text)} digits, expected {_expected(column.pattern or '')}"


def _expected(pattern: str) -> str:
    """The pattern in words: 1-3 digits, 2 or 4 digits; anything else as it is."""
    match = re.fullmatch(r"\\d\{(\d+)(?:,(\d+))?\}(?:\(\\d\{(\d+)\}\)\?)?", pattern)
    if match is None:
        return f"the form {pattern}"
    low, high, more = match.groups()
    if more:
        return f"{low} or {int(low) + int(more)} digits"
    return f"{low}-{high} digits" if high else f"{low} digits"


def _clean_integer(column: Column, text: str, codebook: Codebook) -> str:
    del codebook
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise Refused("is no whole number")
    low, high = column.min or 0, column.max
    if int(text) < low or (high is not None and int(text) > high):
        raise Refused(f"is outside {low}-{high}")
    return text


def _clean_date(column: Column, text: str, codebook: Codebook) -> str:
    del column, codebook
    return _iso_date(text)


@lru_cache(maxsize=4096)
def _iso_date(text: str) -> str:
    if match := _DATE_ISO.fullmatch(text):
        year, month, day = match[1], match[2], match[3]
    elif match := _DATE_LOCAL.fullmatch(text) or _DATE_DIGITS.fullmatch(text):
        day, month, year = match[1], match[2], match[3]
    else:
        raise Refused("is no date (write YYYY-MM-DD, DD/MM/YYYY, DD-MM-YYYY or DDMMYYYY)")
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError as error:
        raise Refused("is a date that does not exist") from error
    if date.year < _FIRST_YEAR:
        raise Refused(f"is a date before {_FIRST_YEAR}")
    return date.isoformat()


def _clean_code(column: Column, text: str, codebook: Codebook) -> str:
    known, width = _code_values(codebook.reference, column.code_list or "")
    for candidate in (text, text.zfill(width)):
        if candidate in known:
            return candidate
    allowed = f"{min(known)}-{max(known)}" if len(known) > 12 else ", ".join(sorted(known))
    raise Refused(f"is no code of {column.code_list} ({allowed})")


@lru_cache(maxsize=256)
def _code_values(reference: str, name: str) -> tuple[frozenset[str], int]:
    """Values of a list of the shipped codebook; `reference` only keys the cache."""
    del reference
    code_list = Codebook.load().code_lists[name]
    return frozenset(code_list.values()), code_list.width


_CLEANERS: Final[dict[ColumnKind, Callable[[Column, str, Codebook], str]]] = {
    ColumnKind.TEXT: _clean_text,
    ColumnKind.DIGITS: _clean_digits,
    ColumnKind.INTEGER: _clean_integer,
    ColumnKind.DATE: _clean_date,
    ColumnKind.CODE: _clean_code,
}
