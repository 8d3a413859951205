"""Reconciliation: pages in = pages accounted for; forms issued = returned + missing; what to do.

Knows what counts as settled and how the parts of the report agree. Must not know queries or how a
report is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from papi.model.page import PageStatus, Reason
from papi.model.recipe import Recipe
from papi.office.attention import needs_person
from papi.office.messages import explain
from papi.office.quality import estimate
from papi.office.stack_report import Stack, stacks
from papi.office.todo import (
    TodoItem,
    collect_items,
    count_items,
    find_items,
    ingest_items,
    stack_items,
)
from papi.office.village_report import count_forms, village_rows
from papi.store import accounts, reports
from papi.store.reports import queue_rows
from papi.store.stacks import StackPage

__all__ = ["Reconciliation", "queue_rows", "reconcile", "status_report"]

Report = dict[str, Any]
_NAMED = frozenset(status.value for status in PageStatus)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole account at one moment.

    Attributes:
        report: plain data, keys documented in docs/status.md.
        todo: what to do: stack by stack as they lie, then villages to ask.
    """

    report: Report
    todo: tuple[TodoItem, ...]


def status_report(recipe: Recipe | None = None) -> Report:
    """Return the whole reconciliation as plain data (keys documented in docs/status.md)."""
    return reconcile(recipe).report


def reconcile(recipe: Recipe | None = None) -> Reconciliation:
    """Account for every page and form; about 0.1 ms a page that was ever scanned.

    Args:
        recipe: with the targets that the live error estimate is compared with.
    """
    forms = list(accounts.form_rows())
    scans = accounts.village_scans()
    piles = list(stacks())
    villages = village_rows(forms, scans)
    incomplete = [
        {"form_id": f["form_id"], "region": f["region"], "missing_pages": f["missing_pages"]}
        for f in forms
        if f["returned"] and f["missing_pages"]
    ]
    batches = _batches(piles)
    todo = _todo(piles, batches, incomplete, villages)
    report = {
        "pages": _pages(batches, scans["", ""]),
        "files": _files(batches),
        "forms": count_forms(forms),
        "readings": reports.reading_counts(),
        "queue": {
            "items": sum(form["queue"] for form in forms),
            "forms": sum(form["queue"] > 0 for form in forms),
            "by_reason": reports.queue_reasons(),
        },
        "villages": villages,
        "incomplete": incomplete,
        "attention": [_attention(page) for pile in piles for page in _in_trouble(pile)],
        "batches": batches,
        "todo": count_items(todo),
        "quality": estimate(recipe or Recipe()).to_json(),
    }
    return Reconciliation(report, tuple(todo))


def _batches(piles: Sequence[Stack]) -> list[Report]:
    """Return the account of each batch with the proof and how it was scanned.

    The proof: every file gave what it announced, each page is in one state of the contract.
    """
    scanned = {pile.batch: pile.to_json() for pile in piles}
    batches = []
    for row in accounts.batch_rows():
        named = sum(count for status, count in row["by_status"].items() if status in _NAMED)
        proved = not row["unbalanced"] and named == row["total"] == row["announced"]
        nothing: Report = {"quality": None, "warnings": []}
        batches.append({**row, "accounted": proved, **scanned.get(row["batch"], nothing)})
    return batches


def _todo(
    piles: Sequence[Stack],
    batches: Sequence[Report],
    incomplete: Sequence[Report],
    villages: Sequence[Report],
) -> list[TodoItem]:
    """Order by batch and place in the stack; what concerns no stack comes last."""
    counting = {
        (page.form_id, page.page or 0): (page.source, page.index)
        for pile in piles
        for page in pile.pages
        if page.active
    }
    items = [*ingest_items(batches), *find_items(piles, incomplete)]
    for pile in piles:
        items += stack_items(pile, counting)
    items.sort(key=lambda item: (item.batch is None, item.batch or 0, item.position or 0))
    return [*items, *collect_items(villages)]


def _in_trouble(pile: Stack) -> list[StackPage]:
    return [page for page in pile.pages if needs_person(page.status, page.reason)]


def _attention(page: StackPage) -> Report:
    return {
        "batch": page.batch,
        "source": page.source,
        "index": page.index,
        "sha256": page.sha256,
        "form_id": page.form_id,
        "page": page.page,
        "status": page.status,
        "reason": page.reason,
        "detail": page.detail,
        "message": explain(Reason(page.reason)) if page.reason else "",
    }


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
