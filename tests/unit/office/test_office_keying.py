"""Keying items of decided forms: blind, twice where it matters, taken back, never lost."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from django.utils import timezone
from keying_desk import Room, item_of, make_room, reply, standing_value

from papi.model.keying import AnswerState, EntryKind
from papi.office import arbitration, keying
from papi.office.workspace import Workspace
from papi.store.models import (
    AuditEvent,
    Entry,
    IssuedForm,
    Item,
    Reading,
    Record,
    Resolution,
)

TAKEN, LOST = AnswerState.TAKEN, AnswerState.LOST


@pytest.fixture
def room(workspace: Workspace) -> Room:
    return make_room(workspace)


def states() -> Counter[str]:
    return Counter(Item.objects.values_list("state", flat=True))


def test_a_form_is_keyed_to_its_end_by_two_people(room: Room) -> None:
    asked = Item.objects.count()
    critical = Item.objects.filter(critical=True).count()
    assert asked > critical > 5
    assert set(Item.objects.filter(critical=True).values_list("entries_needed")) == {(2,)}
    assert room.key_all("ani", "budi") == asked + critical
    assert states() == {"done": asked}
    assert Record.objects.get().outcome == "matched"
    kinds = Counter(Resolution.objects.values_list("kind", flat=True))
    assert kinds == {"double": critical, "keyed": asked - critical}
    assert not IssuedForm.objects.filter(undecided=True).exists()
    assert set(Reading.objects.exclude(status="accepted").values_list("status")) == {("resolved",)}


def test_a_clerk_stays_in_one_kind_of_task_and_by_form_in_the_order_of_pages(room: Room) -> None:
    kinds = []
    while tasks := room.next("ani", count=2):
        for task in tasks:
            kinds.append((task.field_class, item_of(task).base))
            room.key("ani", task, room.written(task))
    assert kinds == sorted(kinds)
    form = room.forms[0].issued.form_id
    pages = [task.page for task in room.next("budi", count=99, form_id=form)]
    assert pages == sorted(pages)
    assert room.next("citra", form_id="ZZZZZZZZZ") == []


def test_what_a_clerk_began_with_comes_before_kinds_that_sort_first(room: Room) -> None:
    begun = room.one("ani", "tanggal_verivali")
    room.key("ani", begun, room.written(begun))
    assert [task.field_class for task in room.next("ani", count=2)] == ["date", "date"]
    assert room.next("budi", count=1)[0].field_class == "code"


def test_nobody_gets_an_item_that_another_has_until_the_lease_ends(room: Room) -> None:
    first = room.next("ani", count=500)
    assert room.next("budi", count=500) == []
    again = room.next("ani", count=500)
    assert {(t.item, t.lease) for t in again} == {(t.item, t.lease) for t in first}
    assert room.next("ani", count=500, held=[t.item for t in first]) == []
    ended = timezone.now() - dt.timedelta(seconds=1)
    Item.objects.update(leased_until=ended)
    assert len(room.next("budi", count=1)) == 1
    taken = Item.objects.get(leased_to=room.person("budi"))
    for task in first[:5]:  # an ended lease that nobody took is honoured
        state = room.key("ani", task, room.written(task)).state
        assert state is (LOST if task.item == taken.pk else TAKEN)


def test_held_items_are_renewed_and_released_ones_are_free(room: Room) -> None:
    (task,) = room.next("ani", count=1)
    soon = timezone.now() + dt.timedelta(seconds=5)
    Item.objects.filter(pk=task.item).update(leased_until=soon)
    room.next("ani", count=1, held=[task.item])
    assert (item_of(task).leased_until or soon) > soon
    room.next("budi", count=1, held=[task.item])
    assert item_of(task).leased_to == room.person("ani"), "held by another: not renewed for budi"
    assert keying.release(room.workspace, room.person("budi"), [task.item]) == 0
    assert keying.release(room.workspace, room.person("ani"), [task.item]) == 1
    assert room.key("ani", task, "1").state is LOST


def test_a_resent_answer_counts_once_and_gives_the_same_result(room: Room) -> None:
    task = room.one("ani", "hp_wali")
    answer = reply(task, room.written(task))
    ani = room.person("ani")
    first, second = keying.answer(room.workspace, ani, [answer, answer])
    assert first == second == keying.answer(room.workspace, ani, [answer])[0]
    assert first.state is TAKEN
    assert Entry.objects.count() == 1
    stolen = keying.answer(room.workspace, room.person("budi"), [answer])
    assert stolen[0].state is LOST


@pytest.mark.parametrize(("item", "lease"), [(0, "0" * 32), (0, ""), (999_999, None)])
def test_a_forged_lease_stores_nothing(room: Room, item: int, lease: str | None) -> None:
    task = room.one("ani", "hp_wali")
    right = reply(task, "081234567890")
    forged = task.lease if lease is None else lease
    answer = replace(right, item=item or right.item, lease=forged)
    assert keying.answer(room.workspace, room.person("ani"), [answer])[0].state is LOST
    assert keying.answer(room.workspace, room.person("budi"), [reply(task)])[0].state is LOST
    assert not Entry.objects.exists()


def test_a_person_gets_and_answers_only_what_lies_in_their_regions(room: Room) -> None:
    region = Item.objects.values_list("region", flat=True).first()
    assert region
    room.person("ani", regions=["99"])
    assert room.next("ani") == []
    assert keying.waiting(room.workspace, room.person("ani")) == 0
    task = room.one("budi", "hp_wali")
    budi = room.person("budi")
    budi.regions = ["99"]
    assert room.key("budi", task, room.written(task)).state is LOST, "moved to another region"
    room.person("citra", regions=[region[:4]])
    assert room.next("citra", count=1)


def test_values_are_checked_by_the_rules_at_once_and_in_words(room: Room) -> None:
    task = room.one("ani", "nik")
    ani = room.person("ani")
    (letter,) = keying.answer(room.workspace, ani, [reply(task, "32O1")])
    assert letter.state is AnswerState.REFUSED
    assert "angka" in letter.problems[0].message_id
    (doubted,) = keying.answer(room.workspace, ani, [reply(task, "3201001")])
    assert doubted.state is AnswerState.DOUBTED
    assert "A10" in {problem.rule for problem in doubted.problems}
    assert all(problem.message_id and problem.message_en for problem in doubted.problems)
    assert not Entry.objects.exists()
    (right,) = keying.answer(room.workspace, ani, [reply(task, room.written(task))])
    assert right.state is TAKEN, "what agrees with the rules is taken without a question"
    assert room.key("budi", room.one("budi", "nik"), "3201001").state is TAKEN


def test_double_keying_is_blind_and_by_different_people(room: Room) -> None:
    task = room.one("ani", "nik")
    value = room.written(task)
    assert room.key("ani", task, value).state is TAKEN
    assert item_of(task).state == "open"
    assert standing_value(task) is None
    assert task.item not in {t.item for t in room.next("ani", count=500)}
    keying.release(room.workspace, room.person("ani"), Item.objects.values_list("pk", flat=True))
    second = room.one("budi", "nik")
    assert value not in str(second)
    assert room.key("budi", second, value).state is TAKEN
    assert item_of(task).state == "done"
    assert standing_value(task) == value
    assert Resolution.objects.get().kind == "double"


def test_two_that_differ_go_to_a_third_who_sees_both_and_not_whose(room: Room) -> None:
    task = room.one("ani", "nik")
    value = room.written(task)
    wrong = value[:-1] + ("7" if value[-1] != "7" else "8")
    room.key("ani", task, wrong)
    room.key("budi", room.one("budi", "nik"), value)
    assert item_of(task).state == "arbitration"
    for name in ("ani", "budi"):
        assert arbitration.next_conflicts(room.workspace, room.person(name)) == []
    (conflict,) = arbitration.next_conflicts(room.workspace, room.person("citra"))
    assert set(conflict.compared) == {value, wrong}
    assert room.key("citra", conflict, value).state is LOST, "a conflict is not keyed, but settled"
    assert room.settle("citra", conflict, value).state is TAKEN
    assert (item_of(task).state, standing_value(task)) == ("done", value)
    assert Resolution.objects.get().kind == "arbitrated"


def test_the_order_of_two_values_tells_nothing_and_stays(room: Room) -> None:
    firsts = set()
    for task in room.next("ani", count=500):
        if item_of(task).entries_needed == 2 and task.kind == "choice":
            room.key("ani", task, "1")
            room.key("budi", room.one("budi", task.field), "2")
    for _ in range(2):
        conflicts = arbitration.next_conflicts(room.workspace, room.person("citra"), count=50)
        firsts.add(tuple(task.compared[0] for task in conflicts))
    assert len(firsts) == 1
    assert set(firsts.pop()) == {"1", "2"}


def test_what_cannot_be_read_and_what_is_asked_goes_to_the_supervisor(room: Room) -> None:
    hp = room.one("ani", "hp_wali")
    room.key("ani", hp, "", kind=EntryKind.UNREADABLE)
    tanggal = room.one("ani", "tanggal_verivali")
    room.key("ani", tanggal, "", kind=EntryKind.ASK, note="dua tanggal?")
    boss = room.person("dewi", "supervisor")
    asked = {t.field: t for t in arbitration.questions(room.workspace, boss)}
    assert set(asked) == {"hp_wali", "tanggal_verivali"}
    assert asked["tanggal_verivali"].question == "dua tanggal?"
    given_up = reply(asked["hp_wali"], kind=EntryKind.GIVEN_UP)
    assert arbitration.answer_question(room.workspace, boss, given_up).state is TAKEN
    assert Resolution.objects.get().kind == "unreadable"
    assert (item_of(hp).state, standing_value(hp)) == ("done", "")
    task = asked["tanggal_verivali"]
    assert arbitration.send_back(room.workspace, boss, task.item, "x" * 32) is AnswerState.LOST
    assert arbitration.send_back(room.workspace, boss, task.item, task.lease) is TAKEN
    assert (item_of(task).state, item_of(task).round) == ("open", 2)
    assert room.key("ani", room.one("ani", task.field), room.written(task)).state is TAKEN


def test_a_supervisor_who_asked_as_a_clerk_may_answer(room: Room) -> None:
    task = room.one("dewi", "hp_wali")
    room.key("dewi", task, "", kind=EntryKind.ASK, note="?")
    boss = room.person("dewi")
    (asked,) = arbitration.questions(room.workspace, boss)
    settled = reply(asked, room.written(task), kind=EntryKind.SETTLED)
    assert arbitration.answer_question(room.workspace, boss, settled).state is TAKEN
    assert standing_value(task) == room.written(task)


def test_one_who_reads_and_one_who_cannot_is_a_conflict(room: Room) -> None:
    task = room.one("ani", "nik")
    room.key("ani", task, "", kind=EntryKind.UNREADABLE)
    assert item_of(task).state == "open"
    room.key("budi", room.one("budi", "nik"), room.written(task))
    (conflict,) = arbitration.next_conflicts(room.workspace, room.person("citra"))
    assert set(conflict.compared) == {"?", room.written(task)}
    unread = reply(conflict, kind=EntryKind.UNREADABLE)
    arbitration.settle(room.workspace, room.person("citra"), [unread])
    assert item_of(task).state == "supervisor"
    undone = keying.undo(room.workspace, room.person("citra"))
    assert undone is not None
    assert item_of(task).state == "arbitration"


def test_undo_takes_the_value_back_and_the_form_is_decided_again(room: Room) -> None:
    task = room.one("ani", "hp_wali")
    room.key("ani", task, "081234567899")
    assert standing_value(task) == "081234567899"
    undone = keying.undo(room.workspace, room.person("ani"))
    assert undone is not None
    assert (undone.item, item_of(task).state, standing_value(task)) == (task.item, "open", None)
    reading = Reading.objects.get(field="hp_wali")
    assert (reading.status, reading.value) == ("review", room.written(task))
    assert not IssuedForm.objects.get().undecided
    assert room.key("ani", undone, room.written(task)).state is TAKEN
    assert standing_value(task) == room.written(task)
    assert AuditEvent.objects.filter(action="entry.undone").count() == 1


def test_nobody_undoes_what_another_built_on(room: Room) -> None:
    task = room.one("ani", "nik")
    room.key("ani", task, room.written(task))
    second = room.one("budi", "nik")
    assert keying.undo(room.workspace, room.person("ani")) is None, "budi has it on screen"
    room.key("budi", second, room.written(task))
    assert keying.undo(room.workspace, room.person("ani")) is None, "budi's entry came after"
    assert keying.undo(room.workspace, room.person("budi")) is not None
    assert (item_of(task).state, standing_value(task)) == ("open", None)
    assert Entry.objects.filter(undone_at=None).count() == 1
    assert keying.undo(room.workspace, room.person("citra")) is None


def test_an_arbiter_and_a_supervisor_may_undo_too(room: Room) -> None:
    task = room.one("ani", "nik")
    room.key("ani", task, "1" * 16)
    room.key("budi", room.one("budi", "nik"), "2" * 16)
    (conflict,) = arbitration.next_conflicts(room.workspace, room.person("citra"))
    room.settle("citra", conflict, "1" * 16)
    undone = keying.undo(room.workspace, room.person("citra"))
    assert undone is not None
    assert set(undone.compared) == {"1" * 16, "2" * 16}
    assert (item_of(task).state, standing_value(task)) == ("arbitration", None)
