"""Pre-list import: what is accepted, what is refused with line, column and reason, what changes."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from papi.errors import InputUnreadable, PrelistInvalid, UnknownForm
from papi.office.prelist import ImportReport, import_prelist
from papi.office.workspace import Workspace

FORM, PERSON = "verivali-rt", "verivali-ppks"
NIK = "3201011708900001"
Row = Mapping[str, Any]


def household(number: int, member: int = 1, **changed: Any) -> dict[str, Any]:
    """One line of an invented household: one of its members."""
    return {
        "IDBDT": f"3201012001{number:06d}",
        "KDPROP": "32",
        "KDKAB": "01",
        "KDKEC": "01",
        "KDDESA": "2001",
        "NMDESA": "SUKA MAJU",
        "RW": "002",
        "RT": "001",
        "NoUrut_RT": str(number),
        "Nama_KRT": "BUDI CONTOH",
        "sta_bangunan": "1",
        "lantai": "06",
        "Nama": f"ANGGOTA {'ABC'[member - 1]}",
        "NIK": f"320101170890{number:02d}{member:02d}",
        "TglLahir": "1990-08-17",
        "JnsKel": "1",
        **changed,
    }


def person(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "id_ppks": f"P{number:05d}",
        "kode_wilayah": "32.01.01.2001",
        "nama": "SITI CONTOH",
        "nik": NIK,
        "tgl_lahir": "17/08/1990",
        "ppks_1": "8",
        **changed,
    }


def write_csv(
    path: Path, rows: Iterable[Row], separator: str = ",", encoding: str = "utf-8"
) -> Path:
    rows = list(rows)
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: Iterable[Row]) -> Path:
    rows = list(rows)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)
    return path


def complaints(report: ImportReport) -> list[str]:
    return [str(complaint) for complaint in report.complaints]


@pytest.fixture
def folder(workspace: Workspace, tmp_path: Path) -> Path:
    """A folder for files, with a workspace open in this process."""
    return tmp_path


def stored(prelist_id: str, form: str = FORM) -> Any:
    from papi.store.prelists import prelist_row

    return prelist_row(form, prelist_id)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_in_every_encoding_and_separator(folder: Path, encoding: str, separator: str) -> None:
    rows = [
        household(1, alamat="Jl. Café, no. 5; RT 1"),
        household(1, 2, alamat="Jl. Café, no. 5; RT 1"),
    ]
    report = import_prelist(write_csv(folder / "list.csv", rows, separator, encoding), FORM)
    assert complaints(report) == []
    assert (report.lines, report.added, report.imported) == (2, 1, True)
    row = stored("3201012001000001")
    assert row.region == "3201012001"
    assert row.value("alamat") == "Jl. Café, no. 5; RT 1"
    assert row.value("art.2.nik") == "3201011708900102"
    assert (row.value("kdprop"), row.value("kddesa"), row.value("tgllahir")) == ("32", "2001", "")


def test_sep_line_of_a_spreadsheet(folder: Path) -> None:
    path = write_csv(folder / "list.csv", [household(1, NIK="32")], ";")
    path.write_text("sep=;\n" + path.read_text())
    (complaint,) = import_prelist(path, FORM).complaints
    assert (complaint.line, complaint.column) == (3, "NIK")


def test_xlsx(folder: Path) -> None:
    rows = [
        household(1, TglLahir=dt.datetime(1990, 8, 17), luas_lantai=36, sta_bangunan=1, lantai=6),
        household(1, 2, TglLahir="17-08-1990", luas_lantai=36, sta_bangunan=1, lantai=6),
    ]
    report = import_prelist(write_xlsx(folder / "list.xlsx", rows), FORM)
    assert complaints(report) == []
    row = stored("3201012001000001")
    assert [m["tgllahir"] for m in row.members] == ["1990-08-17"] * 2
    assert (row.value("lantai"), row.value("luas_lantai")) == ("06", "36")


def test_persons(folder: Path) -> None:
    report = import_prelist(write_csv(folder / "p.csv", [person(1), person(2)]), PERSON)
    assert report.added == 2
    row = stored("P00001", PERSON)
    assert row.region == "3201012001"
    assert (row.value("tgl_lahir"), row.value("ppks_1")) == ("1990-08-17", "08")
    assert row.members == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("3,20101E+15", "scientific notation"),
        ("3.20101E+15", "scientific notation"),
        ("320101170890001", "15 digits instead of 16 (3201*******0001)"),
        ("32010117089000011", "17 digits instead of 16"),
        ("3201011708900001.0", "decimal number"),
        ("'3201011708900001", "apostrophe"),
        ("3201 0117 0890 0001", "other than digits"),
        ("３２０１０１１７０８９００００１", "other than digits"),
    ],
)
def test_damaged_nik_in_csv(folder: Path, cell: str, reason: str) -> None:
    rows = [household(1), household(2, NIK=cell)]
    report = import_prelist(write_csv(folder / "list.csv", rows), FORM)
    (complaint,) = report.complaints
    assert (complaint.line, complaint.column) == (3, "NIK")
    assert reason in complaint.reason
    assert not report.imported
    assert stored("3201012001000001") is None


@pytest.mark.parametrize("column", ["NIK", "NOKK_1"])
@pytest.mark.parametrize("cell", [3201011708900001, 320101170890001, 3.20101e15, 3.5])
def test_number_cell_of_an_identity_number(folder: Path, column: str, cell: float) -> None:
    report = import_prelist(
        write_xlsx(folder / "list.xlsx", [household(1, **{column: cell})]), FORM
    )
    (complaint,) = report.complaints
    assert (complaint.line, complaint.column) == (2, column)
    assert "number cell" in complaint.reason


@pytest.mark.parametrize(
    ("changed", "column", "reason"),
    [
        ({"TglLahir": "31/02/1990"}, "TglLahir", "does not exist"),
        ({"TglLahir": "19900817"}, "TglLahir", "does not exist"),
        ({"TglLahir": "17 Agustus 1990"}, "TglLahir", "is no date"),
        ({"JnsKel": "L"}, "JnsKel", "is no code of jenis_kelamin (1, 2)"),
        ({"lantai": "99"}, "lantai", "is no code of lantai (01, 02"),
        ({"RT": "0001"}, "RT", "has 4 digits, expected 1-3 digits"),
        ({"jumlah_art": "1.5"}, "jumlah_art", "no whole number"),
        ({"luas_lantai": "1000"}, "luas_lantai", "outside 0-999"),
        ({"Nama": ""}, "nama", "is required and empty"),
        ({"IDBDT": ""}, "idbdt", "is required and empty"),
        ({"IDBDT": "3,20E+15"}, "IDBDT", "scientific"),
        ({"IDBDT": "3" * 24}, "IDBDT", "24 characters, at most 23"),
        ({"KDKAB": "3302"}, "kddesa", "begins with 32"),
        ({"KDDESA": "001"}, "KDDESA", "has 3 digits, expected 4 or 10 digits"),
        ({"KDKEC": ""}, "kddesa", "needs kdkec as well"),
        ({"hp": "81234567890"}, "hp", "the form 0"),
    ],
)
def test_refused_cells(folder: Path, changed: Row, column: str, reason: str) -> None:
    report = import_prelist(write_csv(folder / "l.csv", [household(1, **changed)]), FORM)
    assert report.complaints[0].line == 2
    assert report.complaints[0].column == column
    assert reason in report.complaints[0].reason
    assert not report.imported


@pytest.mark.parametrize(
    "text", ["1990-08-17", "17/08/1990", "17-8-1990", "17081990", "1990-08-17 00:00:00"]
)
def test_dates_are_kept_as_iso(folder: Path, text: str) -> None:
    import_prelist(write_csv(folder / "l.csv", [household(1, TglLahir=text)]), FORM)
    assert stored("3201012001000001").value("art.1.tgllahir") == "1990-08-17"


@pytest.mark.parametrize(
    "parts",
    [
        {"KDPROP": "32", "KDKAB": "3201", "KDKEC": "01", "KDDESA": "2001"},
        {"KDPROP": "32", "KDKAB": "3201", "KDKEC": "32.01.01", "KDDESA": "32.01.01.2001"},
        {"kode_wilayah": "32.01.01.2001"},
    ],
)
def test_regions_are_written_in_many_ways(folder: Path, parts: Row) -> None:
    row = household(1, **parts)
    if "kode_wilayah" in parts:
        for name in ("KDPROP", "KDKAB", "KDKEC", "KDDESA"):
            del row[name]
    report = import_prelist(write_csv(folder / "l.csv", [row]), FORM)
    assert complaints(report) == []
    assert stored("3201012001000001").region == "3201012001"


def test_members_may_stand_apart_and_must_agree(folder: Path) -> None:
    rows = [household(1), household(2), household(1, 2), household(2, 2, Nama_KRT="LAIN")]
    report = import_prelist(write_csv(folder / "l.csv", rows), FORM, skip_bad=True)
    assert complaints(report) == ["line 5, nama_krt: differs from line 3 of the same household"]
    assert (report.added, report.refused, report.imported) == (1, 1, True)
    assert len(stored("3201012001000001").members) == 2
    assert stored("3201012001000002") is None


def test_an_empty_household_cell_differs_from_a_filled_one(folder: Path) -> None:
    rows = [household(1, lantai=""), household(1, 2, lantai="06")]
    report = import_prelist(write_csv(folder / "l.csv", rows), FORM)
    assert complaints(report) == ["line 3, lantai: differs from line 2 of the same household"]


def test_too_many_members(folder: Path) -> None:
    rows = [household(1) for _ in range(21)]
    report = import_prelist(write_csv(folder / "l.csv", rows), FORM)
    assert complaints(report) == ["line 22: is member 21 of its household, at most 20 fit"]


def test_a_person_twice(folder: Path) -> None:
    report = import_prelist(write_csv(folder / "l.csv", [person(1), person(1)]), PERSON)
    assert complaints(report) == ["line 3, id_ppks: stands on line 2 already"]


def test_again_changes_nothing_and_changes_are_told(folder: Path) -> None:
    from papi.store.models import PrelistImport
    from papi.store.prelists import past_rows

    first = [household(1), household(2)]
    import_prelist(write_csv(folder / "a.csv", first), FORM)
    again = import_prelist(write_xlsx(folder / "a.xlsx", first), FORM)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert PrelistImport.objects.count() == 1
    second = [household(1), household(2, Nama="NAMA BARU"), household(3)]
    third = import_prelist(write_csv(folder / "b.csv", second), FORM)
    assert (third.added, third.changed, third.unchanged) == (1, 1, 1)
    assert stored("3201012001000002").value("art.1.nama") == "NAMA BARU"
    (past,) = past_rows(FORM, "3201012001000002")
    assert past.value("art.1.nama") == "ANGGOTA A"


def test_dry_run_imports_nothing(folder: Path) -> None:
    report = import_prelist(write_csv(folder / "a.csv", [household(1)]), FORM, dry_run=True)
    assert (report.added, report.imported) == (1, False)
    assert stored("3201012001000001") is None


def test_unknown_columns_are_named_and_left_out(folder: Path) -> None:
    report = import_prelist(write_csv(folder / "a.csv", [household(1, Hobi="bola")]), FORM)
    assert report.unknown_columns == ("Hobi",)
    assert report.imported


def test_messages_hold_no_personal_data(folder: Path) -> None:
    rows = [household(1, NIK="320101170890001", TglLahir="31/02/1990", RT="x", Nama="SRI " * 30)]
    text = " ".join(complaints(import_prelist(write_csv(folder / "a.csv", rows), FORM)))
    assert "320101170890001" not in text
    assert "SRI" not in text
    assert "1990" not in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"IDBDT,NIK\n", "missing column kdprop"),
        (b"NIK,nik\n", "stands twice"),
        (b"\xff\xfeI\x00D\x00", "UTF-16"),
        (b"\xd0\xcf\x11\xe0rest", ".xls"),
        (b"PK\x03\x04rest", "damaged"),
        (b"IDBDT\n\x00\x01", "neither csv nor xlsx"),
        (b"a,b\n1,2\n\x81,\xff\n", "line 3"),
        (b'idbdt,kode_wilayah,nama\n1,3201012001,"x', "line 2"),
        (b"idbdt,kode_wilayah,nama\n", "no rows"),
    ],
)
def test_files_that_are_no_list(folder: Path, content: bytes, says: str) -> None:
    path = folder / "list.csv"
    path.write_bytes(content)
    with pytest.raises(PrelistInvalid) as caught:
        import_prelist(path, FORM)
    assert says in caught.value.message


def test_a_shifted_line(folder: Path) -> None:
    path = folder / "list.csv"
    path.write_text("idbdt,kode_wilayah,nama\n1,3201012001,A,B\n")
    assert complaints(import_prelist(path, FORM)) == ["line 2: has 4 cells, the header 3"]


def test_no_such_file_or_form(folder: Path) -> None:
    with pytest.raises(InputUnreadable):
        import_prelist(folder / "nothing.csv", FORM)
    with pytest.raises(InputUnreadable, match=r"^\. cannot be read"):
        import_prelist(Path(), FORM)
    with pytest.raises(UnknownForm):
        import_prelist(folder / "nothing.csv", "kuesioner")
