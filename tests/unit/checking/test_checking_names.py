"""Names: frequencies help agreement, and never replace what was written."""

import random
from dataclasses import replace

import pytest
from deciding import WORLD, box, boxes, cells_field
from hypothesis import given, settings
from hypothesis import strategies as st

from papi.checking.decode import LETTERS, read_capitals
from papi.checking.fields import TURNED, read_field
from papi.checking.name_model import NameBook, NameModel, name_words
from papi.checking.names import model_of, weigh_name
from papi.checking.priors import Known
from papi.model.evidence import BLANK, JUNK, FieldEvidence
from papi.model.layout import FieldKind
from papi.model.recipe import Recipe

COUNTS = {
    "SITI": 400, "AMINAH": 90, "WATI": 120, "NURUL": 60, "MUHAMMAD": 300, "MUHAMAD": 40,
    "BUDI": 80, "SANTOSO": 70, "DWI": 50, "LESTARI": 60, "QORI": 2, "UDIN": 30,
}  # fmt: skip
BOOK = NameBook(COUNTS, {"BANDUNG": 40, "GARUT": 30, "CIANJUR": 12})
NAMED = replace(WORLD, names=BOOK)
NAMA = cells_field("nama", FieldKind.CAPITALS, 24)
NEEDED = Recipe().thresholds.name
CONFUSED = {
    "I": "LTJ", "L": "IT", "T": "IL", "U": "V", "V": "U", "O": "DQ", "D": "OQ", "Q": "OD",
    "N": "MH", "M": "NW", "H": "NR", "R": "HK", "A": "HR", "S": "Z", "E": "F", "W": "V",
    "B": "D", "F": "E",
}  # fmt: skip
PRINTED = ("SITI AMINAH", "MUHAMMAD UDIN", "DWI LESTARI", "BUDI SANTOSO", "QORI WATI")


def read(cells, known=Known(), field=NAMA, world=NAMED):  # noqa: B008 - frozen
    return read_field(field, FieldEvidence(field.name, cells=tuple(cells)), world, known)


def accepted(reading):
    return reading.confidence >= NEEDED and not reading.reasons


