"""Words of the quality screens: classes of fields, verdicts, shares.

Knows how things are called and numbers are written. Must not know how they are estimated.
"""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papi.model.recipe import FieldClass
from papi.office.quality_estimate import Verdict, percent_digits

CLASSES: dict[FieldClass, Promise] = {
    FieldClass.TICK: _("Ticks"),
    FieldClass.TICK_CRITICAL: _("Critical ticks"),
    FieldClass.CODED: _("Codes of 1-3 digits"),
    FieldClass.DATE: _("Dates"),
    FieldClass.NUMBER: _("Numbers of 4-8 digits"),
    FieldClass.LONG_NUMBER: _("Long numbers"),
    FieldClass.NIK: _("NIK"),
    FieldClass.KK: _("KK numbers"),
    FieldClass.NAME: _("Names"),
    FieldClass.CODE: _("Letters and digits"),
    FieldClass.TEXT: _("Free text"),
    FieldClass.SIGNATURE: _("Signatures"),
}
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
