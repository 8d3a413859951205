"""Everything that was stored of one form: readings, entries, rules, scans, events.

Knows queries by form. Must not know who may see them: the caller asks for the form within a
person's regions first (`store.approvals.one_form`).
"""

from __future__ import annotations

from typing import Any

from papi.model.layout import Layout
from papi.model.reading import Finding, Outcome, Severity
from papi.store import models
from papi.store.cases import all_layouts
from papi.store.faults import storage_faults
from papi.store.pages import unpack_evidence
from papi.store.supervision import plain

Row = dict[str, Any]
_EVENTS = 200
"""Newest events shown of one form; all of them are in the audit search."""


def layout_of(form_id: str) -> Layout:
    """Return the layout a form was printed with."""
    with storage_faults():
        row = models.IssuedForm.objects.select_related("layout").get(pk=form_id)
        return all_layouts()[row.layout.version]


def facts_of(form_id: str) -> Row:
    """Return how a form was printed and decided: version, codebook, copies, pages, decided_at."""
    with storage_faults():
        row = models.IssuedForm.objects.select_related("layout", "record").get(pk=form_id)
        record = getattr(row, "record", None)
        return {
            "version": row.layout.version,
            "codebook": row.layout.codebook,
            "copies": int(row.copies),
            "pages": list(row.pages),
            "printed_at": row.first_printed,
            "decided_at": record.decided_at if record else None,
            "settings": record.settings_hash[:12] if record else "",
        }


def reading_rows(form_id: str) -> list[Row]:
    """Return the readings of a form in page order."""
    with storage_faults():
        rows = models.Reading.objects.filter(form=form_id).order_by("page", "pk")
        return plain(
            rows.values(
                "page", "field", "value", "machine_value", "confidence", "status", "reasons",
                "source", "candidates",
            )
        )  # fmt: skip


def entry_rows(form_id: str) -> list[Row]:
    """Return every entry that people made for a form, oldest first, undone ones included."""
    with storage_faults():
        rows = models.Entry.objects.filter(item__form=form_id).order_by("made_at", "pk")
        return plain(
            rows.values(
                "kind", "value", "note", "keys", "seconds", "made_at", "undone_at", "round",
                "user__username", "item__field", "item__page", "item__purpose", "item__state",
                "item__round",
            )
        )  # fmt: skip


def item_rows(form_id: str) -> list[Row]:
    """Return the items of a form: field, purpose, state, round."""
    with storage_faults():
        rows = models.Item.objects.filter(form=form_id).order_by("pk")
        return plain(rows.values("field", "purpose", "state", "round", "reasons"))


def resolution_rows(form_id: str) -> list[Row]:
    """Return every value a person settled on for a form, oldest first."""
    with storage_faults():
        rows = models.Resolution.objects.filter(form=form_id).order_by("pk")
        return plain(
            rows.values("field", "value", "kind", "active", "resolved_at", "user__username")
        )


def finding_rows(form_id: str) -> list[Finding]:
    """Return what rules say of a form, blocking ones first."""
    with storage_faults():
        rows = models.Finding.objects.filter(form=form_id).order_by("severity", "rule", "pk")
        return [
            Finding(
                rule=row.rule,
                severity=Severity(row.severity), outcome=Outcome(row.outcome),
                fields=tuple(row.fields), detail=row.detail,
                message_id=row.message_id, message_en=row.message_en,
            )
            for row in rows
        ]  # fmt: skip


def page_rows(form_id: str) -> list[Row]:
    """Return the scans of a form: page, state, batch, when, and what read them."""
    with storage_faults():
        rows = models.ScanPage.objects.filter(form_id=form_id).select_related("source")
        return [_page_row(row) for row in rows.order_by("page", "-active", "pk")]


def _page_row(row: models.ScanPage) -> Row:
    provenance = unpack_evidence(bytes(row.evidence)).provenance if row.evidence else {}
    return {
        "page": row.page,
        "status": row.status,
        "active": row.active,
        "batch": row.source.batch_id,
        "index": row.index,
        "read_at": row.read_at,
        "provenance": {name: value[:12] for name, value in sorted(provenance.items())},
    }


def event_rows(form_id: str) -> list[Row]:
    """Return the newest events of the audit chain about a form, newest first, without values."""
    with storage_faults():
        rows = models.AuditEvent.objects.filter(form_id=form_id).order_by("-at", "-pk")
        return plain(rows.values("at", "actor", "action", "page", "field")[:_EVENTS])
