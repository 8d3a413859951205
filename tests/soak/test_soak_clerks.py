"""Forty clerks on PostgreSQL, ten on SQLite, while batches come in; a server killed under them.

No item is in two people's hands at once, none is lost, and whoever waits does not wait long.
`make soak` lets them work ten minutes and holds the seconds of DESIGN; a sample beside other tests
holds them against what one clerk alone waits on the same machine.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from clerks import PATIENCE_S, Clerk, Told, log_in_together, work_together
from django.db import connections
from keying_room import (
    PASSWORD,
    Papers,
    Server,
    add_clerks,
    cpu_of_family,
    ingesting,
    key_everything,
    opened,
    serving,
)
from postgres import Server as Postgres
from soaking import Soak
from two_offices import Office, open_office, scan_office

from papi.office.keying import next_tasks
from papi.office.workspace import Workspace
from papi.store.boot import close_store
from papi.store.models import Entry, Item, User
from papi.synth.batch import Batch

LONG_S = 300.0
"""From here on it is a soak, on a machine that does nothing else."""
P95_S = 0.150
THINK_S = 3.0
"""A field of 4 characters at 5,000 strokes an hour."""
ALONE_S = 3.0
STRESS_S = 30.0
SHORT_ROUND = {"households": 3, "persons": 6}
LONG_ROUND = {"households": 24, "persons": 60}


@dataclass(frozen=True)
class Paperwork:
    """Scans of a round, and how large it was."""

    batch: Batch
    size: dict[str, int]


@pytest.fixture(scope="module")
def paperwork(soak: Soak, tmp_path_factory: pytest.TempPathFactory) -> Paperwork:
    """A round, scanned: larger for a long soak, so that nobody runs out of work."""
    folder = tmp_path_factory.mktemp("paperwork")
    size = LONG_ROUND if soak.seconds >= LONG_S else SHORT_ROUND
    return Paperwork(
        scan_office(open_office(folder / "desk", **size), folder / "scans", **size), size
    )


def room(folder: Path, url: str, paperwork: Paperwork) -> Office:
    """An office that has read half of the scans."""
    office = open_office(folder, url, **paperwork.size)
    key_everything(office)
    scans = sorted(paperwork.batch.scans)
    office.must("ingest", *scans[: (len(scans) + 1) // 2], "--engine", "serial")
    return office


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def office(
    request: pytest.FixtureRequest,
    paperwork: Paperwork,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Office]:
    """A room on either database, for one shift after another."""
    folder = tmp_path_factory.mktemp(request.param) / "room"
    if request.param == "sqlite":
        yield room(folder, "", paperwork)
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    url = server.database()
    yield room(folder, url, paperwork)
    server.drop(url)


def in_a_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: a browser of other tests keeps a loop in this one."""

    def run() -> None:
        try:
            asyncio.run(work)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def chance_of(seed: int, name: str) -> Random:
    """Randomness of one person."""
    return Random(f"{seed} {name}")  # noqa: S311  test data


@dataclass
class Shift:
    """People at work in a room."""

    server: Server
    told: Told
    clerks: list[Clerk]

    def work(self, seconds: float) -> None:
        """All of them, for some seconds."""
        end = time.monotonic() + seconds
        self.work_until(lambda: time.monotonic() > end)

    def work_until(self, over: Callable[[], bool]) -> None:
        """All of them, until it is over."""
        with patch.dict(os.environ, {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}):  # Papers looks items up
            in_own_loop(work_together(self.clerks, over))


