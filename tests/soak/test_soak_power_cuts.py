"""Ingests cut off at random moments: run again until done, the tables are those of a quiet run."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from paper import TABLES, Paper
from paper_round import Round
from soaking import Soak

from papi.store.boot import close_store

ENGINES = ("serial", "processes")
Tables = dict[str, list[dict[str, str]]]


def command(desk: Paper, scanned: Round, engine: str) -> list[str]:
    words = ["-m", "papi.cli", "-w", str(desk.workspace), "ingest", *map(str, scanned.scans)]
    return [sys.executable, *words, "--engine", engine, "--jobs", "2"]


def cut_off(words: list[str], seconds: float) -> bool:
    """Start a command and kill it and its workers as a power cut does; False if it was done."""
    with subprocess.Popen(  # noqa: S603  our own code
        words, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            run.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            return True
    return False


@pytest.fixture(scope="session")
def quiet(
    scanned: Round, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Tables, float]]:
    """By engine: what an undisturbed run stores, and the seconds it takes."""
    found = {}
    for engine in ENGINES:
        desk = scanned.paper.copy(tmp_path_factory.mktemp("quiet") / engine)
        began = time.monotonic()
        subprocess.run(  # noqa: S603  our own code
            command(desk, scanned, engine), check=True, capture_output=True
        )
        found[engine] = (desk.tables(), time.monotonic() - began)
    assert found["serial"][0] == found["processes"][0]
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_cut_off_is_finished_later(
    engine: str,
    quiet: dict[str, tuple[Tables, float]],
    scanned: Round,
    soak: Soak,
    tmp_path: Path,
) -> None:
    tables, seconds = quiet[engine]
    cuts = 0
    for seed in soak.seeds(1 / len(ENGINES)):
        random = Random(seed)  # noqa: S311  moments, no secrets
        desk = scanned.paper.copy(tmp_path / f"desk{seed}")
        words = command(desk, scanned, engine)
        moments = [random.uniform(0.02, 1) * seconds for _ in range(random.randint(1, 3))]
        cuts += sum(cut_off(words, moment) for moment in moments)
        told = f"seed {seed}: cut off after {', '.join(f'{m:.2f} s' for m in moments)}"
        done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
        assert done.returncode == 0, f"{told}\n{done.stderr}"
        found = desk.tables()
        differing = [name for name in TABLES if found[name] != tables[name]]
        assert not differing, f"{told}: {differing}"
        report = desk.status()
        assert report["pages"]["accounted"], told
        assert report["pages"]["by_status"] == {"read": scanned.pages}, told
        with closing(sqlite3.connect(desk.workspace / "papi.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",), told
        close_store()
        shutil.rmtree(desk.workspace)
    print(f"{engine}: {cuts} power cuts in runs of {seconds:.1f} s")
