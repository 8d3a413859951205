"""`papi ingest` where the workspace or the disk fails: a reason, an exit code, nothing lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from made_forms import PERSON_FORM
from other_user import as_nobody, give_away, nobody
from paper import Paper, papi, png, tiff

from papi.pipeline.own_child import dismiss
from papi.store.boot import close_store


def test_workspace_missing(stack: Path) -> None:
    result = papi(stack, "ingest", stack)
    assert result.exit_code == 3
    assert "papi init" in result.stderr


def test_workspace_locked_by_another_process(
    desk: Paper, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPI_DATABASE_TIMEOUT_S", "0.2")
    (stack / "good.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(desk.workspace / "papi.sqlite3")]
    with subprocess.Popen(  # noqa: S603  our own code
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        result = desk.ingest(stack)
        other.communicate("")
    assert result.exit_code == 4
    assert "locked by another program" in result.stderr
    assert desk.ingest(stack).exit_code == 0
    assert desk.status()["pages"]["by_status"] == {"read": 1}


def test_workspace_read_only(desk: Paper, stack: Path) -> None:
    with as_nobody() as home:
        workspace = desk.copy(home / "desk")
        (home / "good.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
        give_away(home)
        for path in [workspace.workspace, *workspace.workspace.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        with nobody():
            result = workspace.ingest(home / "good.png")
        assert result.exit_code == 4
        assert "read-only" in result.stderr


def limited(desk: Paper, path: Path, size: int) -> subprocess.CompletedProcess[str]:
    """Ingest in a process whose files may not grow beyond `size` bytes."""
    command = [sys.executable, "-m", "papi.cli", "-w", str(desk.workspace), "ingest"]
    return subprocess.run(  # noqa: S603  our own code
        [*command, str(path), "--engine", "serial"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_disk_full_while_keeping_a_scan(desk: Paper, stack: Path) -> None:
    (stack / "a.png").write_bytes(png(desk.images(PERSON_FORM)[0]))
    second = desk.image(desk.sides(PERSON_FORM)[1], 300)
    noise = np.random.default_rng(1).integers(0, 25, second.shape, dtype=np.uint8)
    (stack / "b.png").write_bytes(png(np.maximum(second, 30) - noise, 300))
    result = limited(desk, stack, 4_000_000)
    assert result.returncode == 5, result.stderr
    assert "Free disk space" in result.stderr
    assert not list(desk.workspace.rglob(".part-*"))
    assert desk.ingest(stack).exit_code == 0
    assert desk.status()["pages"]["by_status"] == {"read": 2}
    assert desk.status()["pages"]["accounted"]


def test_disk_full_while_storing_what_was_read(desk: Paper, stack: Path) -> None:
    """The scan still fits, the database does not grow any more; later everything is there."""
    first, second = desk.images(PERSON_FORM)
    (stack / "a.tif").write_bytes(tiff([first], bilevel=True))
    assert desk.ingest(stack).exit_code == 0
    (stack / "b.tif").write_bytes(tiff([second], bilevel=True))
    with small_disk(desk) as (full, fill, free):
        code, told = fill(stack)
        assert code == 5, told
        assert "Free disk space" in told
        free()
        assert full.ingest(stack).exit_code == 0
        report = full.status()
        assert report["pages"]["by_status"] == {"read": 2}
        assert report["pages"]["accounted"]
        assert len(full.table("readings")) == len(full.layout(PERSON_FORM).fields)


@contextmanager
def small_disk(
    desk: Paper,
) -> Iterator[tuple[Paper, Callable[[Path], tuple[int, str]], Callable[[], None]]]:
    """A workspace without room: (it, ingest something there, make room).

    A real small disk where one can be mounted; else a process whose files may not grow.
    """
    with as_nobody() as home:
        mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(home)]
        mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0  # noqa: S603
        full, filler = desk.copy(home / "desk"), home / "filler"

        def ingest(path: Path) -> tuple[int, str]:
            if not mounted:
                result = limited(full, path, 90_000)
                return result.returncode, result.stderr
            space = os.statvfs(home)
            filler.write_bytes(bytes(space.f_bavail * space.f_frsize - 150_000))
            done = full.ingest(path)
            return done.exit_code, done.stderr

        try:
            yield full, ingest, lambda: filler.unlink(missing_ok=True)
        finally:
            close_store()
            dismiss()  # a resting child may have a file of it open
            if mounted:
                subprocess.run(["umount", str(home)], check=True)  # noqa: S603, S607
