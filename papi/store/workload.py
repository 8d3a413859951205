"""How much waits for people, in the regions one person may see.

Knows items and pages. Must not know screens. Cost: two queries over partial indexes.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from papi.model.page import PageStatus
from papi.store.models import IssuedForm, Item, ScanPage
from papi.store.scopes import Scope

_OPEN = "open"
_DOUBTFUL = ("arbitration", "supervisor")
_UNSETTLED = (
    PageStatus.CONFLICT,
    PageStatus.UNIDENTIFIED,
    PageStatus.UNREADABLE,
    PageStatus.QUARANTINED,
    PageStatus.FOREIGN,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Counts of work: fields to key, fields in doubt, pages to fix."""

    fields: int
    doubts: int
    pages: int


def waiting(scope: Scope) -> Waiting:
    """Count what waits within a person's regions."""
    states = (_OPEN, *_DOUBTFUL)
    rows = Item.objects.filter(scope.where(), state__in=states).values_list("state")
    counts = dict(rows.annotate(count=Count("id")).order_by())
    doubts = sum(counts.get(state, 0) for state in _DOUBTFUL)
    return Waiting(counts.get(_OPEN, 0), doubts, _pages(scope))


def _pages(scope: Scope) -> int:
    """Count unsettled pages; one of no known form is for who sees every region."""
    pages = ScanPage.objects.filter(status__in=[status.value for status in _UNSETTLED])
    if scope.prefixes:
        pages = pages.filter(form_id__in=IssuedForm.objects.filter(scope.where()).values("form_id"))
    return pages.count()
