"""Rules on who belongs to the household and how: A14-A18.

Knows presence codes, relations, families and dates of birth.
Must not know school, work or numbers.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from papi.checking.nik import age_on
from papi.checking.rules.case import GONE, LIVES_HERE, NEW_MEMBER, PERSON, PRESENCE, Case, Person
from papi.checking.rules.names import MEMBER_CODES
from papi.checking.rules.registry import BOTH, ERROR, RT, WARNING, Say, Verdict, rule

OLDEST_AGE = 115
PARENT_YEARS = 12
"""Least difference of age between parent and child."""
_HEAD, _CHILD, _PARENT = "1", "3", "6"
_LEFT = frozenset({"2", "3"})
"""Died, moved."""
_FEW = 4


@rule(
    "A14",
    RT,
    Say(
        ERROR,
        "Isi tepat satu kode keberadaan untuk anggota ini.",
        "Mark exactly one presence code for this member.",
    ),
    listed=Say(
        ERROR,
        "Keberadaan 1 hanya untuk anggota yang ada di prelist; anggota baru memakai kode 4.",
        "Presence 1 needs a pre-list id; a new member has code 4.",
    ),
    new=Say(
        ERROR,
        "Keberadaan 4 (anggota baru) tidak berlaku untuk anggota yang sudah ada di prelist.",
        "Presence 4 (new member) cannot be given to a member of the pre-list.",
    ),
    filled=Say(
        WARNING,
        "Anggota ini tidak lagi di rumah tangga, tetapi isian lainnya terisi.",
        "This member is no longer in the household, yet other fields are filled in.",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def presence(case: Case) -> Iterator[Verdict]:
    """Presence 2, 3, 5, 6: nothing else filled (W); 1 needs a pre-list id, 4 needs none."""
    for person in case.people:
        field, code = person.name(PRESENCE), person.presence
        if code == LIVES_HERE and not person.prelisted:
            yield Verdict((field,), "listed", person.place)
        elif code == NEW_MEMBER and person.prelisted:
            yield Verdict((field,), "new", person.place)
        elif code in GONE:
            others = person.filled(tuple(name for name in person.written if name != PRESENCE))
            if others:
                listed = others if len(others) <= _FEW else ()
                yield Verdict((field, *listed), "filled", person.place)
        elif code not in {LIVES_HERE, NEW_MEMBER}:
            yield Verdict((field,), detail=person.place)


@rule(
    "A15",
    BOTH,
    Say(
        ERROR,
        "Tanggal lahir kosong atau bukan tanggal yang benar.",
        "The date of birth is missing or is no real date.",
    ),
    age=Say(
        ERROR,
        "Umur harus 0 sampai 115 tahun.",
        "The age must be from 0 to 115 years.",
    ),
    parent=Say(
        WARNING,
        "Orang tua harus paling sedikit 12 tahun lebih tua daripada anaknya.",
        "A parent must be at least 12 years older than the child.",
    ),
    strips=True,
    needs=("tgl_lahir", "umur_taksiran"),
    visited=True,
    partial=True,
)
def birth(case: Case) -> Iterator[Verdict]:
    """DOB valid, age 0-115; a parent is at least 12 years older than the child (W)."""
    for person in case.present:
        field = person.name("tgllahir")
        estimated = case.form == PERSON and not person.value("tgllahir")
        if estimated and person.value("umur_taksiran"):
            field = "umur_taksiran"
        elif person.born is None:
            yield Verdict((field,), detail=person.place)
            continue
        if person.age is None or not 0 <= person.age <= OLDEST_AGE:
            yield Verdict((field,), "age", person.place)
    for parent, child in _parents(case):
        fields = (parent.name("tgllahir"), child.name("tgllahir"))
        yield Verdict(fields, "parent", f"{parent.place} {child.place}")


def _parents(case: Case) -> Iterator[tuple[Person, Person]]:
    """Yield (parent, child) that are too close in age, by relation to household and family head."""
    groups: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in case.present if case.form != PERSON else ():
        groups["hub_krt", ""].append(person)
        if person.value("nuk"):
            groups["hubkel", person.value("nuk")].append(person)
    for (column, _), group in groups.items():
        heads = [person for person in group if person.value(column) == _HEAD]
        for head in heads if len(heads) == 1 else ():
            for person in group:
                relation = person.value(column)
                if relation == _CHILD and _too_close(head.born, person.born):
                    yield head, person
                elif relation == _PARENT and _too_close(person.born, head.born):
                    yield person, head


def _too_close(parent: dt.date | None, child: dt.date | None) -> bool:
    return parent is not None and child is not None and age_on(child, parent) < PARENT_YEARS


@rule(
    "A16",
    RT,
    Say(
        WARNING,
        "Ditandai semua sesuai, tetapi ada kode yang dikoreksi.",
        "All codes are marked right, yet a correction is filled in.",
    ),
    blank=Say(
        WARNING,
        "Ditandai ada yang berubah, tetapi tidak ada koreksi.",
        "Some codes are marked changed, yet no correction is filled in.",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def strip_tick(case: Case) -> Iterator[Verdict]:
    """art_cek = 1 with a correction is a conflict; art_cek = 2 without one is blank."""
    for person in case.present:
        if not person.prelisted:
            continue
        tick, filled = person.ink("art_cek"), person.filled(MEMBER_CODES)
        if tick == "1" and filled:
            yield Verdict((person.name("art_cek"), *filled), detail=person.place)
        elif tick == "2" and not filled:
            yield Verdict((person.name("art_cek"),), "blank", person.place)


@rule(
    "A17",
    RT,
    Say(
        ERROR,
        "Harus ada tepat satu kepala rumah tangga (Hub_KRT = 1).",
        "There must be exactly one household head (Hub_KRT = 1).",
    ),
    gone=Say(
        WARNING,
        "Kepala rumah tangga meninggal/pindah; tentukan kepala rumah tangga yang baru.",
        "The household head died or moved; mark the new head.",
    ),
    strips=True,
    visited=True,
)
def one_head(case: Case) -> Iterator[Verdict]:
    """Exactly one Hub_KRT = 1 among members present; W if the head left and none is marked."""
    heads = [person for person in case.present if person.value("hub_krt") == _HEAD]
    if len(heads) == 1:
        return
    fields = tuple(person.name("hub_krt") for person in heads or case.present)
    fields = fields or tuple(person.name(PRESENCE) for person in case.people)
    yield Verdict(fields, "gone" if not heads and _head_left(case) else "")


def _head_left(case: Case) -> bool:
    return any(
        person.presence in _LEFT and case.printed(person.name("hub_krt")) == _HEAD
        for person in case.people
    )


@rule(
    "A18",
    RT,
    Say(
        ERROR,
        "Setiap keluarga (NUK) harus punya tepat satu kepala keluarga (Hubkel = 1).",
        "Every family (NUK) must have exactly one family head (Hubkel = 1).",
    ),
    strips=True,
    visited=True,
)
def family_heads(case: Case) -> Iterator[Verdict]:
    """Exactly one Hubkel = 1 per NUK among members present."""
    families: dict[str, list[Person]] = defaultdict(list)
    for person in case.present:
        if person.value("nuk"):
            families[person.value("nuk")].append(person)
    for number, members in families.items():
        heads = [person for person in members if person.value("hubkel") == _HEAD]
        if len(heads) != 1:
            fields = tuple(person.name("hubkel") for person in heads or members)
            yield Verdict(fields, detail=f"nuk {number}")
