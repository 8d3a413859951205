"""How much waits for people, in the regions one person may see.

Knows items and pages. Must not know screens. Cost: short ranges of partial indexes.
"""

from __future__ import annotations

from dataclasses import dataclass

from papi.model.page import PageStatus
from papi.model.recipe import FieldClass
from papi.store.keying_counts import MOST, few
from papi.store.models import IssuedForm, Item, ScanPage
from papi.store.scopes import Scope

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
    """Count what waits within a person's regions; fields to MOST + 1."""
    rows = Item.objects.filter(scope.where())
    open_ = (few(rows.filter(state="open", field_class=name)) for name in FieldClass)
    doubts = sum(few(rows.filter(state=state)) for state in _DOUBTFUL)
    return Waiting(min(sum(open_), MOST + 1), min(doubts, MOST + 1), _pages(scope))


def _pages(scope: Scope) -> int:
    """Count unsettled pages; one of no known form is for who sees every region."""
    pages = ScanPage.objects.filter(status__in=[status.value for status in _UNSETTLED])
    if scope.prefixes:
        pages = pages.filter(form_id__in=IssuedForm.objects.filter(scope.where()).values("form_id"))
    return pages.count()
