"""Invented PPKS persons as an officer would find them (form VERIVALI-PPKS).

Knows the PPKS categories with their age rules and rules B01-B10.
Must not know the pre-list, the visit or paper.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from papi.synth.names import FEMALE, MALE, address, birthplace, full_name, given_name
from papi.synth.people import birth_date
from papi.synth.villages import Registry, Village

SENSITIVE = frozenset({"10", "14", "15", "16", "17", "18", "19"})
"""Categories that are never pre-printed."""
_AGES = {
    "01": (1, 3), "02": (7, 16), "04": (7, 16), "05": (3, 16), "07": (4, 16), "08": (63, 85),
    "09": (20, 75), "11": (25, 70), "12": (25, 70), "13": (20, 70), "15": (20, 60), "16": (20, 55),
    "19": (20, 60), "20": (20, 55), "21": (20, 70), "23": (22, 56), "24": (25, 70),
}  # fmt: skip
_DISABILITY_BITS = ("1", "2", "4", "8", "16", "32")
_SERVICES = ("1", "2", "4", "8", "16", "32", "64", "128")
_NO_GUARDIAN = frozenset({"02", "04", "20"})
_OFTEN_UNREGISTERED = frozenset({"11", "12"})
PROGRAMMES = ("ada_kks", "ada_pkh", "ada_pbi", "ada_kip", "ada_atensi")


@dataclass(frozen=True, slots=True)
class Person:
    """One person as found: all values of the form."""

    village: Village
    values: dict[str, str]


def invent_person(rng: Random, registry: Registry, village: Village, today: dt.date) -> Person:
    """Return a person who breaks no rule of the form. Dates ISO, multiple codes space-joined."""
    category = rng.choices(list(_AGES), weights=[8 if c in "08 09 24 23 05" else 2 for c in _AGES])
    first = category[0]
    age = rng.randint(*_AGES[first])
    sex = FEMALE if first == "23" else rng.choice((MALE, FEMALE))
    born = birth_date(rng, age, today)
    name = full_name(rng, sex, longest=26)
    values = {
        "nama": name,
        "alias": name.split()[0][:4] if rng.random() < 0.3 else "",
        "nik": registry.nik(village, born, sex),
        "nik_tidak_ada": "",
        "no_kk": registry.family_card(village, today),
        "tempat_lahir": birthplace(rng),
        "tgl_lahir": born.isoformat(),
        "umur_taksiran": "",
        "jenis_kelamin": sex,
        "status_kawin": rng.choice("2234") if age >= 20 else "1",
        "alamat": address(rng),
        "rt": f"{rng.randint(1, 9):03d}",
        "rw": f"{rng.randint(1, 12):03d}",
        "alamat_ktp_sama": rng.choice("1112"),
        "hp": registry.phone() if rng.random() < 0.6 else "",
    }
    values |= _meeting(rng, registry)
    values |= _categories(rng, first, age, sex)
    values |= _needs(rng, values, age)
    values |= _guardian(rng, registry, age, first)
    values |= _programmes(rng, registry)
    if first in _OFTEN_UNREGISTERED and rng.random() < 0.5:
        values |= {"nik": "", "nik_tidak_ada": rng.choice("123"), "no_kk": ""}
        values |= {"tgl_lahir": "", "umur_taksiran": str(age)}
    return Person(village, values)


def _meeting(rng: Random, registry: Registry) -> dict[str, str]:
    place = rng.choice("11111113462")
    institution = registry.number("LKS", 6) if place == "2" else ""
    return {"tempat_ditemui": place, "id_lks": institution}


def _categories(rng: Random, first: str, age: int, sex: str) -> dict[str, str]:
    second = ""
    if first != "24" and age >= 20 and rng.random() < 0.3:
        second = "24"
    elif first == "24" and sex == FEMALE and 20 <= age <= 57 and rng.random() < 0.3:
        second = "23"
    return {"ppks_1": first, "ppks_2": second, "ppks_3": ""}


def _needs(rng: Random, values: dict[str, str], age: int) -> dict[str, str]:
    first = values["ppks_1"]
    disabled = first in {"05", "09"}
    bits = sorted(rng.sample(range(6), rng.choice((1, 1, 2)))) if disabled else []
    needed = sorted(rng.sample(range(8), rng.choice((1, 1, 2, 2, 3))))
    school = "1" if 7 <= age <= 15 else "0" if age < 7 else "2"
    working = 15 <= age <= 70 and rng.random() < 0.4
    answers = {
        "ragam_disabilitas": " ".join(_DISABILITY_BITS[i] for i in bits),
        "adl": rng.choice("1123") if disabled or first == "08" else "",
        "alat_bantu_punya": rng.choice("122") if disabled else "2",
        "alat_bantu_butuh": rng.choice("112") if disabled else "2",
        "partisipasi_sekolah": school,
        "ijazah": _certificate(rng, age, school),
        "bekerja": "1" if working else "2",
        "status_pekerjaan": rng.choice("1167") if working else "",
        "layanan_dibutuhkan": " ".join(_SERVICES[i] for i in needed),
        "persetujuan": "1",
    }
    if age < 10:
        answers |= {"bekerja": "2", "status_pekerjaan": ""}
    return answers


def _certificate(rng: Random, age: int, school: str) -> str:
    if school == "0" or age < 13:
        return "0"
    return "1" if age < 16 else rng.choice("0112233")


def _guardian(rng: Random, registry: Registry, age: int, first: str) -> dict[str, str]:
    if age >= 18 or (first in _NO_GUARDIAN and rng.random() < 0.5):
        return {"nama_wali": "", "hub_wali": "", "hp_wali": ""}
    sex = rng.choice((MALE, FEMALE))
    # The list gives the guardian's relation to the child: mostly head of its family or the spouse.
    return {
        "nama_wali": full_name(rng, sex, longest=20)
        if rng.random() < 0.9
        else given_name(rng, sex),
        "hub_wali": rng.choice("1268"),
        "hp_wali": registry.phone(),
    }


def _programmes(rng: Random, registry: Registry) -> dict[str, str]:
    values = {name: "1" if rng.random() < 0.35 else "2" for name in PROGRAMMES}
    insured = values["ada_pbi"] == "1"
    values["no_bpjs"] = registry.number("000", 10) if insured else ""
    return values
