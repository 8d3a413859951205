"""What a request says: who is at the desk, which pages they want, what they say of one.

Knows the names of form fields and queries. Must not know what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from papi.office.fix_facts import Fix
from papi.office.fix_messages import FixRefused, Refusal
from papi.office.fix_screens import Corners, Desk, Filter
from papi.review.rights import person, scope
from papi.review.serving import workspace

_ALONE = {
    "blank": Fix(blank=True),
    "foreign": Fix(foreign=True),
    "choose": Fix(choose=True),
    "again": Fix(again=True),
}
_MOST_DIGITS = 9
_OUTSIDE = 0.25
"""Corners that were cut off may be said to lie so far outside, in shares of the picture."""


def desk_of(request: HttpRequest) -> Desk:
    """Return the desk of the person who asks."""
    user = person(request)
    return Desk(workspace(), int(user.pk), user.username, scope(request))


def filter_of(query: QueryDict) -> Filter:
    """Return which pages are wanted."""
    return Filter(_number(query.get("batch", "")), query.get("reason", "")[:24])


def query_of(wanted: Filter) -> str:
    """Return the filter as the tail of an address, "" for none."""
    asked = {"batch": wanted.batch, "reason": wanted.reason}
    kept = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person posted of a page.

    Attributes:
        seen: fingerprint of what they saw.
        fix: what they say, without corners.
        corners: shares of the stored picture's width and height.
    """

    seen: str
    fix: Fix
    corners: Corners = ()


def said_of(posted: QueryDict) -> Said:
    """Read a post.

    Raises:
        FixRefused: corners that are none.
    """
    seen, deed = posted.get("seen", ""), posted.get("do", "read")
    if deed in _ALONE:
        return Said(seen, _ALONE[deed])
    corners = _corners(posted.get("corners", ""))
    turns = _number(posted.get("turns", ""))
    fix = Fix(
        form_id=posted.get("form_id", "").strip(),
        page=_number(posted.get("page", "")) or None,
        corners=corners,
        quarter_turns=None if turns is None else turns % 4,
        force="force" in posted,
    )
    return Said(seen, fix, corners)


def _number(text: str) -> int | None:
    text = text.strip()
    plain = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if plain else None


def _corners(text: str) -> Corners:
    """Read "u,v u,v ..."; four of them or none."""
    points = text.split()[:5]
    try:
        pairs = [tuple(float(part) for part in point.split(",")) for point in points]
        shares = tuple((u, v) for u, v in pairs)
    except ValueError:
        raise FixRefused(Refusal.FOUR_CORNERS, count=0) from None
    inside = all(-_OUTSIDE <= part <= 1 + _OUTSIDE for pair in shares for part in pair)
    if not inside or len(shares) not in {0, 4}:
        raise FixRefused(Refusal.FOUR_CORNERS, count=len(shares))
    return shares
