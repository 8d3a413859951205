"""From what is true to what the pre-list said before, and to what the visit found.

Knows how lists age: people die, move, are born; typists err; households are gone or refuse.
Must not know layouts, ink or images.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.model.prelist import PrelistRow
from papi.synth.households import Household, invent_household
from papi.synth.names import misspell
from papi.synth.persons import SENSITIVE, Person, invent_person
from papi.synth.villages import Registry, Village

EMPTY_STRIPS = 2
"""New members a form has room for, whatever the household's size."""
PRESENT, DIED, MOVED, NEW, LISTED_WRONGLY, NOT_FOUND = "123456"
_NOTES = ("RUMAH TERKUNCI, DATANG LAGI SORE", "KK BARU SEDANG DIURUS", "RESPONDEN TETANGGA")
_FRESH = ("ada_kks", "ada_pbi", "ada_kip", "ada_pkh", "ada_rastra", "nopesertapbi")


@dataclass(frozen=True, slots=True)
class Season:
    """First and last day of field work; visits fall on days between."""

    start: dt.date = dt.date(2025, 9, 1)
    end: dt.date = dt.date(2025, 10, 31)

    @staticmethod
    def before(today: dt.date) -> Season:
        """Return the two months that end yesterday, within today's year where possible."""
        end = max(today - dt.timedelta(days=1), dt.date(today.year, 1, 1))
        return Season(max(end - dt.timedelta(days=60), dt.date(today.year, 1, 1)), end)

    def day(self, rng: Random) -> dt.date:
        """Draw a day of visit."""
        return self.start + dt.timedelta(days=rng.randint(0, (self.end - self.start).days))


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of what happens between list and visit (0..1).

    The defaults keep most values confirmed, as district offices report of their rounds.
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


