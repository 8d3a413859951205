"""What `papi ingest` costs from end to end: CPU a page of all its processes, memory, first result.

    python tests/bench/ingest_cost.py [--households 24] [--rounds 1] [--batch DIR] [--json]

Runs the command on a batch of 300-dpi sides: serially, with one and two processes, over Dask with
two, and serially on the same sides as 1-bit G4; reading, rules, snips and database included. CPU is
that of the whole process tree. Runs over one form beside it give start-up (imports, workers), which
a scanning room pays once a batch: a page's cost is the rest. What a machine's speed can be judged
by is decoding the same JPEGs, timed before and after each run. Figures are medians over rounds.

Exit 1 if a page costs more than 4.2 times decoding (G4: its own decoding + 3.2 times), two
processes use more than 1.1 times the CPU of one, Dask more than 1.15 times that of two processes
without start-up, a process holds more than 350 MB, or the first page is stored later than 3 s.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from made_batch import MadeBatch, make_batch

SEED = 2026
RUNS = {
    "serial": ("jpeg", "serial", 1),
    "one process": ("jpeg", "processes", 1),
    "two processes": ("jpeg", "processes", 2),
    "dask, two": ("jpeg", "dask", 2),
    "serial, G4": ("g4", "serial", 1),
}
"""Name -> kind of files, engine, workers."""
MAX_PAGE, MAX_G4_OVER, MAX_TWO, MAX_DASK = 4.2, 3.2, 1.1, 1.15
MAX_MB, MAX_FIRST_S = 350, 3.0
FEW = 4
"""Pages of the run that shows start-up: the first form."""
LEAST_READ = 0.95
"""Share of pages that must have been read: some 1-bit scans are too pale."""
_TICK_S, _LOOK_S = 0.05, 0.25
Figures = dict[str, float]


@dataclass
class Watch:
    """Looks at a process tree while it runs: peak memory of each process, when a page is stored.

    Attributes:
        peaks_mb: resident memory at its largest, by process.
        first_s: seconds until the database held a page; None until then.
    """

    root: int
    database: Path
    peaks_mb: dict[int, float] = field(default_factory=dict)
    first_s: float | None = None
    ended: bool = False

    def run(self) -> None:
        """Look until told that the tree has ended."""
        began = looked = time.monotonic()
        while not self.ended:
            if self.first_s is None and _stored_pages(self.database):
                self.first_s = time.monotonic() - began
            if time.monotonic() - looked > _LOOK_S:
                looked = time.monotonic()
                for process in family(self.root):
                    self.peaks_mb[process] = max(self.peaks_mb.get(process, 0.0), peak_mb(process))
            time.sleep(_TICK_S)


def family(root: int) -> Iterator[int]:
    """Yield a process and all its descendants, as /proc tells them."""
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = task.read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


def peak_mb(process: int) -> float:
    """Return the largest resident memory a process had, MB; 0 if it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def _stored_pages(database: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=0.1)) as look:
            return int(look.execute("SELECT COUNT(*) FROM papi_scan_page").fetchone()[0])
    except sqlite3.Error:
        return 0


def decode_ms(files: list[Path]) -> float:
    """Return CPU ms to decode a JPEG to grey, mean over files, one thread."""
    cv2.setNumThreads(1)
    stored = [np.frombuffer(path.read_bytes(), np.uint8) for path in files]
    begun = time.process_time()
    for data in stored:
        cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return 1000 * (time.process_time() - begun) / len(files)


def decode_g4_ms(files: list[Path]) -> float:
    """Return CPU ms to decode a 1-bit G4 TIFF to grey, mean over files."""
    begun = time.process_time()
    for path in files:
        np.asarray(Image.open(path).convert("L"))
    return 1000 * (time.process_time() - begun) / len(files)


