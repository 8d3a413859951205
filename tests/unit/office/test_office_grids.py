"""Grids of like snips: what stands in one, what an answer makes of it, and who confirms blindly."""

from __future__ import annotations

import random

import pytest
from keying_desk import Room, make_room

from papi.model.keying import EntryKind
from papi.office import grids, planting
from papi.office.grids import Answered, GridState, Sheet
from papi.office.workspace import Workspace
from papi.store.models import AuditEvent, Entry, Grid, Item, Resolution, User
from papi.store.scopes import Scope


@pytest.fixture(autouse=True)
def chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is planted unless a test says so, and the order is the same every time."""
    monkeypatch.setattr(planting, "_chance", random.Random(5))  # noqa: S311
    monkeypatch.setattr(planting, "TRAP_CHANCE", 0.0)


@pytest.fixture
def room(workspace: Workspace) -> Room:
    """Six persons' forms of which every field needs somebody."""
    return make_room(workspace, count=6)


def take(room: Room, name: str, value: str = "1") -> Sheet:
    sheet = grids.take_grid(room.workspace, room.person(name), "tick", value)
    assert sheet is not None
    return sheet


def items_of(sheet: Sheet) -> dict[int, Item]:
    """Items of a grid by the number of their picture."""
    places = Grid.objects.get(token=sheet.token).places
    return {n: Item.objects.get(pk=p[0]) for n, p in enumerate(places) if len(p) == 2}


def planted_in(sheet: Sheet) -> set[int]:
    places = Grid.objects.get(token=sheet.token).places
    return {number for number, place in enumerate(places) if len(place) == 3}


def send(room: Room, name: str, sheet: Sheet, *marked: int) -> Answered:
    return grids.answer_grid(room.workspace, room.person(name), sheet.token, set(marked))


