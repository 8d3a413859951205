"""Invented people: the same from the same seed, numbers that fit, pre-lists that can be written."""

import csv
import datetime as dt
from random import Random

import openpyxl
import pytest

from papi.errors import UsageError
from papi.model.columns import HOUSEHOLD_FORM, PERSON_FORM, columns_of
from papi.synth.ageing import Habits
from papi.synth.names import MALE, full_name, misspell
from papi.synth.population import invent_round, prelist_rows, write_prelist
from papi.synth.villages import DEMO_VILLAGES, find_village, some_villages
from papi.synth.visits import EMPTY_STRIPS, Season


def test_same_seed_same_people():
    assert invent_round(4, households=5, persons=5) == invent_round(4, households=5, persons=5)
    assert invent_round(4, households=5, persons=5) != invent_round(5, households=5, persons=5)


def test_identity_numbers_fit_their_owners_and_occur_once():
    visits = invent_round(1, households=120, persons=60, habits=Habits(not_completed=0))
    people = [m for v in visits for m in v.members if m.get("nik")]
    people += [
        {
            "nik": v.found["nik"],
            "tgllahir": v.found["tgl_lahir"],
            "jnskel": v.found["jenis_kelamin"],
        }
        for v in visits
        if v.form == PERSON_FORM and v.found["nik"]
    ]
    for person in people:
        born = dt.date.fromisoformat(person["tgllahir"])
        day = born.day + (40 if person["jnskel"] == "2" else 0)
        assert person["nik"][6:12] == f"{day:02d}{born:%m%y}"
    assert len({p["nik"] for p in people}) == len(people) > 300


def test_households_change_in_every_way():
    visits = invent_round(2, households=400, persons=0)
    presence = {m["sta_keberadaan_art"] for v in visits for m in v.members}
    results = {v.found["hasil_verivali"] for v in visits}
    assert presence == set("123456")
    assert results == set("123456")
    fresh = [sum(m["sta_keberadaan_art"] == "4" for m in v.members) for v in visits]
    assert max(fresh) == EMPTY_STRIPS


def test_an_interrupted_visit_says_nothing_of_the_household():
    visits = invent_round(3, households=40, persons=0, habits=Habits(not_completed=1))
    assert all(not v.members and "sta_bangunan" not in v.found for v in visits)


def test_visits_fall_into_the_season():
    season = Season.before(dt.date(2026, 1, 20))
    assert season == Season(dt.date(2026, 1, 1), dt.date(2026, 1, 19))
    for visit in invent_round(4, households=30, persons=0, season=season):
        assert "2026-01-01" <= visit.found["tanggal_verivali"] <= "2026-01-19"
        assert visit.found["tanggal_verivali"] <= visit.found["tanggal_pemeriksaan"] <= "2026-01-19"


def test_names_fit_their_boxes_and_misspellings_differ():
    rng = Random(1)  # noqa: S311
    for _ in range(500):
        name = full_name(rng, MALE)
        assert 2 <= len(name) <= 24
        assert misspell(rng, name) != name


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("form", [HOUSEHOLD_FORM, PERSON_FORM])
def test_prelist_files_have_known_columns_and_text_cells(tmp_path, form, suffix):
    rows = prelist_rows(invent_round(6, households=8, persons=6), form)
    path = tmp_path / f"list.{suffix}"
    write_prelist(rows, form, path)
    if suffix == "csv":
        lines = list(csv.reader(path.open(encoding="utf-8", newline="")))
    else:
        sheet = openpyxl.load_workbook(path).active
        lines = [[cell or "" for cell in line] for line in sheet.iter_rows(values_only=True)]
    header, *body = lines
    columns = columns_of(form)
    assert all(columns.match(name) for name in header)
    assert all(isinstance(cell, str) for line in body for cell in line)
    assert len(body) == sum(max(len(row.members), 1) for row in rows)


def test_sensitive_categories_are_not_listed():
    visits = invent_round(7, households=0, persons=300)
    found = {v.found.get("ppks_1") for v in visits}
    assert "16" in found
    for visit in visits:
        assert visit.row.values["ppks_1"] not in {"10", "14", "15", "16", "17", "18", "19"}


def test_villages_are_real():
    village = find_village(DEMO_VILLAGES[0])
    assert (village.regency, village.district) == ("KABUPATEN BOGOR", "KEMANG")
    assert len(some_villages("320112", 3)) == 3
    with pytest.raises(UsageError):
        find_village("9999999999")
