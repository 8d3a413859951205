"""The same pages again and again under other names: memory stays flat, nothing is counted twice."""

from __future__ import annotations

import gc
import os
import shutil
import time
from pathlib import Path

from paper import Paper
from paper_round import Round
from soaking import Soak

WARM_ROUNDS = 3
"""Networks, caches and the allocator's own pools have their size after two rounds."""
GROWTH_MB = 48
"""What may come on top later: one 300 dpi page and its copies are 30 MB. Measured: 1 MB in 630
pages; a leak of 50 kB a page would be found after 1,000 pages (two minutes)."""


def resident_mb() -> float:
    """Memory of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def copies(scanned: Round, folder: Path, number: int) -> None:
    """The round's files under other names, with other bytes behind the end: other files."""
    folder.mkdir()
    for path in scanned.scans:
        data = path.read_bytes() + f"\n%{number}\n".encode()
        (folder / f"round{number}-{path.name}").write_bytes(data)


def images(desk: Paper) -> set[Path]:
    """The kept originals."""
    return {path for path in (desk.workspace / "images").rglob("*") if path.is_file()}


def forget(paths: set[Path]) -> None:
    """Copies that were superseded are not looked at again; half an hour of them fills a disk."""
    for path in paths:
        path.unlink()


def test_memory_stays_flat(scanned: Round, soak: Soak, tmp_path: Path) -> None:
    desk = scanned.paper.copy(tmp_path / "desk")
    assert desk.ingest(*scanned.scans).exit_code == 0
    first = {name: desk.table(name) for name in ("readings", "records", "members", "queue")}
    kept = images(desk)
    memory: list[float] = []
    seconds: list[float] = []
    for number in soak.seeds():
        began = time.monotonic()
        batch = tmp_path / f"batch{number}"
        copies(scanned, batch, number)
        assert desk.ingest(batch).exit_code in {0, 1}
        again = desk.ingest(batch, *scanned.scans)  # known already
        assert again.exit_code == 0, again.stderr
        assert again.stdout == ""
        shutil.rmtree(batch)
        forget(images(desk) - kept)
        memory.append(resident_mb())
        seconds.append(time.monotonic() - began)
    report = desk.status()
    assert report["pages"]["accounted"]
    assert sum(report["pages"]["by_status"].values()) == scanned.pages * (len(memory) + 1)
    assert report["pages"]["by_status"]["read"] == scanned.pages
    assert {name: desk.table(name) for name in first} == first
    warm, late = memory[:WARM_ROUNDS][-1], memory[-1]
    print(
        f"{len(memory)} rounds of {scanned.pages} pages: {warm:.0f} MB, then {late:.0f} MB; "
        f"{seconds[0]:.2f} s a round, then {seconds[-1]:.2f} s"
    )
    assert late < warm + GROWTH_MB, memory
