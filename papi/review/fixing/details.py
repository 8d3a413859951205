"""Facts of the reader about a page, in the language of the person who reads.

Knows the few sentences that stages write beside a reason. Must not know HTTP. What it does not know
is left out in Indonesian: it helps nobody at a desk.
"""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from papi.model.sheet import SheetId, readable_form_id

_LIKE = re.compile(r"looks like (?P<pages>.+)")
_ONE = re.compile(r"(\S+) page (\d+)")
_SENTENCES: tuple[tuple[str, Promise], ...] = (
    (r"(?P<n>\d+) tags found", lazy("%(n)s corner marks found")),
    (r"(?P<n>\d+) boxes lie outside the scan", lazy("%(n)s boxes lie outside the scan")),
    (
        r"(?P<share>\d+)% of the boxes' rules are there",
        lazy("only %(share)s%% of the rules are where they should be"),
    ),
    (r"(?P<n>\d+) barcodes", lazy("%(n)s different barcodes")),
    (r"page (?P<n>\d+)", lazy("page %(n)s")),
)


def told(detail: str) -> str:
    """Return the facts that say something to the person at the screen, "" for none."""
    sheets = [SheetId.parse(payload) for payload in detail.split(" / ")]
    if all(sheets):
        named = [(readable_form_id(sheet.form_id), sheet.page) for sheet in sheets if sheet]
        return " / ".join(f"{form} " + _("page %(n)s") % {"n": page} for form, page in named)
    if get_language() == "en":
        return detail
    return "; ".join(filter(None, (_part(part) for part in detail.split("; "))))


def _part(part: str) -> str:
    if match := _LIKE.fullmatch(part):
        pages = _ONE.sub(_named, match["pages"].replace(" or ", "/"))
        return _("looks like %(pages)s") % {"pages": pages}
    for pattern, sentence in _SENTENCES:
        if match := re.fullmatch(pattern, part):
            return str(sentence) % match.groupdict()
    return ""


def _named(match: re.Match[str]) -> str:
    return f"{match[1].upper()} " + _("page %(n)s") % {"n": match[2]}
