"""Rows of the contract's tables: pages, readings, records, members and the queue.

Knows queries over the store. Must not know how a report looks; counts are in `store.accounts`.
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
    """Yield the `pages` table; pages of withdrawn batches are none of it."""
    with storage_faults():
        kept = models.ScanPage.objects.filter(source__batch__withdrawn_at=None)
        rows = kept.select_related("source").defer("evidence").order_by("source_id", "index")
        yield from (_page_row(row) for row in rows.iterator(_CHUNK))


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
    """Lay values out by column. One that waits for a person is nobody's word yet: left empty.

    `pending` is sorted: PostgreSQL keeps a JSON object in an order of its own.
    """
    flat: Row = {}
    pending = []
    for name, (value, origin, status) in values.items():
        is_pending = status == "pending" or strip + name in waiting
        flat[name] = "" if is_pending else value
        flat[f"{name}_origin"] = "" if is_pending else origin
        if is_pending:
            pending.append(name)
    flat["pending"] = " ".join(sorted(pending))
    return flat


@dataclass(frozen=True, slots=True)
class StoredPage:
    """Where the original of a page lies: path below the image store, index in the file.

    Attributes:
        hint: what a person said of it, as `PageHint.to_json` gives it.
    """

    stored: str
    index: int
    hint: Row


def stored_original(form_id: str, page: int) -> StoredPage | None:
    """Return the original of the scan that counts for a page, None if there is none."""
    with storage_faults():
        rows = models.ScanPage.objects.select_related("source")
        row = rows.filter(form_id=form_id, page=page, active=True).first()
        return StoredPage(row.source.stored, int(row.index), row.hint) if row else None


def page_readings(form_id: str, page: int) -> dict[str, str]:
    """Return the status of each field of a page."""
    with storage_faults():
        rows = models.Reading.objects.filter(form_id=form_id, page=page)
        return dict(rows.values_list("field", "status"))
