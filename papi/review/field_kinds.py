"""Words for the kinds of fields, in the order a clerk is offered them: the same on every screen.

Knows field classes. Must not know items or figures.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papi.model.recipe import FieldClass

KINDS: Final[dict[FieldClass, Promise]] = {
    FieldClass.NIK: _("NIK"),
    FieldClass.KK: _("KK numbers"),
    FieldClass.NAME: _("Names and other capitals"),
    FieldClass.DATE: _("Dates"),
    FieldClass.CODED: _("Codes of 1-3 digits"),
    FieldClass.NUMBER: _("Numbers of 4-8 digits"),
    FieldClass.LONG_NUMBER: _("Long numbers"),
    FieldClass.CODE: _("Codes of letters and digits"),
    FieldClass.TICK: _("Ticks"),
    FieldClass.TICK_CRITICAL: _("Critical ticks"),
    FieldClass.TEXT: _("Free text"),
    FieldClass.SIGNATURE: _("Signatures"),
}


def kind_name(field_class: str) -> str:
    """Return the words for a field class."""
    return str(KINDS[FieldClass(field_class)])
