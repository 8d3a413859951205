"""Use case: mend the pages the machine could not settle alone, with what a person says of them.

Knows what may be said of a page, in which order a fix is checked, read, stored and decided. Must
not know how a page is read. Until a fix is stored nothing has changed; if it is cut off after that,
any later run decides the form. The screens of the web application use the same functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from papi.errors import UsageError
from papi.model.evidence import PageEvidence
from papi.model.page import PageHint, PageStatus, Reason
from papi.office.attention import needs_person
from papi.office.fix_facts import (
    Fix,
    check_fix,
    join_hint,
    log_entries,
    refuse_other_sheet,
    refuse_worse,
)
from papi.office.fix_messages import FixRefused, Refusal
from papi.office.messages import HARMLESS, explain
from papi.office.next_steps import next_steps
from papi.office.page_pictures import PagePicture, page_picture
from papi.office.rereading import read_again
from papi.office.standing_decider import standing
from papi.office.workspace import Workspace
from papi.pipeline.engines import Engine
from papi.store.fixes import (
    FixEntry,
    ScanChanged,
    StoredScan,
    save_choice,
    save_fix,
    scans_called,
    scans_in,
    scans_of,
    stored_scan,
)
from papi.store.locks import taking_in

__all__ = [
    "Fix",
    "PagePicture",
    "WaitingPage",
    "find_page",
    "fix_page",
    "look_across",
    "page_picture",
    "waiting_pages",
]

_WAITING = frozenset(status.value for status in PageStatus if status not in HARMLESS)


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page that waits for a person, or has just been fixed.

    Attributes:
        number: what to call it by in `fix_page`.
        batch, source, index: batch, file name, place in the file from 0.
        status, reason, detail: its state.
        message: what that means and what to do, in Indonesian.
        form_id, page: its identity as far as it is known.
        others: numbers of the other scans of that page, the one that counts first.
        waits: it still needs a person.
        commands: what may have to be typed, in order.
    """

    number: int
    batch: int
    source: str
    index: int
    status: str
    reason: str
    detail: str
    message: str
    form_id: str
    page: int | None
    others: tuple[int, ...] = ()
    waits: bool = True
    commands: tuple[str, ...] = ()


def waiting_pages() -> Iterator[WaitingPage]:
    """Yield every page that waits for a person, in the order in which the paper lay."""
    for scan in scans_in(_WAITING):
        if needs_person(scan.status, scan.reason):
            yield _shown(scan)


def find_page(name: str) -> int:
    """Return the number of a page that a person names.

    Args:
        name: its number; or FILE#N, N from 1; or the first letters of the file's sha256, :N.

    Raises:
        UsageError: there is no such page, or more than one.
    """
    if name.isdecimal():
        return _known(int(name)).key
    file, mark, place = name.rpartition("#" if "#" in name else ":")
    if not mark or not place.isdecimal():
        raise UsageError(f"{name} names no page.", "Use a number of `papi fix list`, or FILE#N.")
    found = scans_called(file, int(place) - 1, by_content=mark == ":")
    if not found:
        raise UsageError(f"There is no page {name}.", "`papi fix list` shows what waits.")
    if len(found) > 1:
        numbers = ", ".join(str(scan.key) for scan in found)
        raise UsageError(f"Several files are called {file}.", f"Use a number: {numbers}.")
    return found[0].key


def fix_page(
    workspace: Workspace,
    number: int,
    fix: Fix,
    user: int | None = None,
    engine: Engine = Engine.SERIAL,
    *,
    seen: StoredScan | None = None,
) -> WaitingPage:
    """Apply what a person says of a page: read it again, settle it, decide the forms it touches.

    The same fix again changes nothing; another one replaces it. What it means for other forms (the
    same NIK on two) is `look_across`, which a server does beside.

    Args:
        workspace: open workspace.
        number: of the page.
        fix: what is said.
        user: who says it, None on the command line.
        engine: where the page is read; always in a child with limits.
        seen: the page as the person saw it; where it changed since, the fix is refused.

    Returns:
        The page as it is now.

    Raises:
        UsageError: no such page; the identity was never printed or its check character is wrong; a
            barcode contradicts it; the page would be worse off; or the facts make no sense.
            All of these are `FixRefused`, which says so in two languages.
        WorkspaceUnusable: a batch is being taken back just now.
    """
    check_fix(fix)
    with taking_in(workspace.folder):
        scan = _known(number)
        if seen is not None and scan != seen:
            raise FixRefused(Refusal.CHANGED)
        before = scan.form_id
        try:
            scan = _applied(workspace, scan, fix, user, engine)
        except ScanChanged as error:
            raise FixRefused(Refusal.CHANGED) from error
        standing(workspace).decider.decide_now({before, scan.form_id})
        return _shown(scan)


