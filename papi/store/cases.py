"""A form's case: all that is known of it when it is to be decided; and the decision kept.

Knows how rows become nouns and back. Must not know how a decision is made.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from papi.model.evidence import PageEvidence
from papi.model.layout import Layout
from papi.model.prelist import IssuedForm as Issued
from papi.model.prelist import PrelistRow
from papi.model.reading import (
    Finding,
    FormDecision,
    Outcome,
    Reading,
    RecordValue,
    Severity,
)
from papi.store import models
from papi.store.bulk import insert_rows, update_rows
from papi.store.faults import storage_faults
from papi.store.fingerprints import of_decision
from papi.store.items import drop_items
from papi.store.pages import unpack_evidence
from papi.store.printed import printed_rows
from papi.store.returning import fields_to_key

_CHUNK = 500
"""Ids in one query."""


@dataclass(frozen=True, slots=True)
class Case:
    """One form with its pre-list row, its evidence by page, and what clerks keyed.

    Attributes:
        prelist: its row as the newest copy shows it, None for a blank form.
        reprinted: the row as older copies show it, where that differs.
        rivals: page -> other scans of it, of another content, while nobody chose yet.
        across: findings of the rules that look across forms.
        news: how much had come of the form when the case was collected.
        returned: fields a supervisor sent back and nobody keyed since.
    """

    issued: Issued
    layout: Layout
    prelist: PrelistRow | None
    evidence: Mapping[int, PageEvidence]
    resolutions: Mapping[str, str] = field(default_factory=dict)
    across: tuple[Finding, ...] = ()
    rivals: Mapping[int, tuple[PageEvidence, ...]] = field(default_factory=dict)
    reprinted: tuple[PrelistRow, ...] = ()
    scanned_on: dt.date = dt.date.max
    news: int = 0
    returned: frozenset[str] = frozenset()

    @property
    def contents(self) -> dict[int, str]:
        """Fingerprint of the scan that counts, by page."""
        return {page: evidence.content for page, evidence in self.evidence.items()}

    @property
    def conflict(self) -> bool:
        """Two different scans of one of its pages are kept and nobody chose yet."""
        return bool(self.rivals)


@lru_cache(maxsize=32)
def _layout(form: str, version: str) -> Layout:
    """Read a layout once a process: a version names its content, in every workspace alike."""
    row = models.LayoutContent.objects.get(version__form=form, version__version=version)
    return Layout.model_validate(row.layout)


@lru_cache(maxsize=32)
def layout_of(version: str) -> Layout:
    """Return a frozen layout by its version alone, which no two forms share; read once."""
    rows = models.LayoutVersion.objects.filter(version=version)
    return _layout(rows.values_list("form", flat=True).get(), version)


def frozen_layout(form: str, version: str) -> Layout:
    """Return a frozen layout by its version; read once a process."""
    return _layout(form, version)


def all_layouts() -> dict[str, Layout]:
    """Return every frozen layout by version."""
    with storage_faults():
        rows = models.LayoutVersion.objects.values_list("form", "version").order_by("pk")
        return {version: _layout(form, version) for form, version in rows}


def undecided_forms(among: Iterable[str] | None = None) -> list[str]:
    """Return the ids of forms with news since their last decision, ascending.

    Args:
        among: only these, None = all.
    """
    with storage_faults():
        rows = models.IssuedForm.objects.filter(undecided=True).order_by("form_id")
        if among is not None:
            rows = rows.filter(form_id__in=sorted(set(among)))
        return [str(key) for key in rows.values_list("form_id", flat=True)]


def last_decision() -> str:
    """Name the decisions that stand by the newest and their number: a form may leave, too."""
    with storage_faults():
        found = models.Record.objects.aggregate(newest=Max("decided_at"), number=Count("pk"))
        return f"{found['newest']} {found['number']}"


def count_outdated() -> int:
    """Count forms that were decided, and of which news came since: their values may be old."""
    with storage_faults():
        return models.IssuedForm.objects.filter(undecided=True, record__isnull=False).count()


def mark_undecided(form_ids: Iterable[str]) -> None:
    """Put forms on the list of what must be decided again."""
    with storage_faults():
        mark(models.IssuedForm.objects.filter(form_id__in=list(form_ids)))


def mark_decided_otherwise(settings_hash: str) -> None:
    """Put the forms on the list that were decided with other settings."""
    with storage_faults():
        others = models.Record.objects.exclude(settings_hash=settings_hash).values("form_id")
        mark(models.IssuedForm.objects.filter(form_id__in=others))


def mark(forms: QuerySet[models.IssuedForm]) -> None:
    """Put forms on the list of what must be decided again, in the running transaction."""
    forms.update(undecided=True, news=F("news") + 1)


def load_case(form_id: str) -> Case:
    """Collect one form's case."""
    with storage_faults():
        row = models.IssuedForm.objects.select_related("layout", "prelist").get(form_id=form_id)
        scans = _scans(form_id)
        active = [scan for scan in scans if scan.active]
        shown = printed_rows(row)
        return Case(
            issued=_issued(row),
            layout=_layout(row.layout.form, row.layout.version),
            prelist=shown[0] if shown else None,
            evidence={scan.page: unpack_evidence(scan.evidence) for scan in active},
            resolutions=_resolutions(form_id, {scan.page: scan.content for scan in active}),
            across=tuple(finding_of(f) for f in row.findings.filter(across=True).order_by("pk")),
            rivals=_rivals(scan for scan in scans if scan.conflict),
            reprinted=shown[1:],
            scanned_on=_scanned_on(active),
            news=int(row.news),  # read first: what comes meanwhile makes the decision stale
            returned=fields_to_key(form_id),
        )


