"""Who may see the picture of an item: who has it on screen, or a supervisor of its region.

Knows leases, roles and regions. Must not know pictures. Deny by default: whoever is not named here
sees nothing.
"""

from __future__ import annotations

from django.utils import timezone

from papi.model.keying import ItemState
from papi.store.models import User
from papi.store.models.people import Role
from papi.store.scopes import Scope
from papi.store.snip_places import ItemPlace, item_place

_KEYERS = {Role.CLERK, Role.SUPERVISOR}


def seen_item(user: User, item: int) -> ItemPlace | None:
    """Return what an item is about if the person may see it now, else None."""
    place = item_place(item)
    if place is None or user.role not in _KEYERS or place.state == ItemState.GONE:
        return None
    if not place.current:  # the picture would be another scan's: what is keyed from it is not kept
        return None
    if not Scope.of(user.regions).sees(place.region):
        return None
    return place if has_on_screen(user, place) or user.role == Role.SUPERVISOR else None


def has_on_screen(user: User, place: ItemPlace) -> bool:
    """Tell whether the person has the item, and its lease has not ended."""
    if place.leased_to != user.pk or place.leased_until is None:
        return False
    return bool(place.leased_until > timezone.now())
