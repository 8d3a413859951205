"""What the pre-list said before the visit: older codes, typists' errors, gaps.

Knows how lists age. Must not know visits, layouts, ink or images.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from papi.synth.households import Household
from papi.synth.names import misspell
from papi.synth.persons import SENSITIVE, Person

_FRESH = ("ada_kks", "ada_pbi", "ada_kip", "ada_pkh", "ada_rastra", "nopesertapbi")


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of what happens between list and visit (0..1).

    The defaults keep most values confirmed. They are invented, not measured.
    """

    not_completed: float = 0.1
    value_changed: float = 0.06
    strip_changed: float = 0.3
    name_wrong: float = 0.06
    nik_wrong: float = 0.06
    date_wrong: float = 0.06
    prelist_missing: float = 0.03
    member_gone: float = 0.12
    member_new: float = 0.15
    document_not_shown: float = 0.05


def list_member(rng: Random, member: Mapping[str, str], habits: Habits) -> dict[str, str]:
    """Return a member as listed: mostly as today, with a wrong name, NIK, date or older codes."""
    before = {name: value for name, value in member.items() if name not in _FRESH}
    if rng.random() < habits.name_wrong:
        before["nama"] = misspell(rng, member["nama"])
    if rng.random() < habits.nik_wrong:
        before["nik"] = "" if rng.random() < 0.4 else digit_off(rng, member["nik"])
    if rng.random() < habits.date_wrong:
        before["tgllahir"] = day_off(rng, member["tgllahir"])
    if rng.random() < habits.strip_changed:
        _age_codes(rng, before)
    for name in ("ada_dikk", "jenis_cacat", "penyakit_kronis"):
        if rng.random() < habits.prelist_missing:
            before[name] = ""
    return before | {name: member[name] for name in _FRESH if name != "nopesertapbi"}


def _age_codes(rng: Random, before: dict[str, str]) -> None:
    """Make one to three codes of a strip differ from today's, where today's is not blank.

    A value that was there before and is not asked today cannot be taken back on the form (the
    strip's tick keeps what is printed), so such changes are not made.
    """
    choices = {
        "penyakit_kronis": "012345", "ada_dikk": "12", "ada_akta_nikah": "012",
        "kelas_tertinggi": "12345678", "ijazah_tertinggi": "0123", "status_pekerjaan": "124678",
    }  # fmt: skip
    for name in rng.sample(sorted(choices), rng.choice((1, 1, 2, 3))):
        if before[name]:
            before[name] = rng.choice([c for c in choices[name] if c != before[name]])
    if before["jumlah_jamkerja"] and rng.random() < 0.3:
        before |= {"sta_bekerja": "2", "jumlah_jamkerja": ""}
        before |= {"lapangan_usaha": "", "status_pekerjaan": ""}


def digit_off(rng: Random, number: str) -> str:
    """Return a number with one digit wrong, after its region's six."""
    place = rng.randint(6, len(number) - 1)
    other = rng.choice([d for d in "0123456789" if d != number[place]])
    return number[:place] + other + number[place + 1 :]


def day_off(rng: Random, iso: str) -> str:
    """Return a date as a typist missed it: by a day, a month or a year."""
    day = dt.date.fromisoformat(iso)
    return (day - dt.timedelta(days=rng.choice((1, 10, 30, 31, 365)))).isoformat()


_ALTERNATIVES = {
    "sta_bangunan": "123", "luas_lantai": "", "lantai": "02 04 06 09", "dinding": "134",
    "atap": "02 04 05 06", "jumlah_kamar": "01 02 03 04", "sumber_airminum": "05 06 07",
    "sumber_penerangan": "12", "daya": "123", "bb_masak": "38", "fasbab": "123", "kloset": "123",
    "buang_tinja": "134", "cara_peroleh_airminum": "13", "kondisi_dinding": "12",
}  # fmt: skip


def list_household(
    rng: Random, household: Household, listed: list[dict[str, str]], habits: Habits
) -> dict[str, str]:
    """Return the household columns of the pre-list; assets are listed as they are today."""
    before = {k: v for k, v in household.values.items() if k not in {"kode_pos", "hp"}}
    before |= {"nama_krt": listed[0]["nama"], "jumlah_art": str(len(listed))}
    for name, codes in _ALTERNATIVES.items():
        if not before[name] or rng.random() >= habits.value_changed:
            continue
        options = codes.split() if " " in codes else list(codes)
        options = options or [str(int(before[name]) + rng.randint(1, 9))]
        before[name] = rng.choice([code for code in options if code != before[name]] or options)
    if rng.random() < habits.value_changed / 2:
        before["nokk_1"] = "" if rng.random() < 0.5 else digit_off(rng, before["nokk_1"])
    if rng.random() < habits.value_changed / 3:  # rule A02 questions every such change
        before |= {"rt": f"{rng.randint(1, 9):03d}", "alamat": before["alamat"] + " BLOK A"}
    for name in ("sta_lahan", "jumlah_kamar", "buang_tinja", "kondisi_atap"):
        if rng.random() < habits.prelist_missing:
            before[name] = ""
    return before


PERSON_COLUMNS = (
    "nama", "nik", "no_kk", "tempat_lahir", "tgl_lahir", "jenis_kelamin", "status_kawin", "alamat",
    "rt", "rw", "id_lks", "ppks_1", "ppks_2", "ppks_3",
)  # fmt: skip


def list_person(rng: Random, person: Person, habits: Habits) -> dict[str, str]:
    """Return the columns of a PPKS person as listed; sensitive categories are left out."""
    before = {name: person.values[name] for name in PERSON_COLUMNS}
    if rng.random() < habits.name_wrong:
        before["nama"] = misspell(rng, before["nama"])
    if before["nik"] and rng.random() < habits.nik_wrong:
        before["nik"] = "" if rng.random() < 0.4 else digit_off(rng, before["nik"])
    if before["tgl_lahir"] and rng.random() < habits.date_wrong:
        before["tgl_lahir"] = day_off(rng, before["tgl_lahir"])
    if before["no_kk"] and rng.random() < habits.value_changed:
        before["no_kk"] = digit_off(rng, before["no_kk"])
    if rng.random() < habits.value_changed:
        before["tempat_lahir"] = ""
    if rng.random() < habits.value_changed / 3:
        before |= {"rt": f"{rng.randint(1, 9):03d}", "alamat": before["alamat"] + " BLOK B"}
    if before["ppks_2"] and rng.random() < 0.3:
        before["ppks_2"] = ""
    for name in ("ppks_1", "ppks_2", "ppks_3"):
        if before[name] in SENSITIVE:
            before[name] = ""
    return before
