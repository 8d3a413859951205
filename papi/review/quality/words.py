"""Words of the quality screens: verdicts, shares.

Knows how things are called and numbers are written. Must not know how they are estimated.
"""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papi.office.quality_estimate import Verdict, percent_digits

_PERCENT = "\N{NO-BREAK SPACE}%"
WRITTEN, BLANK = _("written"), _("blank")
VERDICTS: dict[Verdict, Promise] = {
    Verdict.SURE: _("above the target"),
    Verdict.WATCH: _("perhaps above the target"),
    Verdict.WITHIN: _("not above the target"),
    Verdict.PROVED: _("proved below the target"),
    Verdict.UNKNOWN: _("not known yet"),
}


def percent(share: float | None) -> str:
    """Write a share in percent, two digits of it, in the person's language."""
    if share is None:
        return "–"
    if share in {0.0, 1.0}:
        return f"{100 * share:.0f}{_PERCENT}"
    return f"{number_format(100.0 * share, percent_digits(share))}{_PERCENT}"


def threshold(value: float) -> str:
    """Write a threshold, all of its digits."""
    digits = max(2, len(f"{value:.6f}".rstrip("0").split(".")[1]))
    return number_format(value, digits)
