"""However much waits elsewhere, handing out and counting touch only what they give out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from keying_desk import Room, make_room

from papi.model.keying import ItemState
from papi.office.workspace import Workspace
from papi.store import leases, workload
from papi.store.bulk import insert_rows
from papi.store.keying_counts import MOST, count_by_class, count_waiting
from papi.store.leases import Wish
from papi.store.models import Item, User
from papi.store.scopes import Scope

_COLUMNS = (
    "form", "region", "page", "field", "purpose", "field_class", "base", "critical",
    "entries_needed", "grid_value", "machine_value", "confidence", "reasons", "content", "round",
    "state", "lease", "opened_at",
)  # fmt: skip
_BATCH = 12_000
_STEPS = 150_000
"""Of SQLite's machine, for one call: 1,001 rows are counted with some 40 steps each."""


@pytest.fixture
def crowd(workspace: Workspace) -> Iterator[Room]:
    """Many ticks wait in one village, a few in the last one by its code."""
    room = make_room(workspace)
    like = Item.objects.filter(field_class="tick").first()
    assert like is not None

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(_BATCH):
            village = "9999999999" if number >= _BATCH - 5 else "1111111111"
            yield (
                like.form_id, village, like.page, f"f{number}", "review", "tick",
                f"base{number % 7}", False, 1, str(number % 3 + 1), "1", 0.5, "", like.content, 1,
                "open", "", like.opened_at,
            )  # fmt: skip

    insert_rows(Item, _COLUMNS, rows())
    yield room


def steps_of(work: Callable[[], object]) -> int:
    """Count what SQLite's machine does, in thousands of its steps."""
    done = [0]

    def tick() -> int:
        done[0] += 1
        return 0

    connection.connection.set_progress_handler(tick, 1000)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return done[0] * 1000


def calls(user: User) -> dict[str, Callable[[], object]]:
    """What a person's screens ask for."""
    wishes = {
        "any": Wish(ItemState.OPEN, 4),
        "of a class": Wish(ItemState.OPEN, 4, field_class="tick"),
        "of a class of which nothing waits": Wish(ItemState.OPEN, 4, field_class="text"),
        "a grid": Wish(ItemState.OPEN, 16, grid=("tick", "", "1")),
        "conflicts": Wish(ItemState.ARBITRATION, 4),
        "questions": Wish(ItemState.SUPERVISOR, 4),
    }
    return {
        **{name: lambda wish=wish: leases.lease_items(user, wish) for name, wish in wishes.items()},
        "count by class": lambda: count_by_class(user),
        "count of a class": lambda: count_waiting(user, ItemState.OPEN, field_class="tick"),
        "count of all": lambda: count_waiting(user, ItemState.OPEN),
        "count of conflicts": lambda: leases.count_free(user, ItemState.ARBITRATION),
        "start page": lambda: workload.waiting(Scope.of(user.regions)),
        "grids": lambda: leases.count_grids(user),
    }


@pytest.mark.parametrize("regions", [[], ["9999"], ["1111", "9999999999"]])
def test_no_call_walks_through_all_that_waits(crowd: Room, regions: list[str]) -> None:
    user = crowd.person("ani", regions=regions)
    found = {name: steps_of(call) for name, call in calls(user).items()}
    assert max(found.values()) <= _STEPS, found


def test_each_gets_what_lies_within_their_regions(crowd: Room) -> None:
    far = crowd.person("ani", regions=["9999"])
    found = leases.lease_items(far, Wish(ItemState.OPEN, 50))
    assert len(found) == 5
    assert set(Item.objects.filter(leased_to=far).values_list("region", flat=True)) == {
        "9999999999"
    }
    both = crowd.person("budi", regions=["9999", "1111"])
    assert len(leases.lease_items(both, Wish(ItemState.OPEN, 50))) == 50
    assert count_by_class(far) == {"tick": 5}
    assert count_by_class(both) == {"tick": MOST + 1}


def test_what_a_person_keys_already_comes_first(crowd: Room) -> None:
    user = crowd.person("ani", regions=["1111"])
    (first,) = leases.lease_items(user, Wish(ItemState.OPEN, 1))
    base = Item.objects.get(pk=first.key).base
    more = leases.lease_items(user, Wish(ItemState.OPEN, 9, held=[first.key]))
    assert {Item.objects.get(pk=item.key).base for item in more} == {base}


def test_the_groups_are_named_with_what_waits_of_each(crowd: Room) -> None:
    found = leases.count_grids(crowd.person("ani", regions=["1111"]))
    assert [kind for kind in found if kind[2]] == [("tick", v, MOST + 1) for v in "123"]