@dataclass(frozen=True, slots=True)
class Visit:
    """A pre-list row (None: a proposal on a blank form) and what the officer found.

    Attributes:
        row: the pre-list before the visit.
        found: field -> true value after the visit, household level or person.
        members: found values of each member in pre-list order, then new ones; always with
            "sta_keberadaan_art".
    """

    form: str
    row: PrelistRow | None
    found: Mapping[str, str]
    members: tuple[Mapping[str, str], ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def household_visit(
    rng: Random,
    registry: Registry,
    village: Village,
    *,
    number: int,
    season: Season,
    habits: Habits,
) -> Visit:
    """Invent one household, its pre-list row and the visit. `number`: order in the village."""
    household = invent_household(rng, registry, village, season.start)
    members, listed = _member_histories(rng, household, habits)
    found = dict(household.values) | _visit_facts(rng, season)
    found["jumlah_art"] = str(sum(m["sta_keberadaan_art"] in (PRESENT, NEW) for m in members))
    found |= {"hasil_verivali": "1", "apakah_mampu": "2" if rng.random() < 0.93 else "1"}
    before = _household_before(rng, household, listed, habits)
    prelist_id = f"{village.code}{number:06d}"
    row = PrelistRow(
        form=HOUSEHOLD_FORM,
        prelist_id=prelist_id,
        region=village.code,
        values=before | _place_columns(village) | {"idbdt": prelist_id, "nourut_rt": str(number)},
        members=tuple(
            member | {"idartbdt": f"{prelist_id}{i:02d}"} for i, member in enumerate(listed, 1)
        ),
    )
    if rng.random() < habits.not_completed:
        return _unfinished_household(rng, row, found)
    return Visit(HOUSEHOLD_FORM, row, found, tuple(members))


def person_visit(
    rng: Random,
    registry: Registry,
    village: Village,
    *,
    number: int,
    season: Season,
    habits: Habits,
) -> Visit:
    """Invent one PPKS person, the pre-list row and the visit."""
    person = invent_person(rng, registry, village, season.start)
    found = dict(person.values) | _visit_facts(rng, season)
    before = _person_before(rng, person, habits)
    if found["nik"] and before == {name: found[name] for name in _PERSON_PRELIST}:
        shown = "3" if rng.random() < habits.document_not_shown else "1"
        found["nik_dokumen"] = shown
    prelist_id = f"PPKS{village.code}{number:04d}"
    place = _place_columns(village)
    found["nama_sls"] = f"RW {found['rw']}"
    identity = {"id_ppks": prelist_id, "sumber": "DTKS", "nama_sls": found["nama_sls"]}
    row = PrelistRow(PERSON_FORM, prelist_id, village.code, before | place | identity)
    if rng.random() < habits.not_completed:
        return _unfinished_person(rng, row, found)
    changed = any(found.get(name, "") != value for name, value in before.items())
    found["hasil_ppks"] = "2" if changed else "1"
    if rng.random() < 0.03:
        found["hasil_ppks"] = "7"
    return Visit(PERSON_FORM, row, found)


def _place_columns(village: Village) -> dict[str, str]:
    code = village.code
    return {
        "kdprop": code[:2],
        "kdkab": code[2:4],
        "kdkec": code[4:6],
        "kddesa": code[6:],
        "nmprop": village.province,
        "nmkab": village.regency,
        "nmkec": village.district,
        "nmdesa": village.name,
    }


def _visit_facts(rng: Random, season: Season) -> dict[str, str]:
    day = season.day(rng)
    checked = min(day + dt.timedelta(days=rng.randint(0, 6)), season.end)
    officer, checker = rng.sample(("320101", "320102", "320107", "320115", "320123", "320134"), 2)
    return {
        "tanggal_verivali": day.isoformat(),
        "tanggal_pemeriksaan": checked.isoformat(),
        "kode_petugas": officer,
        "kode_pemeriksa": checker,
        "ttd_responden": "ink",
        "ttd_petugas": "ink",
        "ttd_pemeriksa": "ink",
        "foto_diambil": rng.choice(("1", "1", "")),
        "catatan": rng.choice(_NOTES) if rng.random() < 0.1 else "",
    }


def _member_histories(
    rng: Random, household: Household, habits: Habits
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return (members as found, members as listed before), new members last."""
    found: list[dict[str, str]] = []
    listed: list[dict[str, str]] = []
    fresh: list[dict[str, str]] = []
    for number, member in enumerate(household.members):
        may_change = number > 0 and member["hub_krt"] in "36" and member["nuk"] == "1"
        is_new = may_change and member["hub_krt"] == "3" and rng.random() < habits.member_new
        if is_new and len(fresh) < EMPTY_STRIPS:
            fresh.append(member | {"sta_keberadaan_art": NEW})
            continue
        before = _member_before(rng, member, habits)
        leaves = may_change and _takes_nothing_along(member) and rng.random() < habits.member_gone
        if leaves:
            dies = member["hub_krt"] == "6" or rng.random() < 0.15
            gone = DIED if dies else rng.choice((MOVED, MOVED, MOVED, LISTED_WRONGLY, NOT_FOUND))
            found.append({"sta_keberadaan_art": gone})
        else:
            shown = _document(rng, member, before, habits)
            found.append(member | {"sta_keberadaan_art": PRESENT, "nik_dokumen": shown})
        listed.append(before)
    return found + fresh, listed


def _takes_nothing_along(member: Mapping[str, str]) -> bool:
    """Tell whether the household's programme rows stay true when this member is gone."""
    return all(member[name] != "1" for name in ("ada_kks", "ada_kip", "ada_pkh", "ada_rastra"))


def _document(
    rng: Random, member: Mapping[str, str], before: Mapping[str, str], habits: Habits
) -> str:
    """Return the tick of the NIK: 1 agrees with the document, 2 does not, 3 not shown."""
    if before["nik"] != member["nik"]:
        return "2"
    agrees = before["tgllahir"] == member["tgllahir"] and before["jnskel"] == member["jnskel"]
    return "3" if agrees and rng.random() < habits.document_not_shown else "1"


def _member_before(rng: Random, member: Mapping[str, str], habits: Habits) -> dict[str, str]:
    before = {name: value for name, value in member.items() if name not in _FRESH}
    if rng.random() < habits.name_wrong:
        before["nama"] = misspell(rng, member["nama"])
    if rng.random() < habits.nik_wrong:
        before["nik"] = "" if rng.random() < 0.4 else _digit_off(rng, member["nik"])
    if rng.random() < habits.date_wrong:
        before["tgllahir"] = _day_off(rng, member["tgllahir"])
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


def _digit_off(rng: Random, number: str) -> str:
    place = rng.randint(6, len(number) - 1)
    other = rng.choice([d for d in "0123456789" if d != number[place]])
    return number[:place] + other + number[place + 1 :]


def _day_off(rng: Random, iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return (day - dt.timedelta(days=rng.choice((1, 10, 30, 31, 365)))).isoformat()


_ALTERNATIVES = {
    "sta_bangunan": "123", "luas_lantai": "", "lantai": "02 04 06 09", "dinding": "134",
    "atap": "02 04 05 06", "jumlah_kamar": "01 02 03 04", "sumber_airminum": "05 06 07",
    "sumber_penerangan": "12", "daya": "123", "bb_masak": "38", "fasbab": "123", "kloset": "123",
    "buang_tinja": "134", "cara_peroleh_airminum": "13", "kondisi_dinding": "12",
}  # fmt: skip


def _household_before(
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
        before["nokk_1"] = "" if rng.random() < 0.5 else _digit_off(rng, before["nokk_1"])
    if rng.random() < habits.value_changed / 3:  # rule A02 questions every such change
        before |= {"rt": f"{rng.randint(1, 9):03d}", "alamat": before["alamat"] + " BLOK A"}
    for name in ("sta_lahan", "jumlah_kamar", "buang_tinja", "kondisi_atap"):
        if rng.random() < habits.prelist_missing:
            before[name] = ""
    return before


def _unfinished_household(rng: Random, row: PrelistRow, facts: Mapping[str, str]) -> Visit:
    result = rng.choice("223334566")
    kept = ("tanggal_verivali", "tanggal_pemeriksaan", "kode_petugas", "kode_pemeriksa")
    found = {name: facts[name] for name in (*kept, "ttd_petugas", "ttd_pemeriksa")}
    found["hasil_verivali"] = result
    if result == "4":
        found["ttd_responden"] = "ink"
    if result in "23":
        found["alasan_tidak_ditemukan"] = "1" if result == "3" else rng.choice("1234")
    if result in "46":
        found["data_idbdt_double_dengan"] = "TWIN"
    return Visit(HOUSEHOLD_FORM, row, found, ())


_PERSON_PRELIST = (
    "nama", "nik", "no_kk", "tempat_lahir", "tgl_lahir", "jenis_kelamin", "status_kawin", "alamat",
    "rt", "rw", "id_lks", "ppks_1", "ppks_2", "ppks_3",
)  # fmt: skip


def _person_before(rng: Random, person: Person, habits: Habits) -> dict[str, str]:
    before = {name: person.values[name] for name in _PERSON_PRELIST}
    if rng.random() < habits.name_wrong:
        before["nama"] = misspell(rng, before["nama"])
    if before["nik"] and rng.random() < habits.nik_wrong:
        before["nik"] = "" if rng.random() < 0.4 else _digit_off(rng, before["nik"])
    if before["tgl_lahir"] and rng.random() < habits.date_wrong:
        before["tgl_lahir"] = _day_off(rng, before["tgl_lahir"])
    if before["no_kk"] and rng.random() < habits.value_changed:
        before["no_kk"] = _digit_off(rng, before["no_kk"])
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


def _unfinished_person(rng: Random, row: PrelistRow, facts: Mapping[str, str]) -> Visit:
    result = rng.choice("33445568")
    kept = ("tanggal_verivali", "tanggal_pemeriksaan", "kode_petugas", "kode_pemeriksa")
    found = {name: facts[name] for name in (*kept, "ttd_petugas", "ttd_pemeriksa")}
    found["hasil_ppks"] = result
    if result == "3":
        day = dt.date.fromisoformat(facts["tanggal_verivali"])
        found["tgl_meninggal"] = (day - dt.timedelta(days=rng.randint(20, 700))).isoformat()
    if result == "4":
        found["daerah_tujuan"] = "ink"
    if result == "6":
        found["id_ganda"] = "TWIN"
    return Visit(PERSON_FORM, row, found)
