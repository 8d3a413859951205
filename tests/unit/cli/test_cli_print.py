"""`papi print` as a person types it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from click.testing import CliRunner

from papi.cli import cli
from papi.model.prelist import PrelistRow
from papi.office.workspace import Workspace
from papi.store.prelists import ImportSource, import_rows

RUNNER = CliRunner()
HEADER = "pdf_file,pdf_page,form_id,form,page,prelist_id,version,copy,region"


def test_print_and_its_exit_codes(workspace: Workspace, tmp_path: Path) -> None:
    rows = [PrelistRow("verivali-ppks", f"P{n}", "3201012001", {"nama": "SITI"}) for n in (1, 2)]
    import_rows(ImportSource("verivali-ppks", "p.csv", "0" * 64), rows)
    out = tmp_path / "out"
    call = ["-w", str(workspace.folder), "print", "--form", "verivali-ppks", "--out", str(out)]
    result = RUNNER.invoke(cli, [*call, "--region", "32.01"])
    assert result.exit_code == 0, result.stderr
    lines = (out / "manifest.csv").read_text().splitlines()
    assert lines[0] == HEADER
    assert [row["prelist_id"] for row in csv.DictReader(lines)] == ["P1", "P1", "P2", "P2"]
    assert "2 forms" in result.stdout
    again = RUNNER.invoke(cli, [*call, "--json"])
    assert json.loads(again.stdout)["printed_again"] == 2
    nothing = RUNNER.invoke(cli, [*call, "--region", "99"])
    assert nothing.exit_code == 1
    assert "Nothing to print" in nothing.stderr
    assert RUNNER.invoke(cli, [*call[:-4], "--form", "nope", "--out", str(out)]).exit_code == 8
    assert RUNNER.invoke(cli, [*call, "--region", "Bogor"]).exit_code == 2
    assert RUNNER.invoke(cli, [*call[:-1], str(workspace.folder / "papi.toml")]).exit_code == 2
