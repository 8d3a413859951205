"""A stand-in for reading: files of small pages, of which a test says what each shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from papi.exports.tables import TableName
from papi.model.evidence import PageEvidence
from papi.model.recipe import load_recipe
from papi.office.exporting import export_table
from papi.office.ingesting import Course, IngestResult, ingest
from papi.office.workspace import Workspace
from papi.pipeline.tasks import PageTask
from papi.store.models import ScanPage

Shown = dict[str, list[PageEvidence]]
"""File name -> what its pages show."""


def reader(shown: Shown, die_after: int = 10**6) -> Callable[..., Iterator[PageEvidence]]:
    """What to put in place of `ingesting.read_all`; it dies before page `die_after`."""

    def read_all(tasks: Iterable[PageTask], *_: object) -> Iterator[PageEvidence]:
        for number, task in enumerate(tasks):
            if number == die_after:
                raise KeyboardInterrupt
            yield replace(shown[task.source.name][task.source.index], source=task.source)

    return read_all


def write(folder: Path, name: str, pages: int, shade: int = 0) -> Path:
    """Write a TIFF of so many small pages, each file with another content."""
    folder.mkdir(exist_ok=True)
    images = [Image.new("L", (8, 8), (sum(name.encode()) + shade + n) % 255) for n in range(pages)]
    images[0].save(folder / name, "TIFF", save_all=True, append_images=images[1:])
    return folder / name


def run(workspace: Workspace, *paths: Path, course: Course | None = None) -> IngestResult:
    """Ingest with one worker."""
    return ingest(workspace, paths, load_recipe(), jobs=1, course=course or Course())


def rows() -> list[tuple[object, ...]]:
    """File, index, state, whether it counts, and batch of every stored page."""
    found = ScanPage.objects.order_by("source_id", "index")
    return list(found.values_list("source__name", "index", "status", "active", "source__batch"))


def exports(folder: Path) -> dict[str, bytes]:
    """All five tables as csv, byte for byte."""
    folder.mkdir(exist_ok=True)
    for name in TableName:
        export_table(name, folder / f"{name.value}.csv")
    return {name.value: (folder / f"{name.value}.csv").read_bytes() for name in TableName}
