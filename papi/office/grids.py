"""Use case: verify many like fields at once: "mark what is no 7, the rest is confirmed".

Knows which pictures stand together, when one is planted among them, and what becomes of an answer.
Must not know screens. Nothing of a grid is stored while a planted picture is left unmarked: whoever
confirms without looking would confirm that one, too.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from papi.model.keying import Answer, AnswerState, EntryKind, ItemState
from papi.model.layout import FieldKind
from papi.model.recipe import FieldClass
from papi.office import keying
from papi.office.keying_desk import Desk
from papi.office.keying_tasks import label_of, meaning_of
from papi.office.planting import MOST_TRAPS, choose_planted, mixed
from papi.office.snip_rights import seen_item
from papi.office.snips import SnipStyle, field_snip
from papi.office.workspace import Workspace
from papi.store import audit, entries, grids, leases
from papi.store.cases import all_layouts
from papi.store.faults import storage_faults
from papi.store.grids import Place, trap_counts
from papi.store.leases import LeasedItem, Wish
from papi.store.models import Grid, User
from papi.store.scopes import Scope

__all__ = [
    "Answered",
    "Cell",
    "GridState",
    "Group",
    "Sheet",
    "answer_grid",
    "cell_picture",
    "give_back",
    "groups",
    "open_sheet",
    "sheet_of",
    "take_grid",
    "trap_counts",
    "undo_grid",
]

SMALL, WIDE = 24, 16
"""Pictures of one grid: digits, and ticks with their printed words. So many fit 1366x768."""
LEAST = 2
"""Fewer pictures than this are keyed sooner than they are compared."""
LONGEST_S = 600.0
_TICKS = frozenset({FieldClass.TICK, FieldClass.TICK_CRITICAL})
DIGITS_STYLE = SnipStyle(210, 100, 9.0, 1.0, 8.0, 0.25)
TICKS_STYLE = SnipStyle(410, 60, 9.0, 0.6, 5.0, 0.25)
"""One scale for all fields of a kind; only a row of words too long for its place is smaller."""


@dataclass(frozen=True, slots=True)
class Group:
    """Items that may stand together, free for a person."""

    field_class: FieldClass
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One picture: its number, the printed label, and what the value means there.

    The number stays the picture's own, wherever it is shown: a grid that is sent twice means the
    same twice.
    """

    number: int
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A grid as it is shown. Says nothing of what is planted."""

    token: str
    field_class: FieldClass
    value: str
    cells: tuple[Cell, ...]
    tries: int


class GridState(StrEnum):
    """What became of an answered grid."""

    TAKEN = "taken"
    """Stored, now or when it was sent before."""
    CARELESS = "careless"
    """A planted picture was left unmarked: nothing is stored."""
    LOST = "lost"
    """No such grid of this person, or it was given back."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply to a grid.

    Attributes:
        confirmed, refused: pictures that were confirmed; that go to keying.
        lost: pictures that somebody else had settled meanwhile.
    """

    state: GridState
    confirmed: int = 0
    refused: int = 0
    lost: int = 0


def groups(user: User) -> list[Group]:
    """Return what a person could verify in grids, most first."""
    with storage_faults():
        found = leases.count_grids(user)
    large = sorted((kind for kind in found if kind[2] >= LEAST), key=lambda kind: -kind[2])
    return [Group(FieldClass(kind), value, number) for kind, value, number in large]


def take_grid(workspace: Workspace, user: User, field_class: str, value: str) -> Sheet | None:
    """Put a grid on a person's screen; what they had there is given back first.

    Returns:
        The grid, None if nothing of this group is left.
    """
    give_back(user)
    desk = Desk.of(workspace, user)
    most = WIDE if field_class in _TICKS else SMALL
    wish = Wish(
        ItemState.OPEN, most, grid=(field_class, "", value), seconds=2 * desk.control.lease_seconds
    )
    with storage_faults(), transaction.atomic():
        found = leases.lease_items(user, wish)
        if not found:
            return None
        shown = grids.places_of(item.key for item in found[: most - MOST_TRAPS])
        traps = choose_planted(user, field_class, shown.values(), value)
        kept = found[: most - len(traps)]
        leases.release_items(user, [item.key for item in found[len(kept) :]])
        return sheet_of(_put_on_screen(user, (field_class, value), kept, traps))


def _put_on_screen(
    user: User, group: tuple[str, str], found: Sequence[LeasedItem], traps: Sequence[Place]
) -> Grid:
    places = grids.places_of(item.key for item in found)
    grid = Grid.objects.create(
        token=secrets.token_hex(12),
        user=user,
        field_class=group[0],
        value=group[1],
        region=grids.region_of(found[0].form_id) or "",
        places=mixed(found, places, traps),
        traps=len(traps),
    )
    audit.record(user.username, [_viewed(place, grid) for place in [*places.values(), *traps]])
    return grid


def _viewed(place: Place, grid: Grid) -> audit.Event:
    return audit.Event(
        "item.viewed", place.form_id, place.page, place.field, {"grid": int(grid.pk)}
    )


def open_sheet(user: User, token: str) -> Sheet | None:
    """Return a grid that a person has on screen, None if it is not theirs or done."""
    with storage_faults():
        grid = grids.known_grid(user, token)
        return sheet_of(grid) if grid is not None and grid.answered_at is None else None


def sheet_of(grid: Grid) -> Sheet:
    """Return a grid as it is shown."""
    places, layouts = _places(grid), all_layouts()
    cells = []
    for number, place in enumerate(places):
        layout = layouts[place.version]
        field = layout.by_name[place.field]
        meaning = meaning_of(field, grid.value) if field.kind is not FieldKind.DIGITS else ""
        label = label_of(field, layout).rstrip(":")
        cells.append(Cell(number, label, meaning))
    tries = int(grid.tries)
    order = _turned(grid.token, tries, cells) if tries else cells
    return Sheet(grid.token, FieldClass(grid.field_class), grid.value, tuple(order), tries)


def _turned(token: str, tries: int, cells: Sequence[Cell]) -> list[Cell]:
    """Order the pictures of a grid that is shown again; each keeps its number."""

    def place(cell: Cell) -> bytes:
        return hashlib.blake2b(f"{token}|{tries}|{cell.number}".encode()).digest()

    return sorted(cells, key=place)


def _places(grid: Grid) -> list[Place]:
    items = grids.places_of(place[0] for place in grid.places if _is_item(place))
    return [items[place[0]] if _is_item(place) else _trap_place(*place) for place in grid.places]


def _is_item(place: Sequence[object]) -> bool:
    return len(place) == len(("item", "lease"))


def _trap_place(form_id: str, page: int, field: str) -> Place:
    version = entries.layouts_of([form_id]).of(form_id).version
    return Place(form_id, page, field, "", version, "")


def cell_picture(workspace: Workspace, user: User, token: str, number: int) -> bytes | None:
    """Return the picture of a cell as JPEG, None if the person may not see it now."""
    with storage_faults():
        grid = grids.known_grid(user, token)
        if grid is None or grid.answered_at is not None or number >= len(grid.places):
            return None
        place = grid.places[number]
        if _is_item(place):
            seen = seen_item(user, place[0])
            where = (seen.form_id, seen.page, seen.field) if seen else None
        else:
            region = grids.region_of(place[0])
            may = region is not None and Scope.of(user.regions).sees(region)
            where = tuple(place) if may else None
    style = TICKS_STYLE if grid.field_class in _TICKS else DIGITS_STYLE
    return field_snip(workspace, *where, style) if where else None


def answer_grid(workspace: Workspace, user: User, token: str, marked: Collection[int]) -> Answered:
    """Take a grid: what is marked goes to keying, all others are confirmed; sent again, once.

    Args:
        workspace: open workspace.
        user: who has it on screen.
        token: which one.
        marked: numbers of the pictures that show something else.
    """
    with storage_faults():
        grid = grids.known_grid(user, token)
        if grid is None or (grid.answered_at is not None and not grid.tries):
            return Answered(GridState.LOST)
        planted = [n for n, place in enumerate(grid.places) if not _is_item(place)]
        missed = [n for n in planted if n not in marked]
        if missed and grid.answered_at is None:
            _note_careless(user, grid, len(missed), workspace)
            return Answered(GridState.CARELESS)
        answered = _stored(workspace, user, grid, marked)
        if grid.answered_at is None:
            Grid.objects.filter(pk=grid.pk, answered_at=None).update(
                answered_at=timezone.now(), tries=grid.tries + 1
            )
        return answered


def _note_careless(user: User, grid: Grid, missed: int, workspace: Workspace) -> None:
    """Count it, and keep the pictures on screen; they are shown in another order."""
    items = [place[0] for place in grid.places if _is_item(place)]
    seconds = 2 * Desk.of(workspace, user).control.lease_seconds
    with transaction.atomic():
        grid.missed = grid.missed if grid.tries else missed
        grid.tries += 1
        grid.save(update_fields=["missed", "tries"])
        leases.lease_items(user, Wish(ItemState.OPEN, 0, items, seconds=seconds))
        facts = {"grid": int(grid.pk), "missed": missed}
        audit.record(user.username, [audit.Event("grid.careless", detail=facts)])


def _stored(workspace: Workspace, user: User, grid: Grid, marked: Collection[int]) -> Answered:
    each = min((timezone.now() - grid.made_at).total_seconds(), LONGEST_S) / len(grid.places)
    answers = [
        Answer(
            item=place[0],
            lease=place[1],
            client_key=f"{grid.token}:{place[0]}",
            kind=EntryKind.REFUSED if number in marked else EntryKind.CONFIRMED,
            seconds=each,
        )
        for number, place in enumerate(grid.places)
        if _is_item(place)
    ]
    results = keying.answer(workspace, user, answers)
    taken = [
        answer.kind
        for answer, result in zip(answers, results, strict=True)
        if result.state is AnswerState.TAKEN
    ]
    refused = taken.count(EntryKind.REFUSED)
    return Answered(GridState.TAKEN, len(taken) - refused, refused, len(answers) - len(taken))


def give_back(user: User) -> None:
    """Give back the grid a person has on screen and will not answer."""
    with storage_faults(), transaction.atomic():
        grid = grids.open_grid(user)
        if grid is not None:
            items = [place[0] for place in grid.places if _is_item(place)]
            leases.release_items(user, items)
            grid.answered_at = timezone.now()
            grid.save(update_fields=["answered_at"])


def undo_grid(workspace: Workspace, user: User) -> Sheet | None:
    """Take back what a person confirmed in their last grid, as far as nobody built on it.

    Returns:
        What was taken back, on screen again; None if there is nothing to take back.
    """
    with storage_faults():
        grid = grids.last_grid(user)
    if grid is None:
        return None
    undone = list(_undone(workspace, user, f"{grid.token}:"))
    if not undone:
        return None
    give_back(user)
    with storage_faults(), transaction.atomic():
        seconds = 2 * Desk.of(workspace, user).control.lease_seconds
        found = grids.hold(user, undone, seconds)
        group = str(grid.field_class), str(grid.value)
        return sheet_of(_put_on_screen(user, group, found, ())) if found else None


def _undone(workspace: Workspace, user: User, prefix: str) -> Iterator[int]:
    """Take entries of one grid back, newest first; yield their items."""
    while True:
        last = entries.last_entry(user)
        if last is None or not last.client_key.startswith(prefix):
            return
        if keying.undo(workspace, user) is None:
            return
        yield int(last.item_id)
