"""Where the CPU time of a batch goes: an ingest in one process with a clock at every stage.

    python tests/bench/stage_profile.py [--households 12] [--kind jpeg|g4] [--batch DIR] [--json]

Each stage is the time inside its functions less that of stages they call (CPU), as ms a page and
as a multiple of decoding. Pages are read here rather than in a child, so the way to a child and
back is not in it (`ingest_cost` measures all). What no clock holds is "rest"; imports and opening
the workspace are start-up, once a run. `--batch` keeps or takes the scans of `made_batch`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from made_batch import MadeBatch, make_batch

from papi.pipeline.children import Ended, Job

SEED = 2026
LEAST_READ = 0.95
"""Share of pages that must have been read: some 1-bit scans are too pale."""
STAGES: dict[str, tuple[str, ...]] = {
    "keep original": (
        "papi.office.ingesting:keep_original",
        "papi.office.ingesting:file_sha256",
    ),
    "open file": (
        "papi.office.ingesting:count_pages",
        "papi.pipeline.tasks:open_scan",
    ),
    "enter file": (
        "papi.office.ingesting:known_file",
        "papi.office.ingesting:enter_file",
        "papi.office.ingesting:set_page_count",
    ),
    "decode": ("papi.scans.scan_file:ScanFile.page",),
    "locate": ("papi.pipeline.read_page:locate",),
    "register": ("papi.pipeline.read_page:register",),
    "cut": ("papi.pipeline.read_page:cut_snips",),
    "lift ink": ("papi.pipeline.read_page:lift_ink",),
    "read characters": ("papi.reading.characters:CharacterReader.read_cells",),
    "read ticks": ("papi.reading.fields:read_ticks",),
    "join fields": ("papi.pipeline.read_page:read_fields",),
    "stripes, covered boxes": (
        "papi.pipeline.read_page:page_stripes",
        "papi.pipeline.read_page:striped_boxes",
        "papi.pipeline.read_page:covered_ticks",
    ),
    "quality, fingerprint": (
        "papi.pipeline.read_page:measure_quality",
        "papi.pipeline.read_page:measure_scan",
        "papi.pipeline.read_page:fingerprint",
    ),
    "pack evidence": ("papi.store.pages:pack_evidence",),
    "store pages": ("papi.office.ingesting:store_pages",),
    "load case": ("papi.office.deciding:load_case", "papi.office.deciding:undecided_forms"),
    "unpack evidence": ("papi.store.cases:unpack_evidence",),
    "decide": ("papi.office.deciding:decide_form",),
    "save decision": ("papi.office.deciding:save_decision",),
    "across forms": (
        "papi.office.deciding:Decider._look_across",
        "papi.office.deciding:save_across",
        "papi.office.deciding:mark_decided_otherwise",
    ),
}
"""Stage -> the functions it is made of, where they are called from."""
REST, STARTUP, DECODE = "rest", "start-up (once)", "decode"


class Clock:
    """Exclusive CPU seconds by stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open = [REST]
        self._since = time.process_time()

    def turn(self) -> None:
        """Book the time since the last turn to the stage that is open."""
        now = time.process_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    def clocked(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function."""

        @wraps(work)
        def timed(*given: Any, **named: Any) -> Any:
            self.turn()
            self._open.append(stage)
            try:
                return work(*given, **named)
            finally:
                self.turn()
                self._open.pop()

        return timed

    def watch(self) -> None:
        """Put the clock at every stage; a function that is no longer there is an error."""
        for stage, places in STAGES.items():
            for place in places:
                module, path = place.split(":")
                owner: Any = importlib.import_module(module)
                *outer, name = path.split(".")
                for step in outer:
                    owner = getattr(owner, step)
                setattr(owner, name, self.clocked(stage, getattr(owner, name)))


def here(job: Job) -> Ended:
    """Do a job in this process, where the clocks are."""
    return Ended(job, result=job.function(job.argument))


def profile(batch: MadeBatch, kind: str, workspace: Path) -> dict[str, float]:
    """Ingest a batch in this process; return CPU ms a page by stage (start-up: ms a run)."""
    from papi.office.workspace import open_workspace

    opened = open_workspace(batch.fresh_workspace(workspace))
    from papi.model.recipe import load_recipe
    from papi.office.ingesting import ingest
    from papi.pipeline import engines, opening

    files = batch.scans(kind)
    for place in (engines, opening):
        place.ask = here  # type: ignore[attr-defined]
    clock = Clock()
    clock.watch()
    started = time.process_time()
    clock.turn()
    clock.spent.clear()
    result = ingest(opened, files, load_recipe(opened.recipe), engine=engines.Engine.SERIAL)
    clock.turn()
    counts = result.pages
    if sum(counts.values()) != batch.pages or counts.get("read", 0) < LEAST_READ * batch.pages:
        raise SystemExit(f"not all pages were read: {counts}")
    figures = {stage: 1000 * clock.spent[stage] / batch.pages for stage in (*STAGES, REST)}
    return figures | {STARTUP: 1000 * started}


def lines(figures: dict[str, float], pages: int) -> list[str]:
    """Return the table for people."""
    decode = figures[DECODE]
    stages = {stage: ms for stage, ms in figures.items() if stage != STARTUP}
    whole = sum(stages.values())
    rows = [f"{pages} pages, one process; CPU ms a page, multiples of decoding"]
    rows += [f"  {stage:24s} {ms:6.2f}  {ms / decode:5.2f}" for stage, ms in stages.items()]
    rows += [f"  {'page':24s} {whole:6.2f}  {whole / decode:5.2f}"]
    return [*rows, f"  {STARTUP:24s} {figures[STARTUP]:6.0f} ms"]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=12)
    parser.add_argument("--kind", choices=("jpeg", "g4"), default="jpeg")
    parser.add_argument("--batch", type=Path, help="folder where the scans are kept")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        batch = make_batch(options.batch or folder / "batch", options.households, SEED)
        figures = profile(batch, options.kind, folder / "read")
    print(json.dumps(figures) if options.json else "\n".join(lines(figures, batch.pages)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
