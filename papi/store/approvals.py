"""Forms as a supervisor finds and judges them, and what was said of each.

Knows queries over forms, their decisions and approvals; every one keeps to a person's regions.
Must not know who may approve what.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, QuerySet

from papi.store import audit, models
from papi.store.faults import storage_faults
from papi.store.fingerprints import of_stored
from papi.store.scopes import Scope
from papi.store.supervision import WAITING, Focus, came_back, plain, standing_approvals

STATES: Final = (
    "missing", "incomplete", "undecided", "queue", "matched", "approved", "returned",
)  # fmt: skip
"""Where a form stands. matched: complete, nobody has approved it (or what it was then)."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form in a list.

    Attributes:
        state: one of STATES.
        waiting: items and fields that wait for somebody.
        keyed: fields a person settled.
        rw, rt, number: place in the village's walk, 0 if unknown.
        said_by, said_at, note: of the newest word on it, if any; void: it was said of another
            decision than the one that stands.
    """

    form_id: str
    form: str
    region: str
    state: str
    waiting: int = 0
    keyed: int = 0
    rw: int = 0
    rt: int = 0
    number: int = 0
    said_by: str = ""
    said_at: dt.datetime | None = None
    note: str = ""
    void: bool = False
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks for and against one form.

    Attributes:
        fingerprint: of the decision that stands, "" if there is none.
        outcome: of that decision; undecided: news came since.
        waiting: items that wait; errors: rules of severity E that failed.
        keyed_by: numbers of the people who keyed a field of it.
    """

    form_id: str
    region: str
    fingerprint: str
    outcome: str
    undecided: bool
    waiting: int
    errors: int
    keyed_by: frozenset[int]


def find_forms(focus: Focus, state: str, form_id: str, start: int, count: int) -> list[FormRow]:
    """Return a stretch of the forms in sight, in walking order.

    Args:
        focus: what is in sight.
        state: one of STATES, "" for all.
        form_id: the beginning of an id, "" for all.
        start: how many to leave out.
        count: how many at most.
    """
    with storage_faults():
        rows = _found(focus, state, form_id).select_related("prelist", "record").order_by(
            "region", "form", "prelist__rw", "prelist__rt", "prelist__number", "form_id"
        )  # fmt: skip
        return _form_rows(list(rows[start : start + count]))


def count_forms(focus: Focus, state: str, form_id: str) -> int:
    """Return how many `find_forms` would find."""
    with storage_faults():
        return _found(focus, state, form_id).count()


def one_form(scope: Scope, form_id: str) -> FormRow | None:
    """Return one form, None if there is none or it lies outside."""
    with storage_faults():
        rows = models.IssuedForm.objects.filter(scope.where(), pk=form_id)
        found = _form_rows(list(rows.select_related("prelist", "record")))
        return found[0] if found else None


def _found(focus: Focus, state: str, form_id: str) -> QuerySet[models.IssuedForm]:
    rows = focus.forms().filter(form_id__startswith=form_id)
    if state in {"approved", "returned"}:
        return rows.filter(pk__in=standing_approvals(state).values("form"))
    if state == "missing":
        return rows.filter(~came_back())
    if state == "undecided":
        return rows.filter(came_back(), undecided=True)
    if state == "matched":
        approved = standing_approvals("approved").values("form")
        rows = rows.exclude(pk__in=approved)
    return rows.filter(undecided=False, record__outcome=state) if state else rows


def _form_rows(forms: Sequence[models.IssuedForm]) -> list[FormRow]:
    ids = [form.form_id for form in forms]
    words = _newest_words(ids)
    waiting, keyed = _waiting(ids), _keyed(ids)
    back = set(
        models.ScanPage.objects.filter(form_id__in=ids, active=True).values_list(
            "form_id", flat=True
        )
    )
    return [
        _form_row(form, words.get(form.pk), waiting[form.pk], keyed[form.pk], form.pk in back)
        for form in forms
    ]


def _form_row(
    form: models.IssuedForm, word: models.Approval | None, waiting: int, keyed: int, back: bool
) -> FormRow:
    record = getattr(form, "record", None)
    outcome = record.outcome if record and not form.undecided else ""
    fingerprint = record.fingerprint if record else ""
    same = bool(word and word.decision == fingerprint)
    state = outcome or ("undecided" if back else "missing")
    if word and word.state == "approved" and same and outcome == "matched":
        state = "approved"
    if word and word.state == "returned" and (same or outcome != "matched"):
        state = "returned"
    entry = form.prelist
    place = (int(entry.rw), int(entry.rt), int(entry.number)) if entry else (0, 0, 0)
    return FormRow(
        form.form_id, form.form, form.region, state, waiting, keyed, *place,
        said_by=word.user.username if word else "",
        said_at=word.made_at if word else None,
        note=word.note if word else "",
        void=bool(word) and state not in {"approved", "returned"},
        fingerprint=fingerprint,
    )  # fmt: skip


