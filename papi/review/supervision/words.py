"""Words of supervision: states, reasons, classes, moments and numbers as people read them.

Knows how things are called. Must not know how they are counted.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from papi.model.codebook import Language
from papi.model.page import PageStatus, Reason
from papi.model.recipe import FieldClass
from papi.office.approving import Refusal
from papi.office.messages import explain
from papi.office.regions import region_name
from papi.office.supervision import rule_message
from papi.review.field_kinds import KINDS as FIELD_KINDS

STAGES: Final[dict[str, tuple[str, Promise]]] = {
    "approved": ("s1", _("Approved")),
    "ready": ("s2", _("Complete, to approve")),
    "queue": ("s3", _("Fields wait")),
    "unread": ("s4", _("Pages missing")),
    "missing": ("s5", _("Not back yet")),
}
"""How far forms came, each once: class of the colour and name."""
STATES: Final[dict[str, Promise]] = {
    "missing": _("Not back yet"),
    "incomplete": _("Pages missing"),
    "undecided": _("Being decided"),
    "queue": _("Fields wait"),
    "matched": _("Complete, to approve"),
    "approved": _("Approved"),
    "returned": _("Sent back"),
}
REASONS: Final[dict[str, Promise]] = {
    "reading:low_confidence": _("Hard to read"),
    "reading:doubtful": _("A tick is doubtful"),
    "reading:multiple_marks": _("Several boxes are ticked"),
    "reading:cancelled": _("A tick was crossed out"),
    "reading:not_a_character": _("Something that is no character"),
    "reading:out_of_box": _("Ink leaves its box"),
    "reading:neighbour": _("Ink of the neighbouring box comes in"),
    "reading:intruding": _("A mark from elsewhere stands in the box"),
    "reading:covered": _("Something covers the box"),
    "reading:touching": _("Characters touch each other"),
    "reading:gap": _("A box in between is empty"),
    "reading:full": _("All boxes are full: something may be cut off"),
    "reading:stripe": _("A stripe of the scanner runs through"),
    "reading:pale": _("The ink is pale"),
    "reading:traces": _("Traces of ink in an empty field"),
    "reading:missing": _("The field could not be cut out"),
    "reading:stray": _("Ink where nothing is expected"),
    "reading:text": _("Free text, always keyed"),
    "reading:required_blank": _("A required field is empty"),
    "rule:nik_agreement": _("The NIK and other fields disagree"),
    "prelist:conflict": _("Ticked as right and corrected as well"),
    "prelist:blank_change": _("Ticked as wrong, yet no correction"),
    "prelist:multi": _("Ticked as right and as wrong"),
    "prelist:forgot_tick": _("Corrected, but not ticked"),
    "prelist:not_verified": _("Neither ticked nor corrected"),
    "prelist:no_change": _("The correction equals what was printed"),
    "prelist:turned": _("Printed and read values are swapped"),
    "prelist:reprinted": _("Two prints of the form show different values"),
    "control:double_keying": _("Control: keyed twice"),
    "control:sample": _("Control: random sample"),
    "control:two_scans": _("Two scans of the page differ"),
    "control:returned": _("Sent back by a supervisor"),
}
REFUSALS: Final[dict[Refusal, Promise]] = {
    Refusal.UNKNOWN: _("There is no such form in your regions."),
    Refusal.MISSING: _("Nothing of this form was read yet."),
    Refusal.UNDECIDED: _("News came of this form; it is being decided again."),
    Refusal.INCOMPLETE: _("A page of this form is missing."),
    Refusal.WAITING: _("Fields of this form still wait to be keyed or settled."),
    Refusal.RULE: _("A rule that blocks the record has failed."),
    Refusal.CHANGED: _("The form has changed since you looked at it. Look at it again."),
    Refusal.OWN: _("You keyed a field of this form yourself: somebody else must approve it."),
}
KINDS: Final[dict[str, Promise]] = {
    "keyed": _("keyed"),
    "unreadable": _("cannot read it"),
    "ask": _("asks the supervisor"),
    "confirmed": _("confirmed in a group"),
    "refused": _("refused in a group"),
    "arbitrated": _("chose between two entries"),
    "settled": _("settled by the supervisor"),
    "given_up": _("given up: nobody can read it"),
}
STATUSES: Final[dict[str, Promise]] = {
    "accepted": _("accepted from the machine"),
    "review": _("waits for a person"),
    "resolved": _("settled by a person"),
}
ITEM_STATES: Final[dict[str, Promise]] = {
    "open": _("to be keyed"),
    "arbitration": _("entries differ"),
    "supervisor": _("asked the supervisor"),
    "done": _("done"),
    "gone": _("no longer needed"),
}
PURPOSES: Final[dict[str, Promise]] = {
    "review": _("the machine asked"),
    "sample": _("control sample"),
}
PAGES: Final[dict[str, Promise]] = {
    PageStatus.CONFLICT: _("Two different scans"),
    PageStatus.UNIDENTIFIED: _("Form not recognised"),
    PageStatus.UNREADABLE: _("Cannot be read"),
    PageStatus.QUARANTINED: _("Set aside: reading failed"),
    PageStatus.FOREIGN: _("Not one of our forms"),
    PageStatus.READ: _("Read"),
    PageStatus.BLANK: _("Blank"),
    PageStatus.HEADER: _("Cover sheet"),
    PageStatus.DUPLICATE: _("Duplicate"),
    PageStatus.SUPERSEDED: _("Replaced by another scan"),
}

READERS: Final[dict[str, Promise]] = {
    "characters": _("model of characters"),
    "ticks": _("model of ticks"),
    "code": _("program"),
}
"""What a page was read by: names of `PageEvidence.provenance`."""


def language() -> Language:
    """Return "en" or "id", whichever is on."""
    return "en" if (get_language() or "id").startswith("en") else "id"


def reason_words(reason: str) -> str:
    """Say why a person must look; an unknown reason as it is written."""
    if reason in REASONS:
        return str(REASONS[reason])
    kind, _sep, rule = reason.partition(":")
    said = rule_message(rule, language()) if kind == "rule" else ""
    return f"{rule}: {said}" if said else reason


def class_words(name: str) -> str:
    """Name a field class."""
    return str(FIELD_KINDS[FieldClass(name)]) if name in set(FieldClass) else name


def page_reason(reason: str) -> str:
    """Say why a page is not simply read and what to do, "" without a reason."""
    return explain(Reason(reason), language()) if reason else ""


def place_words(region: str) -> str:
    """Name a region; its code where the name is unknown."""
    return region_name(region) or dotted(region)


def dotted(region: str) -> str:
    """Write a Kemendagri code with dots."""
    parts = (region[:2], region[2:4], region[4:6], region[6:])
    return ".".join(part for part in parts if part)


def number(value: int) -> str:
    """Write a count with the language's thousands."""
    return number_format(value, use_l10n=True, force_grouping=True)


