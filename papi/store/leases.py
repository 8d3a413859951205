"""Items on people's screens: who has which, under which token, until when.

Knows the rows of items and when a lease ends. Must not know what is keyed. On PostgreSQL rows that
another transaction is just taking are skipped; on SQLite one writer is in at a time.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from papi.model.keying import EntryKind, ItemState
from papi.model.recipe import FieldClass
from papi.store import models
from papi.store.bulk import update_rows
from papi.store.keying_counts import few, waiting_for, waiting_within
from papi.store.scopes import Scope

_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class LeasedItem:
    """An item as it was handed out.

    Attributes:
        fresh: it came to this person's screen just now.
        question: what a clerk asked of it.
    """

    key: int
    lease: str
    form_id: str
    page: int
    field: str
    field_class: str
    purpose: str
    machine_value: str
    round: int
    state: str
    fresh: bool = True
    candidates: tuple[str, ...] = ()
    question: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which items a person wants.

    Attributes:
        state: items in this state.
        count: at most so many.
        held: items on the person's screen: kept longer, not handed out again.
        form_id: of this form alone, "" = of any.
        field_class: of this class alone, "" = of any.
        grid: of these grid values' kind alone: (field class, base, value), None = any;
            base "" = any.
        seconds: how long they are kept.
    """

    state: ItemState
    count: int
    held: Sequence[int] = ()
    form_id: str = ""
    field_class: str = ""
    grid: tuple[str, str, str] | None = None
    seconds: int = 300


def lease_items(user: models.User, wish: Wish) -> list[LeasedItem]:
    """Hand out items a person may key, in the running transaction; renew those held."""
    now = timezone.now()
    until = now + dt.timedelta(seconds=wish.seconds)
    if wish.held:
        mine = models.Item.objects.filter(pk__in=list(wish.held), leased_to=user, state=wish.state)
        mine.update(leased_until=until)
    found: list[models.Item] = []
    for some in _in_order(user, wish, now):
        left = wish.count - len(found)
        if left <= 0:
            break
        others = some.exclude(pk__in=[row.pk for row in found])
        found += others.select_for_update(skip_locked=True, of=("self",))[:left]
    handed = [_lease(row, user, now, until) for row in found]
    rows = ((user.pk, until, row.lease, row.pk) for row in found)
    update_rows(models.Item, ("leased_to", "leased_until", "lease"), rows)
    return handed


def _free(user: models.User, wish: Wish, scope: Scope, now: dt.datetime) -> QuerySet[models.Item]:
    """Items of some regions that nobody has, and that this person may key."""
    nobody = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_to=user)
    rows = waiting_within(scope, user, wish.state).filter(nobody, _shows_its_scan())
    rows = rows.exclude(pk__in=list(wish.held))
    return rows.filter(form_id=wish.form_id) if wish.form_id else rows


def _shows_its_scan() -> Exists:
    """The scan an item is keyed from still counts: else the picture would be another's."""
    scan = models.ScanPage.objects.filter(
        form_id=OuterRef("form_id"), page=OuterRef("page"), active=True
    )
    return Exists(scan.filter(content=OuterRef("content")))


def _in_order(user: models.User, wish: Wish, now: dt.datetime) -> Iterator[QuerySet[models.Item]]:
    """Yield items in the order of handing out: what a clerk keys already comes first.

    Each query keeps to one range of one index, so that none walks through what waits elsewhere.
    """
    regions = [_free(user, wish, scope, now) for scope in Scope.of(user.regions).each()]
    if wish.state is not ItemState.OPEN:
        yield from (rows.order_by("pk") for rows in regions)
    elif wish.form_id:
        for rows in regions:
            some = rows.filter(field_class=wish.field_class) if wish.field_class else rows
            yield some.order_by("page", "pk")
    elif wish.grid is not None:
        field_class, base, value = wish.grid
        for rows in regions:
            like = rows.filter(field_class=field_class, grid_value=value).exclude(grid_value="")
            like = like.filter(base=base) if base else like
            yield like.order_by("field_class", "grid_value", "region", "base", "pk")
    else:
        yield from _by_kind(regions, user, wish)


def _by_kind(
    regions: Sequence[QuerySet[models.Item]], user: models.User, wish: Wish
) -> Iterator[QuerySet[models.Item]]:
    kind = _last_kind(user, wish.held)
    if kind is not None and wish.field_class in {"", kind[0]}:
        for rows in regions:
            like = rows.filter(field_class=kind[0], base=kind[1])
            yield like.order_by("field_class", "base", "region", "pk")
    first = kind[0] if kind is not None else ""
    names = sorted((str(name) for name in FieldClass), key=lambda name: (name != first, name))
    for name in [wish.field_class] if wish.field_class else names:
        for rows in regions:
            same = rows.filter(field_class=name)
            if len(regions) > 1 or user.regions:
                yield same.order_by("field_class", "region", "base", "pk")
            else:
                yield same.order_by("field_class", "base", "region", "pk")


