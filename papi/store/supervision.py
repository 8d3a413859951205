"""Counts for who supervises: by village, over time, by reason, class and clerk. Sums in SQL.

Knows queries that keep to a person's regions. Must not know words, charts or screens. Every query
begins at `Focus`, so that no number of another region can come along. Nothing here walks over all
forms in Python: a district has 100,000.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.utils import timezone

from papi.store import models
from papi.store.faults import storage_faults
from papi.store.scopes import Scope

Row = dict[str, Any]
Village = tuple[str, str]
"""Region code and form template."""
WAITING: Final = ("open", "arbitration", "supervisor")
"""States of an item that somebody must still do something about."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What a person looks at, within what they may see.

    Attributes:
        scope: regions they may see.
        region: Kemendagri prefix they chose, "" for all of theirs.
        form: form template they chose, "" for all.
    """

    scope: Scope
    region: str = ""
    form: str = ""

    @property
    def whole(self) -> bool:
        """Everything is in sight, so that pages of no form are, too."""
        return not (self.scope.prefixes or self.region or self.form)

    def where(self, path: str = "") -> Q:
        """Return the condition on a form; `path` leads to it ("form__")."""
        found = self.scope.where(f"{path}region")
        if self.region:
            found &= Q(**{f"{path}region__startswith": self.region})
        if self.form:
            found &= Q(**{f"{path}form": self.form})
        return found

    def forms(self) -> QuerySet[models.IssuedForm]:
        """Return the forms in sight."""
        return models.IssuedForm.objects.filter(self.where())

    def items(self) -> QuerySet[models.Item]:
        """Return the items of these forms; by their own region, which spares a join."""
        found = self.scope.where("region")
        if self.region:
            found &= Q(region__startswith=self.region)
        if self.form:
            found &= Q(form__form=self.form)
        return models.Item.objects.filter(found)

    def pages(self) -> QuerySet[models.ScanPage]:
        """Return the scans of these forms; those of no form only to who sees everything."""
        kept = models.ScanPage.objects.filter(source__batch__withdrawn_at=None)
        return kept if self.whole else kept.filter(form_id__in=self.forms().values("form_id"))


def plain(rows: Iterable[Any]) -> list[Row]:
    """Fetch rows of a query as plain dictionaries."""
    return list(rows)


def begin_of(day: dt.date) -> dt.datetime:
    """Return the moment a day begins in the office."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def came_back() -> Exists:
    """Return the condition that some page of a form counts."""
    return Exists(models.ScanPage.objects.filter(form_id=OuterRef("pk"), active=True))


def standing_approvals(state: str) -> QuerySet[models.Approval]:
    """Return the newest word on each form where it is `state` and still holds.

    Approved holds for the very decision it was said of. Returned holds until the form is decided
    otherwise and nothing of it waits any more.
    """
    newer = models.Approval.objects.filter(form=OuterRef("form"), pk__gt=OuterRef("pk"))
    rows = models.Approval.objects.filter(~Exists(newer), state=state)
    matched = Q(form__record__outcome="matched", form__undecided=False)
    same = Q(form__record__fingerprint=F("decision"))
    return rows.filter(matched & same if state == "approved" else ~matched | same)


def village_counts(focus: Focus) -> dict[Village, Counter[str]]:
    """Return counts by village: forms by what became of them, fields queued and resolved.

    Forms: issued, returned, read, undecided, in_queue, matched, approved, sent_back.
    """
    decided = Q(undecided=False)
    with storage_faults():
        found: dict[Village, Counter[str]] = defaultdict(Counter)
        forms: QuerySet[Any, Any] = focus.forms().values("region", "form").order_by()
        for row in forms.annotate(
            issued=Count("pk"),
            undecided_forms=Count("pk", filter=Q(undecided=True)),
            in_queue=Count("pk", filter=decided & Q(record__outcome="queue")),
            matched=Count("pk", filter=decided & Q(record__outcome="matched")),
            read=Count("pk", filter=Q(record__outcome__in=("queue", "matched"))),
        ):
            own = found[row["region"], row["form"]]
            own["undecided"] = row["undecided_forms"]
            own.update({name: row[name] for name in ("issued", "in_queue", "matched", "read")})
        _add(found, "returned", forms.filter(came_back()).annotate(n=Count("pk")))
        for state, name in (("approved", "approved"), ("returned", "sent_back")):
            rows = standing_approvals(state).filter(focus.where("form__"))
            _add(found, name, _by_village(rows))
        review = models.Reading.objects.filter(focus.where("form__"), status="review")
        _add(found, "queued", _by_village(review))
        done = focus.items().filter(purpose="review", state="done")
        _add(found, "resolved", _by_village(done))
        return dict(found)


def _by_village(rows: QuerySet[Any]) -> Any:
    grouped = rows.order_by().values(place=F("form__region"), template=F("form__form"))
    return grouped.annotate(n=Count("pk"))


def _add(found: dict[Village, Counter[str]], name: str, rows: Any) -> None:
    for row in rows:
        village = row.get("place") or row["region"], row.get("template") or row["form"]
        found[village][name] += int(row["n"])


def step_counts(focus: Focus, starts: Sequence[dt.datetime]) -> dict[str, list[int]]:
    """Return what happened in each step of time, by what happened.

    Args:
        focus: what is in sight.
        starts: beginning of each step, ascending; the last is the end of the last step.
    """
    with storage_faults():
        return {
            "printed": _steps(focus.forms(), "first_printed", starts),
            "returned": _steps(focus.pages().filter(active=True), "read_at", starts, "form_id"),
            "pages": _steps(focus.pages().filter(active=True), "read_at", starts),
            "queued": _steps(focus.items().filter(purpose="review"), "opened_at", starts),
            "resolved": _steps(
                focus.items().filter(purpose="review", state="done"), "closed_at", starts
            ),
            "complete": _steps(
                focus.forms().filter(record__outcome="matched", undecided=False),
                "record__decided_at",
                starts,
            ),
            "approved": _steps(
                standing_approvals("approved").filter(focus.where("form__")), "made_at", starts
            ),
        }


