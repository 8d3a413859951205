"""The judge of the round trip counts what it says it counts."""

import csv
import json
import sys
from pathlib import Path

import pytest

from papi.geometry import Box
from papi.model.layout import Choice, FieldKind, Layout, LayoutField, LayoutPage

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from round_trip import compare
from round_trip_score import poisson_upper, report_lines
from round_trip_targets import headline, targets_missed

COLUMNS = ("form_id", "form", "page", "field", "value", "machine_value", "confidence")
COLUMNS = (*COLUMNS, "status", "reason")
CELLS = tuple(Box(20 + 5.4 * i, 40, 4.6, 6) for i in range(8))
FIELDS = (
    LayoutField(
        name="rt_cek",
        page=1,
        kind=FieldKind.CHOICE,
        choices=(Choice(code="1", box=Box(20, 60, 4, 4)), Choice(code="2", box=Box(30, 60, 4, 4))),
    ),
    LayoutField(name="rt", page=1, kind=FieldKind.DIGITS, cells=CELLS[:3]),
    LayoutField(name="hari", page=1, kind=FieldKind.DATE, cells=CELLS),
    LayoutField(name="ttd", page=1, kind=FieldKind.SIGNATURE, box=Box(20, 80, 30, 10)),
)
LAYOUT = Layout(
    form="f",
    version="000001",
    codebook="x",
    pages=(LayoutPage(page=1, width_mm=210, height_mm=297),),
    fields=FIELDS,
)
TRUTH = {"rt_cek": "2", "rt": "007", "hari": "2025-10-01", "ttd": "ink"}
RIGHT = {name: (value, "accepted", "") for name, value in TRUTH.items()}


def score(folder, forms, *, lost=()):
    """Write what a finished run leaves and compare: form id -> field -> (value, status, reason)."""
    (folder / "scans").mkdir(exist_ok=True)
    (folder / "layouts.json").write_text(json.dumps({"f": LAYOUT.to_json()}))
    truth = {form: {"1": TRUTH} for form in [*forms, *lost]}
    (folder / "scans" / "truth.json").write_text(json.dumps(truth))
    with (folder / "readings.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for form, fields in forms.items():
            for name, (value, status, reason) in fields.items():
                writer.writerow([form, "f", 1, name, value, value, 0.9, status, reason])
    with (folder / "pages.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["status", "reason"], *[["read", ""]] * len(forms)])
    return compare([folder])


def test_a_perfect_run_misses_nothing(tmp_path):
    report = score(tmp_path, {"A": RIGHT, "B": RIGHT})
    assert targets_missed(report) == []
    assert report["ticks"]["boxes"] == 4
    assert report["clerks"]["seconds_per_form"] == 0
    assert report["clerks"]["seconds_per_form_keying_all"] == 10 + 10 + 3 + 5
    assert report["handwritten"]["written"] == 4
    assert report["ticks"]["machine_right"] == 1
    assert report["handwritten"]["wrong_per_1000_upper_95"] == pytest.approx(749, abs=1)


def test_wrong_and_accepted_is_counted_and_named(tmp_path):
    wrong = {**RIGHT, "rt": ("001", "accepted", "")}
    report = score(tmp_path, {"A": wrong, "B": RIGHT})
    assert report["handwritten"]["wrong_and_accepted"] == 1
    assert report["classes"]["coded"]["wrong_per_1000"] == 500
    assert report["classes"]["coded"]["examples"][0]["read"] == "001"
    assert [line.split(":")[0] for line in targets_missed(report)] == ["handwritten_wrong_per_1000"]
    assert "only 2 " not in " ".join(targets_missed(report))
    assert "written fields: only 4 (target at least 46000)" in targets_missed(report, enough=True)


def test_wrong_but_reviewed_is_no_error(tmp_path):
    doubtful = {**RIGHT, "rt": ("001", "review", "reading:doubtful rule:A02")}
    report = score(tmp_path, {"A": doubtful, "B": RIGHT})
    coded = report["classes"]["coded"]
    assert (coded["wrong_and_accepted"], coded["to_review_for_reading"]) == (0, 0.5)
    assert coded["machine_right"] == 0.5
    assert coded["reasons"] == {"reading:doubtful": 1, "rule:A02": 1}


def test_review_for_rules_is_not_review_for_reading(tmp_path):
    ruled = {**RIGHT, "rt_cek": ("2", "review", "rule:A02")}
    report = score(tmp_path, {"A": ruled})
    assert report["ticks"]["to_review"] == headline(report)["ticks_to_review"] == 1
    assert report["ticks"]["to_review_for_reading"] == 0


def test_lost_pages_are_missed(tmp_path):
    report = score(tmp_path, {"A": RIGHT}, lost=["B"])
    assert report["pages_identified"] == 0.5
    assert any(line.startswith("pages_identified") for line in targets_missed(report))
    assert "identified 0.5000" in report_lines(report)[0]


@pytest.mark.parametrize(("count", "upper"), [(0, 2.996), (1, 4.744), (5, 10.513)])
def test_poisson_bound(count, upper):
    assert poisson_upper(count) == pytest.approx(upper, abs=0.002)


def test_clerks_get_fields_ticks_and_forms(tmp_path):
    doubtful = {name: (value, "review", "reading:doubtful") for name, value in TRUTH.items()}
    clerks = score(tmp_path, {"A": doubtful, "B": RIGHT})["clerks"]
    assert (clerks["forms"], clerks["forms_touched"]) == (2, 1)
    assert (clerks["fields_keyed"], clerks["ticks_looked_at"]) == (2, 2)
    assert clerks["share_of_keying_all"] == pytest.approx((20 + 6 + 5) / 56, abs=1e-4)


def test_two_runs_are_judged_together(tmp_path):
    for name, form in (("a", "A"), ("b", "B")):
        (tmp_path / name).mkdir()
        score(tmp_path / name, {form: RIGHT})
    report = compare([tmp_path / "a", tmp_path / "b"])
    assert (report["pages"], report["handwritten"]["written"]) == (2, 4)


PEN = {"kind": "felt", "width_mm": 0.6, "gray": 40.0}
HAND = {"pen": PEN, "size": 0.9, "sloppy": 0.1, "tick": "check"}
SCAN = {"dpi": 200, "quality": 0, "noise": 9.0, "blur_mm": 0.12, "rotation": -3.0, "copied": True}
SCAN |= {"threshold": 140.0, "phone": 0.0, "upside_down": False}


def test_a_weak_corner_shows(tmp_path):
    (tmp_path / "scans").mkdir()
    hands = {"A": {**HAND, "pages": {"1": SCAN}}}
    (tmp_path / "scans" / "hands.json").write_text(json.dumps(hands))
    report = score(tmp_path, {"A": {**RIGHT, "rt": ("001", "accepted", "")}, "B": RIGHT})
    hand = report["groups"]["handwritten"]
    assert hand["pen"] == {
        "felt": {"written": 2, "right": 1, "accepted": 2, "review": 0, "wrong": 1}
    }
    groups = {what: next(iter(own)) for what, own in hand.items()}
    assert groups["image"] == "1-bit of a copy"
    assert (groups["quality"], groups["skew"], groups["size"]) == ("1-bit", "2-5", "large")
    assert any("felt" in line for line in report["lines"])