def in_own_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread: a browser of earlier tests keeps a loop running in this one."""

    def run() -> None:
        try:
            asyncio.run(work)
        finally:
            close_store()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def shift(
    server: Server, papers: Papers, prefix: str, count: int, *, seed: int, think_s: float
) -> Shift:
    """Let people come in and log in."""
    told = Told()
    names = [f"{prefix}-{number}" for number in range(count)]
    add_clerks(names)
    clerks = [
        Clerk(name, PASSWORD, server.port, papers.read, told, chance_of(seed, name), think_s)
        for name in names
    ]
    in_own_loop(log_in_together(clerks))
    return Shift(server, told, clerks)


def check(told: Told, workspace: Workspace) -> None:
    """Nothing was in two hands, nothing that was confirmed is missing, everything goes on."""
    assert told.wrong == []
    assert told.in_two_hands() == []
    kept = dict(Entry.objects.values_list("client_key", "item_id"))
    assert {key: item for key, (item, _) in told.confirmed.items()}.items() <= kept.items()
    assert kept.keys() <= told.sent.keys() | _others(told)
    _check_entries()
    _check_return(told, workspace)


def _others(told: Told) -> set[str]:
    """Answers of an earlier shift in the same room."""
    names = {hand.clerk for hand in told.hands}
    rows = Entry.objects.exclude(user__username__in=names)
    return set(rows.values_list("client_key", flat=True))


def _check_entries() -> None:
    """Nobody keyed an item twice, and no more people than were asked for."""
    rows = Entry.objects.filter(undone_at=None).exclude(kind="refused")
    said = Counter(rows.values_list("item_id", "round"))
    people = Counter(set(rows.values_list("item_id", "round", "user_id")))
    asked = dict(Item.objects.values_list("pk", "entries_needed"))
    assert max(people.values()) == 1
    assert all(number <= asked[item] for (item, _), number in said.items())


def _check_return(told: Told, workspace: Workspace) -> None:
    """Once every lease has ended, all that is still open comes to the next person."""
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    Item.objects.exclude(leased_until=None).update(leased_until=past)
    user = User.objects.create(username=f"last-{time.monotonic_ns()}", role="clerk")
    reached: set[int] = set()
    while tasks := next_tasks(workspace, user, count=200, held=sorted(reached)):
        reached |= {task.item for task in tasks}
    left = set(Item.objects.filter(state="open").values_list("pk", flat=True))
    assert reached == left
    Item.objects.filter(leased_to=user).update(leased_to=None, leased_until=None, lease="")
    user.is_active = False
    user.save()


def tell(name: str, told: Told, alone: Told, cpu_s: Sequence[float]) -> None:
    """Print what was measured."""
    done = len(told.confirmed)
    print(
        f"\n{name}: {done} answers confirmed of {len(told.hands)} items handed out; {told.states}"
    )
    for kind in ("next", "answers", "snip"):
        p50, p95, p99 = (told.share(kind, share) * 1000 for share in (0.5, 0.95, 0.99))
        own = alone.share(kind, 0.5) * 1000
        print(
            f"  {kind:8}{len(told.seconds[kind]):6} p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms;"
            f" one clerk alone: {own:.0f} ms"
        )
    if cpu_s:
        spent = " + ".join(f"{1000 * s / max(done, 1):.1f}" for s in cpu_s)
        print(f"  CPU per answer, clerks + server + database: {spent} ms")


def hold_seconds(told: Told, alone: Told, people: int, soak: Soak) -> None:
    """Nobody waits for longer than the machine needs for those before him."""
    for kind in ("next", "answers"):
        ceiling = P95_S
        if soak.seconds < LONG_S:  # others use the machine, too: all of them came before you
            ceiling += people * alone.share(kind, 0.5)
        assert told.share(kind, 0.95) < ceiling, kind


FEWEST_BETWEEN = 8
"""Answers confirmed between one kill and the next, at least."""
PEOPLE = {"postgresql": 40, "sqlite": 10}


def test_a_server_that_is_killed_loses_nothing_it_confirmed(
    office: Office, paperwork: Paperwork, soak: Soak
) -> None:
    with opened(office) as workspace, serving(office) as server:
        papers = Papers(paperwork.batch.truth)
        together = shift(server, papers, "patient", 8, seed=soak.seed, think_s=0.05)
        chance = chance_of(soak.seed, "killer")
        args = (server, together.told, soak.kills, chance)
        killer = threading.Thread(target=kill_often, args=args)
        killer.start()
        together.work_until(lambda: not killer.is_alive())
        killer.join()
        tell("killed", together.told, together.told, [])
        assert together.told.resent > 0
        assert len(together.told.confirmed) >= (soak.kills + 1) * FEWEST_BETWEEN
        check(together.told, workspace)


def kill_often(server: Server, told: Told, kills: int, chance: Random) -> None:
    """Kill the server while answers come in, start it again; end once answers come in again."""
    for number in range(kills + 1):
        wanted = len(told.confirmed) + FEWEST_BETWEEN + chance.randrange(FEWEST_BETWEEN)
        end = time.monotonic() + PATIENCE_S
        while len(told.confirmed) < wanted and time.monotonic() < end:
            time.sleep(0.01)
        if number < kills:
            server.kill()
            server.start()


def test_clerks_key_while_batches_come_in(
    office: Office,
    paperwork: Paperwork,
    soak: Soak,
    request: pytest.FixtureRequest,
) -> None:
    people = PEOPLE["postgresql" if office.url else "sqlite"]
    postgres: Postgres | None = request.getfixturevalue("postgres_server") if office.url else None
    scans = sorted(paperwork.batch.scans)
    coming = scans[(len(scans) + 1) // 2 :]
    with opened(office) as workspace, serving(office) as server:
        papers = Papers(paperwork.batch.truth)
        alone = shift(server, papers, "alone", 1, seed=soak.seed, think_s=0.0)
        alone.work(ALONE_S)
        together = shift(server, papers, "clerk", people, seed=soak.seed, think_s=THINK_S)
        before = cpu(server, postgres)
        with ingesting(office, coming):
            together.work(soak.seconds)
        spent = [after - b for after, b in zip(cpu(server, postgres), before, strict=True)]
        tell(f"{people} clerks", together.told, alone.told, spent)
        check(together.told, workspace)
    assert server.failures == []
    hold_seconds(together.told, alone.told, people, soak)


def test_clerks_as_fast_as_the_server_answers(
    office: Office, paperwork: Paperwork, soak: Soak, request: pytest.FixtureRequest
) -> None:
    people = PEOPLE["postgresql" if office.url else "sqlite"]
    postgres: Postgres | None = request.getfixturevalue("postgres_server") if office.url else None
    with opened(office) as workspace, serving(office) as server:
        papers = Papers(paperwork.batch.truth)
        together = shift(server, papers, "quick", people, seed=soak.seed, think_s=0.0)
        before = cpu(server, postgres)
        together.work(min(soak.seconds / 4, STRESS_S))
        spent = [after - b for after, b in zip(cpu(server, postgres), before, strict=True)]
        tell(f"{people} clerks without a thought", together.told, together.told, spent)
        check(together.told, workspace)
    assert server.failures == []


def cpu(server: Server, postgres: Postgres | None) -> list[float]:
    """CPU seconds of the clerks, the server, and the database's processes where it has some."""
    database = [cpu_of_family(postgres.process)] if postgres else []
    return [time.process_time(), server.cpu_s(), *database]
