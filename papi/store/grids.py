"""Rows of grids: which pictures may be planted among others, and who missed them.

Knows items, entries and grids. Must not know when a picture is planted or how many stand together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Sum

from papi.model.keying import EntryKind, ItemState
from papi.store import models
from papi.store.faults import storage_faults
from papi.store.leases import LeasedItem, give_to, is_free_for, leased
from papi.store.scopes import Scope

_CANDIDATES = 300
"""Settled items of which planted pictures are chosen: the newest."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field that a picture shows, and the value that stands for it."""

    form_id: str
    page: int
    field: str
    base: str
    version: str
    value: str


def places_of(items: Iterable[int]) -> dict[int, Place]:
    """Return where items are, by item."""
    names = ("form_id", "page", "field", "base", "form__layout__version", "grid_value")
    rows = models.Item.objects.filter(pk__in=list(items)).values_list("pk", *names)
    return {int(key): Place(*rest) for key, *rest in rows}


def settled_alike(
    user: models.User, field_class: str, bases: Iterable[str], value: str
) -> list[Place]:
    """Return fields of another value on which the machine and a person who did not see it agreed.

    Of the person's regions, keyed by somebody else, from the scan that counts now.
    """
    overruled = models.Entry.objects.filter(
        item=OuterRef("item"),
        round=OuterRef("round"),
        undone_at=None,
        kind__in=[EntryKind.ARBITRATED, EntryKind.SETTLED, EntryKind.GIVEN_UP],
    )
    counts = models.ScanPage.objects.filter(
        form_id=OuterRef("item__form_id"),
        page=OuterRef("item__page"),
        content=OuterRef("item__content"),
        active=True,
    )
    rows = models.Entry.objects.filter(
        Scope.of(user.regions).where("item__region"),
        Exists(counts),
        ~Exists(overruled),
        kind=EntryKind.KEYED,
        undone_at=None,
        round=F("item__round"),
        value=F("item__machine_value"),
        item__state=ItemState.DONE,
        item__critical=False,
        item__field_class=field_class,
        item__base__in=list(bases),
    )
    rows = rows.exclude(user=user).exclude(value="").exclude(value=value)
    names = ("form_id", "page", "field", "base", "form__layout__version")
    newest = rows.order_by("-pk").values_list(*(f"item__{name}" for name in names), "value")
    return [Place(*row) for row in newest[:_CANDIDATES]]


def hold(user: models.User, items: Iterable[int], seconds: int) -> list[LeasedItem]:
    """Put open items that nobody else has on a person's screen, in the running transaction."""
    rows = models.Item.objects.filter(pk__in=list(items), state=ItemState.OPEN)
    found = []
    for row in rows.exclude(grid_value="").select_for_update(of=("self",)):
        if is_free_for(row, user):
            give_to(row, user, seconds)
            row.save(update_fields=["leased_to", "leased_until", "lease"])
            found.append(leased(row))
    return found


def region_of(form_id: str) -> str | None:
    """Return the region of a form."""
    rows = models.IssuedForm.objects.filter(pk=form_id).values_list("region", flat=True)
    return rows.first()


def known_grid(user: models.User, token: str) -> models.Grid | None:
    """Return a person's grid by its name."""
    return models.Grid.objects.filter(user=user, token=token).first()


def last_grid(user: models.User) -> models.Grid | None:
    """Return the grid a person had taken last."""
    rows = models.Grid.objects.filter(user=user).exclude(answered_at=None)
    return rows.order_by("-answered_at", "-pk").first()


def open_grid(user: models.User) -> models.Grid | None:
    """Return the grid a person has on screen."""
    return models.Grid.objects.filter(user=user, answered_at=None).order_by("-pk").first()


def trap_counts(scope: Scope) -> Mapping[str, tuple[int, int]]:
    """Return (planted, missed) pictures of grids that were sent, by login name."""
    with storage_faults():
        rows = models.Grid.objects.filter(scope.where(), tries__gt=0).order_by()
        sums = rows.values_list("user__username").annotate(a=Sum("traps"), b=Sum("missed"))
        return {str(name): (int(planted), int(missed)) for name, planted, missed in sums}
