"""`papi watch` as a process of its own: it takes in, is ended by Ctrl-C, killed, and goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from made_forms import PERSON_FORM
from paper import Paper, tiff

PATIENCE_S = 60.0


@contextmanager
def watching(desk: Paper, hot: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Watch a folder while the block runs."""
    words = ["-m", "papi.cli", "-w", str(desk.workspace), "watch", str(hot), "--engine", "serial"]
    with (
        log.open("ab") as out,
        subprocess.Popen(  # noqa: S603  our own code
            [sys.executable, *words, "--interval", "0.2", "--settle", "0.3"],
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def wait_for(log: Path, text: str, times: int = 1) -> None:
    end = time.monotonic() + PATIENCE_S
    while log.read_text().count(text) < times:
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


def test_it_reads_what_comes_is_killed_and_ended(desk: Paper, stack: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    first, second = (tiff([image], bilevel=True) for image in desk.images(PERSON_FORM))
    with watching(desk, stack, log) as process:
        wait_for(log, "Watching")
        (stack / "a.tif.part").write_bytes(first)
        (stack / "b.tif").write_bytes(second[: len(second) // 2])
        time.sleep(1.5)
        (stack / "a.tif.part").rename(stack / "a.tif")
        wait_for(log, "batch 1\t1 file(s)\t1 read")
        process.kill()
    (stack / "b.tif").write_bytes(second)
    with watching(desk, stack, log) as process:
        wait_for(log, "\t1 file(s)\t1 read", 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0
    wait_for(log, "Ended.")
    report = desk.status()
    assert report["pages"]["by_status"] == {"read": 2}
    assert report["forms"]["undecided"] == 0
    assert "Traceback" not in log.read_text()


def test_once(desk: Paper, stack: Path) -> None:
    pages = tiff(desk.images(PERSON_FORM), bilevel=True)
    (stack / "a.tif").write_bytes(pages)
    (stack / "b.tif").write_bytes(pages[:500])
    words = ("watch", stack, "--once", "--settle", "0.1", "--engine", "serial", "--move-to")
    done = desk.papi(*words, stack / "selesai")
    assert done.exit_code == 1
    assert "batch 1\t1 file(s)\t2 read" in done.stdout
    assert "b.tif: not taken in yet" in done.stderr
    assert [path.name for path in (stack / "selesai").iterdir()] == ["a.tif"]
    (stack / "b.tif").unlink()
    assert desk.papi(*words, stack / "selesai").exit_code == 0


def test_no_such_folder(desk: Paper, stack: Path) -> None:
    result = desk.papi("watch", stack / "none")
    assert result.exit_code == 9
    assert "is no folder" in result.stderr
