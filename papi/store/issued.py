"""Forms on paper: ids given out, pages printed, copies counted.

Knows the tables; gives and takes `IssuedForm`. Must not know PDF or templates. Callers that print
wrap issuing and printing in one transaction, so that no id is known that was never printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from papi.model.prelist import IssuedForm
from papi.store import models
from papi.store.faults import storage_faults

_CHUNK: Final = 500


def issued_by_prelist(form: str, prelist_ids: Sequence[str]) -> dict[str, IssuedForm]:
    """Return the issued forms of these pre-list ids, by pre-list id."""
    found: dict[str, IssuedForm] = {}
    with storage_faults():
        for start in range(0, len(prelist_ids), _CHUNK):
            chosen = prelist_ids[start : start + _CHUNK]
            rows = models.IssuedForm.objects.select_related("layout", "prelist").filter(
                form=form, prelist__prelist_id__in=chosen
            )
            for issued in map(_noun, rows):
                found[issued.prelist_id or ""] = issued
    return found


def find_issued(form_id: str) -> IssuedForm | None:
    """Return an issued form by its id, None if it was never printed here."""
    with storage_faults():
        rows = models.IssuedForm.objects.select_related("layout", "prelist")
        row = rows.filter(form_id=form_id).first()
    return _noun(row) if row else None


def taken_ids(form_ids: Iterable[str]) -> set[str]:
    """Return which of these ids are in use."""
    with storage_faults():
        rows = models.IssuedForm.objects.filter(form_id__in=list(form_ids))
        return set(rows.values_list("form_id", flat=True))


def save_issued(issued: Sequence[IssuedForm]) -> None:
    """Add forms, or raise the copy number and pages of those that are known.

    All must be of one form and version.
    """
    if not issued:
        return
    with storage_faults():
        layout = models.LayoutVersion.objects.get(form=issued[0].form, version=issued[0].version)
        entries = _entry_keys(issued[0].form, [i.prelist_id for i in issued if i.prelist_id])
        known = models.IssuedForm.objects.in_bulk([form.form_id for form in issued])
        new = [form for form in issued if form.form_id not in known]
        models.IssuedForm.objects.bulk_create(
            [_row(form, layout, entries.get(form.prelist_id or "")) for form in new], _CHUNK
        )
        again = [form for form in issued if form.form_id in known]
        for form in again:
            known[form.form_id].copies = form.copy
            known[form.form_id].pages = list(form.pages)
        models.IssuedForm.objects.bulk_update(known.values(), ["copies", "pages"], _CHUNK)


def save_copies(pdf_file: str, first_pages: Mapping[str, int], copies: Mapping[str, int]) -> None:
    """Note where each form of a PDF stands, and which state of its pre-list row it shows.

    Args:
        pdf_file: file name.
        first_pages: form id -> its first page in the file, from 1.
        copies: form id -> copy number.
    """
    with storage_faults():
        shown = _shown_rows(list(first_pages))
        models.PrintCopy.objects.bulk_create(
            [
                models.PrintCopy(
                    issued_id=form_id,
                    copy=copies[form_id],
                    pdf_file=pdf_file,
                    pdf_page=page,
                    content_hash=shown.get(form_id, ""),
                )
                for form_id, page in first_pages.items()
            ],
            _CHUNK,
        )


def _shown_rows(form_ids: Sequence[str]) -> dict[str, str]:
    """Return the hash of each form's pre-list row as it is now, while it is being printed."""
    shown: dict[str, str] = {}
    for start in range(0, len(form_ids), _CHUNK):
        rows = models.IssuedForm.objects.filter(
            form_id__in=form_ids[start : start + _CHUNK], prelist__isnull=False
        )
        shown.update(rows.values_list("form_id", "prelist__content_hash"))
    return shown


def _row(issued: IssuedForm, layout: models.LayoutVersion, entry: int | None) -> models.IssuedForm:
    return models.IssuedForm(
        form_id=issued.form_id,
        form=issued.form,
        layout=layout,
        region=issued.region,
        prelist_id=entry,
        pages=list(issued.pages),
        copies=issued.copy,
    )


def _entry_keys(form: str, prelist_ids: Sequence[str]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for start in range(0, len(prelist_ids), _CHUNK):
        rows = models.PrelistEntry.objects.filter(
            form=form, prelist_id__in=prelist_ids[start : start + _CHUNK]
        )
        keys.update(rows.values_list("prelist_id", "pk"))
    return keys


def _noun(row: models.IssuedForm) -> IssuedForm:
    return IssuedForm(
        form_id=row.form_id,
        form=row.form,
        version=row.layout.version,
        region=row.region,
        prelist_id=row.prelist.prelist_id if row.prelist else None,
        pages=tuple(row.pages),
        copy=row.copies,
    )
