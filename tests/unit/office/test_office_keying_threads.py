"""Many people at once, on both databases: no item in two hands, none lost, whatever is decided."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest
from django.db import connections
from django.db.models import Sum
from keying_desk import Room, make_room, reply

from papi.model.keying import AnswerState, KeyingTask
from papi.office import arbitration, keying
from papi.office.workspace import Workspace, open_workspace
from papi.store.boot import close_store
from papi.store.cases import mark_undecided
from papi.store.models import Entry, IssuedForm, Item, Reading, Resolution

T = TypeVar("T")
PEOPLE = ("ani", "budi", "citra", "dewi", "eka")


@pytest.fixture(params=["sqlite", "postgresql"])
def room(request: pytest.FixtureRequest, workspace: Workspace) -> Iterator[Room]:
    """Two forms, every field of which waits for somebody."""
    if request.param == "postgresql":
        close_store()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PAPI_DATABASE_URL", request.getfixturevalue("postgres_url"))
            yield _filled(open_workspace(workspace.folder))
            close_store()
    else:
        yield _filled(workspace)


def _filled(workspace: Workspace) -> Room:
    room = make_room(workspace, count=2)
    for name in PEOPLE:
        room.person(name)
    return room


class Hands:
    """Who has which item just now; two at once is what must never be."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_item: dict[int, str] = {}
        self.twice: list[int] = []

    def take(self, name: str, tasks: list[KeyingTask]) -> None:
        with self.lock:
            self.twice += [task.item for task in tasks if task.item in self.by_item]
            self.by_item |= {task.item: name for task in tasks}

    def give(self, task: KeyingTask) -> None:
        with self.lock:
            del self.by_item[task.item]


def test_five_people_key_everything_while_forms_are_decided_again(room: Room) -> None:
    hands, done = Hands(), threading.Event()
    needed = Item.objects.aggregate(needed=Sum("entries_needed"))["needed"]

    def work(name: str) -> Counter[str]:
        states: Counter[str] = Counter()
        while tasks := room.next(name, count=3):
            hands.take(name, tasks)
            for task in tasks:
                hands.give(task)  # from the moment it is sent it may be another's
                states[room.key(name, task, room.written(task)).state] += 1
        return states

    def decide() -> Counter[str]:
        rounds: Counter[str] = Counter()
        while not done.wait(0.05):
            mark_undecided(IssuedForm.objects.values_list("pk", flat=True))
            room.decide()
            rounds["decided"] += 1
        return rounds

    with ThreadPoolExecutor(len(PEOPLE) + 1) as pool:
        deciding = pool.submit(_closing, decide)
        working = [pool.submit(_closing, partial(work, name)) for name in PEOPLE]
        total = sum((future.result() for future in working), Counter())
        done.set()
        assert deciding.result()["decided"] > 0
    for name in PEOPLE:  # who found all the rest in other hands had gone home
        total += work(name)
    assert hands.twice == []
    assert total == {AnswerState.TAKEN: needed}
    assert Entry.objects.count() == needed
    room.decide()
    assert set(Item.objects.values_list("state", "round")) == {("done", 1)}
    assert Resolution.objects.filter(active=True).count() == Item.objects.count()
    assert not Reading.objects.filter(status="review").exists()


def test_one_answer_sent_by_many_connections_at_once_counts_once(room: Room) -> None:
    task = room.one("ani", "hp_wali")
    answer = reply(task, room.written(task))
    ani = room.person("ani")

    def send() -> AnswerState:
        return keying.answer(room.workspace, ani, [answer])[0].state

    states = _at_once([send] * 6)
    assert states == [AnswerState.TAKEN] * 6
    assert Entry.objects.count() == Resolution.objects.count() == 1


def test_two_who_settle_one_conflict_at_once_settle_it_once(room: Room) -> None:
    task = room.one("ani", "nik")
    room.key("ani", task, "1" * 16)
    room.key("budi", room.one("budi", "nik"), "2" * 16)

    def settle(name: str) -> list[AnswerState]:
        user = room.person(name)
        found = arbitration.next_conflicts(room.workspace, user, count=1)
        return [room.settle(name, conflict, "1" * 16).state for conflict in found]

    found = _at_once([partial(settle, name) for name in ("citra", "dewi", "eka")])
    assert [state for states in found for state in states] == [AnswerState.TAKEN]
    assert Resolution.objects.filter(active=True).count() == 1


def _at_once(works: list[Callable[[], T]]) -> list[T]:
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        futures: list[Future[T]] = [pool.submit(_closing, partial(begin, work)) for work in works]
        return [future.result() for future in futures]


def _closing(work: Callable[[], T]) -> T:
    """Do work in a thread of its own, and close the connection it opened."""
    try:
        return work()
    finally:
        connections.close_all()
