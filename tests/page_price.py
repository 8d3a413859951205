"""What a page costs in this process, against yardsticks that the same machine is slow on.

    python tests/page_price.py FOLDER REPEATS

prints the price as JSON. A process of its own: in one that holds a thousand tests' objects, each
collection of garbage costs a page half as much again.

One yardstick is decoding the same pages. A busy neighbour on the core takes cache away, which
decoding hardly feels and reading does (measured: a quarter more); the other yardstick therefore
mixes decoding with the kinds of work reading is made of, and feels it alike.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from paper_round import Round, make_round

from papi.model.recipe import load_recipe
from papi.office.workspace import open_workspace
from papi.pipeline import engines, opening
from papi.pipeline.children import Ended, Job
from papi.pipeline.engines import Engine
from papi.store.boot import close_store


@dataclass(frozen=True)
class Price:
    """CPU of a page, as multiples of decoding it and of the mixed yardstick."""

    times_decoding: float
    times_mixed: float


def measure(scanned: Round, folder: Path, patch: pytest.MonkeyPatch, repeats: int) -> Price:
    """Ingest the round in this process, again and again; each figure is its least.

    Args:
        scanned: JPEG pages, nothing read yet.
        folder: for workspaces that are read into.
        patch: children are replaced by this process, whose CPU time is clocked.
        repeats: the first one, which loads networks and layouts, is not counted.
    """
    for module in (engines, opening):
        patch.setattr(module, "ask", _here)
    stored = [np.frombuffer(path.read_bytes(), np.uint8) for path in scanned.scans]
    rounds: list[tuple[float, float, float]] = []
    for number in range(repeats + 1):
        decode = clock(lambda: [cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) for data in stored])
        mixed = clock(_mixed_work)
        rounds.append((decode, mixed, _ingest(scanned, folder / f"desk{number}")))
    decode, mixed, whole = (min(column) for column in zip(*rounds[1:], strict=True))
    return Price(whole / decode, whole / (decode + mixed * len(stored)))


def clock(work: Callable[[], object]) -> float:
    """Return CPU seconds of a piece of work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _here(job: Job) -> Ended:
    return Ended(job, result=job.function(job.argument))


def _ingest(scanned: Round, place: Path) -> float:
    from papi.office.ingesting import ingest

    desk = scanned.paper.copy(place)
    workspace = open_workspace(desk.workspace)
    recipe = load_recipe(workspace.recipe)
    pages: dict[str, int] = {}

    def work() -> None:
        pages.update(ingest(workspace, scanned.scans, recipe, engine=Engine.SERIAL).pages)

    spent = clock(work)
    close_store()
    assert pages == {"read": scanned.pages}
    return spent


def _mixed_work() -> None:
    """Do some 15 ms of what reading does: whole-page arrays, many small ones, dictionaries."""
    page = np.full((2000, 1600), 200, np.uint8)
    np.multiply(page, np.float32(0.9), dtype=np.float32)
    cv2.resize(page, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for number in range(300):
        snip = page[number : number + 84, :70].astype(np.float32)
        np.maximum(snip - 190.0, 0.0)
        cv2.GaussianBlur(snip, (3, 3), 0.8)
    lines = {"": 1.0}
    for box in range(24):
        grown = {
            line + str(digit): p / (digit + 1) for line, p in lines.items() for digit in (0, 1)
        }
        lines = dict(sorted(grown.items(), key=lambda item: -item[1])[: 20 + box])


def main(folder: Path, repeats: int) -> None:
    """Scan two households' forms as an office does, JPEG files, and measure."""
    folder.mkdir()
    jpegs = make_round(folder, seed=61, households=2, persons=0, kinds=("jpeg",))
    with pytest.MonkeyPatch.context() as patch:
        print(json.dumps(asdict(measure(jpegs, folder / "read", patch, repeats))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
