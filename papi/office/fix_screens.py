"""Use case: fixing pages at a screen: what waits for whom, who is at it, what comes next.

Knows whose a page is as far as that is known, and who may see it. Must not know HTTP or HTML; how a
page is mended is `office.fixing`.

Whose a page is: that of its form's region. A page whose form is unknown may be anybody's: it is for
people of every region, and for people of some regions only where all forms that came in with its
batch are of these regions.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from django.db import transaction

from papi.model.page import PageStatus
from papi.model.sheet import normalise_form_id
from papi.office.attention import needs_person
from papi.office.fix_facts import Fix, sides_beside
from papi.office.fix_messages import FixRefused, Refusal
from papi.office.fixing import WaitingPage, fix_page
from papi.office.messages import HARMLESS
from papi.office.page_pictures import PageView, page_view, stored_size
from papi.office.workspace import Workspace
from papi.store import audit
from papi.store import waiting_pages as waiting
from papi.store.fixes import StoredScan, scans_of, stored_scan
from papi.store.models.people import Role
from papi.store.scopes import Scope
from papi.store.waiting_pages import WaitingRow

WIDTHS = {"small": 360, "large": 1400}
"""Pictures of a page, px: to know it again, and to read its id and click its corners."""
AT_IT = dt.timedelta(minutes=5)
"""Who opened a page so lately may still be at it."""
_FIXERS = (Role.OPERATOR.value, Role.SUPERVISOR.value)
_TROUBLED = frozenset(status.value for status in PageStatus if status not in HARMLESS)
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of the waiting pages a person wants: a batch, a reason; None and "" = all."""

    batch: int | None = None
    reason: str = ""

    def takes(self, row: WaitingRow) -> bool:
        """Tell whether a page is one of them."""
        fits = self.batch is None or row.batch == self.batch
        return fits and self.reason in {"", row.reason or row.status}


