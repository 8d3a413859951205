"""Invented households as an officer would find them: dwelling, assets, programmes, members.

Knows blocks I, III and V and the rules across them (A03-A05, A27-A32).
Must not know the pre-list, the visit or paper.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from papi.synth.names import address, hamlet
from papi.synth.people import PROGRAMMES, Role, invent_member, invent_roles
from papi.synth.villages import Registry, Village

ASSETS_12 = (
    "ada_tabung_gas", "ada_ac", "ada_telepon", "ada_emas", "ada_sepeda", "ada_mobil",
    "ada_motor_tempel", "ada_kapal", "aset_tak_bergerak", "sta_art_usaha",
)  # fmt: skip
ASSETS_34 = (
    "ada_lemari_es", "ada_pemanas", "ada_tv", "ada_laptop", "ada_motor", "ada_perahu",
    "ada_perahu_motor", "rumah_lain",
)  # fmt: skip
LIVESTOCK = ("jumlah_sapi", "jumlah_kerbau", "jumlah_kuda", "jumlah_babi", "jumlah_kambing")
_OWNED = {
    "ada_tabung_gas": 0.2, "ada_emas": 0.1, "ada_sepeda": 0.35, "ada_lemari_es": 0.45,
    "ada_tv": 0.7, "ada_laptop": 0.06, "ada_motor": 0.6, "aset_tak_bergerak": 0.25,
    "sta_art_usaha": 0.2, "rumah_lain": 0.03, "ada_perahu": 0.02,
}  # fmt: skip
"""Share of poor rural households that own it (invented; the rest 1 %)."""
_PROGRAMME_ROWS = {
    "status_kks": ("ada_kks", "1", "2"),
    "status_kip": ("ada_kip", "3", "4"),
    "status_kis": ("ada_pbi", "1", "2"),
    "status_pkh": ("ada_pkh", "1", "2"),
    "status_rastra": ("ada_rastra", "3", "4"),
}


@dataclass(frozen=True, slots=True)
class Household:
    """One household as it is: values of the household sides, and one mapping per member."""

    village: Village
    values: dict[str, str]
    members: tuple[dict[str, str], ...]


def invent_household(
    rng: Random, registry: Registry, village: Village, today: dt.date
) -> Household:
    """Return a household that breaks no rule of its form. `today`: day ages are counted on."""
    roles = invent_roles(rng)
    members = [invent_member(rng, registry, village, role, today) for role in roles]
    families = max(role.family for role in roles)
    values = _place(rng, registry, village)
    values |= {"nama_krt": members[0]["nama"], "jumlah_keluarga": str(families)}
    values["jumlah_art"] = str(len(members))
    for number in range(1, families + 1):
        values[f"nokk_{number}"] = registry.family_card(village, today)
    values |= _dwelling(rng, registry, len(members))
    values |= _assets(rng, values["sumber_penerangan"])
    _spread_programmes(rng, registry, roles, members, values)
    return Household(village, values, tuple(members))


def _place(rng: Random, registry: Registry, village: Village) -> dict[str, str]:
    return {
        "nama_sls": hamlet(rng),
        "rt": f"{rng.randint(1, 9):03d}",
        "rw": f"{rng.randint(1, 12):03d}",
        "alamat": address(rng),
        "kode_pos": village.postal_code,
        "hp": registry.phone() if rng.random() < 0.75 else "",
    }


def _dwelling(rng: Random, registry: Registry, people: int) -> dict[str, str]:
    building = rng.choices("123", weights=(75, 10, 15))[0]
    rooms = rng.randint(1, 4)
    area = max(3 * rooms, 2 * people, rng.choice((18, 21, 24, 27, 30, 36, 40, 42, 45, 54, 60, 72)))
    values = {
        "sta_bangunan": building,
        "sta_lahan": rng.choice("123") if building == "1" else "2",
        "luas_lantai": str(area + rng.randint(0, 3)),
        "lantai": rng.choice(("02", "02", "04", "06", "06", "06", "07", "08", "09")),
        "jumlah_kamar": f"{rooms:02d}",
        "bb_masak": rng.choice("333338852"),
        "nomor_gas": "",
        "fasbab": rng.choice("11112234"),
        "buang_tinja": rng.choice("1113345"),
    }
    values["kloset"] = "" if values["fasbab"] == "4" else rng.choice("1112233")
    if values["fasbab"] == "4":
        values["buang_tinja"] = rng.choice("345")
    if rng.random() < 0.02:
        values |= {"bb_masak": "4", "nomor_gas": registry.number("0", 11)}
    return values | _shell(rng) | _water(rng, registry) | _light(rng, registry)


def _shell(rng: Random) -> dict[str, str]:
    wall = rng.choice("1111123344")
    roof = rng.choice(("02", "04", "04", "04", "05", "06", "06", "01", "08", "09"))
    return {
        "dinding": wall,
        "kondisi_dinding": rng.choice("1122") if wall in "123" else "",
        "atap": roof,
        "kondisi_atap": rng.choice("112") if int(roof) <= 7 else "",
    }


def _water(rng: Random, registry: Registry) -> dict[str, str]:
    source = rng.choice(("02", "03", "05", "05", "06", "06", "06", "07", "08", "09", "01"))
    how = {"01": "1", "02": "1", "03": "2"}.get(source, "3")
    meter = registry.number("1", 11) if source == "03" else ""
    return {"sumber_airminum": source, "nomor_meter_air": meter, "cara_peroleh_airminum": how}


def _light(rng: Random, registry: Registry) -> dict[str, str]:
    source = rng.choices("123", weights=(93, 4, 3))[0]
    power = rng.choices("1236", weights=(45, 35, 8, 12))[0] if source == "1" else ""
    account = registry.number("53", 10) if power and power != "6" else ""
    return {"sumber_penerangan": source, "daya": power, "nomor_pln": account}


def _assets(rng: Random, lighting: str) -> dict[str, str]:
    values = {}
    for name in (*ASSETS_12, *ASSETS_34):
        owned = rng.random() < _OWNED.get(name, 0.01)
        if lighting == "3" and name in {"ada_tv", "ada_lemari_es", "ada_ac"}:
            owned = False
        if name in {"ada_ac", "ada_mobil"}:  # rule A30: would question whether they are poor
            owned = False
        values[name] = ("1" if owned else "2") if name in ASSETS_12 else ("3" if owned else "4")
    land = values["aset_tak_bergerak"] == "1"
    values["luas_atb"] = str(rng.choice((50, 90, 120, 200, 350, 700, 1400))) if land else ""
    for name in LIVESTOCK:
        count = rng.randint(1, 12) if rng.random() < 0.12 else 0
        values[name] = f"{count:02d}"
    return values


def _spread_programmes(
    rng: Random,
    registry: Registry,
    roles: list[Role],
    members: list[dict[str, str]],
    values: dict[str, str],
) -> None:
    """Give programmes to members and set the household's rows to agree (rule A27)."""
    has = {name: rng.random() < 0.5 for name in PROGRAMMES}
    for role, member in zip(roles, members, strict=True):
        adult = role.age >= 18
        member["ada_kks"] = "1" if has["ada_kks"] and role.relation == "1" else "2"
        member["ada_pbi"] = "1" if has["ada_pbi"] else "2"
        member["ada_kip"] = "1" if has["ada_kip"] and 7 <= role.age <= 18 else "2"
        member["ada_pkh"] = "1" if has["ada_pkh"] and role.relation == "2" and adult else "2"
        member["ada_rastra"] = "1" if has["ada_rastra"] and role.relation == "1" else "2"
        number = registry.number("000", 10) if member["ada_pbi"] == "1" else ""
        member["nopesertapbi"] = number
    for row, (programme, yes, no) in _PROGRAMME_ROWS.items():
        any_member = any(member[programme] == "1" for member in members)
        values[row] = yes if any_member else no
    values |= {"status_bpjs_mandiri": "4", "status_jamsostek": rng.choice("1222")}
    values |= {"status_asuransi": "4", "status_kur": rng.choice("12222")}