def _newest_words(ids: Collection[str]) -> dict[str, models.Approval]:
    rows = models.Approval.objects.filter(form__in=ids).select_related("user").order_by("pk")
    return {row.form_id: row for row in rows}


def _waiting(ids: Collection[str]) -> Counter[str]:
    """Count what waits: items, and fields in review of which no item was made yet."""
    items: Counter[str] = Counter()
    rows = models.Item.objects.filter(form__in=ids, state__in=WAITING).order_by()
    for form_id, count in rows.values_list("form_id").annotate(Count("pk")):
        items[form_id] = int(count)
    review = models.Reading.objects.filter(form__in=ids, status="review").order_by()
    for form_id, count in review.values_list("form_id").annotate(Count("pk")):
        items[form_id] = max(items[form_id], int(count))
    return items


def _keyed(ids: Collection[str]) -> Counter[str]:
    rows = models.Reading.objects.filter(form__in=ids, status="resolved").order_by()
    return Counter({f: int(n) for f, n in rows.values_list("form_id").annotate(Count("pk"))})


def verdicts(scope: Scope, form_ids: Iterable[str], *, lock: bool = False) -> dict[str, Verdict]:
    """Return what speaks for and against forms; those outside the scope are left out.

    Args:
        scope: regions a person may see.
        form_ids: the forms.
        lock: keep them from being decided anew until the running transaction ends.
    """
    with storage_faults():
        rows = models.IssuedForm.objects.filter(scope.where(), pk__in=sorted(set(form_ids)))
        if lock:
            rows = rows.select_for_update(of=("self",))
        forms = {form.pk: form for form in rows.order_by("pk")}
        records = models.Record.objects.in_bulk(list(forms))
        waiting, errors, keyed = _waiting(forms), _errors(forms), _keyers(forms)
        return {
            pk: Verdict(
                pk, form.region, _fingerprint(records.get(pk)),
                records[pk].outcome if pk in records else "",
                form.undecided, waiting[pk], errors[pk], frozenset(keyed[pk]),
            )
            for pk, form in forms.items()
        }  # fmt: skip


def _fingerprint(record: models.Record | None) -> str:
    """Return a record's fingerprint; one that an older release decided is named now."""
    if record is None:
        return ""
    if not record.fingerprint:
        record.fingerprint = of_stored(record)
        models.Record.objects.filter(pk=record.pk).update(fingerprint=record.fingerprint)
    return record.fingerprint


def _errors(ids: Collection[str]) -> Counter[str]:
    rows = models.Finding.objects.filter(form__in=ids, severity="E", outcome="failed").order_by()
    return Counter({f: int(n) for f, n in rows.values_list("form_id").annotate(Count("pk"))})


def _keyers(ids: Collection[str]) -> dict[str, set[int]]:
    """Return who keyed a field of each form, by entry or from the command line."""
    found: dict[str, set[int]] = defaultdict(set)
    entries = models.Entry.objects.filter(item__form__in=ids, undone_at=None)
    for form_id, user in entries.values_list("item__form_id", "user_id").distinct():
        found[form_id].add(int(user))
    keyed = models.Resolution.objects.filter(form__in=ids, user__isnull=False)
    for form_id, user in keyed.values_list("form_id", "user_id").distinct():
        found[form_id].add(int(user))
    return found


def add_words(
    user: models.User, state: str, decisions: Mapping[str, str], note: str, fields: Sequence[str]
) -> None:
    """Append a person's word on forms and write it into the audit chain, in one transaction.

    Args:
        user: who says it.
        state: approved | returned.
        decisions: form id -> fingerprint of the decision it is said of.
        note: why it is returned; kept outside the chain, it may speak of a person.
        fields: fields that go to a clerk again.
    """
    with storage_faults(), transaction.atomic():
        models.Approval.objects.bulk_create(
            models.Approval(
                form_id=form_id,
                state=state,
                note=note,
                decision=decision,
                user=user,
                fields=list(fields),
            )
            for form_id, decision in decisions.items()
        )
        audit.record(user.username, [
            audit.Event(
                f"form.{state}", form_id,
                detail={"decision": decision[:16], **({"fields": list(fields)} if fields else {})},
                values={"note": note} if note else {},
            )
            for form_id, decision in decisions.items()
        ])  # fmt: skip


def standing_ids(state: str) -> set[str]:
    """Return the ids of forms of which "approved" or "returned" holds."""
    with storage_faults():
        return set(standing_approvals(state).values_list("form_id", flat=True))


def words_on(form_id: str) -> list[dict[str, Any]]:
    """Return everything that was said of a form, oldest first."""
    with storage_faults():
        rows = models.Approval.objects.filter(form=form_id).order_by("pk")
        return plain(
            rows.values("state", "note", "decision", "fields", "made_at", "user__username")
        )


def opened_by(user: models.User, form_ids: Collection[str]) -> set[str]:
    """Return which of these forms a person has opened."""
    with storage_faults():
        rows = models.AuditEvent.objects.filter(
            actor=user.username, action="form.viewed", form_id__in=list(form_ids)
        )
        return set(rows.values_list("form_id", flat=True))
