"""Invented members of a household that fit together: ages, marriage, school, work, papers.

Knows the code lists of block IV and what the rules on one member ask for.
Must not know the pre-list, the visit or paper.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from papi.synth.names import FEMALE, MALE, full_name
from papi.synth.villages import Registry, Village

PROGRAMMES = ("ada_kks", "ada_pbi", "ada_kip", "ada_pkh", "ada_rastra")
SEASON_DAYS = 75
"""No birthday falls into so many days: what is asked depends on the age at the visit."""
_HEAD, _SPOUSE, _CHILD, _IN_LAW, _GRANDCHILD, _PARENT = "123456"
_SINGLE, _MARRIED, _DIVORCED, _WIDOWED = "1234"
_LEVELS = (("01", "03"), ("04", "06"), ("07", "09"), ("10",))
"""Codes of list `jenjang` by stage: primary, junior, senior, tertiary."""
_STAGE_AGE = (6, 12, 15, 18)
"""Age at which a stage is entered in the usual case."""

_JOBS = (
    ("01", "6"), ("01", "1"), ("02", "6"), ("06", "1"), ("09", "4"), ("11", "7"), ("12", "1"),
    ("12", "2"), ("13", "4"), ("14", "1"), ("14", "4"), ("19", "7"), ("20", "1"), ("21", "8"),
)  # fmt: skip
"""Industry and status that go together."""


@dataclass(frozen=True, slots=True)
class Role:
    """Someone's place in the household before name and numbers are invented."""

    relation: str
    family: int
    family_relation: str
    sex: str
    age: int
    marriage: str


def invent_roles(rng: Random) -> list[Role]:
    """Return the members of one household, head first, at most eight."""
    age = rng.randint(27, 62)
    couple = rng.random() < 0.8
    sex = MALE if couple or rng.random() < 0.3 else FEMALE
    marriage = _MARRIED if couple else rng.choice((_DIVORCED, _WIDOWED))
    roles = [Role(_HEAD, 1, _HEAD, sex, age, marriage)]
    if couple:
        age = max(20, age - rng.randint(0, 6))
        roles.append(Role(_SPOUSE, 1, _SPOUSE, FEMALE, age, _MARRIED))
    youngest_parent = min(role.age for role in roles)
    roles += _children(rng, youngest_parent)
    if youngest_parent >= 46 and rng.random() < 0.35:
        roles += _young_family(rng, youngest_parent)
    if roles[0].age <= 52 and rng.random() < 0.18:
        sex = rng.choice((MALE, FEMALE, FEMALE))
        older = roles[0].age + rng.randint(20, 30)
        roles.append(Role(_PARENT, 1, _PARENT, sex, older, _WIDOWED))
    return roles[:8]


def _children(rng: Random, parent_age: int) -> list[Role]:
    count = rng.choice((0, 1, 1, 2, 2, 2, 3, 3, 4))
    oldest = min(parent_age - 19, 24)
    ages = sorted((rng.randint(0, max(oldest, 1)) for _ in range(count)), reverse=True)
    return [Role(_CHILD, 1, _CHILD, rng.choice((MALE, FEMALE)), age, _SINGLE) for age in ages]


def _young_family(rng: Random, parent_age: int) -> list[Role]:
    age = min(parent_age - 20, rng.randint(22, 30))
    sex = rng.choice((MALE, FEMALE))
    other = FEMALE if sex == MALE else MALE
    child, partner = ("1", "2") if sex == MALE else ("2", "1")
    family = [
        Role(_CHILD, 2, child, sex, age, _MARRIED),
        Role(_IN_LAW, 2, partner, other, max(20, age + rng.randint(-2, 3)), _MARRIED),
    ]
    if rng.random() < 0.7:
        oldest = min(age, family[1].age) - 19
        baby = rng.randint(0, max(oldest, 1))
        family.append(Role(_GRANDCHILD, 2, "3", rng.choice((MALE, FEMALE)), baby, _SINGLE))
    return family


