"""NIK and KK numbers: PPKKCC DDMMYY SSSS taken apart and judged.

Knows the structure the civil registry prescribes (code book, identifiers.nik and no_kk).
Must not know forms, fields or region tables. There is no check digit: a NIK can only be compared
with what else is known of the person, and it is never reissued, so a difference is no proof.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

NIK_DIGITS = 16
MALE, FEMALE = "1", "2"
FEMALE_DAY_OFFSET = 40
"""Women's day of birth is written 41-71."""
_CENTURIES = (2000, 1900)
_OLDEST_CARD = dt.date(1970, 1, 1)
"""No family card is older (code book, no_kk)."""


@dataclass(frozen=True, slots=True)
class Nik:
    """A number taken apart.

    Attributes:
        region: first six digits, place of *first* registration.
        sex: "1" male, "2" female, "" if the day is impossible.
        births: the possible dates, the likelier century first; empty if DDMM is no date.
        serial: last four digits.
        problems: of "length", "region", "day", "date", "serial"; empty for a well-formed NIK.
    """

    region: str = ""
    sex: str = ""
    births: tuple[dt.date, ...] = ()
    serial: str = ""
    problems: tuple[str, ...] = ()

    def born_on(self, date: dt.date) -> bool:
        """Tell whether the date part spells this date in some century."""
        return any(
            (birth.day, birth.month, birth.year % 100) == (date.day, date.month, date.year % 100)
            for birth in self.births
        )


def parse_nik(text: str, pivot: int = 25) -> Nik:
    """Take a NIK apart; never raises, what is wrong is listed in `problems`.

    `pivot`: latest two-digit year that is read as 20YY as long as nothing else tells.
    """
    if len(text) != NIK_DIGITS or not (text.isascii() and text.isdigit()):
        return Nik(problems=("length",))
    region, serial = text[:6], text[12:]
    sex, day = _sex_and_day(int(text[6:8]))
    births = _dates(day, int(text[8:10]), int(text[10:12]), pivot) if day else ()
    checks = {
        "region": region[2:4] == "00" or region[4:] == "00",
        "day": day == 0,
        "date": day > 0 and not births,
        "serial": serial == "0000",
    }
    return Nik(region, sex, births, serial, tuple(name for name, bad in checks.items() if bad))


def date_part(birth: dt.date, sex: str) -> str:
    """Return the six digits a NIK holds for this birth, "" if the sex is not known."""
    if sex not in {MALE, FEMALE}:
        return ""
    day = birth.day + (FEMALE_DAY_OFFSET if sex == FEMALE else 0)
    return f"{day:02}{birth:%m%y}"


def _sex_and_day(written: int) -> tuple[str, int]:
    if 1 <= written <= 31:
        return MALE, written
    if 1 <= written - FEMALE_DAY_OFFSET <= 31:
        return FEMALE, written - FEMALE_DAY_OFFSET
    return "", 0


def _dates(day: int, month: int, year: int, pivot: int) -> tuple[dt.date, ...]:
    """Return the real dates of DDMMYY, the century that `pivot` says first."""
    dates = []
    for century in _CENTURIES if year <= pivot else reversed(_CENTURIES):
        try:
            dates.append(dt.date(century + year, month, day))
        except ValueError:
            continue
    return tuple(dates)


def family_card_problems(text: str, today: dt.date) -> tuple[str, ...]:
    """Return what is implausible about a KK number, whose middle is its date of issue.

    Problems: "length", "date" (no date between 1970 and `today`), "plus40" (day 41-71, as in a
    NIK: seen on real cards, tolerated as a warning).
    """
    if len(text) != NIK_DIGITS or not (text.isascii() and text.isdigit()):
        return ("length",)
    sex, day = _sex_and_day(int(text[6:8]))
    dates = _dates(day, int(text[8:10]), int(text[10:12]), today.year % 100) if day else ()
    if not any(_OLDEST_CARD <= date <= today for date in dates):
        return ("date",)
    return ("plus40",) if sex == FEMALE else ()


def age_on(day: dt.date, born: dt.date) -> int:
    """Return completed years of age on `day` (negative before birth)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
