"""Shapes of identifiers that no A or B rule covers: the ID rules.

Knows the code book's `identifiers` (phone, post code, meter, insurance and officer numbers).
Must not know NIK and KK (numbers.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from papi.checking.phone import is_mobile
from papi.checking.rules.case import Case
from papi.checking.rules.registry import BOTH, PPKS, RT, WARNING, Check, Say, Verdict, rule

Shape = Callable[[str], bool]


def _pattern(pattern: str) -> Shape:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _shape_check(column: str, shape: Shape, *, strip: bool, what: str) -> Check:
    """Return a check that questions every filled field of this name whose shape is wrong."""

    def check(case: Case) -> Iterator[Verdict]:
        names = [person.name(column) for person in case.present] if strip else [column]
        for name in names:
            text = case.value(name)
            if text and not shape(text):
                yield Verdict((name,), detail=name.rpartition(".")[0])

    check.__doc__ = what
    return check


_PHONE = Say(
    WARNING,
    "Nomor HP harus berawal 08 dan 10-13 angka.",
    "A mobile number begins with 08 and has 10-13 digits.",
)
_BPJS = Say(WARNING, "Nomor BPJS harus 13 angka.", "A BPJS number has 13 digits.")
_SHAPES: tuple[tuple[str, frozenset[str], Shape, Say, bool], ...] = (
    ("hp", BOTH, is_mobile, _PHONE, False),
    ("hp_wali", PPKS, is_mobile, _PHONE, False),
    (
        "kode_pos",
        RT,
        _pattern("[1-9][0-9]{4}"),
        Say(
            WARNING,
            "Kode pos harus 5 angka dan tidak berawal 0.",
            "A post code has 5 digits and does not begin with 0.",
        ),
        False,
    ),
    (
        "nomor_pln",
        RT,
        _pattern("[0-9]{11,12}"),
        Say(
            WARNING,
            "ID pelanggan PLN harus 12 angka (yang lama 11).",
            "A PLN customer id has 12 digits (old ones 11).",
        ),
        False,
    ),
    (
        "nomor_meter_air",
        RT,
        _pattern("[0-9]{1,12}"),
        Say(
            WARNING,
            "Nomor meter air hanya angka.",
            "A water meter number has digits only.",
        ),
        False,
    ),
    (
        "nomor_gas",
        RT,
        _pattern("[0-9]{1,12}"),
        Say(
            WARNING,
            "Nomor pelanggan gas hanya angka.",
            "A gas customer number has digits only.",
        ),
        False,
    ),
    ("nopesertapbi", RT, _pattern("[0-9]{13}"), _BPJS, True),
    ("no_bpjs", PPKS, _pattern("[0-9]{13}"), _BPJS, False),
)

for _column, _forms, _shape, _say, _strip in _SHAPES:
    rule(
        f"ID.{_column}",
        _forms,
        _say,
        needs=() if _strip else (_column,),
        strips=_strip,
        visited=True,
        partial=True,
    )(_shape_check(_column, _shape, strip=_strip, what=f"{_column}: {_say.message_en}"))


@rule(
    "ID.kode_petugas",
    BOTH,
    Say(
        WARNING,
        "Kode petugas tidak ada dalam daftar petugas.",
        "The officer code is not in the list of officers.",
    ),
    needs=("kode_petugas",),
)
def officer(case: Case) -> Iterator[Verdict]:
    """kode_petugas is in the workspace's list of officers, if there is one."""
    code, officers = case.value("kode_petugas"), case.facts.campaign.officers
    if code and officers and code not in officers:
        yield Verdict(("kode_petugas",))


@rule(
    "ID.kode_pemeriksa",
    BOTH,
    Say(
        WARNING,
        "Pemeriksa tidak boleh sama dengan petugas.",
        "The checker cannot be the officer.",
    ),
    needs=("kode_petugas", "kode_pemeriksa"),
)
def checker(case: Case) -> Iterator[Verdict]:
    """kode_pemeriksa differs from kode_petugas."""
    code = case.value("kode_pemeriksa")
    if code and code == case.value("kode_petugas"):
        yield Verdict(("kode_pemeriksa", "kode_petugas"))
