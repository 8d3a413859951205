"""The list an officer takes to the village: what is missing, where it is, no name in tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pdfplumber
import pytest
from made_forms import Filled, issue, persons, scan

from papi.errors import UsageError
from papi.model.sheet import readable_form_id
from papi.office.missing import write_missing
from papi.office.workspace import Workspace
from papi.store.issued import save_copies
from papi.store.prelists import prelist_rows

TODAY = dt.date(2026, 7, 1)


@pytest.fixture
def forms(workspace: Workspace) -> list[Filled]:
    """Four persons, printed in one file: one whole, one with page 2 missing, two not returned."""
    made = issue(persons(4))
    first = {form.issued.form_id: 3 + 2 * n for n, form in enumerate(made)}
    save_copies("village.pdf", first, dict.fromkeys(first, 1))
    scan([*made[0].pages(), made[1].page(1)], "a.pdf")
    return made


def names(forms: list[Filled]) -> set[str]:
    """Names on the pre-list, in words."""
    ids = [form.issued.prelist_id or "" for form in forms]
    rows = prelist_rows(forms[0].issued.form, ids)
    return {row.value("nama") for row in rows.values()}


def test_a_table_says_what_is_missing_and_where_it_was_printed(
    forms: list[Filled], tmp_path: Path
) -> None:
    path = tmp_path / "missing.csv"
    assert write_missing(path) == 3
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("form_id")
    assert set(rows.index) == {readable_form_id(form.issued.form_id) for form in forms[1:]}
    half = rows.loc[readable_form_id(forms[1].issued.form_id)]
    assert (half["missing"], half["pages"], half["pdf_pages"]) == ("pages", "2", "6")
    lost = rows.loc[readable_form_id(forms[2].issued.form_id)]
    assert (lost["missing"], lost["pages"], lost["pdf_pages"]) == ("form", "1 2", "7 8")
    assert set(rows["pdf_file"]) == {"village.pdf"}
    assert all(rows["printed"])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_tables_bear_no_names(forms: list[Filled], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"missing{suffix}"
    write_missing(path)
    read = pd.read_csv if suffix == ".csv" else pd.read_excel
    text = " ".join(read(path, dtype=str, keep_default_na=False).to_numpy().ravel())
    assert "village.pdf" in text
    assert not [name for name in names(forms) if name in text]


def test_the_printed_list_is_in_indonesian_with_id_and_name(
    forms: list[Filled], tmp_path: Path
) -> None:
    path = tmp_path / "missing.pdf"
    assert write_missing(path, today=TODAY) == 3
    with pdfplumber.open(path) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
    for form in forms[1:]:
        assert readable_form_id(form.issued.form_id) in text
    assert readable_form_id(forms[0].issued.form_id) not in text
    assert "hal. 2" in text
    assert "semua (2 hal.)" in text
    assert "1 Juli 2026" in text
    assert "RAHASIA" in text
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def test_one_region_alone(forms: list[Filled], tmp_path: Path) -> None:
    path = tmp_path / "missing.csv"
    region = forms[2].issued.region
    expected = sum(form.issued.region == region for form in forms[1:])
    assert write_missing(path, region) == expected
    assert write_missing(path, "99") == 0


def test_nothing_missing_is_said_on_paper(workspace: Workspace, tmp_path: Path) -> None:
    (form,) = issue(persons(1))
    scan(form.pages(), "a.pdf")
    path = tmp_path / "missing.pdf"
    assert write_missing(path) == 0
    with pdfplumber.open(path) as pdf:
        assert "sudah kembali" in pdf.pages[0].extract_text()


def test_another_suffix_is_wrong_use(forms: list[Filled], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv"):
        write_missing(tmp_path / "missing.doc")
    with pytest.raises(UsageError, match="folder"):
        write_missing(tmp_path / "no" / "missing.pdf")
