"""`make bench` measures every figure once, and skips none in silence; the sheet shows the worst."""

import importlib
import sys
from pathlib import Path

import numpy as np

from papi.geometry import Box
from papi.model.layout import Choice, FieldKind, LayoutField

sys.path.insert(0, str(Path(__file__).parents[3]))
sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from failing import AMBER, GREY, RED, WIDTH, sheet, worst
from round_trip_score import Judged

ROOT = Path(__file__).parents[3]
bench = importlib.import_module("tests.bench.__main__")


def test_every_script_is_run():
    words = [s.words for s in bench.sections(Path("data"), 200, 620, Path("kept"))]
    scripts = {path for own in words for path in own if path.endswith(".py")}
    assert all((ROOT / path).exists() for path in scripts)
    assert {"--dense", "--enough"} <= {word for own in words for word in own}
    levels = {own[own.index("--level") + 1] for own in words if "--level" in own}
    assert levels == {"L2", "L3"}


def test_together_judges_what_was_kept():
    sections = bench.sections(Path("data"), 200, 620, Path("kept"), Path("sheets"))
    kept = [s.words[s.words.index("--keep") + 1] for s in sections if "--keep" in s.words]
    together = next(s.words for s in sections if "--enough" in s.words)
    assert together[2:4] == tuple(kept)
    assert sum("failing.py" in s.words[0] for s in sections) == 2


def test_without_handwriting_the_run_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bench", "--data", str(tmp_path)])
    assert bench.main() == 1
    assert "No handwriting" in capsys.readouterr().err


def test_a_failed_script_is_not_met():
    lines, met = bench.measure(bench.Section("T", ("-c", "print('/far/away'); exit(3)")), {})
    assert not met
    assert "NOT met (exit 3)" in lines[2]
    lines, met = bench.measure(
        bench.Section("T", ("-c", "print('/far/away')")), {"/far/away": "KEEP"}
    )
    assert met
    assert "KEEP" in lines


TICK = LayoutField(
    name="hasil", page=1, kind=FieldKind.CHOICE, choices=(Choice(code="1", box=Box(1, 1, 4, 4)),)
)


def judged(status, value, confidence):
    row = {"value": value, "machine_value": value, "confidence": confidence}
    return Judged("A", "1", TICK, "1", {**row, "status": status, "reason": ""})


def test_wrong_ones_come_first_then_the_surest_mistakes():
    items = [
        judged("accepted", "1", "0.99"),
        judged("review", "1", "0.4"),
        judged("review", "", "0.6"),
        judged("review", "", "0.8"),
        judged("accepted", "", "0.97"),
    ]
    shown = [(case.color, case.item.row["confidence"]) for case in worst(items, 4)]
    assert shown == [(RED, "0.97"), (AMBER, "0.8"), (AMBER, "0.6"), (GREY, "0.4")]
    assert worst(items, 4, ["coded"]) == []


def test_a_sheet_wraps_its_blocks():
    blocks = [np.zeros((50, 600, 3), np.uint8)] * 3
    assert sheet(blocks).shape == (2 * 58, WIDTH, 3)
