"""`papi purge`: it says what is due, asks, destroys, and leaves a protocol."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from paper import Paper

from papi.cli import cli
from papi.office.purging import is_sealed
from papi.office.workspace import open_workspace
from papi.store import audit
from papi.store.models import AuditValue

BEFORE = ("--before", "2026-06-01")


@pytest.fixture
def keyed(desk: Paper, monkeypatch: pytest.MonkeyPatch) -> Paper:
    """Three values were keyed in March."""
    open_workspace(desk.workspace)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
        audit.record("siti", [audit.Event("entry.made", values={"value": "RAHASIA"})] * 3)
    return desk


def purge(desk: Paper, *words: object, said: str = "") -> Result:
    return CliRunner().invoke(
        cli, ["-w", str(desk.workspace), "purge", *map(str, words)], input=said
    )


def test_a_dry_run_counts_and_changes_nothing(keyed: Paper) -> None:
    result = purge(keyed, *BEFORE, "--what", "all", "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 event(s) with personal data beside them" in result.stderr
    due = json.loads(purge(keyed, *BEFORE, "--what", "values", "--dry-run", "--json").stdout)
    assert (due["values"], due["files"]) == (3, 0)
    assert AuditValue.objects.count() == 3


@pytest.mark.parametrize("said", ["", "\n", "y\n", "yes\n", "no\n"])
def test_nothing_is_destroyed_without_the_word(keyed: Paper, tmp_path: Path, said: str) -> None:
    result = purge(keyed, *BEFORE, "--what", "values", "--out", tmp_path / "ba.txt", said=said)
    assert result.exit_code == (1 if said else 130)  # no answer at all is an interruption
    assert AuditValue.objects.count() == 3
    assert not (tmp_path / "ba.txt").exists()


def test_it_destroys_and_leaves_a_protocol(keyed: Paper, tmp_path: Path) -> None:
    out = tmp_path / "berita-acara.txt"
    result = purge(keyed, *BEFORE, "--what", "values", "--out", out, said="destroy\n")
    assert result.exit_code == 0, result.output
    assert result.stdout == "values\t3\n"
    assert AuditValue.objects.count() == 0
    text = out.read_text()
    assert is_sealed(text)
    assert "BERITA ACARA PEMUSNAHAN DATA" in text
    run = text.split("Nomor            : ")[1].split("\n")[0]
    assert purge(keyed, "--protocol", run).stdout == f"{text}\n"
    assert purge(keyed, "--protocol", run, "--out", out).exit_code == 2
    again = purge(keyed, *BEFORE, "--what", "all", said="destroy\n")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "Nothing was due." in again.stderr
    verified = keyed.papi("audit", "verify")
    assert verified.exit_code == 0
    assert "3 with values destroyed under a record: whole" in verified.stdout


@pytest.mark.parametrize(
    "words",
    [
        (), BEFORE, ("--what", "all"), ("--before", "2999-01-01", "--what", "all"),
        ("--before", "yesterday", "--what", "all"), (*BEFORE, "--what", "everything"),
        ("--protocol", "no-such-run"),
    ],
)  # fmt: skip
def test_wrong_use_destroys_nothing(keyed: Paper, words: tuple[str, ...]) -> None:
    assert purge(keyed, *words, said="destroy\n").exit_code == 2
    assert AuditValue.objects.count() == 3


def test_a_protocol_that_cannot_be_written_is_told_before(keyed: Paper, tmp_path: Path) -> None:
    out = tmp_path / "there.txt"
    out.write_text("an older one")
    result = purge(keyed, *BEFORE, "--what", "values", "--out", out, said="destroy\n")
    assert result.exit_code == 2
    nowhere = tmp_path / "nowhere" / "ba.txt"
    assert (
        purge(keyed, *BEFORE, "--what", "values", "--out", nowhere, said="destroy\n").exit_code == 2
    )
    assert AuditValue.objects.count() == 3