@dataclass(frozen=True, slots=True)
class Stack:
    """What waits, as the list shows it.

    Attributes:
        rows: pages in the order in which the paper lay.
        batches, reasons: how many wait in each, whatever the filter.
        elsewhere: pages that wait for people of other regions.
        orphans: of these, pages that nobody may fix: no person of every region is there.
        lookers: number -> (login name, minutes ago) of who opened a page lately.
    """

    rows: Sequence[WaitingRow]
    batches: dict[int, int]
    reasons: dict[str, int]
    elsewhere: int
    orphans: int
    lookers: dict[int, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Sight:
    """One page as a person sees it.

    Attributes:
        scan: its state.
        rivals: all scans of its page that were read, if there are several to choose from.
        seen: fingerprint of all that; what is posted must carry it.
        looker: (login name, minutes ago) of somebody else who opened it lately.
        guesses: (form id, page) that it may be, by the sheets beside it.
        waits: it still needs a person.
    """

    scan: StoredScan
    rivals: tuple[StoredScan, ...]
    seen: str
    looker: tuple[str, int] | None
    guesses: tuple[tuple[str, int], ...]
    waits: bool


@dataclass(frozen=True)
class Desk:
    """One person at the pages: what they may see, and what they do.

    Attributes:
        workspace: open workspace.
        user, name: who.
        scope: regions the person may see.
    """

    workspace: Workspace
    user: int
    name: str
    scope: Scope

    def stack(self, wanted: Filter) -> Stack:
        """Return what waits for this person, and how much waits for others."""
        mine = [row for row in self._waiting if self._sees(row)]
        hidden = [row for row in self._waiting if not self._sees(row)]
        batches, reasons = waiting.counts_by(mine)
        rows = [row for row in mine if wanted.takes(row)]
        orphans = sum(map(self._is_orphan, hidden))
        return Stack(rows, batches, reasons, len(hidden), orphans, self._lookers)

    def sight(self, number: int) -> Sight | None:
        """Return a page as it is now, None if there is none that this person may see."""
        scan = stored_scan(number)
        if scan is None or not self._may_see(scan):
            return None
        same = scans_of(*scan.page_key) if scan.page_key else [scan]
        read = [other for other in same if other.read_status == PageStatus.READ]
        conflict = any(other.status == PageStatus.CONFLICT for other in read)
        rivals = sorted(read, key=lambda s: not s.active) if conflict and scan in read else []
        waits = needs_person(scan.status, scan.reason)
        return Sight(
            scan,
            tuple(rivals),
            _fingerprint(same),
            self._lookers.get(number),
            self._guesses(scan) if waits else (),
            waits,
        )

    def view(self, number: int, size: str) -> PageView | None:
        """Return a picture of a page and write down who saw it; None if that is not for them.

        Raises:
            UsageError: its original cannot be shown.
        """
        scan = stored_scan(number)
        if scan is None or not self._may_see(scan):
            return None
        picture = page_view(self.workspace, number, WIDTHS[size])
        self._record(scan, small=size == "small")
        return picture

    def saw_values(self, scan: StoredScan, fields: Sequence[str]) -> None:
        """Write down that a person saw what was read in some fields of a page."""
        if fields:
            self._record(scan, small=False, fields=list(fields))

    def fix(self, number: int, seen: str, said: Fix, corners: Corners = ()) -> WaitingPage | None:
        """Mend a page as `fixing.fix_page` does; None if it is not for this person.

        Args:
            number: of the page.
            seen: fingerprint of what the person saw.
            said: what they say, without corners.
            corners: where they are, in shares of the width and height of the stored image.

        Raises:
            FixRefused: as `fix_page`; the page is not what was seen, or waits no longer; or the
                keyed form is of another region.
            PapiError: see `fix_page`.
        """
        sight = self.sight(number)
        if sight is None:
            if self.is_settled(number):
                raise FixRefused(Refusal.SETTLED)
            return None
        if sight.seen != seen:
            raise FixRefused(Refusal.CHANGED)
        self._refuse_foreign_region(said.form_id)
        if corners:
            said = replace(said, corners=self._in_px(number, corners))
        return fix_page(self.workspace, number, said, self.user, seen=sight.scan)

    def after(self, number: int, wanted: Filter) -> int | None:
        """Return the next page that waits, going round; one that nobody else is at if there is."""
        self.__dict__.pop("_waiting", None)
        self.__dict__.pop("_lookers", None)
        every = list(self._waiting)
        place = next((n for n, row in enumerate(every) if row.key >= number), 0)
        turn = [row for row in every[place:] + every[:place] if wanted.takes(row)]
        mine = [row.key for row in turn if row.key != number and self._sees(row)]
        free = [key for key in mine if key not in self._lookers]
        return next(iter(free or mine), None)

    def lately_fixed(self) -> list[StoredScan]:
        """Return the pages this person fixed last, newest first."""
        scans = (stored_scan(key) for key in waiting.fixed_by(self.user))
        return [scan for scan in scans if scan is not None and self._may_see(scan)]

    @cached_property
    def _waiting(self) -> list[WaitingRow]:
        rows = waiting.rows_in(_TROUBLED)
        return [row for row in rows if needs_person(row.status, row.reason)]

    @cached_property
    def _lookers(self) -> dict[int, tuple[str, int]]:
        return waiting.lookers(AT_IT, self.name)

    def _sees(self, row: WaitingRow) -> bool:
        return self._entitled(self.scope, row.region, row.batch)

    def _entitled(self, scope: Scope, region: str, batch: int) -> bool:
        if not scope.prefixes:
            return True
        if region:
            return scope.sees(region)
        regions = self._regions_of(batch)
        return bool(regions) and all(map(scope.sees, regions))

    def _regions_of(self, batch: int) -> frozenset[str]:
        if batch not in self._regions:
            self._regions[batch] = waiting.batch_regions(batch)
        return self._regions[batch]

    @cached_property
    def _regions(self) -> dict[int, frozenset[str]]:
        return {}

    @cached_property
    def _colleagues(self) -> list[Scope]:
        return waiting.scopes_of(_FIXERS)

    def _is_orphan(self, row: WaitingRow) -> bool:
        return not any(self._entitled(s, row.region, row.batch) for s in self._colleagues)

    def is_settled(self, number: int) -> bool:
        """Tell whether a page is of this person's regions, but waits for nobody any more."""
        scan = stored_scan(number)
        return scan is not None and self._is_theirs(scan) and not self._may_see(scan)

    def _is_theirs(self, scan: StoredScan) -> bool:
        region = waiting.regions_of([scan.form_id]).get(scan.form_id, "") if scan.form_id else ""
        return self._entitled(self.scope, region, scan.batch)

    def _may_see(self, scan: StoredScan) -> bool:
        """Tell whether a page is this person's to look at: it waits, or they fixed it themselves.

        A scan beside one that waits, of the same page, is needed to choose between the two.
        """
        if not self._is_theirs(scan):
            return False
        same = scans_of(*scan.page_key) if scan.page_key else [scan]
        waits = any(needs_person(other.status, other.reason) for other in [scan, *same])
        return waits or waiting.has_fixed(self.user, scan.key)

    def _guesses(self, scan: StoredScan) -> tuple[tuple[str, int], ...]:
        if scan.page_key:
            return ()
        sides = sides_beside(scan.key)
        regions = waiting.regions_of(form_id for form_id, _ in sides)
        return tuple(sorted(side for side in sides if self.scope.sees(regions.get(side[0], ""))))

    def _refuse_foreign_region(self, keyed: str) -> None:
        form_id = normalise_form_id(keyed) if keyed else None
        region = waiting.regions_of([form_id]).get(form_id, "") if form_id else ""
        if region and not self.scope.sees(region):
            raise FixRefused(Refusal.OTHER_REGION)

    def _in_px(self, number: int, shares: Corners) -> Corners:
        width, height = stored_size(self.workspace, number)
        return tuple((round(u * width - 0.5, 1), round(v * height - 0.5, 1)) for u, v in shares)

    def _record(self, scan: StoredScan, *, small: bool, fields: Sequence[str] = ()) -> None:
        detail = {"scan": scan.key, "small": small, **({"fields": fields} if fields else {})}
        event = audit.Event(waiting.VIEWED, scan.form_id, scan.page, detail=detail)
        with transaction.atomic():
            audit.record(self.name, [event])


def _fingerprint(scans: Sequence[StoredScan]) -> str:
    """Name the state of a page and of the other scans of it."""
    states = [asdict(scan) for scan in sorted(scans, key=lambda scan: scan.key)]
    text = json.dumps(states, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
