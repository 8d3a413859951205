"""What is known about a field's value before its ink is looked at, as weighted beliefs.

Knows code lists, ranges, patterns, the calendar, form ids, the NIK and the printed value.
Must not know posteriors. Each belief's weight is a setting of the recipe: people do break rules.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from papi.checking.calendar import is_birth_date, prelist_date, written_date
from papi.checking.classes import NIK_DIGITS, base_name, field_class
from papi.checking.name_model import NameBook
from papi.checking.nik import family_card_problems, parse_nik
from papi.checking.regions import RegionTable
from papi.checking.weighing import Belief, code_set
from papi.model.facts import Campaign
from papi.model.layout import FieldKind, LayoutField
from papi.model.recipe import Decoding, Exceptions, FieldClass
from papi.model.sheet import FORM_ID_LENGTH, normalise_form_id

FORM_ID_FIELDS = frozenset({"data_idbdt_double_dengan", "id_ganda"})
BIRTH_FIELDS = ("tgllahir", "tgl_lahir")
DEATH_FIELDS = ("tgl_meninggal",)
OFFICER_FIELDS = frozenset({"kode_petugas", "kode_pemeriksa"})

_REAL_DATES = 36525 / 1e8
"""Dates of one century among all strings of eight digits."""
_BIRTHS_AMONG_DATES = 0.5
_PATTERN_SHARE = 0.1
_WELL_FORMED_NIKS = 0.07
"""62 of 100 days times 12 of 100 months."""
_KNOWN_PREFIXES = 0.01
"""About 7,300 sub-districts and 600 former ones among a million."""
_NIKS_OF_ONE_BIRTH = 1e-6
_ONE_DATE = 1 / 36525
_CHECKED_IDS = 1 / 37


@dataclass(frozen=True, slots=True)
class Known:
    """What the form itself says about a field before its boxes are read.

    Attributes:
        printed: the pre-list value as it would be written in the boxes, "" if none.
        confirmed: P("sesuai" is ticked and "tidak sesuai" is not).
        date_parts: date parts a NIK may have (six digits, women's days + 40), each with its P by
            all that is known without the NIK; under "" the P that nothing is known.
        birthdays: likewise birthdays (DDMMYY) that the NIK says, for a date of birth.
        region: Kemendagri code of the place of the form, "" if unknown.
    """

    printed: str = ""
    confirmed: float = 0.0
    date_parts: Mapping[str, float] = field(default_factory=dict)
    birthdays: Mapping[str, float] = field(default_factory=dict)
    region: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """What is known beyond the form.

    Attributes:
        campaign: the survey round.
        regions: region table.
        decoding: how to decode.
        names: words of the names of this round's people and places; None = not known.
    """

    campaign: Campaign
    regions: RegionTable
    decoding: Decoding
    names: NameBook | None = None

    @property
    def exceptions(self) -> Exceptions:
        """How often each kind of rule is broken."""
        return self.decoding.exceptions

    def listing_all(self) -> World:
        """Return the same world, in which every value that was searched is listed."""
        every = self.decoding.model_copy(update={"top": self.decoding.beam})
        return replace(self, decoding=every)


def is_form_id(field: LayoutField) -> bool:
    """Tell whether a code field holds a PAPI form id."""
    return base_name(field.name) in FORM_ID_FIELDS


def spelled(field: LayoutField, value: str) -> str:
    """Return a pre-list value as an officer would write it in the field's boxes; "" if none."""
    plain = value.strip().upper()
    if not plain:
        return ""
    if field.kind is FieldKind.DATE:
        date = prelist_date(plain)
        return f"{date:%d%m%Y}" if date else ""
    if field.kind is FieldKind.DIGITS:
        if not plain.isdigit():
            return ""
        codes = field.codes or ()
        return plain if not codes or plain in codes else plain.zfill(len(codes[0]))
    return " ".join(plain.split())


def beliefs(field: LayoutField, known: Known, world: World) -> list[Belief]:
    """Return everything known about a field of character boxes."""
    found = [*_stated(field, world.exceptions), *_lengths(field, world.exceptions)]
    if field.kind is FieldKind.DATE:
        found.extend(_dates(field, world))
        found.extend(_birth(known, world))
    elif field_class(field) is FieldClass.NIK:
        found.extend(_nik(known, world))
    elif field_class(field) is FieldClass.KK:
        found.extend(_family_card(known, world))
    elif is_form_id(field):
        found.append(Belief(_id_checks, world.exceptions.check_character, _CHECKED_IDS))
    elif base_name(field.name) in OFFICER_FIELDS and world.campaign.officers:
        officers = world.campaign.officers
        share = len(officers) / 10 ** len(field.cells)
        found.append(Belief(officers.__contains__, world.exceptions.codes, share))
    return found


def _stated(field: LayoutField, exceptions: Exceptions) -> Iterator[Belief]:
    """Yield what the layout says: codes, range, pattern."""
    strings = 10.0 ** len(field.cells)
    if field.codes:
        codes = code_set(field.codes)
        yield Belief(codes.__contains__, exceptions.codes, min(1.0, len(codes) / strings))
    if field.min is not None or field.max is not None:
        low = field.min if field.min is not None else 0
        high = field.max if field.max is not None else int(strings) - 1
        share = min(1.0, max(0.0, (high - low + 1) / strings))
        yield Belief(lambda text: _in_range(text, low, high), exceptions.range, share)
    if field.pattern and field.kind is not FieldKind.DATE:
        matches = re.compile(field.pattern).fullmatch
        yield Belief(lambda text: matches(text) is not None, exceptions.pattern, _PATTERN_SHARE)


def _in_range(text: str, low: int, high: int) -> bool:
    return text.isdigit() and low <= int(text) <= high


def _lengths(field: LayoutField, exceptions: Exceptions) -> Iterator[Belief]:
    """Yield how many characters a filled field has; a stray stroke is rarely a whole answer."""
    boxes = len(field.cells)
    least = {
        FieldClass.NIK: NIK_DIGITS,
        FieldClass.KK: NIK_DIGITS,
        FieldClass.DATE: boxes,
        FieldClass.LONG_NUMBER: boxes - 4,
        FieldClass.NAME: 2,
        FieldClass.CODE: 4,
    }.get(field_class(field), 1)
    if field.kind is FieldKind.DIGITS and field.pattern and _is_full(field.pattern, boxes):
        least = boxes
    if least > 1:
        yield Belief(lambda text: len(text) >= least, exceptions.length, 1.0)


@lru_cache(maxsize=256)
def _is_full(pattern: str, boxes: int) -> bool:
    """Tell whether a pattern of digits leaves no box unused (for any digit repeated)."""
    fits = re.compile(pattern).fullmatch
    lengths = {n for n in range(1, boxes + 1) for digit in "0123456789" if fits(digit * n)}
    return lengths == {boxes}


def _dates(field: LayoutField, world: World) -> Iterator[Belief]:
    yield Belief(_is_date, world.exceptions.calendar, _REAL_DATES)
    name, campaign = base_name(field.name), world.campaign
    if name in BIRTH_FIELDS:

        def holds(text: str) -> bool:
            date = written_date(text)
            return date is not None and is_birth_date(date, campaign.today)

        yield Belief(holds, world.exceptions.window, _BIRTHS_AMONG_DATES)
    elif name not in DEATH_FIELDS:
        last = min(campaign.end, campaign.today)
        share = max(1, (last - campaign.start).days + 1) / 36525

        def within(text: str) -> bool:
            date = written_date(text)
            return date is not None and campaign.start <= date <= last

        yield Belief(within, world.exceptions.window, min(1.0, share))


def _birth(known: Known, world: World) -> Iterator[Belief]:
    if known.birthdays:
        days = known.birthdays

        def agrees(text: str) -> float:
            return days.get(text[:4] + text[6:], 0.0) + days.get("", 0.0)

        yield Belief(agrees, world.exceptions.nik_birth, _ONE_DATE, printed=True)


def _is_date(text: str) -> bool:
    return written_date(text) is not None


def _nik(known: Known, world: World) -> Iterator[Belief]:
    yield Belief(_well_formed, world.exceptions.nik, _WELL_FORMED_NIKS)
    yield from _prefix(known, world)
    if known.date_parts:
        parts = known.date_parts

        def agrees(text: str) -> float:
            return parts.get(text[6:12], 0.0) + parts.get("", 0.0)

        yield Belief(agrees, world.exceptions.nik_birth, _NIKS_OF_ONE_BIRTH, printed=True)


def _family_card(known: Known, world: World) -> Iterator[Belief]:
    today = world.campaign.today

    def plausible(text: str) -> bool:
        return not {"length", "date"} & set(family_card_problems(text, today))

    yield Belief(plausible, world.exceptions.nik, _WELL_FORMED_NIKS)
    yield from _prefix(known, world)


def _prefix(known: Known, world: World) -> Iterator[Belief]:
    """Yield where a number was given out: somewhere that exists, and mostly near the form."""
    regions, rare = world.regions, world.exceptions
    yield Belief(lambda text: _known_prefix(regions, text[:6]), rare.nik_prefix, _KNOWN_PREFIXES)
    for digits, weight in ((4, rare.nik_district), (6, rare.nik_subdistrict)):
        if len(known.region) >= digits:
            near = known.region[:digits]
            yield Belief(partial(_starts, near), weight, 10.0**-digits, printed=True)


def _starts(near: str, text: str) -> bool:
    return text.startswith(near)


def nik_agrees(text: str, birth: dt.date, sex: str) -> bool:
    """Tell whether a NIK's date part spells this birth date and sex."""
    nik = parse_nik(text)
    return not nik.problems and nik.sex == sex and nik.born_on(birth)


@lru_cache(maxsize=4096)
def _known_prefix(regions: RegionTable, six: str) -> bool:
    return regions.known_nik_prefix(six)


@lru_cache(maxsize=4096)
def _well_formed(text: str) -> bool:
    return not parse_nik(text).problems


def _id_checks(text: str) -> bool:
    return len(text) != FORM_ID_LENGTH or normalise_form_id(text) == text