def share(part: int, whole: int) -> str:
    """Write a share in whole percent; never 100 % of less than all, nor 0 % of some."""
    if not whole:
        return "–"
    percent = round(100 * part / whole)
    if part and not percent:
        percent = 1
    if part < whole and percent == 100:
        percent = 99
    return f"{percent}\u00a0%"


def day(moment: dt.date) -> str:
    """Write a day shortly: 24 Nov."""
    return date_format(moment, "j M")


def moment(at: dt.datetime | None) -> str:
    """Write a moment in the office's time: 24 Nov 2026 10:31."""
    return date_format(timezone.localtime(at), "j M Y H:i") if at else "–"


def age(since: dt.datetime | None, now: dt.datetime) -> str:
    """Say how long ago something was, in the largest whole unit."""
    if since is None:
        return "–"
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", hours // 24) % {"count": hours // 24}


def step_words(unit: str, start: dt.datetime) -> str:
    """Name a step of time: an hour, a day, or the day a week begins with."""
    local = timezone.localtime(start)
    if unit == "hour":
        return date_format(local, "H:i")
    return date_format(local, "j M")


def age_words(limits: tuple[int, ...]) -> list[str]:
    """Name the ages of what waits, youngest first."""
    names = [gettext("Less than a day")]
    for low, high in pairwise(limits):
        names.append(gettext("%(low)d to %(high)d days") % {"low": low, "high": high})
    return [*names, gettext("More than %(days)d days") % {"days": limits[-1]}]
