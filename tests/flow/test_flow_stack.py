"""A stack as it comes from the scanner: covers, rulers, white backs, everything in between."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pypdfium2
from paper import Paper, png
from paper_round import Round

from papi.synth.batch import read_manifest, render_side


def test_covers_rulers_and_white_backs_are_counted_and_need_nobody(
    scanned: Round, tmp_path: Path
) -> None:
    desk, stack = scanned.paper.copy(tmp_path / "desk"), tmp_path / "stack"
    stack.mkdir()
    printed = sorted((desk.out / "verivali-ppks").glob("*.pdf"))[0]
    sides = read_manifest(printed.with_name("manifest.csv"))
    own = {row.pdf_page for row in sides if row.pdf_file == printed.name}
    others = [n for n in range(1, _page_count(printed) + 1) if n not in own]
    assert others
    for number in others:
        (stack / f"extra{number}.png").write_bytes(png(render_side(printed, number)[::2, ::2]))
    (stack / "white.png").write_bytes(png(np.full((2339, 1654), 249, np.uint8)))
    (stack / "form.png").write_bytes(png(render_side(printed, min(own)), 305))
    result = desk.ingest(stack)
    assert result.exit_code == 0, result.stderr
    status = desk.status()
    assert status["pages"]["accounted"]
    assert status["pages"]["by_status"]["read"] == 1
    assert set(status["pages"]["by_status"]) <= {"read", "blank", "header"}
    assert status["pages"]["by_status"]["header"] >= 1
    assert status["attention"] == []


def _page_count(path: Path) -> int:
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def test_a_run_that_is_killed_loses_nothing(read: Paper, scanned: Round, tmp_path: Path) -> None:
    """Killed as by a power cut once the first pages are stored; the same command finishes."""
    desk = scanned.paper.copy(tmp_path / "desk")
    words = ["-m", "papi.cli", "-w", str(desk.workspace), "ingest", *map(str, scanned.scans)]
    command = [sys.executable, *words, "--engine", "processes", "--jobs", "2"]
    with subprocess.Popen(command, start_new_session=True) as run:  # noqa: S603  our own code
        while run.poll() is None and not _stored(desk):
            time.sleep(0.02)
        os.killpg(run.pid, signal.SIGKILL)
    stored = _stored(desk)
    assert 0 < stored < scanned.pages
    result = desk.ingest(*scanned.scans)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"read\t{scanned.pages - stored}\n"
    assert desk.status()["pages"]["accounted"]
    assert desk.tables() == read.tables()


def _stored(desk: Paper) -> int:
    with sqlite3.connect(desk.workspace / "papi.sqlite3") as database:
        return int(database.execute("SELECT count(*) FROM papi_scan_page").fetchone()[0])
