"""When a rule passes, waits for a page, or does not apply."""

from __future__ import annotations

import pytest
from checking_rule_forms import household, person

from papi.checking.rules import RULES, check_form, outcomes
from papi.model.reading import Finding, Outcome, Severity

STRIP_RULES = "A03 A04 A05 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19 A20 A21 A22 A23 A24 A25 A26 A27"
HOUSING_RULES = "A27 A28 A29 A30 A31 A32"
UNGATED = {"A01", "A02", "A06", "A07", "A08", "A09", "A31"}


def _rules(found: list[Finding], outcome: Outcome) -> set[str]:
    return {finding.rule for finding in found if finding.outcome is outcome}


def _not_found(code: str = "2", **changes: str) -> dict[str, str]:
    kept = ["rt", "rw", "tanggal_verivali", "tanggal_pemeriksaan", "kode_petugas", "kode_pemeriksa"]
    kept += ["ttd_petugas", "ttd_pemeriksa"]
    blank = {name: "" for name in household().written if name not in kept}
    return blank | {"hasil_verivali": code, **changes}


def test_page_with_strips_missing_leaves_every_rule_on_members_pending() -> None:
    found = check_form(household(unread=frozenset({4})))
    assert set(STRIP_RULES.split()) <= _rules(found, Outcome.PENDING)
    assert _rules(found, Outcome.FAILED) == set()
    assert all("page 4" in f.detail for f in found if f.rule == "A17")


def test_issued_continuation_page_is_waited_for_and_unissued_is_not() -> None:
    waiting = check_form(household(continuation=True, unread=frozenset({5})))
    assert {"A03", "A04", "A17", "A18"} <= _rules(waiting, Outcome.PENDING)
    assert check_form(household()) == []


def test_page_2_missing_leaves_housing_pending_and_members_judged() -> None:
    found = check_form(household({"art.3.nuk": "3"}, unread=frozenset({2})))
    assert set(HOUSING_RULES.split()) <= _rules(found, Outcome.PENDING)
    assert "A04" in _rules(found, Outcome.FAILED)


def test_page_1_missing_leaves_all_that_depends_on_the_result_pending() -> None:
    found = check_form(household({"art.1.nik": "1"}, unread=frozenset({1})))
    assert {"A02", "A06", "A07", "A08", "A10", "A17", "A29"} <= _rules(found, Outcome.PENDING)
    assert _rules(found, Outcome.FAILED) == set()


def test_what_was_read_of_a_member_rule_fails_though_another_strip_is_missing() -> None:
    found = check_form(household({"art.1.nik": "3201011503800000"}, unread=frozenset({4})))
    assert {f.outcome for f in found if f.rule == "A10"} == {Outcome.FAILED, Outcome.PENDING}


@pytest.mark.parametrize("code", list("2345"))
def test_rules_on_members_do_not_apply_to_a_household_not_surveyed(code: str) -> None:
    extra = {"data_idbdt_double_dengan": "X12345"} if code == "4" else {}
    signed = {"ttd_responden": "ink"} if code == "4" else {}
    judged = outcomes(household(_not_found(code, **extra, **signed)))
    household_rules = {name for name in RULES if name.startswith("A")} - {"A33"}
    for name in household_rules - UNGATED:
        assert judged[name] is Outcome.NOT_APPLICABLE, name
    assert {judged[name] for name in UNGATED} == {Outcome.PASSED}


def test_filled_blocks_of_a_household_not_surveyed_are_named_if_few() -> None:
    found = check_form(household(_not_found("2", lantai="01")))
    (finding,) = [f for f in found if f.rule == "A06"]
    assert finding.severity is Severity.WARNING
    assert finding.fields == ("hasil_verivali", "lantai")


def test_household_not_surveyed_waits_for_its_other_pages_in_a06_only() -> None:
    found = check_form(household(_not_found("2"), unread=frozenset({3})))
    assert _rules(found, Outcome.PENDING) == {"A06"}
    assert outcomes(household(unread=frozenset({3})))["A06"] is Outcome.PASSED


def test_refused_household_needs_no_respondent_signature_but_a_part_of_another_does() -> None:
    assert outcomes(household(_not_found("5")))["A09"] is Outcome.PASSED
    assert outcomes(household(_not_found("4")))["A09"] is Outcome.FAILED


def test_document_seen_lets_a_disagreeing_nik_pass() -> None:
    changes = {"art.1.tgllahir": "1980-03-16", "art.1.nik_cek": "1"}
    assert outcomes(household(changes))["A12"] is Outcome.PASSED
    assert outcomes(household(changes | {"art.1.nik_cek": "3"}))["A12"] is Outcome.FAILED


def test_nik_of_a_former_province_passes() -> None:
    facts = household({"art.1.nik": "9101011503800001"})  # Merauke before Papua Selatan
    assert outcomes(facts)["A11"] is Outcome.PASSED
    timor = outcomes(household({"art.1.nik": "5401011503800001"}))
    assert timor["A10"] is Outcome.PASSED
    assert timor["A11"] is Outcome.FAILED


def test_members_gone_count_neither_as_people_nor_for_their_nik() -> None:
    gone = {n: "" for n in household().written if n.startswith("art.3.")}
    gone |= {"art.3.sta_keberadaan_art": "5", "jumlah_art": "2"}
    assert check_form(household(gone)) == []


