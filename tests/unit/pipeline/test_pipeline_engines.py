"""Mapping pages over workers: everything comes back, whatever the workers do, on every engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import murder
import pytest
from distributed import Client, LocalCluster
from murder import BURSTS, CRASHES, DEADLY, EXITS, HANGS, SPINS, tasks

from papi.errors import InstallationDamaged, WorkersLost
from papi.model.evidence import PageEvidence
from papi.model.page import PageFailure, PageStatus, Reason
from papi.pipeline import children, own_child
from papi.pipeline.engines import FILE_STRIKES, Engine, Run, read_all
from papi.pipeline.own_child import dismiss
from papi.pipeline.tasks import BEHIND, PageTask, run_task

ENGINES = list(Engine)


def by_index(evidence: Iterator[PageEvidence]) -> dict[int, PageEvidence]:
    """All evidence by page; a page that comes twice is an error."""
    found: dict[int, PageEvidence] = {}
    for page in evidence:
        assert page.source.index not in found
        found[page.source.index] = page
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_every_task_comes_back_once(engine: Engine, tmp_path: Path) -> None:
    found = by_index(read_all(tasks(23, tmp_path), engine, 2, run=murder.blank))
    assert sorted(found) == list(range(23))


def test_a_batch_is_read_behind_those_who_wait_at_a_screen(tmp_path: Path) -> None:
    def niceness(**work: Run) -> int:
        dismiss()
        assert len(list(read_all(tasks(1, tmp_path), Engine.SERIAL, 1, **work))) == 1
        (child,) = own_child._resting[0].process_ids
        return os.getpriority(os.PRIO_PROCESS, child)

    ours = os.getpriority(os.PRIO_PROCESS, 0)
    assert niceness(run=run_task) == ours
    assert niceness() == max(ours, BEHIND)
    assert os.getpriority(os.PRIO_PROCESS, 0) == ours
    dismiss()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_that_ends_its_worker_is_named_at_once(engine: Engine, tmp_path: Path) -> None:
    found = by_index(read_all(tasks(20, tmp_path), engine, 2, run=murder.noted))
    assert sorted(found) == list(range(20))
    assert {n for n, page in found.items() if page.status is not PageStatus.BLANK} == DEADLY
    said = {n: (page.status, page.reason) for n, page in found.items() if n in DEADLY}
    assert said == {
        EXITS: (PageStatus.QUARANTINED, Reason.WORKER_DIED),
        CRASHES: (PageStatus.QUARANTINED, Reason.WORKER_DIED),
        HANGS: (PageStatus.UNREADABLE, Reason.TOO_SLOW),
        SPINS: (PageStatus.UNREADABLE, Reason.TOO_SLOW),
        BURSTS: (PageStatus.UNREADABLE, Reason.TOO_LARGE),
    }
    assert found[EXITS].detail == "exit code 9"
    assert found[CRASHES].detail == "SIGSEGV"
    assert found[HANGS].detail == "more than 2 s"
    begun = {n: (tmp_path / f"begun-{n}").read_text() for n in range(20)}
    assert begun == dict.fromkeys(range(20), "x")  # each page once: neither culprits nor others


@pytest.mark.parametrize("engine", ENGINES)
def test_a_worker_killed_from_outside_costs_no_page(engine: Engine, tmp_path: Path) -> None:
    found = by_index(read_all(tasks(12, tmp_path), engine, 2, run=murder.killed_once))
    assert sorted(found) == list(range(12))
    assert {page.status for page in found.values()} == {PageStatus.BLANK}


def test_a_page_whose_worker_is_killed_twice_is_quarantined(tmp_path: Path) -> None:
    found = by_index(read_all(tasks(5, tmp_path), Engine.PROCESSES, 2, run=murder.killed_always))
    assert sorted(found) == list(range(5))
    assert [n for n, page in found.items() if page.reason is Reason.WORKER_DIED] == [2]
    assert found[2].detail == "SIGKILL"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_is_given_up_after_some_of_its_pages(engine: Engine, tmp_path: Path) -> None:
    pages = 30
    found = by_index(read_all(tasks(pages, tmp_path, pages), engine, 1, run=murder.always_exits))
    assert sorted(found) == list(range(pages))
    assert {(page.status, page.reason) for page in found.values()} == {
        (PageStatus.QUARANTINED, Reason.WORKER_DIED)
    }
    tried = [page for page in found.values() if page.detail.startswith("exit code")]
    assert FILE_STRIKES <= len(tried) < FILE_STRIKES + 4


def test_a_file_refused_before_is_given_to_no_worker(tmp_path: Path) -> None:
    good, bad = tasks(2, tmp_path)
    failure = PageFailure(bad.source, PageStatus.QUARANTINED, Reason.WORKER_DIED, "SIGSEGV")
    refused = replace(bad, refused=failure)
    found = by_index(read_all([refused, good], Engine.SERIAL, 1, run=murder.noted))
    assert found[1] == PageEvidence.of_failure(failure)
    assert found[0].status is PageStatus.BLANK
    assert not (tmp_path / "begun-1").exists()


def test_a_worker_that_cannot_end_itself_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "GRACE_SECONDS", 1.0)
    found = by_index(read_all(tasks(4, tmp_path), Engine.PROCESSES, 1, run=murder.stopped))
    assert sorted(found) == list(range(4))
    assert [n for n, page in found.items() if page.reason is Reason.TOO_SLOW] == [1]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_no_pages_fault_stops_the_run(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InstallationDamaged, match="has no networks"):
        list(read_all(tasks(3, tmp_path), engine, 2, run=murder.unhappy))


@pytest.mark.parametrize("engine", ENGINES)
def test_tasks_are_taken_lazily(engine: Engine, tmp_path: Path) -> None:
    taken = []

    def supply() -> Iterator[PageTask]:
        for task in tasks(1000, tmp_path):
            taken.append(task)
            yield task

    results = read_all(supply(), engine, 1, run=murder.blank)
    next(results)
    results.close()
    assert len(taken) < 20


def test_workers_of_somebody_elses_scheduler_may_be_lost(tmp_path: Path) -> None:
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        pages = tasks(12, tmp_path)
        address = cluster.scheduler_address
        evidence = read_all(pages, Engine.DASK, 1, scheduler=address, run=murder.slow_blank)
        first = next(evidence)
        (worker,) = client.run(os.getpid).values()
        os.kill(worker, signal.SIGKILL)
        found = by_index(evidence) | {first.source.index: first}
    assert sorted(found) == list(range(12))
    assert {page.status for page in found.values()} == {PageStatus.BLANK}


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "200ms"}),
        pytest.raises(WorkersLost),
    ):
        list(read_all([], Engine.DASK, 1, scheduler="tcp://127.0.0.1:9"))


def test_workers_do_not_outlive_a_coordinator_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import pathlib, murder; from papi.pipeline.children import Crew\n"
        "from papi.pipeline.tasks import job_of\n"
        "crew = Crew(2, 1)\n"
        "pages = murder.tasks(murder.HANGS + 1, pathlib.Path('.'))\n"
        "crew.add(job_of(murder.deadly, pages[murder.HANGS]))\n"
        "print(*crew.process_ids, flush=True); crew.take()"
    )
    with subprocess.Popen(  # noqa: S603  our own code
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(murder.__file__).parent,
    ) as coordinator:
        assert coordinator.stdout is not None
        workers = [int(word) for word in coordinator.stdout.readline().split()]
        coordinator.kill()
    assert len(workers) == 2
    patience = time.monotonic() + 30
    while any(lives(worker) for worker in workers):
        assert time.monotonic() < patience, "a worker lives on"
        time.sleep(0.1)


def lives(process: int) -> bool:
    """Whether a process is there and no mere entry waiting to be collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_failure_inside_a_stage_is_evidence_not_an_exception(tmp_path: Path) -> None:
    (task,) = tasks(1, tmp_path)
    evidence = run_task(task)
    assert evidence.source == task.source
    assert evidence.status in {PageStatus.UNREADABLE, PageStatus.QUARANTINED}
    assert evidence.reason is not None
