"""Fields a supervisor wants keyed anew: which they are, and what was keyed before stands no more.

Knows approvals and resolutions. Must not know who may return a form, or how it is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from papi.store import models
from papi.store.settling import mark_news


@dataclass(frozen=True, slots=True)
class Sent:
    """Fields that go to a clerk again, by name in the order of the form."""

    fields: tuple[str, ...] = ()


def open_again(form_id: str, fields: Sequence[str]) -> Sent:
    """Let what was keyed for these fields stand no more; the form has news.

    Fields that were never read are left out: there is nothing to key them from. To be called in
    the transaction that appends the word on the form, which names them.
    """
    rows = models.Reading.objects.filter(form_id=form_id, field__in=list(fields))
    known = tuple(rows.order_by("page", "pk").values_list("field", flat=True))
    if known:
        keyed = models.Resolution.objects.filter(form_id=form_id, field__in=known, active=True)
        keyed.update(active=False)
        mark_news([form_id])
    return Sent(known)


def fields_to_key(form_id: str) -> frozenset[str]:
    """Return the fields that were sent back and that nobody keyed since."""
    rows = models.Approval.objects.filter(form_id=form_id, state="returned")
    asked = {str(name) for fields in rows.values_list("fields", flat=True) for name in fields}
    if not asked:
        return frozenset()
    # Sending back ended the values that stood then, so that one that stands came after.
    keyed = models.Resolution.objects.filter(form_id=form_id, field__in=asked, active=True)
    return frozenset(asked - set(keyed.values_list("field", flat=True)))
