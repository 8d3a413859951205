from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from papi.checking.regions import RegionTable, dotted
from papi.errors import InputUnreadable, UsageError

TABLE = RegionTable.kemendagri()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("32", "Jawa Barat"),
        ("3201", "Kabupaten Bogor"),
        ("32.01.01", "Cibinong"),
        ("3201022001", "Wanaherang"),
        ("32.01.02.2001", "Wanaherang"),
        ("3299", None),
        ("", None),
        ("320", None),
        ("x", None),
    ],
)
def test_names(code: str, name: str | None) -> None:
    assert TABLE.name(code) == name
    assert TABLE.exists(code) is (name is not None)


@pytest.mark.parametrize(
    ("prefix", "digits"),
    [
        ("320101", 6),
        ("320199", 4),
        ("329901", 2),
        ("990101", 0),
        ("540101", 2),
        ("910101", 6),
        ("640401", 6),
        ("910199", 4),
        ("000000", 0),
    ],
)
def test_how_much_of_a_nik_prefix_is_known(prefix: str, digits: int) -> None:
    assert TABLE.known_digits(prefix) == digits
    assert TABLE.known_nik_prefix(prefix) is (digits == 6)


def test_one_table_per_process() -> None:
    assert RegionTable.kemendagri() is TABLE


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_own_table(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"wilayah{suffix}"
    raw = "\ufeffkode,nama\n32,Jawa Barat\n32.01,Kabupaten Bogor\n".encode()
    path.write_bytes(gzip.compress(raw) if suffix.endswith("gz") else raw)
    table = RegionTable.from_csv(path)
    assert table.name("3201") == "Kabupaten Bogor"
    assert table.known_digits("320101") == 4


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"kode,nama\n", b""])
def test_own_table_without_columns_or_rows_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wilayah.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        RegionTable.from_csv(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_own_table_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "wilayah.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputUnreadable):
        RegionTable.from_csv(path)


def test_own_table_that_is_no_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wilayah.csv.gz"
    path.write_bytes(b"kode,nama\n32,Jawa Barat\n")
    with pytest.raises(InputUnreadable):
        RegionTable.from_csv(path)


def test_codes_are_printed_with_dots() -> None:
    assert dotted("3201022001") == "32.01.02.2001"
    assert dotted("3201") == "32.01"
