"""A07, A13 and A33 across forms; the order of forms never matters."""

from __future__ import annotations

import pytest
from checking_rule_forms import FORM_ID, household, person
from hypothesis import given, settings
from hypothesis import strategies as st

from papi.checking.rules import FormSummary, Known, check_across, summarise, summarise_form
from papi.checking.rules.names import HOUSING
from papi.model.reading import Severity
from papi.model.sheet import CROCKFORD, check_character

NIK_1, NIK_2 = "3201011503800001", "3201015507840002"

NOTHING = Known()


def _id(number: int) -> str:
    """A valid form id, a different one for every number."""
    for tail in CROCKFORD:
        body = f"{number:07d}{tail}"
        if check_character(body) in CROCKFORD:
            return body + check_character(body)
    raise AssertionError


A, B, C = _id(1), _id(2), _id(3)


def _pair(form_id: str, other: str, result: str = "6", **more: str) -> FormSummary:
    return FormSummary(form_id, result=result, refers_to=other, **more)  # type: ignore[arg-type]


def _rules(found: dict[str, tuple[object, ...]], form_id: str) -> list[str]:
    return [getattr(finding, "rule", "") for finding in found.get(form_id, ())]


def test_reference_to_a_form_a_prelist_id_or_a_form_not_returned_passes() -> None:
    kept = FormSummary(A, references=("AB12CD",), result="1")
    assert check_across([kept, _pair(B, A), _pair(C, "AB12CD", "4")], NOTHING) == {}
    assert check_across([_pair(B, A)], Known(references={A})) == {}
    spelled = f"{A[:4]}-{A[4:8]}-{A[8:]}".replace("1", "I").replace("0", "O")
    assert check_across([kept, _pair(B, spelled)], NOTHING) == {}


def test_reference_to_nothing_fails() -> None:
    found = check_across([_pair(B, "NOSUCH1")], NOTHING)
    (finding,) = found[B]
    assert (finding.rule, finding.severity) == ("A07", Severity.ERROR)
    assert finding.fields == ("data_idbdt_double_dengan",)


def test_two_forms_that_both_point_at_each_other_fail_and_so_does_a_circle() -> None:
    assert set(check_across([_pair(A, B), _pair(B, A)], NOTHING)) == {A, B}
    assert set(check_across([_pair(A, B), _pair(B, C), _pair(C, A, "4")], NOTHING)) == {A, B, C}


def test_pointing_at_a_form_that_points_elsewhere_passes() -> None:
    kept = FormSummary(C, result="1")
    assert check_across([_pair(A, B), _pair(B, C), kept], NOTHING) == {}


def test_itself_is_said_by_check_form_only() -> None:
    assert check_across([_pair(A, A)], NOTHING) == {}


def test_same_nik_on_two_households_is_an_error_on_both() -> None:
    found = check_across(
        [
            FormSummary(A, niks={"art.1.nik": NIK_1, "art.2.nik": NIK_2}),
            FormSummary(B, niks={"art.4.nik": NIK_2}),
        ],
        NOTHING,
    )
    assert [(f.fields, f.severity, f.detail) for f in found[A]] == [
        (("art.2.nik",), Severity.ERROR, f"form {B}")
    ]
    assert found[B][0].fields == ("art.4.nik",)


def test_same_nik_on_a_household_and_a_person_form_passes() -> None:
    forms = [
        FormSummary(A, niks={"art.1.nik": NIK_1}),
        FormSummary(B, form="verivali-ppks", niks={"nik": NIK_1}),
    ]
    assert check_across(forms, NOTHING) == {}


def test_nik_elsewhere_in_the_database_is_a_warning_unless_it_is_the_form_itself() -> None:
    form = FormSummary(A, references=("H1",), niks={"art.1.nik": NIK_1})
    holders = {("verivali-rt", NIK_1): {"H1", "H2"}}
    (finding,) = check_across([form], Known(holders=holders))[A]
    assert (finding.rule, finding.severity) == ("A13", Severity.WARNING)
    assert check_across([form], Known(holders={("verivali-rt", NIK_1): {"H1"}})) == {}


