"""Read pages over and over in this process, as a worker does; print its size after each.

    python tests/soak/read_again.py BOOK SECONDS FILE...

Output: JSON {"rss_mb": [size after each page], "peak_mb": largest}. Knows one process. Ends with an
error if a page is not read.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import cycle
from pathlib import Path

from papi.model.page import PageFailure, PageSource, PageStatus
from papi.pipeline.tasks import PageTask, run_task
from papi.scans.files import Limits, open_scan


def memory_mb(name: str) -> float:
    """Memory of this process as /proc tells it: VmRSS now, VmHWM at its peak."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith(name))


def pages_of(files: list[Path], book: Path) -> list[PageTask]:
    """Return every page of the files."""
    tasks = []
    for path in files:
        scan = open_scan(path, Limits())
        if isinstance(scan, PageFailure):
            raise SystemExit(f"{path.name}: {scan.reason}")
        sources = [PageSource(path.name, scan.sha256, index) for index in range(scan.page_count)]
        tasks += [PageTask(path, source, book, Limits()) for source in sources]
        scan.close()
    return tasks


def main(book: Path, seconds: float, files: list[Path]) -> None:
    """Read until the time is over, each page at least twice."""
    tasks = pages_of(files, book)
    sizes: list[float] = []
    began = time.monotonic()
    for task in cycle(tasks):
        if len(sizes) >= 2 * len(tasks) and time.monotonic() - began > seconds:
            break
        if run_task(task).status is not PageStatus.READ:
            raise SystemExit(f"{task.path.name} was not read")
        sizes.append(round(memory_mb("VmRSS"), 2))
    print(json.dumps({"rss_mb": sizes, "peak_mb": memory_mb("VmHWM")}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
