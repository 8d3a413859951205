"""Files that crash, hang or eat whoever opens them: one named state each, and the batch goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from odd_pdfs import one_page, pdf_file, stream
from paper import pdf

from papi.model.page import PageFailure, PageHint, PageSource, PageStatus, Reason
from papi.model.recipe import parse_recipe
from papi.office import ingesting
from papi.office.ingesting import ingest
from papi.office.reporting import status_report
from papi.office.rereading import read_again
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine
from papi.scans.files import Limits
from papi.store.fixes import scans_called
from papi.store.models import SourceFile

RECIPE = parse_recipe({"limits": {"seconds": 2}}, "hurried")
BOMB = pdf_file(one_page(content=stream(b"/P Do " * 3_000_000, deflated=2)))
PAPER = [np.full((1170, 827), 255, np.uint8)] * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three files of blank pages, the middle one of them a bomb."""
    place = tmp_path / "batch"
    place.mkdir()
    (place / "a.pdf").write_bytes(pdf(PAPER[:1]))
    (place / "b.pdf").write_bytes(BOMB)
    (place / "c.pdf").write_bytes(pdf(PAPER))
    return place


@pytest.mark.parametrize("engine", [Engine.SERIAL, Engine.PROCESSES])
def test_a_page_that_hangs_is_named_and_the_rest_is_read(
    workspace: Workspace, folder: Path, engine: Engine
) -> None:
    result = ingest(workspace, [folder], RECIPE, engine, jobs=2)
    assert result.pages == {"blank": 4, "unreadable": 1}
    (problem,) = result.problems
    assert (problem.source, problem.reason) == ("b.pdf", Reason.TOO_SLOW)
    assert status_report()["pages"]["accounted"]
    assert ingest(workspace, [folder], RECIPE, engine, jobs=2).pages == {}


def test_a_file_that_cannot_be_opened_is_tried_again_when_a_person_says_so(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ingesting.count_pages

    def count(path: Path, limits: Limits, sha256: str) -> int | PageFailure:
        if real(path, limits, sha256) != len(PAPER):
            return real(path, limits, sha256)
        source = PageSource(path.name, sha256, 0)
        return PageFailure(source, PageStatus.QUARANTINED, Reason.WORKER_DIED, "SIGSEGV")

    monkeypatch.setattr(ingesting, "count_pages", count)
    result = ingest(workspace, [folder / "a.pdf", folder / "c.pdf"], RECIPE, Engine.SERIAL)
    assert result.pages == {"blank": 1, "quarantined": 1}
    assert [(p.source, p.detail) for p in result.problems] == [("c.pdf", "SIGSEGV")]
    monkeypatch.setattr(ingesting, "count_pages", real)

    (scan,) = scans_called("c.pdf", 0)
    assert read_again(workspace, scan, PageHint()).status is PageStatus.BLANK
    file = SourceFile.objects.get(name="c.pdf")
    assert (file.pages, file.done) == (len(PAPER), False)
    assert ingest(workspace, [folder / "c.pdf"], RECIPE, Engine.SERIAL).pages == {"blank": 2}