def agree_on_others(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody key ticks of other values as the machine read them; plant in every grid."""
    odd = Item.objects.filter(field_class="tick").exclude(grid_value__in=["", "1"])
    values = dict(odd.values_list("pk", "machine_value"))
    tasks = room.next("eka", count=1000)
    for task in tasks:
        if task.item in values:
            room.key("eka", task, values[task.item])
    grids.keying.release(room.workspace, room.person("eka"), [task.item for task in tasks])
    monkeypatch.setattr(planting, "TRAP_CHANCE", 1.1)


def test_groups_are_of_one_class_and_value_largest_first(room: Room) -> None:
    groups = grids.groups(room.person("ani"))
    assert groups == sorted(groups, key=lambda group: -group.count)
    largest = groups[0]
    rows = Item.objects.filter(field_class=largest.field_class, grid_value=largest.value)
    assert rows.count() == largest.count


def test_a_grid_is_of_one_value_and_never_critical(room: Room) -> None:
    sheet = take(room, "ani")
    items = items_of(sheet)
    assert len(sheet.cells) == len(items) == grids.WIDE
    assert {(i.grid_value, i.field_class, i.critical) for i in items.values()} == {
        ("1", "tick", False)
    }
    assert {item.purpose for item in items.values()} == {"review"}
    bases = [items[cell.number].base for cell in sheet.cells]
    assert bases == sorted(bases), "like fields stand together"


def test_nobody_else_gets_what_is_on_a_screen(room: Room) -> None:
    mine = {item.pk for item in items_of(take(room, "ani")).values()}
    theirs = {item.pk for item in items_of(take(room, "budi")).values()}
    assert not mine & theirs
    assert not mine & {task.item for task in room.next("citra", count=500)}


def test_what_is_not_marked_stands_and_what_is_marked_goes_to_keying(room: Room) -> None:
    sheet = take(room, "ani")
    items = items_of(sheet)
    odd = sheet.cells[3].number
    assert send(room, "ani", sheet, odd) == Answered(GridState.TAKEN, len(items) - 1, 1, 0)
    for number, item in items.items():
        item.refresh_from_db()
        found = Resolution.objects.filter(form=item.form, field=item.field, active=True)
        if number == odd:
            assert (item.state, item.grid_value, found.count()) == ("open", "", 0)
        else:
            assert item.state == "done"
            assert [(r.value, r.kind) for r in found] == [("1", "confirmed")]
    assert set(Entry.objects.values_list("kind", flat=True)) == {
        EntryKind.CONFIRMED, EntryKind.REFUSED,
    }  # fmt: skip
    later = room.next("budi", count=500)
    assert items[odd].pk in {task.item for task in later}


def test_sent_twice_it_counts_once(room: Room) -> None:
    sheet = take(room, "ani")
    odd = sheet.cells[0].number
    first = send(room, "ani", sheet, odd)
    made = Entry.objects.count(), Resolution.objects.count(), AuditEvent.objects.count()
    assert send(room, "ani", sheet, odd) == first
    assert (Entry.objects.count(), Resolution.objects.count(), AuditEvent.objects.count()) == made


def test_a_grid_cut_off_half_way_is_completed_when_it_is_sent_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = take(room, "ani")
    answer = grids.keying.answer

    def half(workspace: Workspace, user: User, answers: list[grids.Answer]) -> None:
        answer(workspace, user, answers[:5])
        raise ConnectionError

    with monkeypatch.context() as cut:
        cut.setattr(grids.keying, "answer", half)
        with pytest.raises(ConnectionError):
            send(room, "ani", sheet)
    assert Entry.objects.count() == 5
    assert send(room, "ani", sheet).confirmed == grids.WIDE
    assert Entry.objects.count() == grids.WIDE


def test_another_persons_grid_is_nobodys_business(room: Room) -> None:
    sheet = take(room, "ani")
    assert grids.open_sheet(room.person("budi"), sheet.token) is None
    assert send(room, "budi", sheet).state is GridState.LOST
    number = sheet.cells[0].number
    assert grids.cell_picture(room.workspace, room.person("budi"), sheet.token, number) is None
    assert Entry.objects.count() == 0


def test_a_grid_given_back_is_free_for_others_and_cannot_be_sent(room: Room) -> None:
    sheet = take(room, "ani")
    mine = {item.pk for item in items_of(sheet).values()}
    grids.give_back(room.person("ani"))
    assert mine == {item.pk for item in items_of(take(room, "budi")).values()}
    assert send(room, "ani", sheet).state is GridState.LOST


def test_regions_bound_what_stands_in_a_grid(room: Room) -> None:
    room.person("ani", regions=["99"])
    assert grids.groups(room.person("ani")) == []
    assert grids.take_grid(room.workspace, room.person("ani"), "tick", "1") is None


def test_what_was_seen_is_written_down(room: Room) -> None:
    sheet = take(room, "ani")
    seen = AuditEvent.objects.filter(actor="ani", action="item.viewed")
    places = {(item.form_id, item.field) for item in items_of(sheet).values()}
    assert set(seen.values_list("form_id", "field")) == places


def test_the_last_grid_can_be_taken_back(room: Room) -> None:
    sheet = take(room, "ani")
    send(room, "ani", sheet)
    again = grids.undo_grid(room.workspace, room.person("ani"))
    assert again is not None
    assert not Resolution.objects.filter(active=True).exists()
    keys = {item.pk for item in items_of(sheet).values()}
    assert keys == {item.pk for item in items_of(again).values()}
    assert send(room, "ani", again).confirmed == len(keys)
    assert grids.undo_grid(room.workspace, room.person("budi")) is None


def test_whoever_leaves_a_planted_picture_unmarked_stores_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_on_others(room, monkeypatch)
    sheet = take(room, "ani")
    planted = planted_in(sheet)
    assert 1 <= len(planted) <= planting.MOST_TRAPS
    assert len(sheet.cells) == grids.WIDE
    before = Entry.objects.count()
    assert send(room, "ani", sheet) == Answered(GridState.CARELESS)
    assert Entry.objects.count() == before
    again = grids.open_sheet(room.person("ani"), sheet.token)
    assert again is not None
    assert again.tries == 1
    assert {cell.number for cell in again.cells} == {cell.number for cell in sheet.cells}
    assert [c.number for c in again.cells] != [c.number for c in sheet.cells]
    assert send(room, "ani", again, *planted).confirmed == grids.WIDE - len(planted)
    assert grids.trap_counts(Scope()) == {"ani": (len(planted), len(planted))}
    assert AuditEvent.objects.filter(actor="ani", action="grid.careless").count() == 1


def test_a_planted_picture_shows_another_value_beyond_doubt(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_on_others(room, monkeypatch)
    sheet = take(room, "ani")
    bases = {item.base for item in items_of(sheet).values()}
    for number in planted_in(sheet):
        form_id, page, field = Grid.objects.get(token=sheet.token).places[number]
        item = Item.objects.get(form=form_id, page=page, field=field)
        assert (item.state, item.critical) == ("done", False)
        assert item.machine_value not in {"", "1"}
        assert item.base in bases
        said = Entry.objects.get(item=item)
        assert (said.kind, said.value) == ("keyed", item.machine_value)
        assert said.user.username == "eka"


def test_nobody_is_shown_their_own_entries_as_planted(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_on_others(room, monkeypatch)
    assert planted_in(take(room, "eka")) == set()


def test_a_marked_planted_picture_changes_nothing_of_its_field(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_on_others(room, monkeypatch)
    sheet = take(room, "ani")
    planted = planted_in(sheet)
    before = Entry.objects.count()
    result = send(room, "ani", sheet, *planted)
    assert (result.refused, result.confirmed) == (0, grids.WIDE - len(planted))
    assert Entry.objects.count() == before + result.confirmed
    assert grids.trap_counts(Scope()) == {"ani": (len(planted), 0)}