def _officer(number: int, *, confirmed: bool | None = True) -> FormSummary:
    return FormSummary(_id(number), officer="320101", housing_confirmed=confirmed)


def test_officer_with_ten_forms_all_confirmed_is_logged() -> None:
    found = check_across([_officer(n) for n in range(10)], NOTHING)
    assert len(found) == 10
    assert {f.severity for findings in found.values() for f in findings} == {Severity.INFO}
    assert {f.rule for findings in found.values() for f in findings} == {"A33"}


def test_officer_with_nine_forms_or_one_correction_is_not() -> None:
    nine = [_officer(n) for n in range(9)]
    assert check_across(nine, NOTHING) == {}
    assert check_across([*nine, _officer(9, confirmed=None)], NOTHING) == {}
    assert check_across([*nine, _officer(9), _officer(10, confirmed=False)], NOTHING) == {}


def test_two_summaries_of_one_form_are_refused() -> None:
    with pytest.raises(ValueError, match="two summaries"):
        check_across([FormSummary(A), FormSummary(A, result="1")], NOTHING)


SUMMARIES = st.lists(
    st.builds(
        FormSummary,
        form_id=st.integers(0, 11).map(_id),
        references=st.sampled_from([(), ("AB12CD",), ("ZZ12CD",)]),
        result=st.sampled_from(["1", "4", "6"]),
        refers_to=st.one_of(
            st.just(""), st.integers(0, 12).map(_id), st.sampled_from(["AB12CD", "NONE12"])
        ),
        niks=st.dictionaries(
            st.sampled_from(["art.1.nik", "art.2.nik"]), st.sampled_from([NIK_1, NIK_2, "3"])
        ),
        officer=st.sampled_from(["", "1"]),
        housing_confirmed=st.sampled_from([None, True, True, False]),
    ),
    unique_by=lambda summary: summary.form_id,
    max_size=12,
)


@settings(deadline=None)
@given(summaries=SUMMARIES, data=st.data())
def test_findings_do_not_depend_on_order(summaries: list[FormSummary], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(summaries))
    known = Known(references={_id(12)}, holders={("verivali-rt", "3"): {"X"}})
    assert check_across(summaries, known) == check_across(shuffled, known)


def test_summary_of_a_household() -> None:
    summary = summarise_form(household())
    assert summary.form_id == FORM_ID
    assert summary.references == ("3201022001000001",)
    assert summary.result == "1"
    assert set(summary.niks) == {"art.1.nik", "art.2.nik", "art.3.nik"}
    assert summary.officer == "320101"
    assert summary.housing_confirmed is None


def test_summary_of_a_household_all_confirmed() -> None:
    ticks = {f"{name}_cek": "1" for name in HOUSING} | {name: "" for name in HOUSING}
    assert summarise_form(household(ticks)).housing_confirmed is True
    assert summarise_form(household(ticks | {"lantai_cek": "2"})).housing_confirmed is False
    assert summarise_form(household(ticks | {"lantai": "02"})).housing_confirmed is False


def test_summary_leaves_people_out_until_the_result_is_read() -> None:
    assert summarise_form(household(unread=frozenset({1}))).niks == {}
    assert summarise_form(household({"hasil_verivali": "6"})).niks == {}
    assert set(summarise_form(person()).niks) == {"nik"}


def test_somebody_who_moved_to_another_household_is_no_duplicate() -> None:
    left = summarise(
        A,
        "verivali-rt",
        values={"hasil_verivali": "1"},
        niks={"art.1.nik": NIK_2, "art.2.nik": NIK_1},
        written={"art.1.sta_keberadaan_art": "1", "art.2.sta_keberadaan_art": "3"},
    )
    joined = summarise(
        B,
        "verivali-rt",
        values={"hasil_verivali": "1"},
        niks={"art.3.nik": NIK_1},
        written={"art.3.sta_keberadaan_art": "4"},
    )
    assert left.niks == {"art.1.nik": NIK_2}
    assert check_across([left, joined], NOTHING) == {}