def ingest(batch: MadeBatch, place: Path, files: list[Path], engine: str, jobs: int) -> Figures:
    """Run the command on a fresh workspace; return CPU s of its processes, peak MB, first page."""
    workspace = batch.fresh_workspace(place)
    command = [sys.executable, "-m", "papi.cli", "--workspace", str(workspace), "ingest",
               *map(str, files), "--engine", engine, "--jobs", str(jobs), "--json"]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.Popen(  # noqa: S603  our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    watch = Watch(run.pid, workspace / "papi.sqlite3")
    looker = threading.Thread(target=watch.run)
    looker.start()
    said, complaint = run.communicate()
    watch.ended = True
    looker.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    pages = json.loads(said)["pages"] if run.returncode in {0, 1} else {}
    if sum(pages.values()) != len(files) or pages.get("read", 0) < LEAST_READ * len(files):
        raise SystemExit(f"ingest ended with {run.returncode}: {pages} {complaint[-2000:]}")
    return {
        "cpu_s": after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime,
        "peak_mb": max(watch.peaks_mb.values(), default=0.0),
        "first_s": watch.first_s or 0.0,
    }


def measure(batch: MadeBatch, scratch: Path, name: str) -> Figures:
    """Measure one way of reading, once."""
    kind, engine, jobs = RUNS[name]
    files, jpegs = batch.scans(kind), batch.scans("jpeg")[::5]
    first = decode_ms(jpegs)
    few = ingest(batch, scratch / "read", files[:FEW], engine, jobs)
    all_of_it = ingest(batch, scratch / "read", files, engine, jobs)
    decode = (first + decode_ms(jpegs)) / 2
    page = 1000 * (all_of_it["cpu_s"] - few["cpu_s"]) / (len(files) - FEW)
    own = decode_g4_ms(files[::5]) if kind == "g4" else decode
    return {
        "decode_ms": decode,
        "own_decode_ms": own,
        "page_ms": page,
        "times_decoding": page / decode,
        "over_own_decoding": (page - own) / decode,
        "with_start_up_ms": 1000 * all_of_it["cpu_s"] / len(files),
        "start_up_s": few["cpu_s"] - FEW * page / 1000,
        "peak_mb": max(all_of_it["peak_mb"], few["peak_mb"]),
        "first_s": all_of_it["first_s"],
    }


def measure_all(batch: MadeBatch, scratch: Path, rounds: int) -> dict[str, Figures]:
    """Measure every way in turn, round by round; return medians by name."""
    found: dict[str, list[Figures]] = {name: [] for name in RUNS}
    for _ in range(rounds):
        for name, figures in found.items():
            figures.append(measure(batch, scratch, name))
            print(f"{name}: {json.dumps(figures[-1])}", file=sys.stderr)
    return {
        name: {key: statistics.median(own[key] for own in figures) for key in figures[0]}
        for name, figures in found.items()
    }


def verdicts(report: dict[str, Figures]) -> dict[str, tuple[float, float]]:
    """Return what was measured and what it may be at most, by target."""
    serial, one = report["serial"], report["one process"]["page_ms"]
    two = report["two processes"]["page_ms"]
    return {
        "page / decoding": (serial["times_decoding"], MAX_PAGE),
        "G4 page less its decoding / decoding": (
            report["serial, G4"]["over_own_decoding"], MAX_G4_OVER
        ),
        "two processes / one": (two / one, MAX_TWO),
        "Dask / two processes": (report["dask, two"]["page_ms"] / two, MAX_DASK),
        "MB a process": (max(own["peak_mb"] for own in report.values()), MAX_MB),
        "s to the first page": (max(r["first_s"] for n, r in report.items() if "dask" not in n),
                                MAX_FIRST_S),
    }  # fmt: skip


def table(report: dict[str, Figures], batch: MadeBatch) -> list[str]:
    """Return the figures for people."""
    rows = [
        f"{batch.pages} sides of verivali-rt, {batch.written:.0f} written boxes a side; CPU of all "
        "processes",
        f"{'':15s} {'ms/page':>8s} {'/ decode':>8s} {'decode':>7s} {'start-up s':>10s} "
        f"{'with it ms':>10s} {'MB':>5s} {'first s':>7s}",
    ]
    for name, own in report.items():
        rows.append(
            f"{name:15s} {own['page_ms']:8.1f} {own['times_decoding']:8.2f} "
            f"{own['decode_ms']:7.1f} {own['start_up_s']:10.2f} {own['with_start_up_ms']:10.1f} "
            f"{own['peak_mb']:5.0f} {own['first_s']:7.1f}"
        )
    rows += [
        f"{'met   ' if is_value <= most else 'MISSED'} {what}: {is_value:.2f} (at most {most:g})"
        for what, (is_value, most) in verdicts(report).items()
    ]
    return rows


def main() -> int:
    """Measure, print, and tell by the exit code whether all targets are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--batch", type=Path, help="folder where the scans are kept")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        batch = make_batch(options.batch or scratch / "batch", options.households, SEED)
        report = measure_all(batch, scratch, options.rounds)
    print(json.dumps(report) if options.json else "\n".join(table(report, batch)))
    return 0 if all(is_value <= most for is_value, most in verdicts(report).values()) else 1


if __name__ == "__main__":
    sys.exit(main())
