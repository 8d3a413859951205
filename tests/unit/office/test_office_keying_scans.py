"""What is seen on one scan never counts for another; what stands in a grid is what it is now."""

from __future__ import annotations

import pytest
from keying_desk import Room, make_room, reply
from made_forms import scan

from papi.model.keying import AnswerState, EntryKind, ItemState
from papi.office import keying
from papi.office.keying_desk import Desk
from papi.office.snip_rights import seen_item
from papi.office.workspace import Workspace
from papi.store import leases
from papi.store.fixes import FixEntry, save_choice
from papi.store.leases import Wish
from papi.store.models import IssuedForm, Item, Resolution, ScanPage


@pytest.fixture
def room(workspace: Workspace) -> Room:
    return make_room(workspace)


def choose(page: int, place: int) -> None:
    """Let the n-th scan of a page count."""
    found = ScanPage.objects.filter(page=page).order_by("pk")[place]
    save_choice(int(found.pk), FixEntry("choose", {}))


def test_between_a_choice_and_its_decision_nothing_of_the_page_is_handed_out(room: Room) -> None:
    task = room.one("ani", "hp_wali")
    scan([room.forms[0].other(task.page)], "again.pdf")
    choose(task.page, 1)
    assert {t.page for t in room.next("budi", count=500)} == {
        int(page) for page in room.forms[0].issued.pages if page != task.page
    } - {p for p in room.forms[0].issued.pages if not Item.objects.filter(page=p).exists()}
    room.decide()
    assert task.page in {t.page for t in room.next("citra", count=500)}


def test_what_is_on_screen_is_never_shown_from_another_scan(room: Room) -> None:
    task, ani = room.one("ani", "hp_wali"), room.person("ani")
    assert seen_item(ani, task.item) is not None
    scan([room.forms[0].other(task.page)], "again.pdf")
    choose(task.page, 1)
    assert seen_item(ani, task.item) is None, "the picture would be that of the other scan"
    choose(task.page, 0)
    assert seen_item(ani, task.item) is not None
    assert room.key("ani", task, "081234567890").state is AnswerState.TAKEN
    assert Resolution.objects.get().only_content == Item.objects.get(pk=task.item).content


def test_a_grid_the_recipe_allows_no_longer_confirms_nothing(workspace: Workspace) -> None:
    room = make_room(workspace, control={"grid": {"tick": 0.0}, "double_key_share": 0.0})
    ani = room.person("ani")
    value = Item.objects.exclude(grid_value="").values_list("grid_value", flat=True)[0]
    found = leases.lease_items(ani, Wish(ItemState.OPEN, 3, grid=("tick", "", value)))
    task = next(t for t in keying.tasks_of(Desk.of(room.workspace, ani), found))
    path = room.workspace.folder / "own.yaml"
    path.write_text(path.read_text("utf-8").replace("tick: 0.0\n", "tick: 1.0\n"), "utf-8")
    room.decide()
    assert not Item.objects.exclude(grid_value="").filter(state="open").exists()
    confirmed = reply(task, kind=EntryKind.CONFIRMED)
    assert keying.answer(room.workspace, ani, [confirmed])[0].state is AnswerState.LOST
    assert room.key("ani", task, room.written(task)).state is AnswerState.TAKEN, "still on screen"


def test_what_was_refused_in_a_grid_does_not_come_back_to_one(workspace: Workspace) -> None:
    room = make_room(workspace, control={"grid": {"tick": 0.0}, "double_key_share": 0.0})
    like = Item.objects.exclude(grid_value="").order_by("pk")[0]
    task = room.one("ani", like.field)
    refused = reply(task, kind=EntryKind.REFUSED)
    assert keying.answer(room.workspace, room.person("ani"), [refused])[0].state is (
        AnswerState.TAKEN
    )
    IssuedForm.objects.update(undecided=True)
    room.decide()
    assert Item.objects.get(pk=task.item).grid_value == ""
