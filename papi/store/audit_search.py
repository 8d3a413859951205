"""Finding events: by form, by who did it, by action and period; and all that touch one person.

Knows queries over events and where a NIK may stand. Must not know screens or files. What lies
outside a person's regions is not found; events that name no form are for who sees every region.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from papi.store import models
from papi.store.audit_words import OF_ALL_FORMS
from papi.store.faults import storage_faults
from papi.store.scopes import Scope

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What events are asked for; empty = any.

    Attributes:
        since, until: first and last day, in the office's time.
    """

    form_id: str = ""
    actor: str = ""
    action: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One event, without the values beside it."""

    place: str
    at: dt.datetime
    actor: str
    action: str
    form_id: str
    page: int | None
    field: str
    detail: Mapping[str, Any]


def find_events(wanted: Wanted, scope: Scope, start: int, count: int) -> list[Seen]:
    """Return some of the events asked for, newest first."""
    with storage_faults():
        return [_seen(row) for row in _wanted(wanted, scope)[start : start + count]]


def stream_events(wanted: Wanted, scope: Scope, limit: int) -> Iterator[Seen]:
    """Yield the events asked for, newest first."""
    with storage_faults():
        for row in _wanted(wanted, scope)[:limit].iterator(_CHUNK):
            yield _seen(row)


def count_events(wanted: Wanted, scope: Scope) -> int:
    """Count the events asked for."""
    with storage_faults():
        return _wanted(wanted, scope).count()


def known_actors() -> list[str]:
    """Return the login names people may be asked for by."""
    with storage_faults():
        return list(models.User.objects.order_by("username").values_list("username", flat=True))


def is_known_actor(name: str) -> bool:
    """Tell whether anybody of this name can log in or did anything."""
    with storage_faults():
        people = models.User.objects.filter(username=name)
        return people.exists() or models.AuditEvent.objects.filter(actor=name).exists()


def _wanted(wanted: Wanted, scope: Scope) -> QuerySet[models.AuditEvent]:
    events = models.AuditEvent.objects.order_by("-at", "-shard", "-seq")
    if scope.prefixes:
        within = models.IssuedForm.objects.filter(scope.where("region"))
        events = events.filter(form_id__in=within.values("form_id"))
    for column in ("form_id", "actor", "action"):
        if value := getattr(wanted, column):
            events = events.filter(**{column: value})
    if wanted.since is not None:
        events = events.filter(at__gte=midnight(wanted.since))
    if wanted.until is not None:
        events = events.filter(at__lt=midnight(wanted.until + dt.timedelta(days=1)))
    return events


def midnight(day: dt.date) -> dt.datetime:
    """Return when a day begins in the office's time."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def forms_with_nik(nik: str) -> set[str]:
    """Return the ids of forms on which a NIK stands: pre-list, past pre-list, read or keyed.

    Goes through the whole pre-list: about 10 s CPU for 300,000 households.
    """
    with storage_faults():
        found = set(models.Record.objects.filter(nik=nik).values_list("form_id", flat=True))
        members = models.Member.objects.filter(nik=nik)
        found.update(members.values_list("record_id", flat=True))
        for kind in (models.Reading, models.Resolution):
            found.update(kind.objects.filter(value=nik).values_list("form_id", flat=True))
        entries = models.Entry.objects.filter(value=nik)
        found.update(entries.values_list("item__form_id", flat=True))
        rows = set(_rows_with_nik(nik))
        issued = models.IssuedForm.objects.filter(prelist__isnull=False)
        for some in _chunks(rows):
            found.update(issued.filter(prelist__in=some).values_list("form_id", flat=True))
        return {str(form_id) for form_id in found}


def _rows_with_nik(nik: str) -> Iterator[int]:
    now = models.PrelistEntry.objects.values_list("pk", "payload")
    past = models.PrelistPast.objects.values_list("entry_id", "payload")
    for rows in (now, past):
        for key, payload in rows.iterator(_CHUNK):
            people = (payload.get("values", {}), *payload.get("members", ()))
            if any(person.get("nik") == nik for person in people):
                yield int(key)


def forms_with_prelist_id(prelist_id: str) -> set[str]:
    """Return the ids of forms that were printed of a row of the pre-list."""
    with storage_faults():
        rows = models.IssuedForm.objects.filter(prelist__prelist_id=prelist_id)
        return {str(form_id) for form_id in rows.values_list("form_id", flat=True)}


def issued_templates(form_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return form template and layout version of the forms among these ids that were printed."""
    with storage_faults():
        rows = models.IssuedForm.objects.filter(form_id__in=list(form_ids))
        return {
            str(form_id): (str(form), str(version))
            for form_id, form, version in rows.values_list("form_id", "form", "layout__version")
        }


def events_about(form_ids: Iterable[str]) -> Iterator[Seen]:
    """Yield every event about these forms, and those that revealed all forms at once, in time."""
    ids = sorted(set(form_ids))
    with storage_faults():
        printed = models.IssuedForm.objects.filter(form_id__in=ids)
        first = printed.aggregate(first=Min("first_printed"))["first"]
        about = Q(form_id__in=ids)
        if first is not None:
            about |= Q(action__in=OF_ALL_FORMS, form_id="", at__gte=first)
        rows = models.AuditEvent.objects.filter(about).order_by("at", "shard", "seq")
        for row in rows.iterator(_CHUNK):
            yield _seen(row)


def _seen(row: models.AuditEvent) -> Seen:
    return Seen(
        f"{row.shard}.{row.seq}", row.at, row.actor, row.action, row.form_id, row.page, row.field,
        row.detail,
    )  # fmt: skip


def _chunks(keys: set[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
