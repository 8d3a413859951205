"""The progress bar tells pages, speed, time left and problems as they are."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from paper_round import Round, make_round
from rich.console import Console

from papi.cli.scan_progress import RECENT_S, Pace, clock_time, scan_progress
from papi.model.recipe import load_recipe
from papi.office.ingesting import ingest
from papi.office.workspace import open_workspace
from papi.pipeline.engines import Engine


def test_speed_is_that_of_the_last_half_minute() -> None:
    pace = Pace(0.0)
    for second in range(1, 101):  # slow while workers start
        pace.add(float(second), second)
    for second in range(101, 141):  # then ten times as quick
        pace.add(float(second), 100 + 10 * (second - 100))
    assert pace.per_second == pytest.approx(10.0)
    assert pace.seconds_left(700) == pytest.approx(20.0)


def test_pages_that_come_in_bursts_do_not_bend_the_speed() -> None:
    pace = Pace(0.0)
    for burst in range(1, 61):
        pace.add(2.0 * burst, 16 * burst)
    assert pace.per_second == pytest.approx(8.0, rel=0.1)


def test_nothing_is_promised_before_the_first_page() -> None:
    pace = Pace(5.0)
    assert pace.per_second == 0.0
    assert pace.seconds_left(100) is None
    pace.add(9.0, 0)
    assert pace.seconds_left(100) is None
    assert clock_time(None) == "-:--:--"


def test_a_halt_is_seen() -> None:
    pace = Pace(0.0)
    pace.add(10.0, 100)
    pace.add(10.0 + 2 * RECENT_S, 100)
    assert pace.per_second < 2.0


def test_time_left_is_never_below_nothing() -> None:
    pace = Pace(0.0)
    pace.add(1.0, 20)
    assert pace.seconds_left(10) == 0.0
    assert clock_time(3723.4) == "1:02:03"


def test_the_bar_shows_what_it_was_told() -> None:
    shown, now = io.StringIO(), [100.0]
    console = Console(file=shown, force_terminal=True, width=120, color_system=None)
    with scan_progress(console, lambda: now[0]) as move:
        for done, total, problems in ((16, 200, 0), (100, 220, 2), (220, 220, 3)):
            now[0] += 10.0
            move(done, total, problems)
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.getvalue()).strip().splitlines()[-1]
    assert "100%" in last
    assert "220/220 pages 7.3/s" in last
    assert "0:00:00 left" in last
    assert "3 to look at" in last


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Round:
    return make_round(
        tmp_path_factory.mktemp("round"), seed=62, households=1, persons=1, kinds=("jpeg",)
    )


def test_a_run_ends_at_all_of_its_pages(scanned: Round, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("no scan", "utf-8")
    desk = scanned.paper.copy(tmp_path / "desk")
    workspace = open_workspace(desk.workspace)
    told: list[tuple[int, int | None, int]] = []
    paths = [*scanned.scans, tmp_path / "letter.txt", tmp_path / "missing.pdf"]
    result = ingest(
        workspace,
        paths,
        load_recipe(workspace.recipe),
        engine=Engine.PROCESSES,
        jobs=2,
        progress=lambda done, total, problems: told.append((done, total, problems)),
    )
    done, total, problems = told[-1]
    assert done == total == scanned.pages + 1
    assert problems == len(result.problems) == 2
    assert [d for d, _, _ in told] == sorted(d for d, _, _ in told)
    assert all(total is not None and done <= total for done, total, _ in told)


def test_a_run_over_known_files_says_so_at_once(scanned: Round, tmp_path: Path) -> None:
    desk = scanned.paper.copy(tmp_path / "desk")
    desk.ingest(*scanned.scans)
    workspace = open_workspace(desk.workspace)
    told: list[tuple[int, int | None, int]] = []
    ingest(
        workspace,
        scanned.scans,
        load_recipe(workspace.recipe),
        progress=lambda done, total, problems: told.append((done, total, problems)),
    )
    assert told == [(0, 0, 0)]
