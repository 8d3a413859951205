"""Keying beside everything else: grids, samples, other scans, deaths, and a server that runs on."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from keying_desk import Room, item_of, make_room, reply, standing_value
from made_forms import scan

from papi.model.keying import AnswerState, EntryKind, ItemState, KeyingTask
from papi.office import arbitration, keying
from papi.office.catching_up import CatchingUp
from papi.office.deciding import Decider
from papi.office.keying_desk import Desk
from papi.office.standing_decider import standing
from papi.office.workspace import Workspace
from papi.store.cases import mark_undecided
from papi.store.fixes import FixEntry, save_choice
from papi.store.leases import Wish
from papi.store.models import (
    AuditEvent,
    AuditValue,
    Entry,
    Finding,
    IssuedForm,
    Item,
    Reading,
    Resolution,
    ScanPage,
)
from papi.store.withdrawals import batch_content, withdraw

TAKEN, LOST = AnswerState.TAKEN, AnswerState.LOST


@pytest.fixture
def room(workspace: Workspace) -> Room:
    return make_room(workspace)


def states() -> Counter[str]:
    return Counter(Item.objects.values_list("state", flat=True))


def of_one_grid(room: Room, name: str) -> list[KeyingTask]:
    """Every tick of any field that the machine read as 1."""
    wish = Wish(ItemState.OPEN, 50, grid=("tick", "", "1"))
    return keying.hand_out(Desk.of(room.workspace, room.person(name)), wish)


def test_in_a_grid_many_are_confirmed_and_the_odd_one_goes_to_keying(workspace: Workspace) -> None:
    room = make_room(workspace, count=2)
    ani = room.person("ani")
    tasks = of_one_grid(room, "ani")
    assert len(tasks) > 10
    assert {item_of(task).grid_value for task in tasks} == {"1"}
    assert of_one_grid(room, "budi") == []
    odd, *rest = tasks
    answers = [reply(task, kind=EntryKind.CONFIRMED) for task in rest]
    answers.append(reply(odd, kind=EntryKind.REFUSED))
    results = keying.answer(room.workspace, ani, answers)
    assert {result.state for result in results} == {TAKEN}
    assert {standing_value(task) for task in rest} == {"1"}
    assert set(Resolution.objects.values_list("kind", flat=True)) == {"confirmed"}
    row = item_of(odd)
    assert (row.state, row.grid_value, standing_value(odd)) == ("open", "", None)
    assert of_one_grid(room, "ani") == []
    room.decide()
    assert item_of(odd).grid_value == "", "a new decision of the same scan does not bring it back"
    assert odd.item in {task.item for task in room.next("ani", count=500)}


def test_what_stands_in_no_grid_cannot_be_confirmed(room: Room) -> None:
    task = room.one("ani", "nik")
    confirmed = reply(task, kind=EntryKind.CONFIRMED)
    assert keying.answer(room.workspace, room.person("ani"), [confirmed])[0].state is LOST
    assert not Entry.objects.exists()


def test_samples_stand_in_no_grid(workspace: Workspace) -> None:
    room = make_room(workspace, thresholds={}, control={"sample_share": 1.0})
    assert Item.objects.filter(purpose="sample").exists()
    assert of_one_grid(room, "ani") == []


def test_samples_that_agree_leave_no_trace_and_others_are_settled(workspace: Workspace) -> None:
    room = make_room(workspace, thresholds={}, control={"sample_share": 1.0})
    assert set(Item.objects.values_list("purpose", "entries_needed")) == {("sample", 1)}
    task = room.one("ani", "hp_wali")
    assert room.key("ani", task, room.written(task)).state is TAKEN
    assert (item_of(task).state, standing_value(task)) == ("done", None)
    other = room.one("ani", "nama")
    right = room.written(other)
    room.key("ani", other, "SITI")
    (conflict,) = arbitration.next_conflicts(room.workspace, room.person("budi"))
    assert set(conflict.compared) == {"SITI", right}
    room.settle("budi", conflict, right)
    assert (item_of(other).state, standing_value(other)) == ("done", None), "the machine was right"
    third = room.one("ani", "nama_wali")
    room.key("ani", third, "NENG")
    (conflict,) = arbitration.next_conflicts(room.workspace, room.person("budi"))
    room.settle("budi", conflict, "NENG")
    assert (item_of(third).state, standing_value(third)) == ("done", "NENG")
    assert Reading.objects.get(field="nama_wali").status == "resolved"
    room.decide()
    assert item_of(third).state == "done"


def test_a_sample_looks_like_any_other_item(workspace: Workspace) -> None:
    room = make_room(workspace, control={"sample_share": 1.0}, thresholds={"long_number": 1.0})
    tasks = room.next("ani", count=500)
    purposes = {item_of(task).purpose for task in tasks}
    assert purposes == {"review", "sample"}
    for task in tasks:
        assert not {"sample", "review"} & set(str(task).split("'"))
        assert task.candidates == task.compared == ()


def test_another_scan_reopens_what_was_keyed_from_the_first(room: Room) -> None:
    form = room.forms[0]
    room.key_all("ani", "budi")
    page = next(page for page in form.issued.pages if form.layout.by_page[page])
    scan([form.other(page)], "again.pdf")
    room.decide()
    newest = ScanPage.objects.filter(page=page).order_by("-pk").first()
    assert newest is not None
    save_choice(int(newest.pk), FixEntry("choose", {}))
    room.decide()
    here = Item.objects.filter(page=page)
    assert set(here.values_list("state", "round")) == {("open", 2)}
    assert set(Item.objects.exclude(page=page).values_list("state", "round")) == {("done", 1)}
    assert set(here.values_list("content", flat=True)) == {newest.content}
    first = ScanPage.objects.filter(page=page).order_by("pk").first()
    assert first is not None
    save_choice(int(first.pk), FixEntry("choose", {}))
    room.decide()
    assert not Item.objects.filter(state="open").exists(), "keyed from this very image before"


def test_an_entry_from_a_scan_that_counts_no_longer_is_lost(room: Room) -> None:
    form = room.forms[0]
    task = room.one("ani", "hp_wali")
    other = form.other(task.page)
    scan([other], "again.pdf")
    newest = ScanPage.objects.filter(page=task.page).order_by("-pk").first()
    assert newest is not None
    save_choice(int(newest.pk), FixEntry("choose", {}))
    assert room.key("ani", task, room.written(task)).state is LOST
    assert not Resolution.objects.exists()


def test_a_withdrawn_batch_leaves_no_items_and_counts_what_was_keyed(room: Room) -> None:
    room.key("ani", room.one("ani", "hp_wali"), "081234567899")
    batch = int(ScanPage.objects.values_list("source__batch", flat=True)[0])
    content = batch_content(batch)
    assert content is not None
    assert content.keyed == 1
    withdraw(batch)
    assert states() == {"gone": Item.objects.count()}
    assert room.next("ani") == []
    scan(room.forms[0].pages(), "anew.pdf")
    room.decide()
    assert states()["open"] == Item.objects.count() - 1, "keyed from the same image: stands again"


def test_what_was_confirmed_outlives_a_death_between_commit_and_decision(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = room.one("ani", "hp_wali")

    def die(*_: object) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr(Decider, "keep", lambda *_: False)  # news came meanwhile
    monkeypatch.setattr(Decider, "decide_now", die)
    with pytest.raises(SystemExit):
        room.key("ani", task, room.written(task))
    monkeypatch.undo()
    assert item_of(task).state == "done"
    assert IssuedForm.objects.get().undecided
    assert room.decide() == 1
    assert Reading.objects.get(field="hp_wali").status == "resolved"
    assert item_of(task).state == "done"


def test_a_death_before_commit_leaves_everything_as_it_was(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = room.one("ani", "hp_wali")
    answer = reply(task, room.written(task))

    def die(*_: object) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr("papi.store.audit.record", die)
    with pytest.raises(SystemExit):
        keying.answer(room.workspace, room.person("ani"), [answer])
    monkeypatch.undo()
    assert not Entry.objects.exists()
    assert not Resolution.objects.exists()
    assert (item_of(task).state, item_of(task).lease) == ("open", task.lease)
    assert keying.answer(room.workspace, room.person("ani"), [answer])[0].state is TAKEN


def test_who_saw_and_who_said_what_is_recorded_with_values_apart(room: Room) -> None:
    task = room.one("ani", "hp_wali")
    room.key("ani", task, "081234567899")
    found = AuditEvent.objects.filter(form_id=task.form_id, field="hp_wali").order_by("pk")
    assert [(event.actor, event.action) for event in found] == [
        ("ani", "item.viewed"),
        ("ani", "entry.made"),
        ("ani", "item.settled"),
    ]
    assert not any("0812" in str(event.detail) for event in found)
    values = AuditValue.objects.filter(event__in=found).values_list("values", flat=True)
    assert list(values) == [{"value": "081234567899"}] * 2


def test_raised_thresholds_are_noticed_by_a_running_server(workspace: Workspace) -> None:
    room = make_room(workspace, thresholds={}, control={"sample_share": 0.0})
    assert room.next("ani") == []
    path = room.workspace.folder / "own.yaml"
    text = path.read_text("utf-8")
    path.write_text(text + "\n# changed\n", "utf-8")
    assert room.next("ani") == []
    changed = text.replace("lease_seconds: 300", "lease_seconds: 77")
    assert changed != text
    path.write_text(changed, "utf-8")
    assert standing(room.workspace).recipe.control.lease_seconds == 77
    path.write_text("no: such setting: here", "utf-8")
    assert standing(room.workspace).recipe.control.lease_seconds == 77, "half-written: as before"


def test_what_a_key_stroke_means_for_other_forms_is_found_beside_the_server(
    workspace: Workspace,
) -> None:
    room = make_room(workspace, count=2)
    beside = CatchingUp(room.workspace)
    beside.catch_up()
    assert beside.catch_up() == 0
    first, second = (t for t in room.next("ani", count=500) if t.field == "nik")
    nik = room.written(first)
    for name in ("ani", "budi"):
        tasks = room.next(name, count=500)
        task = next(t for t in tasks if t.item == second.item)
        assert room.key(name, task, nik).state is TAKEN
        keying.release(room.workspace, room.person(name), [t.item for t in tasks])
    assert not Finding.objects.filter(across=True).exists()
    assert beside.catch_up() > 0
    assert set(Finding.objects.filter(across=True).values_list("rule", "form_id")) == {
        ("A13", first.form_id),
        ("A13", second.form_id),
    }
    beside.catch_up()
    assert beside.catch_up() == 0


def test_what_was_left_undecided_is_decided_beside_the_server(room: Room) -> None:
    mark_undecided([room.forms[0].issued.form_id])
    beside = CatchingUp(room.workspace, every_s=0.01)
    beside.start()
    for _ in range(500):
        if not IssuedForm.objects.filter(undecided=True).exists():
            break
        time.sleep(0.01)
    beside.stop()
    assert not IssuedForm.objects.filter(undecided=True).exists()
