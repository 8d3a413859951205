"""One worker reads page after page: its memory stays flat and below what a worker may hold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from paper_round import Round
from soaking import Soak

from papi.office.books import save_book
from papi.office.workspace import open_workspace

READER = Path(__file__).with_name("read_again.py")
WARM = 60
"""Pages after which networks, caches and the heap have their size."""
GROWTH_MB = 40.0
"""What 10,000 pages may add, a ninth of what a worker may hold."""
SLACK_MB = 24.0
"""What a short run may grow besides: two decoded pages more or less on the heap."""
MOST_MB = 350.0


def test_a_worker_keeps_its_size(scanned: Round, soak: Soak, tmp_path: Path) -> None:
    book = save_book(open_workspace(scanned.paper.copy(tmp_path / "desk").workspace))
    command = [sys.executable, READER, book, str(soak.seconds), *scanned.scans]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    sizes, peak = found["rss_mb"], found["peak_mb"]
    late = np.array(sizes[min(WARM, len(sizes) // 2) :])
    slope = float(np.polyfit(np.arange(len(late)), late, 1)[0])
    print(
        f"{len(sizes)} pages: {sizes[0]:.0f} MB after the first, {late[0]:.0f} when warm, "
        f"{late[-1]:.0f} at last; {1000 * slope:.1f} kB a page; peak {peak:.0f} MB"
    )
    assert slope * len(late) < SLACK_MB + GROWTH_MB * len(late) / 10_000
    assert peak < MOST_MB
