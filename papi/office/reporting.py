"""Reconciliation: pages in = pages accounted for; forms issued = returned + missing.

Knows what counts as settled. Must not know queries or how a report is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from papi.model.page import PageStatus, Reason
from papi.office.messages import HARMLESS, explain
from papi.office.village_report import count_forms, village_rows
from papi.store import accounts, reports, stacks
from papi.store.reports import queue_rows

__all__ = ["queue_rows", "status_report"]

Report = dict[str, Any]
_NAMED = frozenset(status.value for status in PageStatus)


def status_report() -> Report:
    """Return the whole reconciliation as plain data (keys documented in docs/status.md)."""
    batches = [_batch(row) for row in accounts.batch_rows()]
    forms = list(accounts.form_rows())
    scans = accounts.village_scans()
    trouble = stacks.pages_in_trouble(frozenset(status.value for status in HARMLESS))
    return {
        "pages": _pages(batches, scans["", ""]),
        "files": _files(batches),
        "forms": count_forms(forms),
        "readings": reports.reading_counts(),
        "queue": {
            "items": sum(form["queue"] for form in forms),
            "forms": sum(form["queue"] > 0 for form in forms),
            "by_reason": reports.queue_reasons(),
        },
        "villages": village_rows(forms, scans),
        "incomplete": [
            {"form_id": f["form_id"], "region": f["region"], "missing_pages": f["missing_pages"]}
            for f in forms
            if f["returned"] and f["missing_pages"]
        ],
        "attention": [{**row, "message": _message(row["reason"])} for row in trouble],
        "batches": batches,
    }


def _batch(row: Report) -> Report:
    """Add the proof: every file gave what it announced, each page in one state of the contract."""
    named = sum(count for status, count in row["by_status"].items() if status in _NAMED)
    proved = not row["unbalanced"] and named == row["total"] == row["announced"]
    return {**row, "accounted": proved}


def _pages(batches: Sequence[Report], homeless: Counter[str]) -> Report:
    """Add the batches up; the whole is accounted for only if every batch is."""
    kept = [batch for batch in batches if not batch["withdrawn"]]
    states: Counter[str] = Counter()
    for batch in kept:
        states.update(batch["by_status"])
    return {
        "total": sum(batch["total"] for batch in kept),
        "announced": sum(batch["announced"] for batch in kept),
        "accounted": all(batch["accounted"] for batch in kept),
        "by_status": dict(sorted(states.items())),
        "without_form": dict(sorted(homeless.items())),
        "withdrawn": sum(batch["total"] for batch in batches if batch["withdrawn"]),
    }


def _files(batches: Sequence[Report]) -> Report:
    kept = [batch for batch in batches if not batch["withdrawn"]]
    return {
        "total": sum(batch["files"] for batch in kept),
        "unfinished": sum(batch["unfinished"] for batch in kept),
    }


def _message(reason: str) -> str:
    return explain(Reason(reason)) if reason else ""
