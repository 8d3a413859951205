"""Rules on dwelling, assets and programmes: A27-A32.

Knows blocks III and V. Must not know single members beyond their programmes.
"""

from __future__ import annotations

from collections.abc import Iterator

from papi.checking.rules.case import Case, number
from papi.checking.rules.names import PROGRAMMES, ROWS_12, ROWS_34
from papi.checking.rules.registry import (
    ERROR,
    INFO,
    RT,
    WARNING,
    Rule,
    Say,
    Verdict,
    register_rule,
    rule,
)

LEAST_M2, MOST_M2 = 2, 200
"""Plausible floor area per member, m2."""
_ROOM_M2 = 3
_NO_ELECTRICITY = "3"
_OWNED = {"ada_tv": "3", "ada_ac": "1", "ada_lemari_es": "3"}
"""Appliances that need electricity, with their code for yes."""


@rule(
    "A27",
    RT,
    Say(
        WARNING,
        "Ada anggota penerima program ini, tetapi baris program rumah tangga tidak ditandai Ya.",
        "A member receives this programme, yet the household's row is not marked yes.",
    ),
    needs=tuple(row for row, _ in PROGRAMMES.values()),
    strips=True,
    visited=True,
    partial=True,
)
def programmes(case: Case) -> Iterator[Verdict]:
    """Any member with PKH, KKS, KIP, PBI or Sembako: the household's row (V.5) says yes."""
    for column, (row, yes) in PROGRAMMES.items():
        holders = [person.name(column) for person in case.present if person.value(column) == "1"]
        if holders and case.value(row) != yes:
            yield Verdict((row, *holders))


@rule(
    "A28",
    RT,
    Say(
        WARNING,
        "Luas lantai per anggota kurang dari 2 m2 atau lebih dari 200 m2.",
        "Floor area per member is below 2 m2 or above 200 m2.",
    ),
    rooms=Say(
        WARNING,
        "Luas lantai kurang dari 3 m2 per kamar.",
        "Floor area is below 3 m2 per room.",
    ),
    needs=("luas_lantai", "jumlah_kamar", "jumlah_art"),
    visited=True,
)
def floor_area(case: Case) -> Iterator[Verdict]:
    """Floor area is 2-200 m2 per member and at least 3 m2 per room."""
    area = number(case.value("luas_lantai"))
    people, rooms = number(case.value("jumlah_art")), number(case.value("jumlah_kamar"))
    if area is None:
        return
    if people and not LEAST_M2 <= area / people <= MOST_M2:
        yield Verdict(("luas_lantai", "jumlah_art"))
    if rooms and area < _ROOM_M2 * rooms:
        yield Verdict(("luas_lantai", "jumlah_kamar"), "rooms")


@rule(
    "A29",
    RT,
    Say(
        WARNING,
        "Air kemasan atau isi ulang harus dibeli; cara memperolehnya bukan 3.",
        "Bottled or refill water is bought; the way of obtaining it cannot be 3.",
    ),
    metered=Say(
        WARNING,
        "Leding meteran adalah langganan; cara memperolehnya bukan 1 (eceran).",
        "Metered water is a subscription; the way of obtaining it cannot be 1 (retail).",
    ),
    appliance=Say(
        WARNING,
        "Penerangan bukan listrik, tetapi ada TV, AC atau kulkas.",
        "No electricity, yet there is a TV, air conditioner or refrigerator.",
    ),
    cooking=Say(
        WARNING,
        "Memasak dengan listrik, tetapi penerangan bukan listrik.",
        "Cooks with electricity, yet lighting is not electric.",
    ),
    needs=(
        "sumber_airminum",
        "cara_peroleh_airminum",
        "sumber_penerangan",
        "bb_masak",
        *_OWNED,
    ),
    visited=True,
)
def water_and_light(case: Case) -> Iterator[Verdict]:
    """Water source and way fit; no TV, AC, refrigerator or electric cooking without electricity."""
    water, way = case.value("sumber_airminum"), case.value("cara_peroleh_airminum")
    if water in {"01", "02"} and way == "3":
        yield Verdict(("sumber_airminum", "cara_peroleh_airminum"))
    if water == "03" and way == "1":
        yield Verdict(("sumber_airminum", "cara_peroleh_airminum"), "metered")
    if case.value("sumber_penerangan") != _NO_ELECTRICITY:
        return
    owned = [name for name, yes in _OWNED.items() if case.value(name) == yes]
    if owned:
        yield Verdict(("sumber_penerangan", *owned), "appliance")
    if case.value("bb_masak") == "1":
        yield Verdict(("sumber_penerangan", "bb_masak"), "cooking")


@rule(
    "A30",
    RT,
    Say(
        WARNING,
        "Daya 450/900 watt dengan AC dan mobil; mungkin rumah tangga mampu.",
        "450/900 W supply with air conditioner and car; perhaps no longer poor.",
    ),
    needs=("daya", "ada_ac", "ada_mobil"),
    visited=True,
)
def not_poor(case: Case) -> Iterator[Verdict]:
    """Daya 1-2 does not go with both AC and car."""
    if case.value("daya") in {"1", "2"} and case.value("ada_ac") == case.value("ada_mobil") == "1":
        yield Verdict(("daya", "ada_ac", "ada_mobil"))


@rule(
    "A31",
    RT,
    Say(
        ERROR,
        "Kode 1/2 tertulis pada baris berkode 3/4 atau sebaliknya.",
        "Code 1/2 stands on a row coded 3/4, or the other way round.",
    ),
    needs=(*ROWS_12, *ROWS_34),
)
def alternating_codes(case: Case) -> Iterator[Verdict]:
    """Rows that alternate between codes 1/2 and 3/4 hold their own codes (keyed input)."""
    for names, foreign in ((ROWS_12, {"3", "4"}), (ROWS_34, {"1", "2"})):
        yield from (Verdict((name,)) for name in names if case.value(name) in foreign)


@rule(
    "A32",
    RT,
    Say(
        WARNING,
        "Bangunan kontrak/sewa, tetapi lahannya milik sendiri.",
        "The building is rented, yet the land is owned.",
    ),
    needs=("sta_bangunan", "sta_lahan"),
    visited=True,
)
def tenure(case: Case) -> Iterator[Verdict]:
    """Sta_bangunan 2 (rented) does not go with sta_lahan 1 (own)."""
    if case.value("sta_bangunan") == "2" and case.value("sta_lahan") == "1":
        yield Verdict(("sta_bangunan", "sta_lahan"))


SATISFICING = register_rule(
    Rule(
        "A33",
        RT,
        "Not every form of an officer has all of block III marked as matching.",
        {
            "": Say(
                INFO,
                "Pada semua formulir petugas ini seluruh Blok III ditandai sesuai.",
                "On every form of this officer all of block III is marked as matching.",
            )
        },
    )
)
