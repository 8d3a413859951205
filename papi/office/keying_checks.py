"""A typed value: brought to the form readings have, and judged by the field's own form.

Knows kinds, boxes, codes, patterns and the calendar. Must not know people, items or the rules of
whole forms. What no paper could hold (a letter in a box for digits, a tick that is not printed) is
refused; what an officer may well have written, though it is wrong (31-02-2020, a code that is not
on the list), is doubted: said again it stands, as it would if the machine had read it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from papi.checking.calendar import DATE_DIGITS, iso_date, written_date
from papi.checking.priors import is_form_id
from papi.checking.truth import same_value
from papi.checking.weighing import code_set
from papi.model.keying import Problem
from papi.model.layout import FieldKind, LayoutField

INK = "ink"
TEXT_MOST = 200
"""Longest text a person keys; the printed line holds some 60 characters."""
INK_YES, INK_NO = "1", "0"
"""What is keyed for "there is a signature" and "there is none"."""
_CROCKFORD_SLIPS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SEPARATED_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})")
_PART = re.compile(r"\.\d{0,2}(?!\d)")
"""A point that parts no thousands: 1.5 is no whole number, and not 15."""
_APOSTROPHES = str.maketrans("\u2018\u2019`\u00b4", "''''")
_BETWEEN = re.compile(r"[\s,;+/]+")


@dataclass(frozen=True, slots=True)
class TypedValue:
    """What became of what was typed.

    Attributes:
        value: as `readings.value`.
        refused: why it cannot stand at all.
        doubted: why it must be said twice.
    """

    value: str
    refused: tuple[Problem, ...] = ()
    doubted: tuple[Problem, ...] = ()


def typed_value(field: LayoutField, text: str) -> TypedValue:
    """Bring what was typed to the form of a reading, and judge it by the field's form.

    Blank is a value of every field.
    """
    spaced = "".join(" " if c.isspace() else c for c in text if c.isspace() or c.isprintable())
    plain = spaced.strip().upper()
    if not plain:
        return TypedValue("")
    return _BY_KIND[field.kind](field, plain)


def same_entry(field: LayoutField, one: str, other: str) -> bool:
    """Tell whether two values mean one: "05" and "5" in a code, dates however they are spelled."""
    return same_value(field, one, other)


def _problem(rule: str, message_id: str, message_en: str) -> Problem:
    return Problem(f"form:{rule}", message_id, message_en)


NOT_DIGITS = _problem("digits", "Hanya angka 0-9.", "Digits only.")
NO_DATE_FORM = _problem(
    "date_form", "Ketik tanggal sebagai HHBBTTTT, mis. 07021985.", "Type a date as DDMMYYYY."
)
NO_DATE = _problem("calendar", "Tanggal ini tidak ada di kalender.", "There is no such date.")
NOT_LISTED = _problem("codes", "Kode ini tidak ada dalam daftar.", "This code is not on the list.")
NOT_PRINTED = _problem(
    "choices", "Pilihan ini tidak tercetak pada formulir.", "No such choice is printed."
)
ONE_ONLY = _problem("one", "Hanya satu pilihan.", "One choice only.")
NO_LETTER = _problem(
    "alphabet",
    "Ada karakter yang tidak dapat ditulis di kotak ini.",
    "A character cannot stand in these boxes.",
)
NO_PATTERN = _problem(
    "pattern",
    "Bentuknya tidak lazim untuk isian ini; cocokkan lagi dengan gambar.",
    "Unusual for this field; compare it with the image again.",
)
NO_RANGE = _problem("range", "Nilainya di luar batas isian ini.", "Out of this field's range.")


def _too_long(most: int) -> Problem:
    return _problem("length", f"Paling banyak {most} karakter.", f"At most {most} characters.")


def _digits(field: LayoutField, plain: str) -> TypedValue:
    value = re.sub(r"[ .-]", "", plain)
    if not (value.isascii() and value.isdigit()) or _PART.search(plain):
        return TypedValue(value, (NOT_DIGITS,))
    if len(value) > len(field.cells):
        return TypedValue(value, (_too_long(len(field.cells)),))
    if field.codes and value not in code_set(tuple(field.codes)):
        return TypedValue(value, doubted=(NOT_LISTED,))
    low, high = field.min, field.max
    if (low is not None and int(value) < low) or (high is not None and int(value) > high):
        return TypedValue(value, doubted=(NO_RANGE,))
    return TypedValue(value, doubted=_pattern(field, value))


def _pattern(field: LayoutField, value: str) -> tuple[Problem, ...]:
    fits = field.pattern is None or re.fullmatch(field.pattern, value) is not None
    return () if fits else (NO_PATTERN,)


def _capitals(field: LayoutField, plain: str) -> TypedValue:
    return _letters(field, " ".join(plain.translate(_APOSTROPHES).split()))


def _code(field: LayoutField, plain: str) -> TypedValue:
    value = re.sub(r"[\s-]", "", plain)
    return _letters(field, value.translate(_CROCKFORD_SLIPS) if is_form_id(field) else value)


def _letters(field: LayoutField, value: str) -> TypedValue:
    if field.alphabet and not set(value) <= set(field.alphabet):
        return TypedValue(value, (NO_LETTER,))
    if len(value) > len(field.cells):
        return TypedValue(value, (_too_long(len(field.cells)),))
    return TypedValue(value, doubted=_pattern(field, value))


def _date(_: LayoutField, plain: str) -> TypedValue:
    if date := iso_date(plain):
        return TypedValue(date.isoformat())
    if apart := _SEPARATED_DATE.fullmatch(plain):
        plain = f"{apart[1]:0>2}{apart[2]:0>2}{apart[3]}"
    digits = re.sub(r"[-/. ]", "", plain)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > DATE_DIGITS:
        return TypedValue(digits, (NO_DATE_FORM,))
    date = written_date(digits)
    return TypedValue(date.isoformat()) if date else _no_date(digits)


def _no_date(digits: str) -> TypedValue:
    """An impossible date is kept as its digits, as readings keep it; a short one, too."""
    return TypedValue(digits, doubted=(NO_DATE,))


def _choice(field: LayoutField, plain: str) -> TypedValue:
    printed = [choice.code for choice in field.choices]
    given = [code for code in _BETWEEN.split(plain) if code]
    if len(given) == 1 and given[0] not in printed and set(given[0]) <= set(printed):
        given = list(given[0])  # several codes of one character, typed in one go
    if not set(given) <= set(printed):
        return TypedValue(" ".join(given), (NOT_PRINTED,))
    value = " ".join(code for code in printed if code in given)
    return TypedValue(value, () if field.multiple or len(set(given)) == 1 else (ONE_ONLY,))


def _text(_: LayoutField, plain: str) -> TypedValue:
    value = " ".join(plain.split())
    return TypedValue(value, (_too_long(TEXT_MOST),) if len(value) > TEXT_MOST else ())


def _signature(_: LayoutField, plain: str) -> TypedValue:
    known = {INK_YES: INK, INK.upper(): INK, INK_NO: ""}
    return TypedValue(known[plain]) if plain in known else TypedValue(plain, (NOT_PRINTED,))


_BY_KIND = {
    FieldKind.DIGITS: _digits,
    FieldKind.CAPITALS: _capitals,
    FieldKind.CODE: _code,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.TEXT: _text,
    FieldKind.SIGNATURE: _signature,
}


def shown_value(field: LayoutField, value: str) -> str:
    """Return a value as a person would type it: dates as DD-MM-YYYY, signatures as 1 or 0."""
    if field.kind is FieldKind.SIGNATURE:
        return INK_YES if value else INK_NO
    if field.kind is FieldKind.DATE and (date := iso_date(value)):
        return dt.date.strftime(date, "%d-%m-%Y")
    return value
