"""`papi demo`: everything on samples, no questions, and the same again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from paper import papi

STEPS = 7


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it as a person would, elsewhere, without a terminal to answer questions."""
    command = [sys.executable, "-m", "papi.cli", "demo", str(folder)]
    return subprocess.run(  # noqa: S603  our own code
        command,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=folder.parent,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("d") / "demo"
    began = time.monotonic()
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 120
    assert [line[:5] for line in done.stderr.splitlines() if line.startswith("[")] == [
        f"[{n}/{STEPS}]" for n in range(1, STEPS + 1)
    ]
    return folder, done.stdout


def test_it_ends_with_where_to_look_next(demo: tuple[Path, str]) -> None:
    folder, told = demo
    assert "Lihat selanjutnya | Where to look next" in told
    for name in ("print", "scans", "tables", "truth", "workspace/papi.toml"):
        assert str(folder / name) in told
        assert (folder / name).exists()
    assert f"papi -w {folder / 'workspace'} status" in told
    for words in ("user add citra --role supervisor", "serve"):
        assert f"papi -w {folder / 'workspace'} {words}\n" in told


def test_it_did_the_whole_job(demo: tuple[Path, str]) -> None:
    folder, told = demo
    kinds = {path.suffix for path in (folder / "scans").iterdir()}
    assert {".pdf", ".tif", ".jpeg"} <= kinds
    assert len(list((folder / "print").rglob("*.pdf"))) == 4
    assert len(list((folder / "tables").glob("*.csv"))) == 10
    assert "0 diterima tetapi salah" in told
    status = papi(folder / "workspace", "status")
    assert status.exit_code == 0, "every page is accounted for and none needs attention"
    assert "missing 11" in status.stdout


def test_again_in_the_same_folder_changes_nothing(demo: tuple[Path, str]) -> None:
    folder, told = demo
    watched = [p for part in ("print", "scans", "tables") for p in (folder / part).rglob("*.*")]
    before = {path: path.read_bytes() for path in watched}
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in watched} == before
    assert done.stdout.splitlines()[2:] == told.splitlines()[2:]
