"""Which of several scans of one page counts, and what that makes of the others.

Knows the rows of the scans and the forms that were issued. Must not know how a page was read or
what a form's values are.

The states of all scans of a (form, page) are a function of what each was when it was read alone,
of a person's choice among them and of what was printed: never of the order in which any of it came.
The scan that a person chose counts; else the one with the smallest (batch, sha256, index). A choice
settles the scans that were there: one that nobody has seen yet is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from papi.model.page import PageStatus, Reason
from papi.store.faults import storage_faults
from papi.store.locks import Work, alone
from papi.store.models import IssuedForm, Resolution, ScanPage

_TROUBLE = frozenset(
    {PageStatus.UNIDENTIFIED.value, PageStatus.UNREADABLE.value, PageStatus.QUARANTINED.value}
)
"""States of a page that nobody waits for any longer once another scan of it was read."""
_STATE = ("active", "status", "reason", "detail")


@dataclass(frozen=True, slots=True)
class _State:
    """What `ScanPage` keeps of the state of one scan."""

    status: str
    reason: str = ""
    detail: str = ""
    active: bool = False


def settle_again(pages: Iterable[tuple[str, int]]) -> None:
    """Choose anew among all stored scans of these pages; their forms become undecided.

    To be called, within or after the transaction, when rows vanished or changed: a duplicate or
    conflict whose winner is gone is promoted, a page that a rescan had superseded is in trouble
    again. Scans of withdrawn batches count for nothing.

    Args:
        pages: (form id, page number); pages without any scan do no harm.
    """
    wanted = sorted(set(pages))
    with storage_faults(), transaction.atomic():
        alone(Work.SCANS)
        for form_id, page in wanted:
            settle_scans(form_id, page)
        mark_news(form_id for form_id, _ in wanted)


def settle_printed() -> int:
    """Settle those pages anew whose form was printed only after they had been read.

    Returns:
        How many pages now belong to a form.
    """
    with storage_faults(), transaction.atomic():
        alone(Work.SCANS)
        early = ScanPage.objects.filter(
            status=PageStatus.UNIDENTIFIED, read_status=PageStatus.READ, form_id__gt=""
        )
        found = list(early.values_list("form_id", "page", "version"))
        forms = IssuedForm.objects.select_related("layout")
        known = forms.in_bulk(sorted({form_id for form_id, _, _ in found}))
        late = {
            (form_id, int(page or 0))
            for form_id, page, version in found
            if form_id in known
            and page in known[form_id].pages
            and version == known[form_id].layout.version
        }
        settle_again(late)
        return len(found) - early.count()


def mark_news(form_ids: Iterable[str]) -> None:
    """Put forms on the list of what must be decided again."""
    forms = IssuedForm.objects.filter(form_id__in=sorted(set(form_ids)))
    forms.update(undecided=True, news=F("news") + 1)


def settle_scans(form_id: str, page: int, new: ScanPage | None = None) -> None:
    """Give every scan of a page its state and save those that changed.

    What clerks keyed from a scan that counts no longer, because another one goes before it, is tied
    to that scan: it must not be taken for what stands on the other.

    Args:
        form_id: the form.
        page: the page's number.
        new: a scan of it that is not stored yet; it gets its state, the caller saves it.
    """
    stored = ScanPage.objects.filter(form_id=form_id, page=page).select_related("source__batch")
    scans = [*stored.defer("evidence"), *([new] if new is not None else [])]
    issued = IssuedForm.objects.filter(form_id=form_id).select_related("layout").first()
    before = _counting(scans)
    states = _judge(scans, issued)
    changed = [scan for scan, state in zip(scans, states, strict=True) if _enter(scan, state)]
    # The one that counts comes last: the table allows a single active scan of a page.
    for scan in sorted(changed, key=lambda scan: scan.active):
        if scan is not new:
            scan.save(update_fields=_STATE)
    if before and _counting(scans) != before:
        bind_keyed(form_id, page, before)


def bind_keyed(form_id: str, page: int, content: str) -> None:
    """Tie what was keyed for a page so far, and is not tied yet, to a scan by its fingerprint."""
    keyed = Resolution.objects.filter(form_id=form_id, page=page, only_content="")
    keyed.update(only_content=content)


def _counting(scans: Iterable[ScanPage]) -> str:
    """Return the fingerprint of the scan that counts, "" if there is none."""
    return next((str(scan.content) for scan in scans if scan.active), "")


def _enter(scan: ScanPage, state: _State) -> bool:
    """Give a scan its state; tell whether it had another one."""
    before = _State(scan.status, scan.reason, scan.detail, scan.active)
    scan.status, scan.reason, scan.detail = state.status, state.reason, state.detail
    scan.active = state.active
    return state != before


def _judge(scans: Sequence[ScanPage], issued: IssuedForm | None) -> list[_State]:
    """Return the state of each scan of one page, in their order."""
    alone = [_judge_alone(scan, issued) for scan in scans]
    numbers = sorted(range(len(scans)), key=lambda number: _rank(scans[number]))
    read = [n for n in numbers if alone[n].active]
    if read:
        first = scans[read[0]]
        for place, n in enumerate(read[1:], 1):
            alone[n] = _judge_other(scans[n], [scans[m] for m in read[:place]], first)
        for n in numbers:
            if alone[n].status in _TROUBLE and _same_paper(scans[n], issued):
                told = f"{alone[n].reason} {alone[n].detail}".strip()
                alone[n] = _State(PageStatus.SUPERSEDED, Reason.RESCANNED, told[:255])
    return alone


def _judge_alone(scan: ScanPage, issued: IssuedForm | None) -> _State:
    """Return the state of a scan if it were the only one of its page; `active` if it is read."""
    own = _State(scan.read_status, scan.read_reason, scan.read_detail)
    if _is_withdrawn(scan) or scan.read_status != PageStatus.READ:
        return own
    if issued is None or scan.page not in issued.pages:
        detail = "form id" if issued is None else f"page {scan.page}"
        return _State(PageStatus.UNIDENTIFIED, Reason.NEVER_PRINTED, detail)
    if not _same_paper(scan, issued):
        detail = f"printed as {issued.layout.version}, scanned as {scan.version}"
        return _State(PageStatus.UNIDENTIFIED, Reason.UNKNOWN_LAYOUT, detail)
    return _State(PageStatus.READ, active=True)


def _judge_other(scan: ScanPage, before: Sequence[ScanPage], first: ScanPage) -> _State:
    """Return the state of a scan that was read, where others of its page go before it."""
    if scan.content and any(scan.content == other.content for other in before):
        return _State(PageStatus.DUPLICATE, Reason.SAME_CONTENT)
    if first.chosen and scan.content in first.rejected:
        return _State(PageStatus.SUPERSEDED, Reason.RESCANNED)
    return _State(PageStatus.CONFLICT, Reason.SAME_PAGE)


def _same_paper(scan: ScanPage, issued: IssuedForm | None) -> bool:
    """Tell whether a scan shows the layout version its form was printed with."""
    return issued is not None and scan.version == issued.layout.version


def _is_withdrawn(scan: ScanPage) -> bool:
    return scan.source.batch.withdrawn_at is not None


def _rank(scan: ScanPage) -> tuple[bool, int, str, int]:
    return not scan.chosen, int(scan.source.batch_id), scan.source.sha256, int(scan.index)
