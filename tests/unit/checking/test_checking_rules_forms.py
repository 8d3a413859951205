"""Every message of every rule is provoked; a consistent form provokes none."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checking_rule_forms import FORM_ID, household, person

from papi.checking.rules import RULES, check_form, outcomes, rules_table
from papi.model.facts import FormFacts
from papi.model.reading import Finding, Outcome, Severity

Build = Callable[..., FormFacts]
ROOT = Path(__file__).parents[3]


def _gone(number: int, code: str) -> dict[str, str]:
    """Strip `number` as of somebody who left: only the presence code."""
    names = household().written
    strip = {name: "" for name in names if name.startswith(f"art.{number}.")}
    return strip | {f"art.{number}.sta_keberadaan_art": code}


def _member(number: int, **changes: str) -> dict[str, str]:
    return {f"art.{number}.{column}": text for column, text in changes.items()}


_FOURTH = {
    name.replace("art.3.", "art.4."): text
    for name, text in household().written.items()
    if name.startswith("art.3.")
} | _member(4, sta_keberadaan_art="4", nik="3201010209180009", tgllahir="2018-09-02", nama="ANI")
"""A new member."""

H: Build = household
P: Build = person

# rule, message key, form builder, what is written, other arguments, fields to look at
Break = tuple[str, str, Build, dict[str, str], dict[str, Any], set[str]]
BREAKS: list[Break] = [
    ("A01", "batch", H, {}, {"extra": {"batch_region": "3201022002"}}, set()),
    ("A02", "", H, {"rt": "1A"}, {}, {"rt"}),
    ("A02", "moved", H, {"rw": "6"}, {}, {"rw", "alamat"}),
    ("A03", "", H, {"jumlah_art": "4"}, {}, {"jumlah_art"}),
    ("A04", "", H, {"jumlah_keluarga": "2"}, {}, {"jumlah_keluarga", "art.1.nuk", "nokk_1"}),
    ("A04", "", H, {"nokk_2": "3201011203110005"}, {}, {"jumlah_keluarga", "nokk_1", "nokk_2"}),
    ("A04", "nuk", H, {"art.3.nuk": "3"}, {}, {"art.3.nuk"}),
    ("A05", "", H, {"nokk_1": "32010112031100"}, {}, {"nokk_1"}),
    ("A05", "", P, {"no_kk": "320101120311000"}, {}, {"no_kk"}),
    ("A05", "date", H, {"nokk_1": "3201013213110004"}, {}, {"nokk_1"}),
    ("A05", "date", H, {"nokk_1": "3201011106690004"}, {}, {"nokk_1"}),
    ("A05", "date", H, {"nokk_1": "3201011106260004"}, {}, {"nokk_1"}),
    ("A05", "plus40", H, {"nokk_1": "3201015203110004"}, {}, {"nokk_1"}),
    ("A05", "twice", H, {"nokk_2": "3201011203110004"}, {}, {"nokk_1", "nokk_2"}),
    ("A05", "nik", H, {"nokk_1": "3201011503800001"}, {}, {"nokk_1", "art.1.nik"}),
    ("A05", "nik", P, {"no_kk": "3201015507840002"}, {}, {"no_kk", "nik"}),
    ("A06", "", H, {"hasil_verivali": ""}, {}, {"hasil_verivali"}),
    ("A06", "", H, {"hasil_verivali": "1 3"}, {}, {"hasil_verivali"}),
    ("A06", "filled", H, {"hasil_verivali": "2"}, {}, {"hasil_verivali"}),
    ("A07", "", H, {"hasil_verivali": "6"}, {}, {"data_idbdt_double_dengan"}),
    (
        "A07", "itself", H, {"hasil_verivali": "4", "data_idbdt_double_dengan": FORM_ID}, {},
        {"data_idbdt_double_dengan"},
    ),
    ("A08", "", H, {"tanggal_verivali": ""}, {}, {"tanggal_verivali"}),
    ("A08", "", P, {"tanggal_verivali": "31022026"}, {}, {"tanggal_verivali"}),
    ("A08", "window", H, {"tanggal_verivali": "2026-02-28"}, {}, {"tanggal_verivali"}),
    ("A08", "future", H, {"tanggal_pemeriksaan": "2026-06-11"}, {}, {"tanggal_pemeriksaan"}),
    ("A08", "checked", H, {"tanggal_pemeriksaan": "00042026"}, {}, {"tanggal_pemeriksaan"}),
    (
        "A08", "order", H, {"tanggal_pemeriksaan": "2026-04-01"}, {},
        {"tanggal_pemeriksaan", "tanggal_verivali"},
    ),
    (
        "A09", "", H, {"ttd_responden": "", "ttd_pemeriksa": ""}, {},
        {"ttd_responden", "ttd_pemeriksa"},
    ),
    ("A09", "", P, {"ttd_petugas": ""}, {}, {"ttd_petugas"}),
    ("A10", "", H, {"art.2.nik": "320101550784000"}, {}, {"art.2.nik"}),
    ("A10", "", P, {"nik": "320101550784000"}, {}, {"nik"}),
    ("A10", "region", H, {"art.1.nik": "3200011503800001"}, {}, {"art.1.nik"}),
    ("A10", "region", H, {"art.1.nik": "3201001503800001"}, {}, {"art.1.nik"}),
    ("A10", "province", H, {"art.1.nik": "9901011503800001"}, {}, {"art.1.nik"}),
    ("A10", "day", H, {"art.1.nik": "3201013503800001"}, {}, {"art.1.nik"}),
    ("A10", "date", H, {"art.1.nik": "3201013102800001"}, {}, {"art.1.nik"}),
    ("A10", "serial", H, {"art.1.nik": "3201011503800000"}, {}, {"art.1.nik"}),
    ("A11", "", H, {"art.1.nik": "3201991503800001"}, {}, {"art.1.nik"}),
    ("A11", "", P, {"nik": "3299015507840002"}, {}, {"nik"}),
    ("A12", "", H, {"art.1.tgllahir": "1980-03-16"}, {}, {"art.1.nik", "art.1.tgllahir"}),
    ("A12", "", H, {"art.3.jnskel": "2"}, {}, {"art.3.nik", "art.3.jnskel"}),
    ("A12", "", P, {"jenis_kelamin": "1"}, {}, {"nik", "jenis_kelamin"}),
    ("A13", "", H, {"art.3.nik": "3201011503800001"}, {}, {"art.1.nik", "art.3.nik"}),
    ("A14", "", H, {"art.3.sta_keberadaan_art": "1 2"}, {}, {"art.3.sta_keberadaan_art"}),
    (
        "A14", "listed", H, _FOURTH | _member(4, sta_keberadaan_art="1"), {},
        {"art.4.sta_keberadaan_art"},
    ),
    ("A14", "listed", H, {}, {"blank_form": True}, {"art.1.sta_keberadaan_art"}),
    ("A14", "new", H, {"art.3.sta_keberadaan_art": "4"}, {}, {"art.3.sta_keberadaan_art"}),
    ("A14", "filled", H, {"art.3.sta_keberadaan_art": "3"}, {}, {"art.3.sta_keberadaan_art"}),
    (
        "A14", "filled", H, _gone(3, "2") | _member(3, nuk="1"), {},
        {"art.3.sta_keberadaan_art", "art.3.nuk"},
    ),
    ("A15", "", H, {"art.3.tgllahir": ""}, {}, {"art.3.tgllahir"}),
    ("A15", "", H, {"art.3.tgllahir": "31022016"}, {}, {"art.3.tgllahir"}),
    ("A15", "", P, {"tgl_lahir": ""}, {}, {"tgl_lahir"}),
    ("A15", "age", H, {"art.3.tgllahir": "2026-05-01"}, {}, {"art.3.tgllahir"}),
    ("A15", "age", H, {"art.3.tgllahir": "1900-05-01"}, {}, {"art.3.tgllahir"}),
    ("A15", "age", P, {"tgl_lahir": "", "umur_taksiran": "116"}, {}, {"umur_taksiran"}),
    (
        "A15", "parent", H, {"art.3.tgllahir": "1991-08-01"}, {},
        {"art.1.tgllahir", "art.3.tgllahir"},
    ),
    (
        "A15", "parent", H, {"art.3.hub_krt": "6", "art.3.tgllahir": "1970-08-01"}, {},
        {"art.1.tgllahir", "art.3.tgllahir"},
    ),
    ("A16", "", H, {"art.1.art_cek": "1"}, {}, {"art.1.art_cek", "art.1.nuk"}),
    ("A17", "", H, {"art.2.hub_krt": "1"}, {}, {"art.1.hub_krt", "art.2.hub_krt"}),
    ("A17", "", H, {"art.1.hub_krt": "8"}, {}, {"art.1.hub_krt", "art.2.hub_krt", "art.3.hub_krt"}),
    ("A17", "gone", H, _gone(1, "2"), {}, {"art.2.hub_krt", "art.3.hub_krt"}),
    ("A18", "", H, {"art.3.hubkel": "1"}, {}, {"art.1.hubkel", "art.3.hubkel"}),
    ("A18", "", H, {"art.3.nuk": "2", "jumlah_keluarga": "2"}, {}, {"art.3.hubkel"}),
    ("A19", "", H, {"art.2.sta_kawin": "1"}, {}, {"art.2.hub_krt", "art.2.sta_kawin"}),
    ("A19", "young", H, {"art.3.sta_kawin": "2"}, {}, {"art.3.sta_kawin", "art.3.tgllahir"}),
    ("A20", "", H, {"art.3.nama": "B"}, {}, {"art.3.nama"}),
    ("A20", "", H, {"nama_krt": "SUPARM4N"}, {}, {"nama_krt"}),
    ("A20", "", P, {"nama": "NUR/HAYATI"}, {}, {"nama"}),
    ("A20", "other", H, {"art.2.nama": "JOKO WIDO"}, {}, {"art.2.nama"}),
    ("A21", "", H, {"art.3.ada_kartu_identitas": "05"}, {}, {"art.3.ada_kartu_identitas"}),
    ("A21", "none", H, {"art.3.ada_kartu_identitas": "0 1"}, {}, {"art.3.ada_kartu_identitas"}),
    ("A22", "", H, {"art.1.sta_hamil": "2"}, {}, {"art.1.sta_hamil", "art.1.jnskel"}),
    ("A22", "", H, {"art.2.tgllahir": "1970-07-15"}, {}, {"art.2.sta_hamil", "art.2.tgllahir"}),
    ("A22", "", H, {"art.2.sta_kawin": "1"}, {}, {"art.2.sta_hamil", "art.2.sta_kawin"}),
    ("A23", "", H, {"art.2.kelas_tertinggi": "2"}, {}, {"art.2.kelas_tertinggi"}),
    ("A23", "", H, {"art.2.ijazah_tertinggi": "1"}, {}, {"art.2.ijazah_tertinggi"}),
    ("A24", "", H, {"art.1.kelas_tertinggi": "2"}, {}, {"art.1.ijazah_tertinggi"}),
    ("A24", "", H, {"art.3.ijazah_tertinggi": "1"}, {}, {"art.3.ijazah_tertinggi"}),
    ("A25", "", H, {"art.3.pendidikan_tertinggi": "04"}, {}, {"art.3.pendidikan_tertinggi"}),
    (
        "A26", "", H, {"art.2.jumlah_jamkerja": "10"}, {},
        {"art.2.sta_bekerja", "art.2.jumlah_jamkerja"},
    ),
    ("A26", "", P, {"status_pekerjaan": "1"}, {}, {"bekerja", "status_pekerjaan"}),
    ("A26", "blank", H, {"art.1.lapangan_usaha": ""}, {}, {"art.1.lapangan_usaha"}),
    ("A26", "blank", P, {"bekerja": "1"}, {}, {"bekerja", "status_pekerjaan"}),
    ("A26", "hours", H, {"art.1.jumlah_jamkerja": "99"}, {}, {"art.1.jumlah_jamkerja"}),
    ("A27", "", H, {"status_pkh": "2"}, {}, {"status_pkh", "art.2.ada_pkh"}),
    ("A27", "", H, {"art.3.ada_kip": "1"}, {}, {"status_kip", "art.3.ada_kip"}),
    ("A27", "", H, {"art.3.ada_rastra": "1"}, {}, {"status_rastra", "art.3.ada_rastra"}),
    ("A27", "", H, {"art.3.ada_kks": "1"}, {}, {"status_kks", "art.3.ada_kks"}),
    ("A27", "", H, {"status_kis": ""}, {}, {"status_kis", "art.1.ada_pbi"}),
    ("A28", "", H, {"luas_lantai": "5", "jumlah_kamar": "01"}, {}, {"luas_lantai", "jumlah_art"}),
    ("A28", "", H, {"luas_lantai": "601"}, {}, {"luas_lantai", "jumlah_art"}),
    ("A28", "rooms", H, {"jumlah_kamar": "13"}, {}, {"luas_lantai", "jumlah_kamar"}),
    (
        "A29", "", H, {"sumber_airminum": "02", "cara_peroleh_airminum": "3"}, {},
        {"sumber_airminum", "cara_peroleh_airminum"},
    ),
    ("A29", "metered", H, {"cara_peroleh_airminum": "1"}, {}, {"cara_peroleh_airminum"}),
    (
        "A29", "appliance", H, {"sumber_penerangan": "3", "ada_tv": "3"}, {},
        {"sumber_penerangan", "ada_tv"},
    ),
    ("A29", "cooking", H, {"sumber_penerangan": "3", "bb_masak": "1"}, {}, {"bb_masak"}),
    ("A30", "", H, {"ada_ac": "1", "ada_mobil": "1"}, {}, {"daya", "ada_ac", "ada_mobil"}),
    ("A31", "", H, {"ada_tv": "1"}, {}, {"ada_tv"}),
    ("A31", "", H, {"ada_ac": "4"}, {}, {"ada_ac"}),
    ("A32", "", H, {"sta_bangunan": "2"}, {}, {"sta_bangunan", "sta_lahan"}),
    ("B01", "", P, {"hasil_ppks": ""}, {}, {"hasil_ppks"}),
    ("B01", "", P, {"hasil_ppks": "1 7"}, {}, {"hasil_ppks"}),
    ("B02", "", P, {"nik": ""}, {}, {"nik", "nik_tidak_ada"}),
    ("B02", "unusual", P, {"nik": "", "nik_tidak_ada": "1"}, {}, {"nik"}),
    ("B03", "", P, {"ppks_2": "27"}, {}, {"ppks_2"}),
    ("B03", "twice", P, {"ppks_3": "09"}, {}, {"ppks_1", "ppks_3"}),
    ("B03", "none", P, {"ppks_1": ""}, {}, {"ppks_1"}),
    ("B04", "", P, {"ppks_2": "02"}, {}, {"ppks_2", "tgl_lahir"}),
    ("B04", "", P, {"ppks_2": "08"}, {}, {"ppks_2", "tgl_lahir"}),
    (
        "B04", "", P, {"ppks_2": "08", "tgl_lahir": "", "umur_taksiran": "058"}, {},
        {"ppks_2", "umur_taksiran"},
    ),
    (
        "B04", "estimated", P, {"ppks_2": "08", "tgl_lahir": "", "umur_taksiran": "059"}, {},
        {"ppks_2", "umur_taksiran"},
    ),
    ("B04", "sex", P, {"ppks_2": "23", "jenis_kelamin": "1"}, {}, {"ppks_2", "jenis_kelamin"}),
    ("B05", "", P, {"ppks_2": "05"}, {}, {"ppks_1", "ppks_2"}),
    ("B06", "", P, {"ragam_disabilitas": ""}, {}, {"ragam_disabilitas", "ppks_1"}),
    ("B06", "extra", P, {"ppks_1": "24"}, {}, {"ragam_disabilitas", "ppks_1"}),
    ("B07", "", P, {"tgl_lahir": "2015-01-01", "ppks_1": "05"}, {}, {"nama_wali", "hub_wali"}),
    ("B08", "", P, {"ppks_2": "16", "persetujuan": "2"}, {}, {"persetujuan"}),
    ("B09", "", P, {"hasil_ppks": "4", "nik": "3301015507840002"}, {}, {"nik"}),
    ("B09", "", P, {"alamat_cek": "2", "nik": "3301015507840002"}, {}, {"nik"}),
    ("B10", "", P, {"ppks_1": "24"}, {}, {"ppks_1"}),
    ("ID.hp", "", H, {"hp": "0212345678"}, {}, {"hp"}),
    ("ID.hp_wali", "", P, {"hp_wali": "0812"}, {}, {"hp_wali"}),
    ("ID.kode_pos", "", H, {"kode_pos": "0691"}, {}, {"kode_pos"}),
    ("ID.nomor_pln", "", H, {"nomor_pln": "123"}, {}, {"nomor_pln"}),
    ("ID.nomor_meter_air", "", H, {"nomor_meter_air": "12A"}, {}, {"nomor_meter_air"}),
    ("ID.nomor_gas", "", H, {"nomor_gas": "-1"}, {}, {"nomor_gas"}),
    ("ID.nopesertapbi", "", H, {"art.1.nopesertapbi": "123"}, {}, {"art.1.nopesertapbi"}),
    ("ID.no_bpjs", "", P, {"no_bpjs": "123"}, {}, {"no_bpjs"}),
    ("ID.kode_petugas", "", H, {}, {"officers": frozenset({"999999"})}, {"kode_petugas"}),
    ("ID.kode_pemeriksa", "", H, {"kode_pemeriksa": "320101"}, {}, {"kode_pemeriksa"}),
]  # fmt: skip


def _failures(found: list[Finding], rule: str, key: str) -> list[Finding]:
    say = RULES[rule].says[key]
    return [f for f in found if f.rule == rule and f.message_id == say.message_id]


@pytest.mark.parametrize("build", [household, person])
def test_a_consistent_form_breaks_no_rule(build: Build) -> None:
    assert check_form(build()) == []
    judged = outcomes(build())
    assert set(judged.values()) == {Outcome.PASSED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: f"{broken[0]}-{broken[1]}")
def test_each_message_is_given_when_its_rule_is_broken(broken: Break) -> None:
    rule, key, build, changes, other, fields = broken
    failed = _failures(check_form(build(changes, **other)), rule, key)
    assert failed, f"{rule} {key} did not fail"
    assert all(f.outcome is Outcome.FAILED for f in failed)
    assert all(f.severity == RULES[rule].says[key].severity for f in failed)
    assert fields <= {name for f in failed for name in f.fields}


def test_region_outside_the_table_fails() -> None:
    facts = household(extra={"region": "x"}, blank_form=True)
    assert [f.rule for f in check_form(facts) if f.rule == "A01"] == ["A01"]


def test_changed_strip_without_a_correction_is_blank() -> None:
    kept = {n: "" for n in household().written if n.startswith("art.3.")}
    kept |= _member(3, sta_keberadaan_art="1", art_cek="2")
    assert _failures(check_form(household(kept)), "A16", "blank")


def test_every_message_is_covered_here_or_across_forms() -> None:
    across = {("A07", "unknown"), ("A07", "mutual"), ("A13", "batch"), ("A13", "database")}
    across |= {("A33", ""), ("A01", ""), ("A16", "blank")}
    covered = {(rule, key) for rule, key, *_ in BREAKS} | across
    assert covered == {(rule.id, key) for rule in RULES.values() for key in rule.says}


def test_severities_are_those_of_the_specification() -> None:
    errors = "A01 A03 A04 A06 A07 A08 A10 A13 A14 A15 A17 A18 A22 A23 A26 A31"
    errors += " B01 B02 B03 B04 B06 B07 B08"
    logged = {"A33", "B10"}
    for name, rule in RULES.items():
        expected = "E" if name in errors.split() else "I" if name in logged else "W"
        assert rule.severity == Severity(expected), name
    numbers = [f"A{n:02d}" for n in range(1, 34)] + [f"B{n:02d}" for n in range(1, 11)]
    assert set(numbers) <= set(RULES)


def test_messages_are_bilingual_short_and_differ() -> None:
    for rule in RULES.values():
        for say in rule.says.values():
            assert 10 < len(say.message_id) < 110
            assert 10 < len(say.message_en) < 110
            assert say.message_id != say.message_en
            assert say.message_id.endswith(".")


def test_docs_list_the_rules_as_registered() -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rules_table() + "\n"


def test_a_household_of_six_takes_under_three_milliseconds() -> None:
    child = {n[6:]: t for n, t in household().written.items() if n.startswith("art.3.")}
    more = {
        f"art.{number}.{column}": text for number in (4, 5, 6) for column, text in child.items()
    }
    facts = household(more, continuation=True)
    assert any(finding.rule == "A13" for finding in check_form(facts))
    check_form(facts)
    best = min(_seconds(facts) for _ in range(20))
    assert best < 0.003


def _seconds(facts: FormFacts) -> float:
    started = time.perf_counter()
    check_form(facts)
    return time.perf_counter() - started