@dataclass(frozen=True, slots=True)
class _Scan:
    """One of the scans of a form that count, or that may come to count."""

    page: int
    active: bool
    conflict: bool
    content: str
    evidence: bytes
    read_at: dt.datetime


def _scans(form_id: str) -> list[_Scan]:
    """Return the scans that count for a form and those that rival them: one query."""
    wanted = Q(active=True) | Q(status="conflict")
    rows = models.ScanPage.objects.filter(wanted, form_id=form_id).order_by("pk")
    facts = rows.values_list("page", "active", "status", "content", "evidence", "read_at")
    return [
        _Scan(int(page or 0), active, status == "conflict", content, bytes(evidence), read_at)
        for page, active, status, content, evidence, read_at in facts
    ]


def _rivals(scans: Iterable[_Scan]) -> dict[int, tuple[PageEvidence, ...]]:
    by_page: dict[int, list[PageEvidence]] = defaultdict(list)
    for scan in scans:
        by_page[scan.page].append(unpack_evidence(scan.evidence))
    return {page: tuple(found) for page, found in by_page.items()}


def _issued(row: models.IssuedForm) -> Issued:
    return Issued(
        form_id=row.form_id,
        form=row.form,
        version=row.layout.version,
        region=row.region,
        prelist_id=row.prelist.prelist_id if row.prelist else None,
        pages=tuple(row.pages),
        copy=row.copies,
    )


def _scanned_on(active: Iterable[_Scan]) -> dt.date:
    newest = max((scan.read_at for scan in active), default=None)
    return timezone.localdate(newest or timezone.now())


def _resolutions(form_id: str, contents: Mapping[int, str]) -> dict[str, str]:
    """Return what was keyed for the pages that are here.

    Args:
        form_id: the form.
        contents: fingerprint of the scan that counts, by page; a value keyed from a scan that was
            withdrawn counts for no other one.
    """
    rows = models.Resolution.objects.filter(form_id=form_id, active=True).order_by("pk")
    return {
        str(name): str(value)
        for page, name, value, only in rows.values_list("page", "field", "value", "only_content")
        if page in contents and only in {"", contents[page]}
    }


def finding_of(row: models.Finding) -> Finding:
    """Return a row as a noun."""
    return Finding(
        rule=row.rule,
        severity=Severity(row.severity),
        outcome=Outcome(row.outcome),
        fields=tuple(row.fields),
        detail=row.detail,
        message_id=row.message_id,
        message_en=row.message_en,
    )


def stored_findings(form_id: str) -> list[Finding]:
    """Return what the rules found when the form was decided last, across forms left out."""
    with storage_faults():
        rows = models.Finding.objects.filter(form_id=form_id, across=False)
        return [finding_of(row) for row in rows.order_by("pk")]


