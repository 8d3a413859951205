"""Pages that wait for a person: whose they are as far as it is known, and who is looking at them.

Knows queries over scans, issued forms, people and the audit chain. Must not know screens, nor which
state of a page needs a person.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.utils import timezone

from papi.model.evidence import PageEvidence
from papi.store.faults import storage_faults
from papi.store.models import AuditEvent, IssuedForm, PageFix, ScanPage, User
from papi.store.pages import unpack_evidence
from papi.store.scopes import Scope

VIEWED = "page.viewed"
"""Action of the audit chain: somebody saw a page."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One scanned side in the order in which the paper lay.

    Attributes:
        key: its number.
        batch, source, index: batch, file name, place in the file from 0.
        status, reason, detail: its state.
        form_id, page: identity as far as it is known.
        region: of its form, "" if that was never printed here or is unknown.
    """

    key: int
    batch: int
    source: str
    index: int
    status: str
    reason: str
    detail: str
    form_id: str
    page: int | None
    region: str = ""


_COLUMNS = (
    "pk", "source__batch_id", "source__name", "index", "status", "reason", "detail", "form_id",
    "page",
)  # fmt: skip


def rows_in(statuses: Collection[str]) -> list[WaitingRow]:
    """Return all scans in these states; one query, and one more for each 500 forms."""
    with storage_faults():
        kept = ScanPage.objects.filter(source__batch__withdrawn_at=None, status__in=statuses)
        rows = list(kept.order_by("source__batch", "source_id", "index").values_list(*_COLUMNS))
    listed = [WaitingRow(*row) for row in rows]
    regions = regions_of(row.form_id for row in listed if row.form_id)
    return [replace(row, region=regions.get(row.form_id, "")) for row in listed]


def regions_of(form_ids: Iterable[str]) -> dict[str, str]:
    """Return the region of each of these forms that was printed here."""
    wanted = sorted(set(form_ids))
    found: dict[str, str] = {}
    with storage_faults():
        for start in range(0, len(wanted), _CHUNK):
            forms = IssuedForm.objects.filter(form_id__in=wanted[start : start + _CHUNK])
            found.update(forms.values_list("form_id", "region"))
    return found


def batch_regions(batch: int) -> frozenset[str]:
    """Return the regions of the forms that came in with a batch."""
    with storage_faults():
        active = ScanPage.objects.filter(source__batch_id=batch, active=True)
        forms = IssuedForm.objects.filter(form_id__in=active.values("form_id"))
        return frozenset(forms.values_list("region", flat=True).distinct())


def scopes_of(roles: Collection[str]) -> list[Scope]:
    """Return what each person of these roles may see; people who may not log in are left out."""
    with storage_faults():
        people = User.objects.filter(role__in=roles, is_active=True)
        return [Scope.of(regions) for regions in people.values_list("regions", flat=True)]


def lookers(since: dt.timedelta, but: str) -> dict[int, tuple[str, int]]:
    """Return who else looked at which scan last, and how many minutes ago.

    Args:
        since: how far back.
        but: login name of the person who asks.
    """
    now = timezone.now()
    with storage_faults():
        events = AuditEvent.objects.filter(action=VIEWED, at__gte=now - since).exclude(actor=but)
        seen = list(events.order_by("at").values_list("actor", "at", "detail"))
    return {
        int(detail["scan"]): (actor, int((now - at).total_seconds() // 60))
        for actor, at, detail in seen
        if "scan" in detail and not detail.get("small")
    }


def evidence_of(keys: Iterable[int]) -> dict[int, PageEvidence]:
    """Return what was read on these scans, by number."""
    with storage_faults():
        rows = ScanPage.objects.filter(pk__in=list(keys)).values_list("pk", "evidence")
        return {int(key): unpack_evidence(bytes(packed)) for key, packed in rows}


def has_fixed(user: int, number: int) -> bool:
    """Tell whether a person said something of a scan."""
    with storage_faults():
        return bool(PageFix.objects.filter(user_id=user, scan_id=number).exists())


def fixed_by(user: int, most: int = 10) -> list[int]:
    """Return the scans a person fixed last, newest first."""
    with storage_faults():
        fixes = PageFix.objects.filter(user_id=user).order_by("-pk")
        return list(dict.fromkeys(fixes.values_list("scan_id", flat=True)[: 5 * most]))[:most]


def counts_by(rows: Iterable[WaitingRow]) -> tuple[dict[int, int], dict[str, int]]:
    """Count pages by batch, and by reason (by state where there is none)."""
    listed = list(rows)
    reasons = Counter(row.reason or row.status for row in listed)
    return dict(Counter(row.batch for row in listed)), dict(reasons)
