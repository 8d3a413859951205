"""`papi status --todo` and `--missing`: what is listed can be done, and then is listed no more."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from made_forms import PERSON_FORM
from paper import DPI, Paper, pdf

from papi.model.page import Gray
from papi.model.sheet import A4, readable_form_id


def nameless(gray: Gray) -> Gray:
    """The page without barcodes, and with a blot over its id for human eyes."""
    gray = gray.copy()
    for box in (A4.qr, A4.data_matrix, *A4.id_texts):
        top, bottom = (round(mm / 25.4 * DPI) for mm in (box.y - 1.5, box.bottom + 1.5))
        left, right = (round(mm / 25.4 * DPI) for mm in (box.x - 1.5, box.right + 12))
        gray[top:bottom, left:right] = 255 if box in {A4.qr, A4.data_matrix} else 0
    return gray


def todo(desk: Paper) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(desk.papi("status", "--todo", "--json").stdout)
    return found


@pytest.fixture
def ingested(desk: Paper, stack: Path) -> Paper:
    """One form whose second page lost its name; the other form did not come back."""
    first, second = desk.images(PERSON_FORM, 0)
    (stack / "a.pdf").write_bytes(pdf([first, nameless(second)]))
    desk.ingest(stack)
    return desk


def test_what_the_list_says_can_be_typed(ingested: Paper) -> None:
    form_id = ingested.sides(PERSON_FORM, 0)[0].form_id
    (fix,) = (item for item in todo(ingested)["items"] if item["action"] == "fix")
    assert fix["pages"] == [[form_id, 2]], "the page before it tells which page it must be"
    result = ingested.papi(*shlex.split(fix["command"])[1:])
    assert result.exit_code == 0, result.stderr
    assert todo(ingested)["counts"] == {
        "rescan": 0, "fix": 0, "choose": 0, "find": 0, "collect": 1, "ingest": 0,
    }  # fmt: skip
    status = ingested.status()
    assert status["pages"]["by_status"] == {"read": 2}
    assert status["forms"]["complete"] == 1


def test_for_people(ingested: Paper) -> None:
    result = ingested.papi("status", "--todo")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Batch 1 (")
    keyed = readable_form_id(ingested.sides(PERSON_FORM, 0)[0].form_id)
    assert f"  Fix: scan 2 of a.pdf, sheet 1 of the stack, after {keyed} page 1" in lines
    assert lines[-1] == "To do: fix 1, find 1, collect 1"


@pytest.mark.parametrize("suffix", ["pdf", "csv", "xlsx"])
def test_as_files(ingested: Paper, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"todo.{suffix}"
    assert ingested.papi("status", "--todo", "--out", path).stdout == f"{path}\t3 items\n"
    assert path.stat().st_size > 0
    path = tmp_path / f"missing.{suffix}"
    result = ingested.papi("status", "--missing", path)
    assert (result.exit_code, result.stdout) == (0, f"{path}\t2 forms\n")
    assert ("bears names" in result.stderr) == (suffix == "pdf")


def test_one_region(ingested: Paper, tmp_path: Path) -> None:
    path = tmp_path / "missing.csv"
    region = ingested.sides(PERSON_FORM, 1)[0].region
    dotted = f"{region[:2]}.{region[2:4]}"
    assert ingested.papi("status", "--missing", path, "--region", dotted).stdout.startswith(
        f"{path}\t"
    )
    assert ingested.papi("status", "--missing", path, "--region", "99").stdout.endswith("0 forms\n")


@pytest.mark.parametrize(
    "words",
    [("--out", "a.csv"), ("--region", "32"), ("--todo", "--missing", "a.csv"),
     ("--todo", "--out", "a.doc"), ("--missing", "a.doc")],
)  # fmt: skip
def test_wrong_use(desk: Paper, words: tuple[str, ...]) -> None:
    assert desk.papi("status", *words).exit_code == 2


def test_a_stack_in_order_leaves_nothing_to_do(desk: Paper, stack: Path) -> None:
    pages = [page for number in (0, 1) for page in desk.images(PERSON_FORM, number)]
    (stack / "a.pdf").write_bytes(pdf(pages))
    desk.ingest(stack)
    result = desk.papi("status", "--todo")
    assert (result.exit_code, result.stdout) == (0, "To do: nothing\n")