def _steps(
    rows: QuerySet[Any], column: str, starts: Sequence[dt.datetime], distinct: str = ""
) -> list[int]:
    """Count rows in each step, in one pass.

    Compared, not truncated: SQLite's date functions are Python and take some 8 us a row.
    """
    within = rows.filter(**{f"{column}__gte": starts[0], f"{column}__lt": starts[-1]}).order_by()
    counted = within.annotate(step=_step(column, starts)).values_list("step")
    what = Count(distinct, distinct=True) if distinct else Count("pk")
    found = dict(counted.annotate(n=what))
    return [int(found.get(number, 0)) for number in range(len(starts) - 1)]


def _step(column: str, starts: Sequence[dt.datetime]) -> Case:
    """Return the number of the step a moment lies in; the newest is asked for first."""
    newest_first = reversed(list(enumerate(starts[:-1])))
    cases = [When(**{f"{column}__gte": start}, then=Value(n)) for n, start in newest_first]
    return Case(*cases, default=Value(-1), output_field=IntegerField())


def waiting_ages(focus: Focus, limits: Sequence[dt.datetime]) -> Row:
    """Return how long fields wait: count, oldest and median moment, and how many by age.

    Args:
        focus: what is in sight.
        limits: moments, newest first; `ages[n]` counts what was opened since limit n and before
            limit n-1, the last what is older than all.
    """
    with storage_faults():
        rows = focus.items().filter(state__in=WAITING)
        cases = [When(opened_at__gte=moment, then=Value(n)) for n, moment in enumerate(limits)]
        age = Case(*cases, default=Value(len(limits)), output_field=IntegerField())
        by_age = dict(rows.order_by().annotate(age=age).values_list("age").annotate(Count("pk")))
        count = sum(by_age.values())
        ordered = rows.order_by("opened_at").values_list("opened_at", flat=True)
        return {
            "count": count,
            "oldest": ordered.first(),
            "median": ordered[count // 2] if count else None,
            "ages": [int(by_age.get(n, 0)) for n in range(len(limits) + 1)],
        }


def reason_counts(focus: Focus) -> Counter[str]:
    """Return how many fields wait for each reason; one field may have several."""
    with storage_faults():
        rows = models.Reading.objects.filter(focus.where("form__"), status="review").order_by()
        found: Counter[str] = Counter()
        for reasons, count in rows.values_list("reasons").annotate(Count("pk")):
            found.update(dict.fromkeys(reasons.split(), int(count)))
        return found


def class_counts(focus: Focus) -> list[Row]:
    """Return, by field class: open, arbitration, supervisor, oldest."""
    with storage_faults():
        rows = focus.items().filter(state__in=WAITING).order_by().values("field_class")
        counts = {state: Count("pk", filter=Q(state=state)) for state in WAITING}
        return plain(rows.annotate(**counts, oldest=Min("opened_at")).order_by("field_class"))


def clerk_steps(focus: Focus, starts: Sequence[dt.datetime]) -> list[Row]:
    """Return, by person and step: entries, seconds, keys, asked (questions and "cannot read").

    What was taken back counts for nothing.
    """
    with storage_faults():
        since = Q(made_at__gte=starts[0], made_at__lt=starts[-1], undone_at=None)
        own = focus.scope.where("item__region")
        if focus.region:
            own &= Q(item__region__startswith=focus.region)
        if focus.form:
            own &= Q(item__form__form=focus.form)
        rows = models.Entry.objects.filter(since & own).order_by()
        grouped = rows.annotate(step=_step("made_at", starts)).values(
            "step", name=F("user__username")
        )
        return plain(
            grouped.annotate(
                entries=Count("pk"),
                seconds=Sum("seconds"),
                keys=Sum("keys"),
                asked=Count("pk", filter=Q(kind__in=("ask", "unreadable"))),
            )
        )


def fix_counts(focus: Focus) -> list[Row]:
    """Return pages that are not simply read, by status and reason, with the oldest."""
    with storage_faults():
        rows = focus.pages().order_by().values("status", "reason")
        return plain(rows.annotate(n=Count("pk"), oldest=Min("read_at")))


def batch_rows(focus: Focus, most: int) -> list[Row]:
    """Return the newest batches with a page in sight; `newest` is the number of a scan."""
    with storage_faults():
        rows = focus.pages().order_by().values(batch=F("source__batch"))
        counted = rows.annotate(
            name=F("source__batch__name"),
            started=F("source__batch__started_at"),
            pages=Count("pk"),
            newest=Max("pk"),
        )
        return plain(counted.order_by("-batch")[:most])


def batch_pages(focus: Focus, batch: int) -> list[tuple[str, dict[str, float]]]:
    """Return status and measurements of a batch's pages in sight, as the stack lies."""
    with storage_faults():
        rows = focus.pages().filter(source__batch=batch).order_by("source_id", "index")
        return list(rows.values_list("status", "quality"))


def places(scope: Scope) -> tuple[list[str], list[str]]:
    """Return region codes and form templates of the forms that may be seen."""
    with storage_faults():
        rows = models.IssuedForm.objects.filter(scope.where()).order_by()
        regions = rows.values_list("region", flat=True).distinct()
        templates = rows.values_list("form", flat=True).distinct()
        return sorted(regions), sorted(templates)