def invent_member(
    rng: Random, registry: Registry, village: Village, role: Role, today: dt.date
) -> dict[str, str]:
    """Return all values of one member strip that satisfy the rules on one person.

    Dates are ISO; codes as in the code lists; "" where a question is not asked.
    """
    born = birth_date(rng, role.age, today)
    member = {
        "nama": full_name(rng, role.sex),
        "nik": registry.nik(village, born, role.sex),
        "tgllahir": born.isoformat(),
        "jnskel": role.sex,
        "hub_krt": role.relation,
        "nuk": str(role.family),
        "hubkel": role.family_relation,
        "sta_kawin": role.marriage,
        "ada_akta_nikah": rng.choice("0112") if role.marriage in "23" else "",
        "ada_dikk": "1" if rng.random() < 0.95 else "2",
        "sta_hamil": _pregnancy(rng, role),
        "jenis_cacat": "00" if rng.random() < 0.93 else f"{rng.randint(1, 12):02d}",
        "penyakit_kronis": "0" if rng.random() < 0.85 else str(rng.randint(1, 9)),
    }
    member |= schooling(rng, role.age)
    member |= work(rng, role.age, member["partisipasi_sekolah"] == "1", role.relation)
    member["ada_kartu_identitas"] = _papers(rng, role, member["partisipasi_sekolah"])
    return member


def birth_date(rng: Random, age: int, today: dt.date) -> dt.date:
    """Return a day of birth that makes someone `age` years old on `today` and all season long."""
    return today - dt.timedelta(days=int(age * 365.25) + rng.randint(3, 365 - SEASON_DAYS))


def _pregnancy(rng: Random, role: Role) -> str:
    asked = role.sex == FEMALE and 10 <= role.age <= 49 and role.marriage in "234"
    if not asked:
        return ""
    return "1" if role.age < 42 and role.marriage == _MARRIED and rng.random() < 0.08 else "2"


def schooling(rng: Random, age: int) -> dict[str, str]:
    """Return school values that fit the age (rules A23-A25)."""
    names = ("partisipasi_sekolah", "pendidikan_tertinggi", "kelas_tertinggi", "ijazah_tertinggi")
    if age < 5:
        return dict.fromkeys(names, "")
    never = age < 7 or (age > 55 and rng.random() < 0.25)
    if never and rng.random() < 0.85:
        return dict(zip(names, ("0", "", "", "0"), strict=True))
    stage = _stage_reached(rng, age)
    level = rng.choice(_LEVELS[stage]) if rng.random() < 0.3 else _LEVELS[stage][0]
    years = (6, 3, 3, 4)[stage]
    if age < _STAGE_AGE[stage] + years and rng.random() < 0.95:
        grade = min(max(age - _STAGE_AGE[stage], 0) + 1, years)
        return dict(zip(names, ("1", level, str(grade), str(stage)), strict=True))
    if rng.random() < 0.75:
        certificate = "5" if stage == 3 else str(stage + 1)
        return dict(zip(names, ("2", level, "8", certificate), strict=True))
    grade = rng.randint(1, years)
    return dict(zip(names, ("2", level, str(grade), str(stage)), strict=True))


def _stage_reached(rng: Random, age: int) -> int:
    possible = sum(age >= entered for entered in _STAGE_AGE)
    if possible == 0:
        return 0
    current = possible - 1
    if age < 18:
        return current
    return min(current, rng.choices((0, 1, 2, 3), weights=(35, 27, 32, 6))[0])


def work(rng: Random, age: int, pupil: bool, relation: str) -> dict[str, str]:
    """Return work values that fit age and school (rule A26)."""
    names = ("sta_bekerja", "jumlah_jamkerja", "lapangan_usaha", "status_pekerjaan")
    if age < 10:
        return dict.fromkeys(names, "")
    likely = 0.03 if pupil or age < 15 else 0.15 if age > 70 else 0.9 if relation == "1" else 0.5
    if rng.random() > likely:
        return dict(zip(names, ("2", "", "", ""), strict=True))
    hours = f"{rng.choice((8, 14, 20, 24, 30, 35, 40, 42, 48, 49, 54, 56, 60)):02d}"
    industry, status = rng.choice(_JOBS)
    return dict(zip(names, ("1", hours, industry, status), strict=True))


def _papers(rng: Random, role: Role, school: str) -> str:
    total = 1 if rng.random() < (0.9 if role.age < 30 else 0.5) else 0
    if role.age >= 17:
        total += 4 if rng.random() < 0.95 else 0
        total += 8 if rng.random() < 0.2 else 0
    elif school == "1" and role.age >= 12 and rng.random() < 0.5:
        total += 2
    return f"{total:02d}"
