"""Rules on NIK and KK numbers: A05, A10-A13.

Knows which numbers of a form must fit which people. Must not know how a NIK is built (nik.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from papi.checking.nik import family_card_problems
from papi.checking.rules.case import HOUSEHOLD, Case, Person
from papi.checking.rules.registry import BOTH, ERROR, WARNING, Say, Verdict, rule

_NIK_CEK_SHOWN = "1"
"""Code of dokumen_sesuai: the NIK agrees with the document shown."""


@rule(
    "A05",
    BOTH,
    Say(WARNING, "Nomor KK harus 16 angka.", "A KK number has 16 digits."),
    date=Say(
        WARNING,
        "Tanggal terbit di dalam nomor KK tidak masuk akal.",
        "The date of issue inside the KK number is implausible.",
    ),
    plus40=Say(
        WARNING,
        "Tanggal di dalam nomor KK ditambah 40 seperti pada NIK; periksa kartu keluarganya.",
        "The day inside the KK number has 40 added as in a NIK; check the family card.",
    ),
    twice=Say(
        WARNING,
        "Nomor KK yang sama tertulis untuk dua keluarga.",
        "The same KK number is given for two families.",
    ),
    nik=Say(
        WARNING,
        "Nomor KK sama dengan sebuah NIK.",
        "The KK number equals a NIK.",
    ),
    needs=("nokk_1", "nokk_2", "no_kk"),
    strips=True,
    visited=True,
    partial=True,
)
def family_cards(case: Case) -> Iterator[Verdict]:
    """A KK number has 16 digits and a plausible date, is unique, and never equals a NIK."""
    names = case.family_card_fields() if case.form == HOUSEHOLD else iter(("no_kk",))
    seen: dict[str, str] = {}
    niks = {person.value("nik"): person.name("nik") for person in case.people}
    for name in names:
        text = case.value(name)
        if not text:
            continue
        for problem in family_card_problems(text, case.facts.campaign.today):
            yield Verdict((name,), "" if problem == "length" else problem)
        if text in seen:
            yield Verdict((seen[text], name), "twice")
        if text in niks:
            yield Verdict((name, niks[text]), "nik")
        seen.setdefault(text, name)


@rule(
    "A10",
    BOTH,
    Say(ERROR, "NIK harus 16 angka.", "A NIK has 16 digits."),
    region=Say(
        ERROR,
        "Kode kabupaten/kota atau kecamatan di dalam NIK tidak boleh 00.",
        "The district and sub-district codes inside a NIK cannot be 00.",
    ),
    province=Say(
        ERROR,
        "NIK berawal dengan kode provinsi yang tidak pernah ada.",
        "The NIK begins with a province code that never existed.",
    ),
    day=Say(
        ERROR,
        "Angka tanggal di dalam NIK harus 01-31 (laki-laki) atau 41-71 (perempuan).",
        "The day inside a NIK is 01-31 (men) or 41-71 (women).",
    ),
    date=Say(
        ERROR,
        "Tanggal dan bulan di dalam NIK bukan tanggal yang ada.",
        "Day and month inside the NIK are no real date.",
    ),
    serial=Say(
        ERROR,
        "Nomor urut NIK tidak boleh 0000.",
        "The serial number of a NIK cannot be 0000.",
    ),
    strips=True,
    needs=("nik",),
    visited=True,
    partial=True,
)
def nik_well_formed(case: Case) -> Iterator[Verdict]:
    """NIK: 16 digits, serial not 0000, region parts not 00, day 01-31 or 41-71, a real DDMM."""
    for person in case.present:
        problems = person.nik.problems if person.nik else ()
        for problem in problems:
            key = "" if problem == "length" else problem
            yield Verdict((person.name("nik"),), key, person.place)
        if person.nik and person.nik.region and not case.regions.known_digits(person.nik.region):
            yield Verdict((person.name("nik"),), "province", person.place)


@rule(
    "A11",
    BOTH,
    Say(
        WARNING,
        "Enam angka pertama NIK tidak dikenal dalam tabel wilayah, baik kini maupun dahulu.",
        "The first six digits of the NIK are in no region table, current or historical.",
    ),
    strips=True,
    needs=("nik",),
    visited=True,
    partial=True,
)
def nik_prefix_known(case: Case) -> Iterator[Verdict]:
    """The NIK's first six digits are a sub-district that exists or existed."""
    for person in case.present:
        nik = person.nik
        well_formed = nik and not {"length", "region"} & set(nik.problems)
        if nik and well_formed and not case.regions.known_nik_prefix(nik.region):
            yield Verdict((person.name("nik"),), detail=person.place)


@rule(
    "A12",
    BOTH,
    Say(
        WARNING,
        "Tanggal lahir atau jenis kelamin berbeda dengan yang tersirat dalam NIK; lihat KTP/KK.",
        "Date of birth or sex differs from what the NIK says; see the identity card.",
    ),
    strips=True,
    needs=("nik", "tgl_lahir", "jenis_kelamin", "nik_cek"),
    visited=True,
    partial=True,
)
def nik_agrees(case: Case) -> Iterator[Verdict]:
    """The NIK's date and sex equal DOB and sex, unless the document was seen (nik_cek = 1)."""
    for person in case.present:
        differs = _differs(person)
        if differs and person.value("nik_cek") != _NIK_CEK_SHOWN:
            columns = ("nik", *differs)
            yield Verdict(tuple(person.name(column) for column in columns), detail=person.place)


def _differs(person: Person) -> tuple[str, ...]:
    nik = person.nik
    if nik is None or nik.problems:
        return ()
    date = ("tgllahir",) if person.born and not nik.born_on(person.born) else ()
    sex = ("jnskel",) if person.sex in {"1", "2"} and person.sex != nik.sex else ()
    return date + sex


@rule(
    "A13",
    BOTH,
    Say(
        ERROR,
        "NIK yang sama tertulis untuk dua anggota rumah tangga.",
        "Two members of the household have the same NIK.",
    ),
    batch=Say(
        ERROR,
        "NIK ini juga ada pada formulir lain di ruang kerja ini.",
        "This NIK also stands on another form of this workspace.",
    ),
    database=Say(
        WARNING,
        "NIK ini sudah ada pada data lain dalam basis data.",
        "This NIK already exists elsewhere in the database.",
    ),
    strips=True,
    needs=("nik",),
    visited=True,
    partial=True,
)
def nik_unique(case: Case) -> Iterator[Verdict]:
    """A NIK occurs once in the household and the workspace (elsewhere in the database: W)."""
    holders: dict[str, list[Person]] = defaultdict(list)
    for person in case.present:
        if person.nik and "length" not in person.nik.problems:
            holders[person.value("nik")].append(person)
    for same in holders.values():
        if len(same) > 1:
            fields = tuple(person.name("nik") for person in same)
            yield Verdict(fields, detail=" ".join(person.place for person in same))