def test_ages_count_on_the_day_of_the_visit() -> None:
    young = {"art.3.pendidikan_tertinggi": "04", "art.3.kelas_tertinggi": "1"}
    young |= {"art.3.ijazah_tertinggi": "1", "art.3.nik_cek": "1"}
    eve = household(young | {"art.3.tgllahir": "2015-04-03"})
    day = household(young | {"art.3.tgllahir": "2015-04-02"})
    assert outcomes(eve)["A25"] is Outcome.FAILED
    assert outcomes(day)["A25"] is Outcome.PASSED


def test_new_member_without_a_prelist_passes_and_blank_form_needs_code_4() -> None:
    new = {f"art.{n}.sta_keberadaan_art": "4" for n in (1, 2, 3)}
    assert check_form(household(new, blank_form=True)) == []


def test_second_half_of_a_person_missing_leaves_gated_rules_pending() -> None:
    found = check_form(person(unread=frozenset({2})))
    assert {"A08", "A10", "A12", "B01", "B03", "B06", "B08"} <= _rules(found, Outcome.PENDING)
    assert _rules(found, Outcome.FAILED) == set()


def test_person_rules_do_not_apply_to_a_household_and_the_other_way_round() -> None:
    judged = outcomes(household())
    assert {judged[n] for n in RULES if n.startswith("B")} == {Outcome.NOT_APPLICABLE}
    shared = set(["A01", "A05", "A08", "A09", "A10", "A11", "A12", "A13", "A15", "A20", "A26"])
    of_person = outcomes(person())
    applies = {n for n, o in of_person.items() if o is not Outcome.NOT_APPLICABLE}
    assert {n for n in applies if n.startswith("A")} == shared


@pytest.mark.parametrize("code", list("34568"))
def test_person_not_met_may_leave_everything_blank(code: str) -> None:
    kept = ["tanggal_verivali", "tanggal_pemeriksaan", "kode_petugas", "kode_pemeriksa"]
    kept += ["ttd_petugas", "ttd_pemeriksa"]
    blank = {name: "" for name in person().written if name not in kept}
    assert check_form(person(blank | {"hasil_ppks": code})) == []


def test_child_with_category_02_needs_no_guardian() -> None:
    child = {"tgl_lahir": "2016-01-01", "nik": "3201014101160002", "ragam_disabilitas": ""}
    assert outcomes(person(child | {"ppks_1": "02"}))["B07"] is Outcome.PASSED
    assert outcomes(person(child | {"ppks_1": "07"}))["B07"] is Outcome.FAILED
    whole = {"ppks_1": "07", "nama_wali": "SITI", "hub_wali": "2"}
    assert outcomes(person(child | whole))["B07"] is Outcome.PASSED


@pytest.mark.parametrize(
    ("code", "ages"),
    [
        ("01", (0, 4)), ("02", (6, 18)), ("03", (12, 18)), ("04", (5, 18)), ("05", (0, 17)),
        ("06", (0, 17)), ("07", (0, 17)), ("08", (60, 90)), ("23", (18, 59)),
    ],
)  # fmt: skip
def test_category_ages_at_their_limits(code: str, ages: tuple[int, int]) -> None:
    def judged(age: int) -> Outcome:
        changes = {"tgl_lahir": f"{2026 - age}-01-01", "ppks_1": code}
        return outcomes(person(changes))["B04"]

    assert {judged(age) for age in ages} == {Outcome.PASSED}
    if ages[0] > 0:
        assert judged(ages[0] - 1) is Outcome.FAILED
    if ages[1] < 90:
        assert judged(ages[1] + 1) is Outcome.FAILED


def test_person_no_longer_ppks_is_not_held_to_the_categories() -> None:
    grown_up = {"hasil_ppks": "7", "ppks_1": "02", "ragam_disabilitas": "", "nik": ""}
    judged = outcomes(person(grown_up))
    assert {judged[name] for name in ("B02", "B03", "B04", "B06", "B07")} == {Outcome.PASSED}


def test_household_without_anybody_present_points_at_the_presence_codes() -> None:
    gone = {n: "" for n in household().written if n.startswith("art.")}
    gone |= {f"art.{n}.sta_keberadaan_art": "6" for n in (1, 2, 3)}
    (finding,) = [f for f in check_form(household(gone)) if f.rule == "A17"]
    assert finding.fields == tuple(f"art.{n}.sta_keberadaan_art" for n in (1, 2, 3))


def test_sensitive_category_with_consent_passes() -> None:
    assert outcomes(person({"ppks_2": "16"}))["B08"] is Outcome.PASSED


def test_corrected_nik_of_somebody_who_stayed_is_no_b09() -> None:
    assert outcomes(person({"nik": "3301015507840002"}))["B09"] is Outcome.PASSED
    same_region = {"nik": "3201015507840003", "hasil_ppks": "4"}
    assert outcomes(person(same_region))["B09"] is Outcome.PASSED


def test_no_message_carries_a_value_of_the_form() -> None:
    facts = household({"art.1.nik": "3201011503800000", "art.2.nama": "JOKO WIDODO"})
    for finding in check_form(facts):
        said = f"{finding.detail} {finding.message_id} {finding.message_en}"
        assert "3201011503800000" not in said
        assert "JOKO" not in said


def test_single_mark_in_an_empty_strip_is_no_member() -> None:
    assert check_form(household({"art.5.ada_kks": "1"})) == []
    alone = check_form(household({"art.5.nama": "ANI"}))
    assert {finding.rule for finding in alone} == {"A14"}