def in_doubt(written, place, p, other, count=24):
    """Boxes of `written`, one of which reads with probability p, and else `other`."""
    cells = list(boxes(written, count, other="Y"))
    cells[place] = {written[place] if written[place] != " " else BLANK: p, other: 1 - p}
    return cells


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("confirmed", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("p", [0.3, 0.5, 0.62, 0.8, 0.9, 0.97, 0.999])
def test_a_letter_changed_is_never_changed_back(printed, confirmed, p):
    """Every place and every confusable letter: the written name, or a person."""
    known = Known(printed, confirmed)
    for place, letter in enumerate(printed):
        for changed in CONFUSED.get(letter, "A") if letter != " " else "":
            written = printed[:place] + changed + printed[place + 1 :]
            reading = read(in_doubt(written, place, p, letter), known)
            if p > 0.5:
                assert reading.value == written or not accepted(reading)
            assert not (reading.value == printed and accepted(reading)), (written, p)


@pytest.mark.parametrize(("p", "sure"), [(0.9999, True), (0.9, False)])
def test_a_letter_added_or_left_out_stays(p, sure):
    for printed, written in (("MUHAMAD UDIN", "MUHAMMAD UDIN"), ("MUHAMMAD UDIN", "MUHAMAD UDIN")):
        for known in (Known(printed), Known(printed, 1.0)):
            cells = boxes(written, 24, p=p if sure else 0.97, other="N")
            reading = read(cells, known)
            assert reading.value == written or not accepted(reading)
            assert not sure or accepted(reading)


@pytest.mark.parametrize(
    ("frequent", "rare"), [("WATI", "WARI"), ("NURUL", "NURAL"), ("SITI", "SITA"), ("DWI", "DWL")]
)
@given(p=st.floats(0.5001, 0.9999))
@settings(max_examples=40, deadline=None)
def test_a_rare_name_is_not_turned_into_its_frequent_neighbour(frequent, rare, p):
    place = next(i for i in range(len(rare)) if rare[i] != frequent[i])
    reading = read(in_doubt(rare, place, p, frequent[place]))
    assert reading.value == rare or not accepted(reading)


def test_clear_ink_reads_a_name_nobody_bears():
    for name in ("QXZVRK", "JQB WVXHHK", "O'BRIEN", "M. ZZY"):
        reading = read(boxes(name, 24, other="E"))
        assert reading.value == name
        assert accepted(reading)


def test_a_known_word_lifts_a_doubtful_letter_more_than_an_unknown_one():
    plain = read(in_doubt("SITI AMINAH", 3, 0.95, "L"), world=WORLD)
    known = read(in_doubt("SITI AMINAH", 3, 0.95, "L"))
    unknown = read(in_doubt("BRXK", 3, 0.95, "R"))
    assert plain.confidence < NEEDED < known.confidence
    assert unknown.confidence < NEEDED


def test_what_names_prefer_to_the_ink_is_shown_to_a_person_as_first_candidate():
    reading = read(in_doubt("SITL AMINAH", 3, 0.6, "I"))
    assert reading.value == "SITI AMINAH"
    assert TURNED in reading.reasons


def test_more_uncertain_letters_than_the_beam_by_ink_alone_holds():
    cells = [
        {letter: 0.45, other: 0.3, third: 0.25} if letter.strip() else box(" ")
        for letter, other, third in zip(
            "MUHAMMAD SANTOSO".ljust(24),
            "NVNRNNRO ZHMIDZD".ljust(24),
            "WWRHWWHQ BRWLUBQ".ljust(24),
            strict=True,
        )
    ]  # fmt: skip
    assert read(cells).value == "MUHAMMAD SANTOSO"


@given(st.lists(st.text(LETTERS, min_size=2, max_size=6), min_size=1, max_size=3), st.randoms())
@settings(max_examples=60, deadline=None)
def test_listed_mass_never_exceeds_one(words, rng):
    line = " ".join(words).ljust(24)[:24]
    cells = []
    for letter in line:
        p, junk = rng.uniform(0.4, 0.98), rng.uniform(0, 0.01)
        cells.append({letter if letter != " " else BLANK: p, "E": 1 - p - junk, JUNK: junk})
    ink = read_capitals(cells, 48)
    weighed = weigh_name(cells, ink, BOOK.people, beam=48, cap=20.0)
    assert sum(p for _, p in weighed.values) + weighed.junk + weighed.rest <= 1 + 1e-6
    assert all(0 <= p <= 1 for _, p in weighed.values)


def test_no_pair_of_names_is_weighed_apart_by_more_than_the_cap():
    for rare, frequent in (("WARI", "WATI"), ("QATI", "WATI"), ("SIPI", "SITI")):
        place = next(i for i in range(4) if rare[i] != frequent[i])
        cells = in_doubt(rare, place, 0.5, frequent[place])
        weighed = dict(
            weigh_name(cells, read_capitals(cells, 48), BOOK.people, beam=48, cap=20.0).values
        )
        assert 1 < weighed[frequent] / weighed[rare] <= 20.001


def test_an_x_at_the_end_of_a_known_name_is_its_letter():
    world = replace(WORLD, names=NameBook({"FELIX": 20, **COUNTS}, {}))
    assert accepted(read(boxes("FELIX", 24, other="E"), world=world))
    assert not accepted(read(boxes("SITIX", 24, other="E"), world=world))
    assert accepted(read(boxes("SITI XXXXXXXXXXXXXXXXXXX", 24, other="K"), world=world))


def test_blank_fields_are_left_alone():
    cells = ({BLANK: 0.9995, "I": 0.0005},) * 24
    assert read(cells) == read(cells, world=WORLD)


def test_places_and_people_have_words_of_their_own():
    assert model_of("tempat_lahir", BOOK) is BOOK.places
    assert model_of("art.3.nama", BOOK) is BOOK.people
    assert model_of("alamat", BOOK) is None
    assert model_of("tempat_lahir", NameBook({}, {})) is None
    assert model_of("nama", None) is None


def test_the_own_row_is_no_evidence_for_a_misspelt_name():
    model = NameModel({"SITI": 40, "AMINNAH": 1, "AMINAH": 20})
    assert model.word("AMINNAH", without=1) < model.word("AMINNAH")
    assert model.word("AMINAH", without=1) > model.word("AMINNAH", without=1)


def test_words_are_a_distribution():
    model = NameModel(COUNTS)
    first = sum(model.beginning(letter) for letter in LETTERS + ".'-")
    assert first <= 1.0 + 1e-9
    assert model.beginning("SIT") > model.word("SITI") > model.word("SITO") > 0
    assert model.word("XQ") > 0
    rng = random.Random(3)  # noqa: S311 - test data
    for _ in range(50):
        word = "".join(rng.choices(LETTERS, k=5))
        assert 0 < model.word(word) <= model.beginning(word) <= model.beginning(word[:2]) + 1e-12


def test_words_of_a_name():
    assert name_words("M. Zaenal nur'aini, S.Pd") == ["M.", "ZAENAL", "NUR'AINI", "S.PD"]
    assert name_words("- 12 ") == []


@pytest.mark.parametrize(("likely", "rare"), [("SUTAMI", "SUTXMI"), ("MARYANI", "MAQYANI")])
def test_spelling_alone_weighs_less_than_a_word_that_somebody_bears(likely, rare):
    place = next(i for i in range(len(rare)) if rare[i] != likely[i])
    cells = in_doubt(rare, place, 0.5, likely[place])
    ink = read_capitals(cells, 48)
    spelt = dict(weigh_name(cells, ink, BOOK.people, beam=48, cap=20.0).values)
    borne = NameBook({likely: 5, **COUNTS}, {}).people
    known = dict(weigh_name(cells, ink, borne, beam=48, cap=20.0).values)
    assert 1 < spelt[likely] / spelt[rare] <= 20**0.5 * 1.001
    assert known[likely] / known[rare] == pytest.approx(20, rel=0.01)


def test_a_word_borne_only_by_the_person_printed_beside_gains_nothing():
    """A misspelt name stands on the list once: in the row that the officer corrects."""
    model = NameBook({"AMINNAH": 1, **COUNTS}, {}).people
    cells = in_doubt("SITI AMINKAH", 9, 0.6, "N")
    ink = read_capitals(cells, 48)
    beside = weigh_name(cells, ink, model, beam=48, cap=20.0, printed="SITI AMINNAH")
    assert beside.values[0][0] == "SITI AMINKAH"


@pytest.mark.parametrize("pale", [0.905, 0.93])
def test_pale_writing_in_every_box_is_no_surely_empty_field(pale):
    cells = [
        {BLANK: pale, "Y" if letter == " " else letter: 1 - pale}
        for letter in "SITI AMINAH WATI LESTARI"
    ]
    reading = read(cells)
    by_ink = read_capitals(cells, 48, WORLD.exceptions.isolated)
    assert (reading.value, reading.confidence) == ("", pytest.approx(by_ink.values[0][1]))
    assert not accepted(reading)


@pytest.mark.parametrize("written", ["A", "AL", "SITI", "ZULKARNAEN"])
@pytest.mark.parametrize("blank", [0.1, 0.3, 0.5])
def test_that_no_name_is_usual_makes_no_field_empty(written, blank):
    """No word is likelier than any word, which says nothing of pale letters."""
    cells = [{letter: 1 - blank, BLANK: blank} for letter in written]
    cells += [{BLANK: 1.0}] * (24 - len(written))
    ink = read_capitals(cells, 48)
    named = dict(weigh_name(cells, ink, BOOK.people, beam=48, cap=20.0).values)
    assert named.get("", 0.0) == dict(ink.values).get("", 0.0)