def _last_kind(user: models.User, held: Sequence[int]) -> tuple[str, str] | None:
    """Return class and base of what a person has on screen, or keyed last."""
    kinds = models.Item.objects.filter(pk__in=list(held)).values_list("field_class", "base")
    on_screen = kinds.order_by("-pk").first() if held else None
    if on_screen is not None:
        return on_screen
    last = models.Entry.objects.filter(user=user).order_by("-made_at", "-pk")
    return last.values_list("item__field_class", "item__base").first()


def _lease(row: models.Item, user: models.User, now: dt.datetime, until: dt.datetime) -> LeasedItem:
    """Put a row on a person's screen; one that was theirs keeps its token, for answers under way.

    Where that lease has ended, the person looks at it anew.
    """
    mine = row.leased_to_id == user.pk and bool(row.lease)
    ended = row.leased_until is None or row.leased_until < now
    row.leased_to, row.leased_until = user, until
    row.lease = row.lease if mine else secrets.token_hex(_TOKEN_BYTES)
    return leased(row, fresh=ended or not mine)


def leased(row: models.Item, *, fresh: bool = True) -> LeasedItem:
    """Return a row as its holder sees it."""
    return LeasedItem(
        int(row.pk), row.lease, row.form_id, row.page, row.field, row.field_class, row.purpose,
        row.machine_value, row.round, row.state, fresh,
    )  # fmt: skip


def give_to(row: models.Item, user: models.User, seconds: int) -> None:
    """Put a locked item on a person's screen; the caller saves it."""
    row.leased_to = user
    row.leased_until = timezone.now() + dt.timedelta(seconds=seconds)
    row.lease = secrets.token_hex(_TOKEN_BYTES)


def take_back(row: models.Item) -> None:
    """Take a locked item off whoever has it; the caller saves it."""
    row.leased_to = row.leased_until = None
    row.lease = ""


def is_free_for(row: models.Item, user: models.User) -> bool:
    """Tell whether nobody else has a locked item on screen."""
    until = row.leased_until
    return row.leased_to_id in {None, user.pk} or until is None or until < timezone.now()


def release_items(user: models.User, items: Sequence[int], until: dt.datetime | None = None) -> int:
    """Give items back that a person has on screen, no longer than `until`; return how many."""
    mine = models.Item.objects.filter(pk__in=list(items), leased_to=user)
    if until is not None:
        mine = mine.filter(leased_until__lte=until)
    return mine.update(leased_to=None, leased_until=None, lease="")


def count_free(user: models.User, state: ItemState) -> int:
    """Count the items in a state that a person may come to, now or when leases end: to MOST + 1."""
    return few(waiting_for(user, state))


def count_grids(user: models.User) -> list[tuple[str, str, int]]:
    """Return class, value and number of the items a person may verify in grids: to MOST + 1."""
    found = []
    for name in sorted(FieldClass):
        rows = models.Item.objects.filter(field_class=name, state=ItemState.OPEN)
        rows = rows.exclude(grid_value="")
        value = ""
        while value := _next_value(rows, value):
            like = waiting_for(user).filter(field_class=name, grid_value=value)
            nobody = Q(leased_until=None) | Q(leased_until__lt=timezone.now()) | Q(leased_to=user)
            found.append((str(name), value, few(like.filter(nobody).exclude(grid_value=""))))
    return found


def _next_value(rows: QuerySet[models.Item], after: str) -> str:
    """Return the next value that stands in the index: a jump, not a walk."""
    values = rows.filter(grid_value__gt=after).order_by("field_class", "grid_value")
    return values.values_list("grid_value", flat=True).first() or ""


def candidates_of(items: Sequence[LeasedItem]) -> dict[int, tuple[str, ...]]:
    """Return the machine's candidates of items, best first."""
    found = {}
    for item in items:
        rows = models.Reading.objects.filter(form_id=item.form_id, page=item.page, field=item.field)
        for candidates in rows.values_list("candidates", flat=True):
            found[item.key] = tuple(str(value) for value, _ in candidates if value)
    return found


def questions_of(items: Sequence[LeasedItem]) -> dict[int, str]:
    """Return what was last asked of items, by item."""
    rows = models.Entry.objects.filter(
        item__in=[item.key for item in items],
        round=F("item__round"),
        undone_at=None,
        kind__in=[EntryKind.ASK, EntryKind.UNREADABLE],
    )
    return {int(i): note for i, note in rows.order_by("pk").values_list("item", "note")}
