"""What people said of items, and the values that stand because of it.

Knows the rows of entries and resolutions, and the order in which rows are locked: the form first,
then its item, the audit chain last. Must not know what makes an entry right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from papi.model.keying import Answer, EntryKind, ItemState
from papi.model.layout import Layout
from papi.store import models
from papi.store.cases import frozen_layout


def known_answer(client_key: str) -> models.Entry | None:
    """Return the entry an answer made when it was sent before."""
    return models.Entry.objects.filter(client_key=client_key).first()


def look_at(item: int) -> models.Item | None:
    """Return an item as it is now, not locked, with what names its layout."""
    return models.Item.objects.select_related("form__layout").filter(pk=item).first()


def layout_of_item(item: models.Item) -> Layout:
    """Return the layout that the form of an item was printed with."""
    return frozen_layout(item.form.layout.form, item.form.layout.version)


def lock_item(item: int, form_id: str) -> tuple[models.IssuedForm, models.Item]:
    """Lock a form and one of its items, in this order."""
    form = models.IssuedForm.objects.select_for_update().get(pk=form_id)
    return form, models.Item.objects.select_for_update().get(pk=item)


def counting_content(form_id: str, page: int) -> str | None:
    """Return the fingerprint of the scan that counts for a page, None if there is none."""
    rows = models.ScanPage.objects.filter(form_id=form_id, page=page, active=True)
    content = rows.values_list("content", flat=True).first()
    return None if content is None else str(content)


def standing_entries(item: models.Item) -> list[models.Entry]:
    """Return what stands of what was said of an item in its round, oldest first."""
    rows = models.Entry.objects.filter(item=item, round=item.round, undone_at=None)
    return list(rows.exclude(kind=EntryKind.REFUSED).order_by("pk"))


def add_entry(item: models.Item, user: models.User, answer: Answer, value: str) -> models.Entry:
    """Keep what a person said of a locked item."""
    return models.Entry.objects.create(
        item=item, round=item.round, user=user, kind=answer.kind.value, value=value,
        note=answer.note[:255], client_key=answer.client_key[:40],
        keys=max(0, min(answer.keys, 100_000)), seconds=max(0.0, min(answer.seconds, 86_400.0)),
    )  # fmt: skip


def move_item(item: models.Item, state: ItemState) -> None:
    """Give a locked item its state; the caller saves it."""
    closed = state in {ItemState.DONE, ItemState.GONE}
    item.state = state.value
    item.closed_at = (item.closed_at or timezone.now()) if closed else None


def add_resolution(item: models.Item, user: models.User, kind: str, value: str) -> None:
    """Let a value stand for an item's field, for the scan it was keyed from alone."""
    models.Resolution.objects.create(
        form_id=item.form_id, page=item.page, field=item.field, value=value, kind=kind, user=user,
        only_content=item.content,
    )  # fmt: skip


def withdraw_resolution(item: models.Item) -> bool:
    """Take back the value that stands for an item's field; tell whether there was one."""
    rows = models.Resolution.objects.filter(
        form_id=item.form_id, page=item.page, field=item.field, active=True
    )
    newest = rows.filter(only_content__in=["", item.content]).order_by("-pk").first()
    if newest is None:
        return False
    newest.active = False
    newest.save(update_fields=["active"])
    return True


def tell_news(form: models.IssuedForm) -> None:
    """Note that a locked form must be decided again."""
    models.IssuedForm.objects.filter(pk=form.pk).update(undecided=True, news=F("news") + 1)


def last_entry(user: models.User) -> models.Entry | None:
    """Return what a person said last, as far as it was not taken back."""
    rows = models.Entry.objects.filter(user=user, undone_at=None).exclude(kind=EntryKind.REFUSED)
    return rows.select_related("item").order_by("-made_at", "-pk").first()


def take_back_entry(entry: models.Entry) -> None:
    """Mark an entry as taken back; its row stays."""
    entry.undone_at = timezone.now()
    entry.save(update_fields=["undone_at"])


def blind_values(items: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Return (kind, value) of the blind entries of items' rounds, oldest first, by item."""
    found: dict[int, list[tuple[str, str]]] = {}
    kinds = [EntryKind.KEYED, EntryKind.UNREADABLE, EntryKind.CONFIRMED]
    rows = models.Entry.objects.filter(
        item__in=list(items), round=F("item__round"), undone_at=None, kind__in=kinds
    )
    for item, kind, value in rows.order_by("pk").values_list("item", "kind", "value"):
        found.setdefault(int(item), []).append((str(kind), str(value)))
    return found


@dataclass(frozen=True, slots=True)
class FormLayouts:
    """Layouts by form id."""

    by_form: dict[str, Layout]

    def of(self, form_id: str) -> Layout:
        """Return the layout a form was printed with."""
        return self.by_form[form_id]


def layouts_of(form_ids: Sequence[str]) -> FormLayouts:
    """Return the frozen layouts of forms: one query."""
    rows = models.IssuedForm.objects.filter(form_id__in=set(form_ids))
    found = rows.values_list("form_id", "layout__form", "layout__version")
    return FormLayouts({form_id: frozen_layout(form, v) for form_id, form, v in found})
