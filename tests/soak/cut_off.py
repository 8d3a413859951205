"""Commands cut off in every way, and all that a workspace holds, to compare byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from paper import TABLES, Paper, tiff
from paper_round import Round

from papi.store.boot import close_store
from papi.store.originals import is_intact, kept_originals

DIE_AT = Path(__file__).with_name("die_at.py")
ORPHAN_SECONDS = 30.0
"""Workers notice that their coordinator is gone when the page in hand is done."""
State = dict[str, bytes]


@dataclass(frozen=True)
class Desk:
    """A workspace before anything came in, files for it, and its state once they came in quietly.

    Attributes:
        seconds: what the quiet run took.
        pages: pages of all files.
    """

    paper: Paper
    files: Path
    quiet: State
    seconds: float
    pages: int

    def words(self, desk: Paper, engine: str) -> list[str]:
        """The command that takes everything in."""
        return [*papi(desk), "ingest", str(self.files), "--engine", engine, "--jobs", "2"]


def papi(desk: Paper) -> list[str]:
    """The command as a person types it."""
    return [sys.executable, "-m", "papi.cli", "-w", str(desk.workspace)]


def dying(point: int, words: Sequence[str]) -> list[str]:
    """The same command; it dies at a point (0: it lives and counts its steps)."""
    assert list(words[1:3]) == ["-m", "papi.cli"]
    return [words[0], str(DIE_AT), str(point), *words[3:]]


def make_stack(scanned: Round, folder: Path) -> Desk:
    """Put trouble among the scans: a file again in other bytes, another scan, half a file."""
    files = folder / "files"
    files.mkdir()
    for path in scanned.scans:
        shutil.copy(path, files)
    first = scanned.scans[0]
    (files / f"again-{first.name}").write_bytes(first.read_bytes() + b"\n%again\n")
    side = scanned.paper.sides("verivali-ppks")[0]
    (files / "other.tif").write_bytes(tiff([scanned.paper.image(side)], bilevel=True))
    (files / "half.tif").write_bytes((files / "other.tif").read_bytes()[:900])
    desk = scanned.paper.copy(folder / "desk")
    plain = Desk(scanned.paper, files, {}, 0.0, 0)
    began = time.monotonic()
    done = run(plain.words(desk, "serial"))
    seconds = time.monotonic() - began
    assert done.returncode == 1, done.stderr
    pages = desk.status()["pages"]
    assert pages["accounted"]
    assert pages["by_status"].keys() >= {"read", "duplicate", "conflict"}
    return Desk(scanned.paper, files, state_of(desk), seconds, pages["total"])


def run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603


def state_of(desk: Paper) -> State:
    """All that a workspace holds, without times: tables byte for byte, batches, originals."""
    found = {}
    for name in TABLES:
        path = desk.workspace / f"{name}.csv"
        result = desk.papi("export", name, "--out", path)
        assert result.exit_code == 0, result.stderr
        found[name] = path.read_bytes()
    batches = json.loads(desk.papi("batch", "list", "--json").stdout)
    times = ("started", "finished", "withdrawn")
    plain = [{k: bool(v) if k in times else v for k, v in batch.items()} for batch in batches]
    found["batches"] = json.dumps(plain, indent=1).encode()
    originals = list(kept_originals(desk.workspace))
    assert all(is_intact(path) for path in originals)
    found["originals"] = "\n".join(path.name for path in originals).encode()
    return found


def check(desk: Paper, wanted: State, told: str) -> None:
    """Compare a workspace with the quiet one, look at its database, throw it away."""
    found = state_of(desk)
    differing = [name for name in wanted if found[name] != wanted[name]]
    assert not differing, f"{told}: {differing}"
    assert desk.status()["pages"]["accounted"], told
    close_store()
    with closing(sqlite3.connect(desk.workspace / "papi.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",), told
    shutil.rmtree(desk.workspace)


def cut(words: Sequence[str], seconds: float, whom: str, chance: Random) -> bool:
    """Start a command and kill its group, its coordinator or one worker; False if it was done."""
    with subprocess.Popen(  # noqa: S603  our own code
        words, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            killed = _kill(process, whom, chance)
        else:
            return False
    if whom == "coordinator":
        _wait_for_orphans(process.pid)
    return killed


def _kill(process: subprocess.Popen[bytes], whom: str, chance: Random) -> bool:
    if whom == "group":
        os.killpg(process.pid, signal.SIGKILL)
    elif whom == "coordinator":
        process.kill()
    else:
        workers = _children(process.pid)
        if not workers:
            process.wait()
            return False
        with suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)
        assert process.wait() in {0, 1}, "a worker's death must not end the run"
    return True


def _children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    except OSError:
        return []
    return [int(child) for child in text.split()]


def _wait_for_orphans(group: int) -> None:
    """Workers end by themselves when their coordinator is gone."""
    end = time.monotonic() + ORPHAN_SECONDS
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    raise AssertionError("workers outlived their coordinator")
