"""Rows for reports: pages, forms and open items, counted or listed.

Knows queries over the store. Must not know how a report looks.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Count

from papi.store import models
from papi.store.faults import storage_faults

Row = dict[str, Any]
_T = TypeVar("_T")
_CHUNK = 2000


def count_pages() -> dict[str, int]:
    """Return the number of pages in each state."""
    with storage_faults():
        rows = models.ScanPage.objects.values_list("status").annotate(Count("pk"))
        return {str(status): int(count) for status, count in rows.order_by("status")}


def count_files() -> dict[str, int]:
    """Return files in all, those not read to their end, and the pages they announced."""
    with storage_faults():
        files = list(models.SourceFile.objects.values_list("done", "pages"))
        return {
            "total": len(files),
            "unfinished": sum(not done for done, _ in files),
            "pages": sum(pages or 0 for _, pages in files),
        }


def pages_in_trouble(harmless: frozenset[str]) -> list[Row]:
    """Return pages in a state that needs attention, in the order they came in."""
    with storage_faults():
        rows = models.ScanPage.objects.exclude(status__in=harmless).order_by("source_id", "index")
        return [_page_row(row) for row in rows.select_related("source")]


def _page_row(row: models.ScanPage) -> Row:
    return {
        "source": row.source.name,
        "index": row.index,
        "sha256": row.source.sha256,
        "form_id": row.form_id,
        "page": row.page,
        "status": row.status,
        "reason": row.reason,
        "detail": row.detail,
    }


def page_rows() -> Iterator[Row]:
    """Yield the `pages` table."""
    with storage_faults():
        rows = models.ScanPage.objects.select_related("source").order_by("source_id", "index")
        yield from (_page_row(row) for row in rows.iterator(_CHUNK))


def form_rows() -> Iterator[Row]:
    """Yield every issued form with its pages that came back and its open items."""
    with storage_faults():
        returned: dict[str, set[int]] = {}
        for form_id, page in models.ScanPage.objects.filter(active=True).values_list(
            "form_id", "page"
        ):
            returned.setdefault(form_id, set()).add(int(page or 0))
        queued = Counter(
            models.Reading.objects.filter(status="review").values_list("form_id", flat=True)
        )
        outcomes = dict(models.Record.objects.values_list("form_id", "outcome"))
        for form in models.IssuedForm.objects.order_by("region", "form_id").iterator(_CHUNK):
            found = returned.get(form.form_id, set())
            yield {
                "form_id": form.form_id,
                "form": form.form,
                "region": form.region,
                "returned": bool(found),
                "missing_pages": sorted(set(form.pages) - found),
                "queue": queued.get(form.form_id, 0),
                "outcome": outcomes.get(form.form_id, ""),
            }


def reading_counts() -> dict[str, int]:
    """Return the number of readings by status."""
    with storage_faults():
        rows = models.Reading.objects.values_list("status").annotate(Count("pk"))
        return {str(status): int(count) for status, count in rows.order_by("status")}


def queue_reasons() -> dict[str, int]:
    """Return how often each reason stands in the queue, most frequent first."""
    with storage_faults():
        reasons: Counter[str] = Counter()
        for text in models.Reading.objects.filter(status="review").values_list(
            "reasons", flat=True
        ):
            reasons.update(text.split())
        return dict(reasons.most_common())


def queue_rows(region: str = "") -> Iterator[Row]:
    """Yield the `queue` table, form by form in page order.

    Args:
        region: Kemendagri code prefix; "" for all.
    """
    with storage_faults():
        rows = models.Reading.objects.filter(status="review", form__region__startswith=region)
        for row in rows.order_by("form_id", "page", "pk").iterator(_CHUNK):
            yield {
                "form_id": row.form_id,
                "page": row.page,
                "field": row.field,
                "reason": row.reasons,
                "value": row.value,
                "confidence": row.confidence,
                "candidates": _json(row.candidates),
            }


def reading_rows() -> Iterator[Row]:
    """Yield the `readings` table, form by form in page order."""
    with storage_faults():
        rows = models.Reading.objects.select_related("form__layout")
        for row in rows.order_by("form_id", "page", "pk").iterator(_CHUNK):
            yield {
                "form_id": row.form_id,
                "form": row.form.form,
                "version": row.form.layout.version,
                "page": row.page,
                "field": row.field,
                "value": row.value,
                "machine_value": row.machine_value,
                "confidence": row.confidence,
                "status": row.status,
                "reason": row.reasons,
                "source": row.source,
                "candidates": _json(row.candidates),
            }


def _json(candidates: list[Any]) -> str:
    return json.dumps(candidates, ensure_ascii=False)


def record_rows() -> Iterator[Row]:
    """Yield the `records` table: one row a form that was decided."""
    with storage_faults():
        rows = models.Record.objects.select_related("form__layout", "form__prelist")
        ordered = rows.order_by("form__region", "form_id").iterator(_CHUNK)
        for chunk in _chunks(ordered):
            waiting = _waiting(record.form_id for record in chunk)
            for record in chunk:
                form = record.form
                yield {
                    "form_id": form.form_id,
                    "form": form.form,
                    "version": form.layout.version,
                    "region": form.region,
                    "prelist_id": form.prelist.prelist_id if form.prelist else "",
                    "outcome": record.outcome,
                    "missing_pages": " ".join(map(str, record.missing_pages)),
                    **_flat(record.values, waiting[form.form_id]),
                }


def member_rows() -> Iterator[Row]:
    """Yield the `members` table: one row a person of a household that was decided."""
    with storage_faults():
        rows = models.Member.objects.select_related("record__form__prelist")
        order = ("record__form__region", "record_id", "number")
        for chunk in _chunks(rows.order_by(*order).iterator(_CHUNK)):
            waiting = _waiting(member.record_id for member in chunk)
            for member in chunk:
                form = member.record.form
                yield {
                    "form_id": form.form_id,
                    "prelist_id": form.prelist.prelist_id if form.prelist else "",
                    "member": member.number,
                    "outcome": member.record.outcome,
                    **_flat(member.values, waiting[form.form_id], f"art.{member.number}."),
                }


def _chunks(rows: Iterator[_T]) -> Iterator[list[_T]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _waiting(form_ids: Iterable[str]) -> dict[str, set[str]]:
    """Return the fields of these forms that a person must still look at."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = models.Reading.objects.filter(form_id__in=set(form_ids), status="review")
    for form_id, field in rows.values_list("form_id", "field"):
        found[form_id].add(field)
    return found


def _flat(values: dict[str, list[str]], waiting: Set[str], strip: str = "") -> Row:
    """Lay values out by column. One that waits for a person is nobody's word yet: left empty."""
    flat: Row = {}
    pending = []
    for name, (value, origin, status) in values.items():
        is_pending = status == "pending" or strip + name in waiting
        flat[name] = "" if is_pending else value
        flat[f"{name}_origin"] = "" if is_pending else origin
        if is_pending:
            pending.append(name)
    flat["pending"] = " ".join(pending)
    return flat


@dataclass(frozen=True, slots=True)
class StoredPage:
    """Where the original of a page lies: path below the image store, index in the file."""

    stored: str
    index: int


def stored_original(form_id: str, page: int) -> StoredPage | None:
    """Return the original of the scan that counts for a page, None if there is none."""
    with storage_faults():
        rows = models.ScanPage.objects.select_related("source")
        row = rows.filter(form_id=form_id, page=page, active=True).first()
        return StoredPage(row.source.stored, int(row.index)) if row else None


def page_readings(form_id: str, page: int) -> dict[str, str]:
    """Return the status of each field of a page."""
    with storage_faults():
        rows = models.Reading.objects.filter(form_id=form_id, page=page)
        return dict(rows.values_list("field", "status"))
