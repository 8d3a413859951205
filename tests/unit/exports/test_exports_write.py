"""Tables on disk: text stays text, formulas stay text, files are whole."""

import csv

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi.errors import PapiError, StorageFull, UsageError
from papi.exports.tables import PAGES, QUEUE, READINGS
from papi.exports.write import neutralise, write_table

ROW = {
    "form_id": "4F2K9QW3X",
    "form": "verivali-rt",
    "version": "0A1B2C",
    "page": 1,
    "field": "rt",
    "value": "003",
    "machine_value": "003",
    "confidence": 0.9987,
    "status": "accepted",
    "reason": "",
    "source": "machine",
    "candidates": '[["003", 0.9987]]',
}
FORMULA = {**ROW, "field": "nama_krt", "value": "=cmd|' /C calc'!A0"}


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_keeps_zeros_and_order(tmp_path):
    path = tmp_path / "readings.csv"
    assert write_table(READINGS, [ROW, FORMULA], path) == 2
    rows = read_csv(path)
    assert list(rows[0]) == [c.name for c in READINGS.columns]
    assert rows[0]["value"] == "003"
    assert rows[1]["value"] == FORMULA["value"], "readings are never altered"
    meanings = read_csv(tmp_path / "readings.dictionary.csv")
    assert [m["column"] for m in meanings] == [c.name for c in READINGS.columns]
    assert all(m["meaning"] for m in meanings)


@pytest.mark.parametrize("start", ["=1", "+62", "@x", "-x", "--1", "\t=1"])
def test_queue_csv_neutralises_formulas(tmp_path, start):
    write_table(QUEUE, [{**ROW, "value": start}], tmp_path / "queue.csv")
    assert read_csv(tmp_path / "queue.csv")[0]["value"] == "'" + start


@given(st.text(max_size=20))
def test_nothing_neutralised_starts_a_formula(text):
    safe = neutralise(text)
    assert safe in {text, "'" + text}
    assert not safe.startswith(("=", "+", "@"))


def test_a_negative_number_is_no_formula():
    assert neutralise("-12") == "-12"


def test_xlsx_cells_are_strings(tmp_path):
    path = tmp_path / "readings.xlsx"
    write_table(READINGS, [ROW, FORMULA], path)
    book = openpyxl.load_workbook(path)
    cells = {cell.value: cell.data_type for row in book["readings"].rows for cell in row}
    assert cells["003"] == "s"
    assert cells[FORMULA["value"]] == "s"
    assert book.sheetnames == ["readings", "dictionary"]


def test_parquet_types(tmp_path):
    path = tmp_path / "readings.parquet"
    write_table(READINGS, [ROW], path)
    frame = pd.read_parquet(path)
    assert frame.value[0] == "003"
    assert frame.confidence[0] == pytest.approx(0.9987)
    assert frame.page[0] == 1


def test_an_unknown_page_has_no_number(tmp_path):
    row = {"source": "a.pdf", "index": 0, "sha256": "0" * 64, "status": "blank"}
    write_table(PAGES, [row], tmp_path / "pages.parquet")
    assert pd.read_parquet(tmp_path / "pages.parquet").page.isna().all()
    write_table(PAGES, [row], tmp_path / "pages.csv")
    assert read_csv(tmp_path / "pages.csv")[0]["page"] == ""


@pytest.mark.parametrize("name", ["x.txt", "x", "missing/x.csv"])
def test_a_wrong_name_is_refused_with_advice(tmp_path, name):
    with pytest.raises(UsageError) as refused:
        write_table(READINGS, [ROW], tmp_path / name)
    assert refused.value.exit_code == 2
    assert refused.value.next_step


def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    def rows():
        yield ROW
        raise OSError(28, "No space left on device")

    for name in ("x.csv", "x.parquet", "x.xlsx"):
        with pytest.raises(StorageFull) as full:
            write_table(READINGS, rows(), tmp_path / name)
        assert isinstance(full.value, PapiError)
    assert [p.name for p in tmp_path.iterdir()] == []
