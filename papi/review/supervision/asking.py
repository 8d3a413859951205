"""What a supervisor asked to see: region, form, days. Never more than they may see.

Knows the query string. Must not know what is counted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from papi.office.supervision import Period
from papi.review.rights import scope
from papi.review.supervision.words import dotted, place_words
from papi.store.supervision import Focus, places

_DISTRICT, _SUBDISTRICT, _VILLAGE = 4, 6, 10
"""Digits of a code that a list of places names; a province is all there is, mostly."""
_FIRST, _AFTER = dt.date(2000, 1, 1), dt.date(2200, 1, 1)
"""Days that can be asked for: nothing lies before, and no sum of days runs off the calendar."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for.

    Attributes:
        focus: what is in sight.
        period: days.
        regions, forms: lists to choose from, only of what they may see.
    """

    focus: Focus
    period: Period
    regions: tuple[Choice, ...]
    forms: tuple[Choice, ...]

    @property
    def query(self) -> str:
        """The same as a query string, for links."""
        return urlencode(
            {
                "region": self.focus.region,
                "form": self.focus.form,
                "first": self.period.first.isoformat(),
                "last": self.period.last.isoformat(),
            }
        )

    @property
    def place(self) -> str:
        """Name of the chosen region, "" if none is chosen."""
        return place_words(self.focus.region) if self.focus.region else ""


def asked(request: HttpRequest) -> Asked:
    """Read the filters of a request: nonsense is left out, what is foreign finds nothing."""
    region = request.GET.get("region", "").replace(".", "").strip()
    region = region if region.isdecimal() and region.isascii() and len(region) <= _VILLAGE else ""
    form = request.GET.get("form", "")[:40]
    regions, forms = places(scope(request))
    days = Period.of(_day(request, "first"), _day(request, "last"), timezone.localdate())
    return Asked(
        Focus(scope(request), region, form),
        days,
        tuple(_region_choices(regions, region)),
        tuple(Choice(name, name, name == form) for name in forms),
    )


def _day(request: HttpRequest, name: str) -> dt.date | None:
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:  # well written, but no such day
        return None
    return day if day and _FIRST <= day < _AFTER else None


def _region_choices(regions: list[str], chosen: str) -> list[Choice]:
    """List districts, sub-districts and villages that forms were printed for, in order."""
    codes = {r[:digits] for r in regions for digits in (_DISTRICT, _SUBDISTRICT, _VILLAGE)}
    indent = {_DISTRICT: "", _SUBDISTRICT: "\u2003", _VILLAGE: "\u2003\u2003"}
    return [
        Choice(code, f"{indent.get(len(code), '')}{place_words(code)} ({dotted(code)})",
               code == chosen)
        for code in sorted(codes)
    ]  # fmt: skip
