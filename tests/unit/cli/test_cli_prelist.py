"""`papi prelist columns` and `import` as a person types them, and memory at 100,000 lines."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from papi.cli import cli
from papi.office.workspace import Workspace

RUNNER = CliRunner()
HEADER = ("IDBDT", "kode_wilayah", "RW", "RT", "NoUrut_RT", "Nama_KRT", "Alamat", "Nama", "NIK")
MEMORY_LIMIT_MB = 300
IMPORT_AND_MEASURE = """
import sys, pathlib
from papi.cli import cli
try:
    cli(sys.argv[1:])
finally:
    print(pathlib.Path("/proc/self/status").read_text(), file=sys.stderr)
"""


def line(number: int) -> list[str]:
    home = number // 4
    return [
        f"3201012001{home:08d}", "3201012001", "001", "002", str(home), "KEPALA CONTOH",
        f"JALAN CONTOH NOMOR {home}", f"NAMA CONTOH {number}", f"{3201010101900000 + number}",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["verivali-rt", "verivali-ppks"])
def test_columns_as_json(form: str) -> None:
    result = RUNNER.invoke(cli, ["prelist", "columns", form, "--json"])
    assert result.exit_code == 0, result.stderr
    columns = {column["name"]: column for column in json.loads(result.stdout)}
    assert all({"name", "required", "type", "meaning"} <= set(c) for c in columns.values())
    assert columns["nik"]["pattern"] == r"\d{16}"
    assert columns["nama"]["required"] is True
    sex = columns["jnskel" if form == "verivali-rt" else "jenis_kelamin"]
    assert (sex["code_list"], [c["code"] for c in sex["codes"]]) == ("jenis_kelamin", ["1", "2"])


def test_columns_for_people_and_unknown_form() -> None:
    result = RUNNER.invoke(cli, ["prelist", "columns", "verivali-rt"])
    assert result.stdout.splitlines()[0].split("\t")[:3] == ["name", "required", "type"]
    assert RUNNER.invoke(cli, ["prelist", "columns", "nope"]).exit_code == 8


def test_import_and_its_exit_codes(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    lines = [HEADER, line(0), [*line(4)[:-1], "320101010190000"]]
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(lines)
    call = ["-w", str(workspace.folder), "prelist", "import", str(path), "--form", "verivali-rt"]
    refused = RUNNER.invoke(cli, call)
    assert refused.exit_code == 6
    assert "line 3, NIK: has 15 digits instead of 16 (3201*******0000)" in refused.stderr
    assert "nothing imported" in refused.stdout
    skipped = RUNNER.invoke(cli, [*call, "--skip-bad", "--json"])
    assert skipped.exit_code == 1
    report = json.loads(skipped.stdout)
    assert (report["added"], report["refused"], report["imported"]) == (1, 1, True)
    assert report["complaints"][0]["column"] == "NIK"
    assert RUNNER.invoke(cli, [*call, "--skip-bad", "--dry-run"]).exit_code == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_at_100_000_lines(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"large.{kind}"
    rows = (HEADER, *(line(number) for number in range(100_000)))
    if kind == "csv":
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)
    else:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
        book.save(path)
    call = ["-w", str(workspace.folder), "prelist", "import", str(path), "--form", "verivali-rt"]
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", IMPORT_AND_MEASURE, *call],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "25000 added" in done.stdout
    peak_kb = int(done.stderr.split("VmHWM:")[1].split()[0])
    assert peak_kb <= MEMORY_LIMIT_MB * 1024
