"""One household or person, its pre-list row, and what the visit found.

Knows what happens in between: people die, move, are born; households are gone or refuse.
Must not know layouts, ink or images.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM
from papi.model.prelist import PrelistRow
from papi.synth.ageing import PERSON_COLUMNS, Habits, list_household, list_member, list_person
from papi.synth.households import Household, invent_household
from papi.synth.persons import invent_person
from papi.synth.villages import Registry, Village

EMPTY_STRIPS = 2
"""New members a form has room for, whatever the household's size."""
PRESENT, DIED, MOVED, NEW, LISTED_WRONGLY, NOT_FOUND = "123456"
_NOTES = ("RUMAH TERKUNCI, DATANG LAGI SORE", "KK BARU SEDANG DIURUS", "RESPONDEN TETANGGA")


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
    before = list_household(rng, household, listed, habits)
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
    before = list_person(rng, person, habits)
    if found["nik"] and before == {name: found[name] for name in PERSON_COLUMNS}:
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
        before = list_member(rng, member, habits)
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
