"""Whatever people do in whatever order: what must always hold of items, entries and values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from keying_desk import Room, make_room, reply, standing_value

from papi.model.keying import Answer, AnswerState, EntryKind, KeyingTask
from papi.office import arbitration, keying
from papi.office.workspace import Workspace
from papi.store.cases import mark_undecided
from papi.store.models import Entry, IssuedForm, Item, Reading, Resolution

PEOPLE = ("ani", "budi", "citra", "dewi")
FIELDS = ("nik", "nik_cek", "hp_wali", "rt_cek")
"""Two critical fields, two others."""
BLIND = (EntryKind.KEYED, EntryKind.UNREADABLE, EntryKind.CONFIRMED)
FINAL = (EntryKind.ARBITRATED, EntryKind.SETTLED, EntryKind.GIVEN_UP)
VALUES = {
    "nik": ("3201014107850001", "3201014107850002"),
    "nik_cek": ("1", "2"),
    "hp_wali": ("081234567890", "081234567891"),
    "rt_cek": ("1", "2"),
}
people = st.sampled_from(PEOPLE)
pick = st.integers(0, 7)


class KeyingRoom(RuleBasedStateMachine):
    """Several people lease, key, ask, settle, take back and go away."""

    room: Room

    @initialize()
    def open(self) -> None:
        """Begin where the room was made: every run is rolled back."""
        self.block = transaction.atomic()
        self.block.__enter__()
        self.screens: dict[str, dict[int, KeyingTask]] = {name: {} for name in PEOPLE}
        self.sent: list[tuple[str, Answer]] = []

    def teardown(self) -> None:
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def see(self, name: str, tasks: list[KeyingTask]) -> None:
        for task in tasks:
            for other, screen in self.screens.items():
                assert other == name or task.item not in screen, "two people hold one item"
            said = Entry.objects.filter(item=task.item, user=self.room.person(name))
            row = Item.objects.get(pk=task.item)
            if row.state == "open":
                assert not said.filter(round=row.round, undone_at=None).exclude(kind="refused")
            self.screens[name][task.item] = task

    @rule(name=people, count=st.integers(1, 3))
    def lease(self, name: str, count: int) -> None:
        held = list(self.screens[name])
        self.see(name, self.room.next(name, count=count, held=held))

    @rule(name=people)
    def lease_conflict(self, name: str) -> None:
        user = self.room.person(name)
        self.see(name, arbitration.next_conflicts(self.room.workspace, user, count=1))

    @rule(name=people)
    def lease_question(self, name: str) -> None:
        user = self.room.person(name)
        self.see(name, arbitration.questions(self.room.workspace, user, count=1))

    def task_of(self, name: str, number: int) -> KeyingTask | None:
        tasks = list(self.screens[name].values())
        return tasks[number % len(tasks)] if tasks else None

    @rule(name=people, number=pick, value=st.integers(0, 1), kind=st.sampled_from(BLIND[:2]))
    def key(self, name: str, number: int, value: int, kind: EntryKind) -> None:
        if task := self.task_of(name, number):
            state = Item.objects.get(pk=task.item).state
            typed = VALUES[task.field][value]
            self.say(name, task, self.answer_for(state, task, kind, typed))

    def answer_for(self, state: str, task: KeyingTask, kind: EntryKind, value: str) -> Answer:
        if state == "arbitration":
            kind = EntryKind.ARBITRATED if kind is EntryKind.KEYED else EntryKind.ASK
        if state == "supervisor":
            kind = EntryKind.SETTLED if kind is EntryKind.KEYED else EntryKind.GIVEN_UP
        typed = value if kind in {EntryKind.KEYED, *FINAL[:2]} else ""
        return reply(task, typed, kind=kind, confirmed=True)

    def say(self, name: str, task: KeyingTask, answer: Answer) -> None:
        user, workspace = self.room.person(name), self.room.workspace
        if answer.kind in FINAL[1:]:
            state = arbitration.answer_question(workspace, user, answer).state
        elif Item.objects.get(pk=task.item).state == "arbitration":
            state = arbitration.settle(workspace, user, [answer])[0].state
        else:
            state = keying.answer(workspace, user, [answer])[0].state
        assert state is AnswerState.TAKEN, "an item on one's screen can be answered"
        self.sent.append((name, answer))
        del self.screens[name][task.item]

    @rule(name=people, number=pick)
    def ask(self, name: str, number: int) -> None:
        task = self.task_of(name, number)
        if task and Item.objects.get(pk=task.item).state == "open":
            self.say(name, task, reply(task, kind=EntryKind.ASK, note="?"))

    @precondition(lambda self: self.sent)
    @rule(number=pick)
    def send_again(self, number: int) -> None:
        name, answer = self.sent[number % len(self.sent)]
        before = Entry.objects.count()
        (result,) = keying.answer(self.room.workspace, self.room.person(name), [answer])
        assert result.state is AnswerState.TAKEN
        assert Entry.objects.count() == before

    @rule(name=people)
    def undo(self, name: str) -> None:
        if task := keying.undo(self.room.workspace, self.room.person(name)):
            self.see(name, [task])

    @rule(name=people)
    def go_away(self, name: str) -> None:
        """A lease that ended, and was not taken, is a lease still: only here nobody comes back."""
        ended = timezone.now() - dt.timedelta(seconds=1)
        Item.objects.filter(leased_to=self.room.person(name)).update(leased_until=ended)
        self.screens[name] = {}

    @rule(name=people)
    def release(self, name: str) -> None:
        keying.release(self.room.workspace, self.room.person(name), list(self.screens[name]))
        self.screens[name] = {}

    @rule()
    def decide_again(self) -> None:
        mark_undecided(IssuedForm.objects.values_list("pk", flat=True))
        self.room.decide()

    @invariant()
    def nobody_keys_twice(self) -> None:
        if not hasattr(self, "block"):
            return
        for item in Item.objects.filter(field__in=FIELDS):
            entries = item.entries.filter(round=item.round, undone_at=None)
            blind = entries.filter(kind__in=BLIND).values_list("user", flat=True)
            assert len(set(blind)) == len(blind) <= item.entries_needed

    @invariant()
    def values_stand_where_items_are_done(self) -> None:
        if not hasattr(self, "block"):
            return
        for item in Item.objects.filter(field__in=FIELDS):
            standing = Resolution.objects.filter(
                form_id=item.form_id, field=item.field, active=True
            )
            assert standing.count() == (item.state == "done")
            status = Reading.objects.get(form_id=item.form_id, field=item.field).status
            assert status == ("resolved" if item.state == "done" else "review")
            if item.state == "done":
                self.was_earned(item)
        assert not IssuedForm.objects.filter(undecided=True).exists()

    @staticmethod
    def was_earned(item: Item) -> None:
        entries = list(item.entries.filter(round=item.round, undone_at=None).order_by("pk"))
        value = standing_value_of(item)
        if entries[-1].kind in FINAL:
            assert entries[-1].value == value
        else:
            assert len(entries) == item.entries_needed
            assert {entry.value for entry in entries} == {value}

    @invariant()
    def items_on_screens_are_leased(self) -> None:
        for name, screen in getattr(self, "screens", {}).items():
            for task in screen.values():
                row = Item.objects.get(pk=task.item)
                assert (row.leased_to, row.lease) == (self.room.person(name), task.lease)


def standing_value_of(item: Item) -> str | None:
    rows = Resolution.objects.filter(form_id=item.form_id, field=item.field, active=True)
    return rows.values_list("value", flat=True).first()


@pytest.fixture
def small_room(workspace: Workspace) -> Iterator[Room]:
    """One form with four fields that wait for people."""
    room = make_room(workspace)
    for name in PEOPLE:
        room.person(name)
    keep = Item.objects.filter(field__in=FIELDS)
    assert keep.count() == len(FIELDS)
    room.key_all("eka", "fajar")
    undo = [item for item in keep if standing_value_of(item) is not None]
    assert len(undo) == len(FIELDS)
    Resolution.objects.filter(field__in=FIELDS).update(active=False)
    mark_undecided(IssuedForm.objects.values_list("pk", flat=True))
    room.decide()
    assert Item.objects.filter(state="open").count() == len(FIELDS)
    yield room


def test_any_order_of_any_work_keeps_the_books(small_room: Room) -> None:
    KeyingRoom.room = small_room
    run_state_machine_as_test(
        KeyingRoom,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_what_the_machine_of_the_test_asks_for_can_happen(small_room: Room) -> None:
    task = small_room.one("ani", "nik")
    small_room.key("ani", task, VALUES["nik"][0])
    small_room.key("budi", small_room.one("budi", "nik"), VALUES["nik"][1])
    (conflict,) = arbitration.next_conflicts(small_room.workspace, small_room.person("citra"))
    small_room.settle("citra", conflict, VALUES["nik"][1])
    assert standing_value(task) == VALUES["nik"][1]
