"""What a PostgreSQL database does that SQLite does not: it refuses, goes away, lets two write."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from made_forms import issue, persons, scan
from postgres import Server

from papi.checking.rules.registry import registered
from papi.errors import PapiError, WorkspaceBusy, WorkspaceUnusable
from papi.office.workspace import Workspace, init_workspace, open_workspace
from papi.store.boot import close_store, open_store
from papi.store.faults import explain_fault, storage_faults
from papi.store.locks import Work, alone
from papi.store.models import Finding, IssuedForm, ScanPage

TODAY = dt.date(2026, 7, 1)
PATIENCE_S = 30.0


@pytest.fixture
def desk(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A new workspace on PostgreSQL, opened in this process."""
    monkeypatch.setenv("PAPI_DATABASE_URL", postgres_url)
    workspace, _ = init_workspace(tmp_path / "workspace", TODAY)
    yield workspace
    close_store()


def at_once(*jobs: Callable[[], object]) -> list[BaseException]:
    """Run jobs at the same moment, each with a connection of its own; return what went wrong."""
    together, wrong = threading.Barrier(len(jobs)), []

    def run(job: Callable[[], object]) -> None:
        try:
            together.wait(PATIENCE_S)
            job()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_a_workspace_remembers_the_database_it_was_made_on(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAPI_DATABASE_URL")
    again = open_workspace(desk.folder)
    assert again.settings.database.url == desk.database_url
    assert connection.vendor == "postgresql"
    assert not list(desk.folder.glob("*.sqlite3"))


def test_two_scans_of_a_page_that_come_at_once_are_a_conflict(desk: Workspace) -> None:
    forms = issue(persons(6))
    for number, form in enumerate(forms):
        jobs = [
            lambda n=n, page=page, number=number: scan([page], f"{number}-{n}.pdf")  # type: ignore[misc]
            for n, page in enumerate((form.page(1), form.other(1)))
        ]
        assert at_once(*jobs) == []
    states = sorted(ScanPage.objects.values_list("status", flat=True))
    assert states == ["conflict"] * len(forms) + ["read"] * len(forms)


def test_one_file_that_two_runs_take_in_at_once_is_there_once(desk: Workspace) -> None:
    forms = issue(persons(6))
    for number, form in enumerate(forms):
        jobs = [lambda f=form, n=number: scan(f.pages(), f"{n}.pdf", batch=None)] * 3  # type: ignore[misc]
        assert at_once(*jobs) == []
    assert ScanPage.objects.filter(status="read").count() == ScanPage.objects.count()
    assert ScanPage.objects.count() == sum(len(form.issued.pages) for form in forms)


def test_work_that_one_does_at_a_time_waits_its_turn(desk: Workspace) -> None:
    inside, most = [0], [0]
    guard = threading.Lock()

    def work() -> None:
        with transaction.atomic():
            alone(Work.SCANS)
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            IssuedForm.objects.count()
            with guard:
                inside[0] -= 1

    assert at_once(*[work] * 4) == []
    assert most == [1]


def test_who_waits_too_long_is_told_that_somebody_else_writes(
    desk: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPI_DATABASE_TIMEOUT_S", "0.2")
    open_store(desk.folder, desk.database_url)
    have, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            alone(Work.PAPER)
            have.set()
            done.wait(PATIENCE_S)

    def wait() -> None:
        have.wait(PATIENCE_S)
        try:
            with storage_faults(), transaction.atomic():
                alone(Work.PAPER)
        finally:
            done.set()

    (error,) = at_once(hold, wait)
    assert isinstance(error, WorkspaceBusy)
    assert "locked" in error.message


def test_every_rule_has_room_for_its_name(desk: Workspace) -> None:
    (form, *_) = issue(persons(1))
    Finding.objects.bulk_create(
        Finding(form_id=form.issued.form_id, rule=name, severity="E", outcome="not_applicable")
        for name in registered()
    )
    assert Finding.objects.count() == len(registered())


def test_a_server_that_went_away_is_named_and_found_again(
    postgres_server: Server, desk: Workspace
) -> None:
    IssuedForm.objects.count()
    postgres_server.stop("immediate")
    try:
        for _ in range(2):  # first the connection breaks, then none can be made
            with pytest.raises(WorkspaceBusy, match="does not answer"), storage_faults():
                IssuedForm.objects.count()
            connection.close()
    finally:
        postgres_server.start()
    assert IssuedForm.objects.count() == 0


def refusal(url: str) -> PapiError | None:
    """What PAPI says of a server that lets nobody in by this URL."""
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(url)
    return explain_fault(caught.value)


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        (("sandi", "lain"), WorkspaceUnusable, "refuses"),
        (("/papi_", "/other_"), WorkspaceUnusable, "refuses"),
        (("127.0.0.1", "nowhere.invalid"), WorkspaceBusy, "does not answer"),
    ],
)
def test_a_server_that_lets_nobody_in_is_explained(
    postgres_url: str, change: tuple[str, str], kind: type[PapiError], told: str
) -> None:
    error = refusal(postgres_url.replace(*change))
    assert type(error) is kind
    assert told in error.message


def test_a_server_without_room_for_one_more_says_so(
    postgres_server: Server, postgres_url: str
) -> None:
    held: list[psycopg.Connection[Sequence[object]]] = []
    try:
        with pytest.raises(psycopg.OperationalError) as caught:
            for _ in range(200):
                held.append(psycopg.connect(postgres_url))
    finally:
        for one in held:
            one.close()
    error = explain_fault(caught.value)
    assert isinstance(error, WorkspaceBusy)
    assert "as many connections" in error.message
