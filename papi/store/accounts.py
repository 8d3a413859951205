"""Pages and forms counted: by state, by file, by batch, by village.

Knows queries over scans and paper. Must not know how a report looks. Pages of withdrawn batches
count for nothing; they are counted apart, so that nothing disappears from sight.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F

from papi.store import models
from papi.store.approvals import standing_ids
from papi.store.faults import storage_faults

Row = dict[str, Any]
_CHUNK = 2000


def count_pages() -> dict[str, int]:
    """Return the number of pages in each state, withdrawn batches left out."""
    with storage_faults():
        rows = models.ScanPage.objects.filter(source__batch__withdrawn_at=None)
        counted = rows.values_list("status").annotate(Count("pk")).order_by("status")
        return {str(status): int(count) for status, count in counted}


def batch_rows() -> Iterator[Row]:
    """Yield every batch, first to last, with what it announced and what is stored of it.

    `unbalanced` names files whose stored pages are not as many as they announced: the proof is made
    file by file, so that a page too many of one cannot hide a page lost of another.
    """
    with storage_faults():
        states: dict[int, Counter[str]] = defaultdict(Counter)
        rows = models.ScanPage.objects.values_list("source__batch", "status").annotate(Count("pk"))
        for batch, status, count in rows.order_by("status"):
            states[int(batch)][str(status)] = int(count)
        files = _files_by_batch()
        for batch in models.Batch.objects.order_by("pk"):
            mine = files[int(batch.pk)]
            kept = batch.summary if batch.withdrawn_at else {}  # its rows left the store
            gone = dict(sorted(kept.items()))
            by_status = gone or dict(states[int(batch.pk)])
            yield {
                "batch": int(batch.pk),
                "name": batch.name,
                "started": batch.started_at.isoformat(timespec="seconds"),
                "finished": _moment(batch.finished_at),
                "withdrawn": _moment(batch.withdrawn_at),
                "destroyed": _moment(batch.destroyed_at),
                "files": len(mine) or int(batch.withdrawn_files),
                "unfinished": sum(not file["done"] for file in mine),
                "unbalanced": [f["name"] for f in mine if not _is_whole(f)],
                "announced": sum(gone.values()) or sum(file["announced"] for file in mine),
                "total": sum(by_status.values()),
                "by_status": by_status,
            }


def _is_whole(file: Row) -> bool:
    """A file that was never opened announced nothing, and is not whole either."""
    return bool(file["done"]) and file["announced"] == file["stored"]


def _moment(when: Any) -> str | None:
    return when.isoformat(timespec="seconds") if when else None


def _files_by_batch() -> dict[int, list[Row]]:
    """Return the files of each batch with the pages they announced and the pages stored."""
    found: dict[int, list[Row]] = defaultdict(list)
    rows = models.SourceFile.objects.annotate(stored_pages=Count("scan_pages")).order_by("pk")
    for batch, name, done, pages, stored in rows.values_list(
        "batch", "name", "done", "pages", "stored_pages"
    ):
        found[int(batch)].append(
            {"name": name, "done": bool(done), "announced": int(pages or 0), "stored": int(stored)}
        )
    return found


def village_scans() -> dict[tuple[str, str], Counter[str]]:
    """Return pages by (region, form) and state, of those that carry an issued form's id.

    Pages whose form is unknown belong to no village: they are in ("", "").
    """
    with storage_faults():
        where = {
            form_id: (region, form)
            for form_id, region, form in models.IssuedForm.objects.values_list(
                "form_id", "region", "form"
            ).iterator(_CHUNK)
        }
        found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        rows = models.ScanPage.objects.filter(source__batch__withdrawn_at=None)
        counted = rows.values_list("form_id", "status").annotate(Count("pk")).order_by("status")
        for form_id, status, count in counted:
            found[where.get(form_id, ("", ""))][str(status)] += int(count)
        return found


def form_rows() -> Iterator[Row]:
    """Yield every issued form with its pages that came back and its open items.

    What was decided before news came of a form is no outcome any more. `word`: approved | returned,
    if a supervisor's word on it holds.
    """
    with storage_faults():
        returned: dict[str, set[int]] = {}
        active = models.ScanPage.objects.filter(active=True, source__batch__withdrawn_at=None)
        for form_id, page in active.values_list("form_id", "page"):
            returned.setdefault(form_id, set()).add(int(page or 0))
        queued = Counter(
            models.Reading.objects.filter(status="review").values_list("form_id", flat=True)
        )
        outcomes = dict(models.Record.objects.values_list("form_id", "outcome"))
        words = {pk: word for word in ("approved", "returned") for pk in standing_ids(word)}
        for form in models.IssuedForm.objects.order_by("region", "form_id").iterator(_CHUNK):
            found = returned.get(form.form_id, set())
            yield {
                "form_id": form.form_id,
                "form": form.form,
                "region": form.region,
                "pages": list(form.pages),
                "returned": bool(found),
                "missing_pages": sorted(set(form.pages) - found),
                "queue": queued.get(form.form_id, 0),
                "outcome": "" if form.undecided else outcomes.get(form.form_id, ""),
                "word": words.get(form.form_id, ""),
            }


def missing_form_rows(region: str = "") -> Iterator[Row]:
    """Yield forms of which a page is missing, with what helps to find their paper.

    Args:
        region: Kemendagri code prefix; "" for all.

    Yields:
        form_id, form, region, pages, missing_pages, prelist_id, rw, rt, number (0 if unknown), and
        of the newest copy: copy, pdf_file, pdf_page (its first page), printed (date).
    """
    with storage_faults():
        found = {row["form_id"]: row for row in form_rows() if row["missing_pages"]}
        forms = models.IssuedForm.objects.filter(region__startswith=region)
        walk = (F(f"prelist__{name}").asc(nulls_first=True) for name in ("rw", "rt", "number"))
        ordered = forms.order_by("region", "form", *walk, "form_id")  # blank forms first
        printed = _newest_copies()
        for form in ordered.select_related("prelist").iterator(_CHUNK):
            if form.form_id not in found:
                continue
            entry = form.prelist
            yield {
                **{k: found[form.form_id][k] for k in ("form_id", "form", "region", "pages")},
                "missing_pages": found[form.form_id]["missing_pages"],
                "returned": found[form.form_id]["returned"],
                "prelist_id": entry.prelist_id if entry else "",
                "rw": int(entry.rw) if entry else 0,
                "rt": int(entry.rt) if entry else 0,
                "number": int(entry.number) if entry else 0,
                **printed.get(form.form_id, _NEVER),
            }


_NEVER: Row = {"copy": 1, "pdf_file": "", "pdf_page": None, "printed": None}


def _newest_copies() -> dict[str, Row]:
    """Return where and when each form was printed last, by form id."""
    rows = models.PrintCopy.objects.order_by("issued", "copy").values(
        "copy", "pdf_file", "pdf_page", form_id=F("issued"), printed=F("printed_at")
    )
    return {
        row["form_id"]: {
            "copy": int(row["copy"]),
            "pdf_file": row["pdf_file"],
            "pdf_page": int(row["pdf_page"]),
            "printed": row["printed"].date(),
        }
        for row in rows.iterator(_CHUNK)
    }
