"""A disk that is full, a database that is held: told, waited for, and all is there afterwards.

The full disk is a real one where a small one can be mounted; else files may not grow.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cut_off import Desk, check, papi, run
from paper import Paper
from soaking import Soak

from papi.store.boot import close_store

DISK = 64 << 20
"""Bytes of the small disk: room for a workspace with everything in it."""
STORAGE_FULL, UNUSABLE = 5, 4
PATIENCE_S = 120.0
HOLDER = (
    "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
    "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); time.sleep(float(sys.argv[2]))"
)


@dataclass
class SmallDisk:
    """A place with little room."""

    place: Path
    mounted: bool
    limit: int = resource.RLIM_INFINITY

    def leave(self, room: int) -> None:
        """Leave so many bytes free."""
        self.limit = room
        if self.mounted:
            self.free()
            space = os.statvfs(self.place)
            (self.place / "filler").write_bytes(bytes(space.f_bavail * space.f_frsize - room))

    def free(self) -> None:
        """Make room."""
        self.limit = resource.RLIM_INFINITY
        (self.place / "filler").unlink(missing_ok=True)

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command with the room there is."""
        limit = resource.RLIM_INFINITY if self.mounted else self.limit
        return subprocess.run(  # noqa: S603  our own code
            words,
            check=False,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )


@contextmanager
def small_disk(place: Path) -> Iterator[SmallDisk]:
    """Mount one if this user may."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    mounted = os.geteuid() == 0 and run(mount).returncode == 0
    disk = SmallDisk(place, mounted)
    try:
        yield disk
    finally:
        close_store()
        disk.free()
        if mounted:
            subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607


def test_what_a_full_disk_stopped_is_finished_when_there_is_room(
    stack: Desk, soak: Soak, tmp_path: Path
) -> None:
    full, seed = 0, soak.seed
    with small_disk(tmp_path / "small") as disk:
        while full < soak.kills:
            chance = Random(seed)  # noqa: S311  sizes, no secrets
            desk = stack.paper.copy(disk.place / f"desk{seed}")
            words = stack.words(desk, chance.choice(["serial", "processes"]))
            rooms = sorted(int(chance.uniform(0.05, 4) * 1e6) for _ in range(2))
            for room in rooms:
                disk.leave(room)
                done = disk.run(words)
                assert done.returncode in {0, 1, STORAGE_FULL}, f"{room} bytes\n{done.stderr}"
                full += done.returncode == STORAGE_FULL
            disk.free()
            done = disk.run(words)
            assert done.returncode in {0, 1}, done.stderr
            check(desk, stack.quiet, f"seed {seed}: room for {rooms} bytes")
            seed += 1


def test_a_watch_waits_for_room(stack: Desk, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk:
        desk = stack.paper.copy(disk.place / "desk")
        hot, log = tmp_path / "files", tmp_path / "log"
        shutil.copytree(stack.files, hot)
        (hot / "half.tif").unlink()
        disk.leave(150_000)
        options = ["--interval", "0.2", "--settle", "0.2", "--engine", "serial"]
        words = [*papi(desk), "watch", str(hot), *options]
        with log.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out) as process:  # noqa: S603
            try:
                if disk.mounted:
                    wait_for(log, "Waiting for room")
                    disk.free()
                    wait_for(log, "There is room again")
                wait_for(log, "\tbatch 1\t")
            finally:
                process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 1  # a conflict to look at
        assert run([*papi(desk), "ingest", str(stack.files)]).returncode in {0, 1}
        report = desk.status()
        assert report["pages"]["accounted"]
        assert report["pages"]["total"] == stack.pages


def wait_for(log: Path, text: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while text not in log.read_text():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


def test_what_a_held_database_stopped_is_finished_later(
    stack: Desk, soak: Soak, tmp_path: Path
) -> None:
    refused, seed = 0, soak.seed
    while refused < soak.kills:
        chance = Random(seed)  # noqa: S311  moments, no secrets
        desk = stack.paper.copy(tmp_path / f"desk{seed}")
        words = stack.words(desk, "serial")
        refused += _hold(desk, words, chance.uniform(0, 1) * stack.seconds)
        done = run(words)
        assert done.returncode in {0, 1}, done.stderr
        check(desk, stack.quiet, f"seed {seed}")
        seed += 1


def _hold(desk: Paper, words: list[str], after: float) -> bool:
    """Hold the database while a run goes on; tell whether the run gave up."""
    environment = {**os.environ, "PAPI_DATABASE_TIMEOUT_S": "0.2"}
    place = str(desk.workspace / "papi.sqlite3")
    with subprocess.Popen(  # noqa: S603  our own code
        words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(after)
        with subprocess.Popen([sys.executable, "-c", HOLDER, place, "60"]) as holder:  # noqa: S603
            _, told = process.communicate()
            holder.kill()
    assert process.returncode in {0, 1, UNUSABLE}, told
    if process.returncode == UNUSABLE:
        assert "locked by another program" in told
    return process.returncode == UNUSABLE
