"""`papi read-boxes` on an image nobody printed with PAPI."""

import csv
import io
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest


def run(*words):
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "papi.cli", "read-boxes", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def sheet(tmp_path):
    """A grey sheet at about 300 dpi: a ticked, an empty tick box, a 7, a blank cell, an L."""
    image = np.full((400, 600), 245, np.uint8)
    boxes = []

    def box(x, y, w, h, kind):
        cv2.rectangle(image, (x, y), (x + w, y + h), 180, 2)
        boxes.append([x, y, x + w, y, x + w, y + h, x, y + h, kind])

    box(60, 60, 47, 47, "tick")
    cv2.line(image, (66, 66), (100, 100), 40, 5, cv2.LINE_AA)
    cv2.line(image, (100, 66), (66, 100), 40, 5, cv2.LINE_AA)
    box(200, 60, 47, 47, "tick")
    box(60, 200, 54, 71, "digit")
    cv2.polylines(image, [np.array([[70, 215], [104, 215], [82, 258]])], False, 40, 5, cv2.LINE_AA)
    box(200, 200, 54, 71, "digit")
    box(320, 200, 54, 71, "capital")
    cv2.polylines(
        image, [np.array([[334, 212], [334, 258], [362, 258]])], False, 40, 5, cv2.LINE_AA
    )
    cv2.imwrite(str(tmp_path / "sheet.png"), image)
    with (tmp_path / "boxes.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4", "kind"])
        writer.writerows(boxes)
    return tmp_path


def test_values_follow_the_contract(sheet):
    done = run(sheet / "sheet.png", sheet / "boxes.csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["value"] for row in rows] == ["marked", "empty", "7", "blank", "L"]
    for row in rows:
        candidates = json.loads(row["candidates"])
        assert candidates[0][0] == row["value"]
        assert candidates[0][1] == pytest.approx(float(row["probability"]), abs=1e-5)


def test_a_sheet_shows_the_cut_and_changes_no_row(sheet):
    plain = run(sheet / "sheet.png", sheet / "boxes.csv")
    done = run(sheet / "sheet.png", sheet / "boxes.csv", "--sheet", sheet / "cuts.png")
    assert done.returncode == 0, done.stderr
    assert done.stdout == plain.stdout
    assert cv2.imread(str(sheet / "cuts.png")).shape[1] > 1000
    refused = run(sheet / "sheet.png", sheet / "boxes.csv", "--sheet", sheet / "cuts.gif")
    assert refused.returncode == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x1,y1,kind\n1,2,tick\n", "lacks"),
        ("x1,y1,x2,y2,x3,y3,x4,y4,kind\n1,2,3,4,5,6,7,a,tick\n", "Line 2"),
        ("x1,y1,x2,y2,x3,y3,x4,y4,kind\n1,2,3,4,5,6,7,8,letter\n", "letter"),
        ("x1,y1,x2,y2,x3,y3,x4,y4,kind\n9,9,9,9,9,9,9,9,digit\n", "Line 2: the corners"),
        ("x1,y1,x2,y2,x3,y3,x4,y4,kind\n0,0,0,50,50,50,50,0,digit\n", "clockwise"),
        ("x1,y1,x2,y2,x3,y3,x4,y4,kind\nnan,0,50,0,50,50,0,50,digit\n", "Line 2: the corners"),
        ("x1,y1,x2,y2,x3,y3,x4,y4,kind\n700,0,750,0,750,50,700,50,tick\n", "outside the image"),
    ],
)
def test_a_wrong_list_is_refused(sheet, text, word):
    (sheet / "boxes.csv").write_text(text)
    done = run(sheet / "sheet.png", sheet / "boxes.csv")
    assert done.returncode == 2
    assert word in done.stderr


def test_no_image_is_refused(sheet):
    done = run(sheet / "boxes.csv", sheet / "boxes.csv")
    assert done.returncode == 9
    assert "Traceback" not in done.stderr
