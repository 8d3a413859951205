"""What a rule looks at: one form, its result, and the people on it.

Knows how member strips, the pre-list and the presence codes hang together.
Must not know any rule. Built once per form; everything a rule reads twice is kept here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property

from papi.checking.calendar import prelist_date
from papi.checking.nik import Nik, age_on, parse_nik
from papi.checking.regions import RegionTable
from papi.model.facts import FormFacts

HOUSEHOLD, PERSON = "verivali-rt", "verivali-ppks"
STRIP = "art."
PRESENCE = "sta_keberadaan_art"
LIVES_HERE, NEW_MEMBER = "1", "4"
GONE = frozenset({"2", "3", "5", "6"})
"""Presence codes of people who are not (or no longer) members."""
_ENDS_VISIT = {HOUSEHOLD: frozenset("23456"), PERSON: frozenset("34568")}
"""Results after which nobody was asked anything. PPKS 7 (no longer PPKS) was met and asked."""
_RESULT = {HOUSEHOLD: "hasil_verivali", PERSON: "hasil_ppks"}
_RELEASED = frozenset("345678")
_SURVEYED = {HOUSEHOLD: frozenset("1"), PERSON: frozenset("12")}
_SPEAKING = frozenset({"nama", "nik", PRESENCE})
"""Fields that make a strip stand for somebody even alone; any other single mark is dirt."""
_PERSON_NAMES = {
    "tgllahir": "tgl_lahir",
    "jnskel": "jenis_kelamin",
    "sta_bekerja": "bekerja",
}
"""Names on the person form of what a member strip asks too."""


def number(text: str) -> int | None:
    """Return a written number, None if it is blank or no number."""
    return int(text) if text.isascii() and text.isdigit() else None


def codes_of(text: str) -> tuple[str, ...]:
    """Return the codes of a choice field ("1 4" when several are marked)."""
    return tuple(text.split())


class Person:
    """One member strip, or the person of a PPKS form (number 0)."""

    def __init__(self, case: Case, strip: int, written: Mapping[str, str]) -> None:
        self.case = case
        self.number = strip
        self.written = written
        self._prefix = f"{STRIP}{strip}." if strip else ""

    def name(self, column: str) -> str:
        """Return the field name of a strip's column on this form."""
        return self._prefix + column if self.number else _PERSON_NAMES.get(column, column)

    def value(self, column: str) -> str:
        """Merged value, "" if blank."""
        return self.case.value(self.name(column))

    def ink(self, column: str) -> str:
        """Value as written, "" if blank."""
        return self.case.ink(self.name(column))

    def filled(self, columns: tuple[str, ...]) -> list[str]:
        """Field names of those columns in which something is written."""
        return [self.name(column) for column in columns if self.ink(column)]

    @cached_property
    def presence(self) -> str:
        """Presence code, "" if blank, several codes if several are marked."""
        return self.value(PRESENCE)

    @cached_property
    def prelisted(self) -> bool:
        """Whether the pre-list has somebody for this strip."""
        row = self.case.facts.prelist
        if row is None or self.number > len(row.members):
            return False
        return not self.number or any(row.members[self.number - 1].values())

    @cached_property
    def present(self) -> bool:
        """Whether the person belongs to the household (a PPKS person always counts)."""
        return not self.number or self.presence in {LIVES_HERE, NEW_MEMBER}

    @cached_property
    def nik(self) -> Nik | None:
        """NIK taken apart, None if blank."""
        text = self.value("nik")
        return parse_nik(text, self.case.day.year % 100) if text else None

    @cached_property
    def born(self) -> dt.date | None:
        """Date of birth, None if blank or impossible."""
        return prelist_date(self.value("tgllahir"))

    @cached_property
    def age(self) -> int | None:
        """Age on the day of the visit; on the person form also the officer's estimate."""
        if self.born:
            return age_on(self.case.day, self.born)
        return None if self.number else number(self.value("umur_taksiran"))

    @cached_property
    def sex(self) -> str:
        """1 male, 2 female, "" unknown."""
        return self.value("jnskel")

    @property
    def place(self) -> str:
        """How a finding names the person: "art.2", "" on a person form."""
        return self._prefix.rstrip(".")


class Case:
    """One form as the rules see it."""

    def __init__(self, facts: FormFacts, regions: RegionTable) -> None:
        self.facts = facts
        self.regions = regions
        self.form = facts.layout.form
        self.result_field = _RESULT.get(self.form, "")
        self.result = self.value(self.result_field)

    def value(self, name: str) -> str:
        """Merged value of a field, "" if blank or not read."""
        return self.facts.value(name)

    def ink(self, name: str) -> str:
        """Value as written, "" if blank or not read."""
        return self.facts.written.get(name, "")

    def printed(self, name: str) -> str:
        """Pre-list value, "" if none."""
        return self.facts.prelist.value(name) if self.facts.prelist else ""

    @property
    def visited(self) -> bool:
        """Whether people were asked, or the result does not tell (blank, several marks)."""
        return self.result not in _ENDS_VISIT.get(self.form, ())

    @property
    def completed(self) -> bool:
        """Whether the result says that the form was filled in completely."""
        return self.result in _SURVEYED.get(self.form, ())

    @property
    def released(self) -> bool:
        """Whether the result makes the rest of a person form optional (B01: results 3-8)."""
        return self.form == PERSON and self.result in _RELEASED

    @cached_property
    def day(self) -> dt.date:
        """Day ages are counted on: of the visit if it is plausible, else the latest it can be."""
        campaign = self.facts.campaign
        latest = min(campaign.end, campaign.today)
        visit = prelist_date(self.value("tanggal_verivali"))
        return visit if visit and campaign.start <= visit <= latest else latest

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Strips that stand for somebody, or the person of a PPKS form; by number."""
        if self.form == PERSON:
            return (Person(self, 0, self.facts.written),)
        strips: dict[int, dict[str, str]] = {}
        for name, text in self.facts.written.items():
            if name.startswith(STRIP):
                _, strip, column = name.split(".", 2)
                strips.setdefault(int(strip), {})[column] = text
        people = (Person(self, strip, strips[strip]) for strip in sorted(strips))
        return tuple(person for person in people if self._in_use(person))

    @staticmethod
    def _in_use(person: Person) -> bool:
        filled = {column for column, text in person.written.items() if text}
        if person.prelisted:
            return bool(filled or person.presence)
        return len(filled) > 1 or bool(filled & _SPEAKING)

    @cached_property
    def present(self) -> tuple[Person, ...]:
        """Members of the household as verified, or the person of a PPKS form."""
        return tuple(person for person in self.people if person.present)

    @cached_property
    def missing(self) -> Mapping[str, int]:
        """Fields of pages that were issued but not read -> their page."""
        pages = self.facts.pages_expected - self.facts.pages_read
        by_page = self.facts.layout.by_page
        return {field.name: page for page in pages for field in by_page.get(page, ())}

    def lacking(self, names: tuple[str, ...], *, strips: bool) -> frozenset[int]:
        """Return the unread pages that hold any of these fields (or any member strip)."""
        if not self.missing:
            return frozenset()
        pages = {self.missing[name] for name in names if name in self.missing}
        if strips and self.form == HOUSEHOLD:
            pages |= {page for name, page in self.missing.items() if name.startswith(STRIP)}
        return frozenset(pages)

    def family_card_fields(self) -> Iterator[str]:
        """Names of the KK number fields of the pages read, in order."""
        names = (name for name in self.facts.written if name.startswith("nokk_"))
        yield from sorted(
            (name for name in names if name[5:].isdigit()), key=lambda name: int(name[5:])
        )
