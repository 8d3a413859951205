"""`papi export`: five tables in three formats, with their dictionaries."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from made_forms import PERSON_FORM
from paper import Paper, tiff

from papi.store.models import IssuedForm

TABLES = ("records", "members", "readings", "queue", "pages")


@pytest.fixture
def read(desk: Paper, stack: Path) -> Paper:
    sides = [desk.image(side) for side in desk.sides(PERSON_FORM)]
    (stack / "a.tif").write_bytes(tiff(sides))
    assert desk.ingest(stack).exit_code == 0
    return desk


@pytest.mark.parametrize("table", TABLES)
def test_every_table_says_the_same_in_every_format(table: str, read: Paper, tmp_path: Path) -> None:
    frames = []
    for suffix in ("csv", "xlsx", "parquet"):
        path = tmp_path / f"{table}.{suffix}"
        result = read.papi("export", table, "--out", path)
        assert (result.exit_code, result.stdout) == (0, ""), result.stderr
        frames.append(_frame(path))
    assert list(frames[0].columns) == list(frames[1].columns) == list(frames[2].columns)
    assert len(frames[0]) == len(frames[1]) == len(frames[2])
    texts = [c for c in frames[0].columns if c not in {"confidence", "page", "index", "member"}]
    for other in frames[1:]:
        assert frames[0][texts].equals(other[texts].astype(str))


def _frame(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    read = pd.read_csv if path.suffix == ".csv" else pd.read_excel
    return read(path, dtype=str, keep_default_na=False)


def test_the_dictionary_explains_every_column(read: Paper, tmp_path: Path) -> None:
    read.papi("export", "readings", "--out", tmp_path / "r.csv")
    columns = pd.read_csv(tmp_path / "r.csv", dtype=str).columns
    words = pd.read_csv(tmp_path / "r.dictionary.csv", dtype=str)
    assert list(words["column"]) == list(columns)
    assert words["meaning"].str.len().min() > 5


def test_values_decided_before_the_last_news_are_told_of(read: Paper, tmp_path: Path) -> None:
    IssuedForm.objects.filter(record__isnull=False).update(undecided=True)
    for table in TABLES:
        result = read.papi("export", table, "--out", tmp_path / f"{table}.csv")
        assert result.exit_code == (0 if table == "pages" else 1)
        assert ("may be old" in result.stderr) == (table != "pages")
    status = read.papi("status", "--json")
    forms = json.loads(status.stdout)["forms"]
    assert status.exit_code == 1
    assert (forms["undecided"], forms["matched"] + forms["in_queue"]) == (forms["returned"], 0)


@pytest.mark.parametrize("name", ["readings.txt", "nowhere/readings.csv"])
def test_a_place_that_cannot_be_written(name: str, read: Paper, tmp_path: Path) -> None:
    result = read.papi("export", "readings", "--out", tmp_path / name)
    assert result.exit_code == 2
    assert result.stderr


def test_a_table_that_does_not_exist(read: Paper, tmp_path: Path) -> None:
    assert read.papi("export", "people", "--out", tmp_path / "p.csv").exit_code == 2
