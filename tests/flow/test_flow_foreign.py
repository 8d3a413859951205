"""Draft a form nobody here printed, fill and scan it, read it: by the commands a person types."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result
from foreign_paper import FORMS, PX_PER_MM, Printed, fill, render
from paper import png

from papi.cli import cli
from papi.forms.draft_file import load_form
from papi.model.foreign import ForeignForm
from papi.synth.degrade import as_stored, degrade_page
from papi.synth.scan_settings import draw_settings

SEED, PAGES = 20268, 2


def papi(*words: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, words)])


def placed_at(form: ForeignForm, item: Printed) -> tuple[str, int]:
    """The drafted field and number of the box that stands where `item` was printed."""
    for field in form.fields:
        boxes = [*field.cells, *(choice.box for choice in field.choices)]
        for number, box in enumerate(boxes):
            if np.abs(np.array(box.center) - item.box.center).max() < 0.3:
                return field.name, number
    raise AssertionError(f"no field at {item}")


def expected(form: ForeignForm, items: list[Printed], answer: str) -> tuple[str, str]:
    """The field of a question and the value that was written into it."""
    name, _ = placed_at(form, items[0])
    if items[0].kind != "tick" or not answer:
        return name, answer
    number = placed_at(form, next(i for i in items if i.code == answer))[1]
    return name, next(f for f in form.fields if f.name == name).choices[number].code


@pytest.mark.parametrize("name", FORMS)
def test_a_foreign_form_is_drafted_and_read(name: str, tmp_path: Path) -> None:
    blank, folder = tmp_path / f"{name}.pdf", tmp_path / "form"
    printed = FORMS[name](blank)
    drafted = papi("template", "draft", blank, "--out", folder, "--json")
    assert drafted.exit_code == 0, drafted.stderr
    form = load_form(folder)
    assert [row["field"] for row in json.loads(drafted.stdout)] == [f.name for f in form.fields]
    questions: dict[str, list[Printed]] = {}
    for item in printed:
        questions.setdefault(item.question, []).append(item)
    for items in questions.values():
        assert len({placed_at(form, item)[0] for item in items}) == 1, items[0]

    rng, truth = np.random.default_rng(SEED), {}
    for page in range(PAGES):
        filled, answers = fill(render(blank), printed, rng)
        scan = degrade_page(filled, PX_PER_MM, draw_settings("L1", rng), rng)
        (tmp_path / f"scan{page}.png").write_bytes(png(as_stored(scan), scan.settings.dpi))
        for question, items in questions.items():
            field, value = expected(form, items, answers[question])
            truth[f"scan{page}.png", field] = (items[0].kind, value)
    read = papi("read-form", folder, *sorted(tmp_path.glob("scan*.png")))
    assert read.exit_code in {0, 1}, read.stderr
    rows = {(r["source"], r["field"]): r for r in csv.DictReader(io.StringIO(read.stdout))}
    assert len(rows) == PAGES * len(form.fields)
    wrong = [(key, kind, value, rows[key]) for key, (kind, value) in truth.items()
             if rows[key]["status"] == "accepted" and rows[key]["value"] != value]  # fmt: skip
    assert wrong == []
    ticks = [key for key, (kind, _) in truth.items() if kind == "tick"]
    assert sum(rows[key]["value"] == truth[key][1] for key in ticks) >= 0.99 * len(ticks)
    assert sum(rows[key]["status"] == "accepted" for key in ticks) >= 0.9 * len(ticks)
    texts = [r for r in rows.values() if r["kind"] in {"text", "signature"}]
    assert [r["value"] for r in texts] == [""] * len(texts)


def test_pages_that_are_none_are_named_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    blank, other, folder = tmp_path / "a.pdf", tmp_path / "b.pdf", tmp_path / "form"
    FORMS["ministry"](blank)
    FORMS["questionnaire"](other)
    assert papi("template", "draft", blank, "--out", folder).exit_code == 0
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    out = tmp_path / "out.csv"
    read = papi("read-form", folder, tmp_path / "broken.png", other, blank, "--out", out)
    assert read.exit_code == 1
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    refused = [(r["source"], r["reason"]) for r in rows if r["status"] == "refused"]
    assert refused[0] == ("b.pdf", "no_form")
    assert [source for source, _ in refused[1:]] == ["broken.png"]
    assert "b.pdf [0]: no_form" in read.stderr
    assert {r["value"] for r in rows if r["source"] == "a.pdf"} == {""}


def test_a_scan_of_the_blank_is_drafted_alike(tmp_path: Path) -> None:
    pdf = tmp_path / "ministry.pdf"
    printed = FORMS["ministry"](pdf)
    settings = draw_settings("L1", np.random.default_rng(8))
    scan = degrade_page(render(pdf), PX_PER_MM, settings, np.random.default_rng(8))
    (tmp_path / "scan.png").write_bytes(png(as_stored(scan), settings.dpi))
    assert papi("template", "draft", tmp_path / "scan.png", "--out", tmp_path / "f").exit_code == 0
    form = load_form(tmp_path / "f")
    kinds = {"cells": sum(len(f.cells) for f in form.fields),
             "ticks": sum(len(f.choices) for f in form.fields)}  # fmt: skip
    assert kinds == {
        "cells": sum(item.kind != "tick" for item in printed),
        "ticks": sum(item.kind == "tick" for item in printed),
    }
    assert cv2.imread(str(tmp_path / "f" / "draft-1.png")) is not None


def test_a_corrected_form_is_not_overwritten(tmp_path: Path) -> None:
    FORMS["questionnaire"](tmp_path / "q.pdf")
    assert papi("template", "draft", tmp_path / "q.pdf", "--out", tmp_path / "f").exit_code == 0
    again = papi("template", "draft", tmp_path / "q.pdf", "--out", tmp_path / "f")
    assert again.exit_code == 2
    assert "corrections" in again.stderr


def test_missing_files_are_named(tmp_path: Path) -> None:
    assert papi("template", "draft", tmp_path / "none.pdf").exit_code == 9
    assert papi("read-form", tmp_path, tmp_path / "none.pdf").exit_code == 9
    (tmp_path / "noise.pdf").write_bytes(b"no form at all")
    assert papi("template", "draft", tmp_path / "noise.pdf").exit_code == 9
