"""Lists so old that nearly every value is corrected by hand: for figures over much handwriting.

Knows which columns of a pre-list an officer writes again, and what a visit then says of them.
What was found stays as it was, so it breaks no rule; only the list is made older. Must not know
layouts, ink or images.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import Random

from papi.model.codebook import Codebook
from papi.model.columns import HOUSEHOLD_FORM, columns_of
from papi.synth.ageing import day_off, digit_off
from papi.synth.answers import STRIP_CODES
from papi.synth.names import misspell
from papi.synth.visits import PRESENT, Visit

SLIPS = 0.5
"""Share of dates, identity numbers and codes listed wrongly; the rest are not listed at all."""
_NAMES = frozenset({"nama", "nama_krt"})
"""Never left out: a list of people has their names."""
_DATES = frozenset({"tgllahir", "tgl_lahir"})
_MEMBER = STRIP_CODES | {"nama", "nik", "tgllahir"}
_HOUSEHOLD = frozenset(
    {
        "nama_krt", "jumlah_art", "jumlah_keluarga", "nokk_1", "nokk_2", "sta_bangunan",
        "sta_lahan", "luas_lantai", "lantai", "dinding", "kondisi_dinding", "atap", "kondisi_atap",
        "jumlah_kamar", "sumber_airminum", "nomor_meter_air", "cara_peroleh_airminum",
        "sumber_penerangan", "daya", "nomor_pln", "bb_masak", "nomor_gas", "fasbab", "kloset",
        "buang_tinja",
    }
)  # fmt: skip
_PERSON = frozenset(
    {"nama", "nik", "no_kk", "tempat_lahir", "tgl_lahir", "id_lks", "ppks_1", "ppks_2", "ppks_3"}
)
_DONE, _CHANGED, _PRINTED_OK, _NIK_DIFFERS = "1", "2", "1", "2"


def correct_most(rng: Random, visit: Visit, share: float) -> Visit:
    """Return the visit with an older list: `share` of what can be written by hand is written.

    Args:
        rng: source of chance.
        visit: what was found; visits that ended early stay as they are.
        share: of the values that were found, 0..1.
    """
    row = visit.row
    if row is None or not {_DONE, _CHANGED} & {visit.found.get(n, "") for n in _RESULTS}:
        return visit
    columns = _HOUSEHOLD if visit.form == HOUSEHOLD_FORM else _PERSON
    codes = _code_lists(visit.form)
    values = _older(rng, row.values, visit.found, columns, share, codes)
    pairs = list(zip(row.members, visit.members, strict=False))
    listed = tuple(
        _older(rng, before, found, _MEMBER, share, codes)
        if found["sta_keberadaan_art"] == PRESENT
        else before
        for before, found in pairs
    )
    members = tuple(
        _document(found, before) for (_, found), before in zip(pairs, listed, strict=True)
    )
    found = dict(_document(visit.found, values))
    if visit.form != HOUSEHOLD_FORM and found["hasil_ppks"] == _DONE and values != row.values:
        found["hasil_ppks"] = _CHANGED
    return replace(
        visit,
        row=replace(row, values=values, members=listed),
        found=found,
        members=members + visit.members[len(pairs) :],
    )


_RESULTS = ("hasil_verivali", "hasil_ppks")


@cache
def _code_lists(form: str) -> dict[str, tuple[str, ...]]:
    """Return the allowed codes of every coded column of a form's list."""
    lists = Codebook.load().code_lists
    columns = columns_of(form).columns
    return {c.name: tuple(lists[c.code_list].values()) for c in columns if c.code_list}


def _older(  # noqa: PLR0917 - one column set against another, and how much of it
    rng: Random,
    listed: Mapping[str, str],
    found: Mapping[str, str],
    columns: frozenset[str],
    share: float,
    codes: Mapping[str, tuple[str, ...]],
) -> dict[str, str]:
    """Change what the list says where something else was found, so that it must be written."""
    older = dict(listed)
    for name in sorted(columns & listed.keys()):
        if found.get(name) and rng.random() < share:
            older[name] = _listed_before(rng, name, found[name], codes.get(name, ()))
    return older


def _listed_before(rng: Random, name: str, value: str, codes: tuple[str, ...]) -> str:
    if name in _NAMES:
        return misspell(rng, value)
    if rng.random() >= SLIPS:
        return ""
    if name in _DATES:
        return day_off(rng, value)
    others = [code for code in codes if int(code) != int(value)] if codes else []
    if others:
        return rng.choice(others)
    return digit_off(rng, value) if value.isdigit() and len(value) == _IDENTITY_DIGITS else ""


_IDENTITY_DIGITS = 16


def _document(found: Mapping[str, str], listed: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was found with the NIK's tick as the older list asks for it.

    A document that was not shown proves nothing against the list, so it is shown here.
    """
    if not found.get("nik") or "nik" not in listed or "nik_dokumen" not in found:
        return found
    same = listed["nik"] == found["nik"]
    return {**found, "nik_dokumen": _PRINTED_OK if same else _NIK_DIFFERS}
