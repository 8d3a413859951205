"""What a person may say of a page, checked against what was printed and what the page shows.

Knows the facts of a fix. Must not know how a page is read, nor how a fix is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from papi.model.evidence import PageEvidence
from papi.model.page import PageHint, PageStatus, Reason
from papi.model.sheet import SheetId, normalise_form_id, readable_form_id
from papi.office.feeds import PageKey, sheet_pages
from papi.office.fix_messages import FixRefused, Refusal
from papi.store.fixes import FixEntry, StoredScan
from papi.store.issued import find_issued
from papi.store.stacks import beside, counted_pages, issued_pages

_CORNERS = 4


@dataclass(frozen=True, slots=True)
class Fix:
    """What a person says of one page. Facts may be said together; the last four stand alone.

    Attributes:
        form_id, page: its identity, as keyed; "" and None if nothing is said of it.
        corners: (x, y) px of the stored image, see `PageHint.corners`.
        quarter_turns: clockwise turns that put it upright, None if nothing is said of them.
        force: the keyed identity counts even where a barcode or the sheet's other side says
            otherwise.
        blank, foreign: it is a blank side; it is no form of ours.
        choose: of several scans of its page this one counts.
        again: forget what was said of it and read the original anew.
    """

    form_id: str = ""
    page: int | None = None
    corners: tuple[tuple[float, float], ...] = ()
    quarter_turns: int | None = None
    force: bool = False
    blank: bool = False
    foreign: bool = False
    choose: bool = False
    again: bool = False


def check_fix(fix: Fix) -> None:
    """Refuse facts that make no sense together.

    Raises:
        FixRefused: so it is.
    """
    told = bool(fix.form_id or fix.page or fix.corners or fix.quarter_turns is not None)
    alone = (fix.blank, fix.foreign, fix.choose, fix.again)
    if sum(alone) + told != 1:
        raise FixRefused(Refusal.ONE_THING)
    if bool(fix.form_id) != (fix.page is not None):
        raise FixRefused(Refusal.ID_AND_PAGE)
    if fix.corners and len(fix.corners) != _CORNERS:
        raise FixRefused(Refusal.FOUR_CORNERS, count=len(fix.corners))


def join_hint(before: PageHint, fix: Fix) -> PageHint:
    """Return what was said before with what is said now, which replaces it.

    Raises:
        FixRefused: the identity was never printed, or its check character is wrong.
    """
    hint = before
    if fix.form_id and fix.page is not None:
        hint = replace(hint, sheet=_identity(fix.form_id, fix.page), forced=fix.force)
    if fix.corners:
        hint = replace(hint, corners=fix.corners)
    if fix.quarter_turns is not None:
        hint = replace(hint, quarter_turns=fix.quarter_turns % 4)
    return hint


def _identity(keyed: str, page: int) -> SheetId:
    """Return the identity of a printed page, as keyed.

    Raises:
        FixRefused: there is none.
    """
    form_id = normalise_form_id(keyed)
    if form_id is None:
        raise FixRefused(Refusal.NO_ID)  # what was keyed may be a NIK: it is not repeated
    issued = find_issued(form_id)
    if issued is None:
        raise FixRefused(Refusal.NEVER_PRINTED, form=readable_form_id(form_id))
    if page not in issued.pages:
        pages = ", ".join(map(str, issued.pages))
        form = readable_form_id(form_id)
        raise FixRefused(Refusal.NO_SUCH_PAGE, form=form, page=page, pages=pages)
    return SheetId(form_id, page, issued.version)


def refuse_worse(scan: StoredScan, fix: Fix, hint: PageHint, evidence: PageEvidence) -> None:
    """Refuse a fix that a barcode contradicts, or that would lose a page that was read.

    Raises:
        FixRefused: so it is.
    """
    if evidence.reason is Reason.BARCODES_DISAGREE and hint.sheet is not None and fix.form_id:
        raise FixRefused(Refusal.BARCODE, detail=evidence.detail)
    if scan.read_status == PageStatus.READ and evidence.status is not PageStatus.READ:
        raise FixRefused(Refusal.WORSE, evidence.reason or evidence.status)


def refuse_other_sheet(number: int, sheet: SheetId) -> None:
    """Refuse an identity where the other side of the sheet says that it is another page.

    A wrong id may well be a valid one: that of the sheet below. The two sides of a sheet lie beside
    each other in a stack, so where a neighbour's other side is nowhere, this page should be it.

    Raises:
        FixRefused: so it is.
    """
    expected = sides_beside(number, sheet)
    if expected and (sheet.form_id, sheet.page) not in expected:
        named = tuple((readable_form_id(form_id), page) for form_id, page in sorted(expected))
        raise FixRefused(Refusal.OTHER_SHEET, named=named)


def sides_beside(number: int, but: SheetId | None = None) -> set[PageKey]:
    """Return which sides a page may be: the other sides, not here yet, of the sheets beside it.

    Args:
        number: of the page.
        but: a side that may be here already.
    """
    neighbours = beside(number)
    issued = issued_pages(form_id for form_id, _ in neighbours)
    sides = {
        (form_id, side)
        for form_id, page in neighbours
        if page in issued.get(form_id, ())
        for side in sheet_pages(issued[form_id], page)
        if side != page
    }
    kept = {(but.form_id, but.page)} if but else set()
    return sides - (counted_pages(form_id for form_id, _ in sides) - kept)


def log_entries(fix: Fix, hint: PageHint) -> list[FixEntry]:
    """Return what the log keeps of a fix: a line for each fact."""
    if fix.again:
        return [FixEntry("again", {})]
    facts: Mapping[str, Any] = hint.to_json()
    entries = []
    if fix.form_id:
        entries.append(FixEntry("identity", {"sheet": facts["sheet"], "forced": fix.force}))
    if fix.corners:
        entries.append(FixEntry("corners", {"corners": facts["corners"]}))
    if fix.quarter_turns is not None:
        entries.append(FixEntry("turn", {"quarter_turns": hint.quarter_turns}))
    return entries