def save_decision(
    decision: FormDecision,
    settings_hash: str,
    *,
    news: int | None = None,
    beside: Callable[[], None] | None = None,
) -> bool:
    """Replace everything decided about a form, in one transaction; it is no longer undecided.

    Args:
        decision: about the form.
        settings_hash: of what it was decided with.
        news: of the case it was decided by; None = whatever came since is known.
        beside: what else belongs to it, done in the same transaction.

    Returns:
        False if news came since the case was collected; nothing is changed then.
    """
    with storage_faults(), transaction.atomic():
        form = models.IssuedForm.objects.filter(form_id=decision.form_id)
        current = form if news is None else form.filter(news=news)
        if not current.update(undecided=False):  # also locks it: what comes now waits
            return False
        _save_readings(decision)
        save_findings(decision.form_id, decision.findings, across=False)
        _save_record(decision, settings_hash)
        if beside is not None:
            beside()
    return True


def forget_decisions(form_ids: Iterable[str]) -> None:
    """Forget what was decided about forms of which no page is here any more.

    What clerks keyed for them stays. Nothing is left to decide.
    """
    ids = sorted(set(form_ids))
    with storage_faults(), transaction.atomic():
        for start in range(0, len(ids), _CHUNK):
            some = ids[start : start + _CHUNK]
            models.IssuedForm.objects.filter(form_id__in=some).update(undecided=False)
            drop_items(some)
            for kind in (models.Reading, models.Finding, models.Record):  # members go with records
                kind.objects.filter(form_id__in=some).delete()


_READING = (
    "form", "page", "field", "value", "machine_value", "confidence", "status", "reasons", "source",
    "candidates",
)  # fmt: skip
_PLACED = 3
"""The first columns say of which field of which form."""
_FINDING = (
    "form", "rule", "severity", "outcome", "fields", "detail", "message_id", "message_en", "across",
)  # fmt: skip


def _save_readings(decision: FormDecision) -> None:
    """Let the rows say what the decision says; those that say it already are left alone.

    A keyed value changes some five readings of 270: writing all of them anew would cost a database
    server as much as everything else that an answer does.
    """
    rows = [_reading_row(decision.form_id, reading) for reading in decision.readings]
    stored = models.Reading.objects.filter(form_id=decision.form_id)
    before = list(stored.order_by("pk").values_list("pk", *_READING[1:]))
    if [row[1:_PLACED] for row in rows] == [old[1:_PLACED] for old in before]:
        pairs = zip(rows, before, strict=True)
        changed = ((*row[_PLACED:], old[0]) for row, old in pairs if row[1:] != old[1:])
        update_rows(models.Reading, _READING[_PLACED:], changed)
        return
    if before:
        stored.delete()
    insert_rows(models.Reading, _READING, rows)


def _reading_row(form_id: str, reading: Reading) -> tuple[object, ...]:
    return (
        form_id,
        reading.page,
        reading.field,
        reading.value,
        reading.machine_value,
        round(reading.confidence, 6),
        reading.status.value,
        " ".join(reading.reasons),
        reading.source.value,
        [[value, round(p, 6)] for value, p in reading.candidates],
    )


def save_findings(form_id: str, findings: Sequence[Finding], *, across: bool) -> None:
    """Replace what the rules found on a form: those of it alone, or those across forms."""
    models.Finding.objects.filter(form_id=form_id, across=across).delete()
    rows = (
        (
            form_id,
            f.rule,
            f.severity.value,
            f.outcome.value,
            list(f.fields),
            f.detail[:255],
            f.message_id,
            f.message_en,
            across,
        )
        for f in findings
    )
    insert_rows(models.Finding, _FINDING, rows)


def _plain(values: Mapping[str, RecordValue]) -> dict[str, list[str]]:
    return {name: [v.value, v.origin.value, v.status] for name, v in values.items()}


def _save_record(decision: FormDecision, settings_hash: str) -> None:
    record = models.Record(
        form_id=decision.form_id,
        outcome=decision.outcome,
        values=_plain(decision.values),
        missing_pages=list(decision.missing_pages),
        nik=_nik(decision.values),
        settings_hash=settings_hash,
        fingerprint=of_decision(decision),
    )
    record.save()  # updates the row that is there, else inserts it
    _save_members(decision)


def _save_members(decision: FormDecision) -> None:
    stored = models.Member.objects.filter(record_id=decision.form_id)
    wanted = [
        (number, _nik(values), _plain(values))
        for number, values in sorted(decision.members.items())
    ]
    if list(stored.order_by("pk").values_list("number", "nik", "values")) == wanted:
        return
    stored.delete()
    models.Member.objects.bulk_create(
        models.Member(record_id=decision.form_id, number=number, nik=nik, values=values)
        for number, nik, values in wanted
    )


def _nik(values: Mapping[str, RecordValue]) -> str:
    nik = values.get("nik")
    return nik.value[:16] if nik else ""