def look_across(workspace: Workspace) -> None:
    """Decide all that has news, and what it means for other forms: some seconds for 10,000."""
    with taking_in(workspace.folder):
        standing(workspace).decider.decide_all()


def _applied(
    workspace: Workspace, scan: StoredScan, fix: Fix, user: int | None, engine: Engine
) -> StoredScan:
    if fix.choose:
        return _choose(scan, user)
    if fix.blank or fix.foreign:
        return _set_aside(scan, "blank" if fix.blank else "foreign", user)
    return _tell(workspace, scan, fix, user, engine)


def _known(number: int) -> StoredScan:
    scan = stored_scan(number)
    if scan is None:
        raise FixRefused(Refusal.NO_PAGE, number=number)
    return scan


def _choose(scan: StoredScan, user: int | None) -> StoredScan:
    if scan.page_key is None or scan.read_status != PageStatus.READ:
        raise FixRefused(Refusal.NOT_READ)
    if scan.reason in {Reason.NEVER_PRINTED, Reason.UNKNOWN_LAYOUT}:
        raise FixRefused(Refusal.NOT_OURS, Reason(scan.reason))
    same = scans_of(*scan.page_key)
    settled = scan.chosen and all(other.status != PageStatus.CONFLICT for other in same)
    return scan if settled else save_choice(scan.key, FixEntry("choose", {}), user, scan)


def _set_aside(scan: StoredScan, mark: str, user: int | None) -> StoredScan:
    hint = {"marked": mark}
    if scan.hint == hint:
        return scan
    evidence = PageEvidence(scan.source, PageStatus(mark), Reason.SET_ASIDE)
    return save_fix(scan.key, [FixEntry(mark, {})], hint, evidence, user, seen=scan)


def _tell(
    workspace: Workspace, scan: StoredScan, fix: Fix, user: int | None, engine: Engine
) -> StoredScan:
    """Read the page with all that is known of it from people by now."""
    before = PageHint.from_json(scan.hint)
    hint = PageHint() if fix.again else join_hint(before, fix)
    if not fix.again and hint.to_json() == scan.hint and scan.read_status == PageStatus.READ:
        return scan
    if fix.form_id and hint.sheet is not None and not fix.force:
        refuse_other_sheet(scan.key, hint.sheet)
    evidence = read_again(workspace, scan, hint, engine)
    if not fix.again:
        refuse_worse(scan, fix, hint, evidence)
    entries = log_entries(fix, hint)
    return save_fix(scan.key, entries, hint.to_json(), evidence, user, seen=scan)


def _shown(scan: StoredScan) -> WaitingPage:
    same = [] if scan.page_key is None else scans_of(*scan.page_key)
    waits = needs_person(scan.status, scan.reason)
    known = bool(scan.form_id and scan.page)
    others = sorted((other for other in same if other.key != scan.key), key=lambda s: not s.active)
    return WaitingPage(
        number=scan.key,
        batch=scan.batch,
        source=scan.source.name,
        index=scan.source.index,
        status=scan.status,
        reason=scan.reason,
        detail=scan.detail,
        message=explain(Reason(scan.reason)) if scan.reason else "",
        form_id=scan.form_id,
        page=scan.page,
        others=tuple(other.key for other in others),
        waits=waits,
        commands=next_steps(scan.key, scan.status, scan.reason, known=known) if waits else (),
    )
