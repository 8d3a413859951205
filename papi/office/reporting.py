"""Account for everything: pages in = pages out, forms issued = returned + missing, by village.

Knows what a supervisor asks. Must not know how it is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from papi.model.page import Reason
from papi.office.messages import HARMLESS, explain
from papi.office.regions import region_name
from papi.store import reports
from papi.store.reports import queue_rows

__all__ = ["queue_rows", "status_report"]

Report = dict[str, Any]


def status_report() -> Report:
    """Return the whole reconciliation as plain data (keys documented in docs/status.md)."""
    pages, files = reports.count_pages(), reports.count_files()
    forms = list(reports.form_rows())
    trouble = reports.pages_in_trouble(frozenset(status.value for status in HARMLESS))
    total = sum(pages.values())
    return {
        "pages": {
            "total": total,
            "announced": files["pages"],
            "accounted": total == files["pages"],
            "by_status": pages,
        },
        "files": {"total": files["total"], "unfinished": files["unfinished"]},
        "forms": _count_forms(forms),
        "readings": reports.reading_counts(),
        "queue": {
            "items": sum(form["queue"] for form in forms),
            "forms": sum(form["queue"] > 0 for form in forms),
            "by_reason": reports.queue_reasons(),
        },
        "villages": _villages(forms),
        "incomplete": [
            {"form_id": f["form_id"], "region": f["region"], "missing_pages": f["missing_pages"]}
            for f in forms
            if f["returned"] and f["missing_pages"]
        ],
        "attention": [{**row, "message": _message(row["reason"])} for row in trouble],
    }


def _message(reason: str) -> str:
    return explain(Reason(reason)) if reason else ""


def _count_forms(forms: list[Report]) -> dict[str, int]:
    returned = [form for form in forms if form["returned"]]
    outcomes = Counter(form["outcome"] for form in returned)
    return {
        "issued": len(forms),
        "returned": len(returned),
        "missing": len(forms) - len(returned),
        "complete": sum(not form["missing_pages"] for form in returned),
        "matched": outcomes["matched"],
        "in_queue": outcomes["queue"],
        "incomplete": outcomes["incomplete"],
        "undecided": outcomes[""],
    }


def _villages(forms: list[Report]) -> list[Report]:
    by_village: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for form in forms:
        by_village[form["region"], form["form"]].append(form)
    return [
        {
            "region": region,
            "name": region_name(region),
            "form": form,
            **_count_forms(group),
            "missing_pages": sum(len(f["missing_pages"]) for f in group if f["returned"]),
            "queue": sum(f["queue"] for f in group),
        }
        for (region, form), group in sorted(by_village.items())
    ]
