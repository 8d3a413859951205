"""Items kept in step with the decisions of their forms.

Knows the rows of items as one decision sees them. Must not know why a field is wanted, or who keys
it. At most one query, one insert and one update a form and decision.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from papi.model.keying import ItemState
from papi.store import models
from papi.store.bulk import insert_rows, update_rows


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One field that a person must key; see `models.Item` for what each fact means."""

    page: int
    field: str
    purpose: str
    field_class: str
    base: str
    critical: bool
    entries_needed: int
    grid_value: str
    machine_value: str
    confidence: float
    reasons: str
    content: str


@dataclass(frozen=True, slots=True)
class StandingItem:
    """An item as far as a decision must know it."""

    key: int
    page: int
    field: str
    purpose: str
    state: str
    content: str
    machine_value: str
    round: int
    entries_needed: int
    grid_value: str = ""


@dataclass(slots=True)
class ItemSteps:
    """What must become of the items of a form.

    Attributes:
        new: to be made.
        moved: (item, what it is wanted as if it is opened anew, state after).
        apart: items that must not stand among like snips any longer.
    """

    new: list[WantedItem] = field(default_factory=list)
    moved: list[tuple[StandingItem, WantedItem | None, ItemState]] = field(default_factory=list)
    apart: list[int] = field(default_factory=list)

    def add(self, item: StandingItem, wants: WantedItem | None, state: ItemState) -> None:
        """Note that an item moves."""
        self.moved.append((item, wants, state))


_STANDING = (
    "pk", "page", "field", "purpose", "state", "content", "machine_value", "round",
    "entries_needed", "grid_value",
)  # fmt: skip
_NEW = (
    "form", "region", "page", "field", "purpose", "field_class", "base", "critical",
    "entries_needed", "grid_value", "machine_value", "confidence", "reasons", "content", "round",
    "state", "lease", "opened_at",
)  # fmt: skip
_ANEW = (
    "state", "round", "field_class", "base", "critical", "entries_needed", "grid_value",
    "machine_value", "confidence", "reasons", "content", "leased_to", "leased_until", "lease",
    "opened_at", "closed_at",
)  # fmt: skip
_CLOSED = ("state", "leased_to", "leased_until", "lease", "closed_at")


def standing_items(form_id: str) -> list[StandingItem]:
    """Return the items of a form."""
    rows = models.Item.objects.filter(form_id=form_id).order_by("pk")
    return [StandingItem(*row) for row in rows.values_list(*_STANDING)]


def apply_steps(form_id: str, region: str, steps: ItemSteps) -> None:
    """Make, reopen and close items of a form, in the running transaction."""
    now = timezone.now()
    if steps.new:
        rows = (_new_row(form_id, region, item, now) for item in steps.new)
        insert_rows(models.Item, _NEW, rows)
    anew = [(item, wants) for item, wants, state in steps.moved if wants and state == "open"]
    if anew:
        update_rows(models.Item, _ANEW, (_anew_row(i, wants, now) for i, wants in anew))
    closed = [(item.key, state) for item, _, state in steps.moved if state != "open"]
    if closed:
        rows = ((state.value, None, None, "", now, key) for key, state in closed)
        update_rows(models.Item, _CLOSED, rows)
    if steps.apart:
        update_rows(models.Item, ("grid_value",), (("", key) for key in steps.apart))


def _new_row(form_id: str, region: str, item: WantedItem, now: object) -> tuple[object, ...]:
    return (
        form_id, region, item.page, item.field, item.purpose, item.field_class, item.base,
        item.critical, item.entries_needed, item.grid_value, item.machine_value, item.confidence,
        item.reasons, item.content, 1, "open", "", now,
    )  # fmt: skip


def _anew_row(item: StandingItem, wants: WantedItem, now: object) -> tuple[object, ...]:
    return (
        "open", item.round + 1, wants.field_class, wants.base, wants.critical,
        wants.entries_needed, wants.grid_value, wants.machine_value, wants.confidence,
        wants.reasons, wants.content, None, None, "", now, None, item.key,
    )  # fmt: skip


def drop_items(form_ids: Sequence[str]) -> None:
    """Close the items of forms of which no page is here any more."""
    rows = models.Item.objects.filter(form_id__in=form_ids).exclude(state=ItemState.GONE)
    rows.update(
        state=ItemState.GONE, leased_to=None, leased_until=None, lease="", closed_at=timezone.now()
    )


def forms_without_items(most: int) -> list[str]:
    """Return forms with readings in review of which no item was ever made (an older release)."""
    made = models.Item.objects.filter(form_id=OuterRef("form_id"))
    rows = models.Reading.objects.filter(~Exists(made), status="review", form__undecided=False)
    return list(rows.values_list("form_id", flat=True).order_by("form_id").distinct()[:most])


def drawing_key() -> bytes:
    """Return the workspace's secret by which samples are drawn, of no other use."""
    return _derived(settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _derived(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"papi samples 1", sha256).digest()


def pages_content(form_ids: Iterable[str]) -> dict[tuple[str, int], str]:
    """Return the fingerprint of the scan that counts, by form and page."""
    rows = models.ScanPage.objects.filter(form_id__in=list(form_ids), active=True)
    return {(f, int(p or 0)): str(c) for f, p, c in rows.values_list("form_id", "page", "content")}


def lock_decided(form_id: str) -> str | None:
    """Lock a form that is decided and has no items; return its region, None if it is none."""
    form = models.IssuedForm.objects.select_for_update().get(pk=form_id)
    made = models.Item.objects.filter(form_id=form_id).exists()
    return None if made or form.undecided else str(form.region)


def review_rows(form_id: str) -> list[tuple[int, str, str, float, str]]:
    """Return page, field, machine value, confidence and reasons of readings in review."""
    rows = models.Reading.objects.filter(form_id=form_id, status="review").order_by("pk")
    return list(rows.values_list("page", "field", "machine_value", "confidence", "reasons"))
