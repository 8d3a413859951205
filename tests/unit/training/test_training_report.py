"""The report: curves, reliability, confusions and worst snips in one file without a network."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from papi.reading.models import HEADS
from papi.training.charts import (
    LEAST_ERROR,
    Series,
    confusion_table,
    reject_chart,
    reject_points,
    reliability_chart,
)
from papi.training.evaluate import Benchmark, Judged, scan_in_boxes
from papi.training.judge import class_errors, judge
from papi.training.report import write_report
from papi.training.sources import Character

BAR = [np.array([[500, 0], [500, 500], [500, 1000]], np.float32)]


def judged(*, boxed: bool = True, wrong: int = 3) -> Judged:
    """Sixty ones of six writers, three of which were read as sevens."""
    characters = [Character("1", "unipen", n % 6, False, n, strokes=BAR) for n in range(60)]
    item = Benchmark("bars <&>", "digit", characters)
    scanned = scan_in_boxes(characters, np.random.default_rng(1))
    probabilities = np.full((60, len(HEADS["digit"])), 0.002)
    probabilities[:, 1] = np.linspace(0.7, 0.97, 60)
    probabilities[:wrong, 7], probabilities[:wrong, 1] = 0.9, 0.05
    figures = judge("digit", probabilities, item.labels, item.writers)
    pictures = {row: (scanned.paper[row], scanned.ink[row]) for row in range(wrong)}
    return Judged(item, boxed, scanned.seen, probabilities, figures, pictures)


def test_the_report_stands_alone(tmp_path: Path) -> None:
    card = {"sha256": "0" * 64, "labels_changed": {"digit": 0.0005}, "scaling": {}}
    write_report(tmp_path / "r.html", [judged(), judged(boxed=False)], "PAPI <x>", card)
    text = (tmp_path / "r.html").read_text("utf-8")
    assert not re.search(r"https?://|<script|<link", text)
    assert "PAPI &lt;x&gt;" in text
    assert "bars <&>" not in text.replace("bars &lt;&amp;&gt;", "")
    assert "0.050 %" in text
    assert "1→7 0.900" in text
    assert text.count("data:image/png;base64,") == 2 * 3 * 3  # paper, ink and input of each mistake
    assert text.count("<svg") == 2 + 2 * 2


@pytest.mark.parametrize("wrong", [0, 60])
def test_nothing_or_everything_wrong(tmp_path: Path, wrong: int) -> None:
    write_report(tmp_path / "r.html", [judged(wrong=wrong)], "x")
    assert ("<p>none</p>" in (tmp_path / "r.html").read_text("utf-8")) == (wrong == 0)


def test_rejecting_the_doubtful_lowers_the_error() -> None:
    right = np.array([False] * 10 + [True] * 90)
    points = reject_points(right, np.linspace(0.1, 1, 100))
    assert points[0] == (0.0, pytest.approx(0.1))
    assert points[-1] == (pytest.approx(0.2), 0.0)


def test_charts_are_well_formed() -> None:
    rng = np.random.default_rng(2)
    confidence, right = rng.uniform(0.4, 1, 500), rng.random(500) < 0.8
    for chart in (
        reject_chart([Series("a & b", reject_points(right, confidence))] * 2, "caption <x>"),
        reliability_chart(right, confidence, "caption"),
        reliability_chart(right[:1], confidence[:1], "one"),
    ):
        svg = chart[chart.index("<svg") : chart.index("</svg>") + 6]
        places = [float(v) for v in re.findall(r"c[xy]='([-\d.]+)'", svg)]
        assert all(0 <= place <= 440 for place in places)
        assert ET.fromstring(svg).tag == "svg"  # noqa: S314 - our own text


def test_no_error_lies_on_the_floor_of_the_logarithmic_axis() -> None:
    floor = reject_chart([Series("", [(0.0, 0.0), (0.2, LEAST_ERROR)])], "x")
    places = re.findall(r"points='[\d.]+,([\d.]+) [\d.]+,([\d.]+)'", floor)[0]
    assert places[0] == places[1]


def test_confusions_show_classes_that_occur() -> None:
    table = confusion_table(
        np.array([0, 0, 1], np.int16), np.array([0, 2, 1]), ("zero", "one", "two", "three")
    )
    assert "three" not in table
    assert table.count("<tr>") == 3


def test_each_class_has_its_calibration() -> None:
    item = judged()
    found = {c.symbol: c for c in class_errors("digit", item.probabilities, item.benchmark.labels)}
    assert set(found) == {"1", "7"}
    assert (found["1"].true, found["1"].read, found["7"].read) == (60, 57, 3)
    assert found["7"].error > 0.04
    figures = item.figures
    assert figures.error_interval[0] <= figures.error_at_reject <= figures.error_interval[1]
    assert isinstance(figures.to_json()["error_interval"][0], float)
