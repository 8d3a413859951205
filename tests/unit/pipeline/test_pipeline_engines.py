"""Mapping pages over workers: everything comes back, whatever the workers do."""

import os
import time
from pathlib import Path

import pytest

from papi.model.evidence import PageEvidence
from papi.model.page import PageSource, PageStatus, Reason
from papi.pipeline.engines import Engine, read_all
from papi.pipeline.tasks import PageTask, run_task
from papi.scans.files import Limits


def tasks(count: int, folder: Path = Path("nowhere")) -> list[PageTask]:
    return [
        PageTask(folder / f"{n}.png", PageSource(f"{n}.png", f"{n:064d}", n), folder, Limits())
        for n in range(count)
    ]


def blank(task: PageTask) -> PageEvidence:
    return PageEvidence(source=task.source, status=PageStatus.BLANK)


def murderous(task: PageTask) -> PageEvidence:
    """Pages 3 and 11 kill the process that reads them."""
    if task.source.index in {3, 11}:
        os._exit(9)
    time.sleep(0.01)
    return blank(task)


@pytest.mark.parametrize("engine", [Engine.SERIAL, Engine.PROCESSES])
def test_every_task_comes_back_once(engine):
    found = sorted(e.source.index for e in read_all(tasks(23), engine, 2, run=blank))
    assert found == list(range(23))


def test_a_page_that_kills_its_worker_is_quarantined_and_the_rest_is_read():
    found = list(read_all(tasks(20), Engine.PROCESSES, 2, run=murderous))
    assert sorted(e.source.index for e in found) == list(range(20))
    dead = {e.source.index: e for e in found if e.status is PageStatus.QUARANTINED}
    assert set(dead) == {3, 11}
    assert all(e.reason is Reason.WORKER_DIED for e in dead.values())


def test_tasks_are_taken_lazily():
    taken = []

    def supply():
        for task in tasks(1000):
            taken.append(task)
            yield task

    results = read_all(supply(), Engine.PROCESSES, 1, run=blank)
    next(results)
    results.close()
    assert len(taken) < 20


def test_a_failure_inside_a_stage_is_evidence_not_an_exception(tmp_path):
    (task,) = tasks(1, tmp_path)
    evidence = run_task(task)
    assert evidence.source == task.source
    assert evidence.status in {PageStatus.UNREADABLE, PageStatus.QUARANTINED}
    assert evidence.reason is not None
