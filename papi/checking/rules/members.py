"""Rules on what a member strip says of one person: A19-A26.

Knows names, marriage, papers, school and work. Must not know the rest of the household.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from papi.checking.rules.case import HOUSEHOLD, PERSON, Case, Person, codes_of, number
from papi.checking.rules.registry import BOTH, ERROR, RT, WARNING, Say, Verdict, rule

_NAME = re.compile(r"[A-Z '.\-]+")
FARTHEST_NAME = 0.6
"""Edit distance to the printed name, as a share of the longer one, that may be a correction."""
_MARRIED_AGE = 15
_KTP, _KTP_AGE = 4, 17
_EVER_MARRIED = frozenset({"2", "3", "4"})
_FERTILE = range(10, 50)
_TERTIARY = 4
_COMPLETED = "8"
_YOUNGEST = {1: 5, 2: 11, 3: 14, 4: 17}
"""Youngest age in primary, junior and senior secondary, and tertiary education (A25)."""
_SCHOOL = ("pendidikan_tertinggi", "kelas_tertinggi", "ijazah_tertinggi")
_WORK = {
    HOUSEHOLD: ("jumlah_jamkerja", "lapangan_usaha", "status_pekerjaan"),
    PERSON: ("status_pekerjaan",),
}


def stage(level: str) -> int:
    """Return the stage of a school level (list jenjang): 1 primary .. 4 tertiary, 0 none."""
    code = number(level)
    return (code + 2) // 3 if code and code <= 10 else 0


@rule(
    "A19",
    RT,
    Say(
        WARNING,
        "Istri/suami seharusnya berstatus kawin (kode 2).",
        "A spouse should be married (code 2).",
    ),
    young=Say(
        WARNING,
        "Umur di bawah 15 tahun tetapi pernah kawin.",
        "Under 15 years old but ever married.",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def marriage(case: Case) -> Iterator[Verdict]:
    """A spouse (relation 2) has Sta_kawin = 2; nobody under 15 is married."""
    for person in case.present:
        status = person.value("sta_kawin")
        relation = next((c for c in ("hub_krt", "hubkel") if person.value(c) == "2"), "")
        if relation and status != "2":
            yield Verdict((person.name(relation), person.name("sta_kawin")), detail=person.place)
        if status in _EVER_MARRIED and person.age is not None and person.age < _MARRIED_AGE:
            fields = (person.name("sta_kawin"), person.name("tgllahir"))
            yield Verdict(fields, "young", person.place)


@rule(
    "A20",
    BOTH,
    Say(
        WARNING,
        "Nama harus paling sedikit dua huruf dan hanya huruf A-Z, spasi, ' - dan titik.",
        "A name has at least two letters, and only A-Z, space, ' - and full stop.",
    ),
    other=Say(
        WARNING,
        "Nama sangat berbeda dengan nama pra-cetak; mungkin orang lain.",
        "The name is very different from the pre-printed one; perhaps another person.",
    ),
    strips=True,
    needs=("nama_krt", "nama"),
    visited=True,
    partial=True,
)
def names(case: Case) -> Iterator[Verdict]:
    """A name has 2 letters or more, A-Z space ' - . only, and is not far from the printed one."""
    head = ["nama_krt"] if case.form == HOUSEHOLD else []
    for name in [*head, *(person.name("nama") for person in case.present)]:
        text, printed = case.value(name).upper().strip(), case.printed(name).upper().strip()
        place = name.rpartition(".")[0]
        if not text:
            continue
        if not _NAME.fullmatch(text) or sum(map(str.isalpha, text)) < 2:
            yield Verdict((name,), "", place)
        elif printed and Levenshtein.normalized_distance(text, printed) > FARTHEST_NAME:
            yield Verdict((name,), "other", place)


