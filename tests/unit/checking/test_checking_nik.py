from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi.checking.nik import age_on, family_card_problems, parse_nik
from papi.checking.phone import is_mobile, normalise_phone

TODAY = dt.date(2026, 4, 2)
DATES = st.dates(dt.date(1911, 1, 1), dt.date(2026, 4, 2))


def _nik(born: dt.date, sex: str, serial: int = 1) -> str:
    day = born.day + (40 if sex == "2" else 0)
    return f"320101{day:02d}{born:%m%y}{serial:04d}"


@given(born=DATES, sex=st.sampled_from("12"), serial=st.integers(1, 9999))
def test_every_date_sex_and_serial_reads_back(born: dt.date, sex: str, serial: int) -> None:
    nik = parse_nik(_nik(born, sex, serial))
    assert nik.problems == ()
    assert (nik.region, nik.sex, nik.serial) == ("320101", sex, f"{serial:04d}")
    assert nik.born_on(born)
    assert born in nik.births


@given(st.text(max_size=20))
def test_nothing_raises(text: str) -> None:
    parse_nik(text)
    family_card_problems(text, TODAY)
    normalise_phone(text)


@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_well_formed_means_a_date_and_a_sex(text: str) -> None:
    nik = parse_nik(text)
    if not nik.problems:
        assert nik.births
        assert nik.sex in {"1", "2"}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("3201011503800001", ()),
        ("", ("length",)),
        ("320101150380000", ("length",)),
        ("32010115038000O1", ("length",)),
        ("３２０１０１１５０３８００００１", ("length",)),
        ("3200011503800001", ("region",)),
        ("3201001503800001", ("region",)),
        ("3201010003800001", ("day",)),
        ("3201013203800001", ("day",)),
        ("3201014003800001", ("day",)),
        ("3201017203800001", ("day",)),
        ("3201013102800001", ("date",)),
        ("3201011513800001", ("date",)),
        ("3201011503800000", ("serial",)),
        ("3201002902010000", ("region", "date", "serial")),
    ],
)
def test_problems(text: str, problems: tuple[str, ...]) -> None:
    assert parse_nik(text).problems == problems


def test_29_february_is_real_if_either_century_has_it() -> None:
    nik = parse_nik("3201012902000001")
    assert nik.births == (dt.date(2000, 2, 29),)


def test_pivot_puts_the_likelier_century_first() -> None:
    assert [d.year for d in parse_nik("3201011503250001", pivot=26).births] == [2025, 1925]
    assert [d.year for d in parse_nik("3201011503270001", pivot=26).births] == [1927, 2027]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("3201011203110004", ()),
        ("3201015203110004", ("plus40",)),
        ("3201010204260004", ()),
        ("3201010304260004", ("date",)),
        ("3201013112690004", ("date",)),
        ("3201010101700004", ()),
        ("3201013203110004", ("date",)),
        ("320101120311", ("length",)),
    ],
)
def test_family_cards(text: str, problems: tuple[str, ...]) -> None:
    assert family_card_problems(text, TODAY) == problems


def test_age_counts_completed_years() -> None:
    born = dt.date(2000, 2, 29)
    assert age_on(dt.date(2026, 2, 28), born) == 25
    assert age_on(dt.date(2026, 3, 1), born) == 26
    assert age_on(dt.date(1999, 3, 1), born) == -1


@pytest.mark.parametrize("text", ["081234567890", "+62 812-3456-7890", "6281234567890"])
def test_phone_is_normalised(text: str) -> None:
    assert normalise_phone(text) == "081234567890"
    assert is_mobile(text)


@pytest.mark.parametrize("text", ["", "0812", "0211234567", "081234567890123", "62211234567"])
def test_what_is_no_mobile_number(text: str) -> None:
    assert not is_mobile(text)
