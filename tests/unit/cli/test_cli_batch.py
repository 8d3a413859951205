"""`papi batch`: what came in together is listed and can be taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_forms import PERSON_FORM
from paper import Paper, tiff

from papi.cli import cli


@pytest.fixture
def taken_in(desk: Paper, stack: Path) -> Paper:
    (stack / "form.tif").write_bytes(tiff(desk.images(PERSON_FORM), bilevel=True))
    assert desk.ingest(stack).exit_code == 0
    return desk


def answer(desk: Paper, words: str, said: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["-w", str(desk.workspace), *words.split()], input=said)
    return result.exit_code, result.stderr


def test_a_batch_is_listed_taken_back_and_taken_in_again(taken_in: Paper, stack: Path) -> None:
    before = taken_in.tables()
    (batch,) = json.loads(taken_in.papi("batch", "list", "--json").stdout)
    assert (batch["batch"], batch["name"], batch["total"]) == (1, "stack", 2)
    done = taken_in.papi("batch", "withdraw", 1, "--yes")
    assert (done.exit_code, done.stdout) == (0, "1\twithdrawn\t1 files\t2 pages\n")
    status = taken_in.status()
    assert (status["pages"]["total"], status["pages"]["accounted"]) == (0, True)
    assert status["forms"]["returned"] == 0
    again = taken_in.papi("batch", "withdraw", 1, "--yes")
    assert again.exit_code == 0
    assert "withdrawn before" in again.stderr
    lines = taken_in.papi("batch", "list").stdout.splitlines()
    assert lines[1].split("\t")[3:6] == ["1", "2", "2 read"]
    assert "withdrawn 20" in lines[1]
    assert taken_in.ingest(stack).exit_code == 0
    assert taken_in.tables() == before
    assert taken_in.papi("batch", "list").stdout.splitlines()[2].startswith("2\tstack\t")


def test_it_asks_first(taken_in: Paper) -> None:
    code, told = answer(taken_in, "batch withdraw 1", "n\n")
    assert code == 1
    assert "2 page(s): 2 read" in told
    assert "1 form(s) lose them" in told
    assert taken_in.status()["pages"]["total"] == 2
    assert answer(taken_in, "batch withdraw 1", "y\n")[0] == 0
    assert taken_in.status()["pages"]["total"] == 0


def test_no_such_batch(taken_in: Paper) -> None:
    result = taken_in.papi("batch", "withdraw", 5, "--yes")
    assert result.exit_code == 2
    assert "There is no batch 5" in result.stderr