@rule(
    "A21",
    RT,
    Say(
        WARNING,
        "KTP hanya untuk yang berumur 17 tahun ke atas atau pernah kawin.",
        "Only people aged 17 or more, or ever married, have a KTP.",
    ),
    none=Say(
        WARNING,
        "Kode 0 (tidak memiliki) tidak dapat bersama kode lain.",
        "Code 0 (none) excludes other codes.",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def papers(case: Case) -> Iterator[Verdict]:
    """The KTP bit needs age 17 or ever married; value 0 excludes other bits."""
    for person in case.present:
        field = person.name("ada_kartu_identitas")
        codes = [number(code) or 0 for code in codes_of(person.value("ada_kartu_identitas"))]
        if len(codes) > 1 and 0 in codes:
            yield Verdict((field,), "none", person.place)
        has_ktp = sum(codes) & _KTP
        if has_ktp and person.age is not None and person.age < _KTP_AGE and not _married(person):
            yield Verdict((field, person.name("tgllahir")), detail=person.place)


def _married(person: Person) -> bool:
    return person.value("sta_kawin") in _EVER_MARRIED


@rule(
    "A22",
    RT,
    Say(
        ERROR,
        "Status kehamilan hanya untuk perempuan 10-49 tahun yang pernah kawin (kode 2-4).",
        "Pregnancy is only asked of women aged 10-49 who are or were married (codes 2-4).",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def pregnancy(case: Case) -> Iterator[Verdict]:
    """Sta_hamil only for women aged 10-49 with Sta_kawin 2-4."""
    for person in case.present:
        if not person.value("sta_hamil"):
            continue
        against = {
            "jnskel": person.sex == "1",
            "tgllahir": person.age is not None and person.age not in _FERTILE,
            "sta_kawin": not _married(person),
        }
        broken = [person.name(column) for column, bad in against.items() if bad]
        if broken:
            yield Verdict((person.name("sta_hamil"), *broken), detail=person.place)


@rule(
    "A23",
    RT,
    Say(
        ERROR,
        "Belum pernah sekolah: jenjang dan kelas harus kosong dan ijazah 0.",
        "Never attended school: level and grade must be blank and the certificate 0.",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def never_at_school(case: Case) -> Iterator[Verdict]:
    """Partisipasi 0: jenjang and kelas blank, ijazah 0."""
    for person in case.present:
        if person.value("partisipasi_sekolah") != "0":
            continue
        wrong = [column for column in _SCHOOL[:2] if person.value(column)]
        wrong += [_SCHOOL[2]] if person.value(_SCHOOL[2]) != "0" else []
        if wrong:
            columns = ("partisipasi_sekolah", *wrong)
            yield Verdict(tuple(map(person.name, columns)), detail=person.place)


@rule(
    "A24",
    RT,
    Say(
        WARNING,
        "Ijazah tidak cocok dengan jenjang dan kelas.",
        "The certificate does not fit level and grade.",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def certificate(case: Case) -> Iterator[Verdict]:
    """Ijazah is consistent with jenjang and kelas (ijazah 2 needs junior secondary completed)."""
    for person in case.present:
        held, reached = number(person.value(_SCHOOL[2])), stage(person.value(_SCHOOL[0]))
        grade = person.value(_SCHOOL[1])
        if held is None or not reached or not grade:
            continue
        if held not in _certificates(reached, completed=grade == _COMPLETED):
            yield Verdict(tuple(map(person.name, _SCHOOL)), detail=person.place)


def _certificates(reached: int, *, completed: bool) -> range:
    """Return the certificates (list ijazah) that somebody at this stage may hold.

    4-6 are tertiary; one certificate may precede another there, so an uncompleted course allows
    all but the last.
    """
    if reached == _TERTIARY:
        return range(4, 7) if completed else range(6)
    return range(reached, reached + 1) if completed else range(reached)


@rule(
    "A25",
    RT,
    Say(
        WARNING,
        "Umur terlalu muda untuk jenjang pendidikan ini.",
        "Too young for this level of education.",
    ),
    strips=True,
    visited=True,
    partial=True,
)
def school_age(case: Case) -> Iterator[Verdict]:
    """Age fits jenjang: at least 5, 11, 14 and 17 years."""
    for person in case.present:
        reached = stage(person.value(_SCHOOL[0]))
        if reached and person.age is not None and person.age < _YOUNGEST[reached]:
            yield Verdict((person.name(_SCHOOL[0]), person.name("tgllahir")), detail=person.place)


@rule(
    "A26",
    BOTH,
    Say(
        ERROR,
        "Tidak bekerja: jam kerja, lapangan usaha dan status pekerjaan harus kosong.",
        "Not working: hours, industry and status must be blank.",
    ),
    blank=Say(
        ERROR,
        "Bekerja: jam kerja, lapangan usaha dan status pekerjaan harus terisi.",
        "Working: hours, industry and status must be filled in.",
    ),
    hours=Say(ERROR, "Jam kerja harus 0 sampai 98.", "Hours must be from 0 to 98."),
    strips=True,
    needs=("bekerja", "status_pekerjaan"),
    visited=True,
    partial=True,
)
def work(case: Case) -> Iterator[Verdict]:
    """Sta_Bekerja 2: hours, industry, status blank; 1: all filled, hours 0-98."""
    for person in case.present:
        works = person.value("sta_bekerja")
        filled = {column: bool(person.value(column)) for column in _WORK[case.form]}
        wrong = [column for column, full in filled.items() if full != (works == "1")]
        if works in {"1", "2"} and wrong:
            fields = tuple(map(person.name, ("sta_bekerja", *wrong)))
            yield Verdict(fields, "" if works == "2" else "blank", person.place)
        hours = number(person.value("jumlah_jamkerja")) if works == "1" else None
        if hours is not None and hours > 98:
            yield Verdict((person.name("jumlah_jamkerja"),), "hours", person.place)
