"""How much waits for one person, kind by kind, and how much they did today.

Knows items and entries. Must not know screens. What a person keyed already in this round of an item
does not wait for them: it waits for somebody else.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from papi.model.keying import EntryKind, ItemState
from papi.model.recipe import FieldClass
from papi.store.faults import storage_faults
from papi.store.models import Entry, Item, User
from papi.store.scopes import Scope

MOST = 1000
"""Nobody needs to know more exactly how much waits; counting a million takes a second."""


def few(rows: QuerySet[Item]) -> int:
    """Count rows, to MOST + 1: that many or more."""
    return rows.order_by()[: MOST + 1].count()


def waiting_for(user: User, state: ItemState = ItemState.OPEN) -> QuerySet[Item]:
    """Return the items a person could be handed, whoever has them on screen now."""
    return waiting_within(Scope.of(user.regions), user, state)


def waiting_within(scope: Scope, user: User, state: ItemState) -> QuerySet[Item]:
    """Return the items of some regions that a person could be handed."""
    rows = Item.objects.filter(scope.where("region"), state=state)
    if state is ItemState.SUPERVISOR:
        return rows
    said = Entry.objects.filter(
        item=OuterRef("pk"), round=OuterRef("round"), user=user, undone_at=None
    ).exclude(kind=EntryKind.REFUSED)
    return rows.filter(~Exists(said))


def count_by_class(user: User) -> dict[str, int]:
    """Return how many open items of each field class wait for a person, to MOST + 1."""
    rows = waiting_for(user)
    with storage_faults():
        counts = {str(name): few(rows.filter(field_class=name)) for name in FieldClass}
    return {name: count for name, count in counts.items() if count}


def count_waiting(user: User, state: ItemState, *, field_class: str = "", form_id: str = "") -> int:
    """Return how many items wait for a person, of one kind or one form if named, to MOST + 1."""
    with storage_faults():
        rows = waiting_for(user, state)
        if field_class:
            rows = rows.filter(field_class=field_class)
        if form_id:
            return few(rows.filter(form_id=form_id))
        if state is ItemState.OPEN and not field_class:
            return min(sum(count_by_class(user).values()), MOST + 1)
        return few(rows)


def waits_for_others(user: User, state: ItemState) -> bool:
    """Tell whether something waits in a person's regions, and all of it for somebody else."""
    with storage_faults():
        rows = Item.objects.filter(Scope.of(user.regions).where("region"), state=state)
        here = any(rows.filter(field_class=name).exists() for name in FieldClass)
        return here and not waiting_for(user, state).exists()


def done_today(user: User) -> int:
    """Return how many entries a person made since midnight and did not take back."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    with storage_faults():
        rows = Entry.objects.filter(user=user, made_at__gte=midnight, undone_at=None)
        return rows.count()
