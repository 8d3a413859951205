"""Words for the kinds of fields, in the order a clerk is offered them.

Knows field classes. Must not know items.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from papi.model.recipe import FieldClass

KINDS: dict[str, Any] = {
    FieldClass.NIK: gettext_lazy("NIK"),
    FieldClass.KK: gettext_lazy("Family card numbers"),
    FieldClass.NAME: gettext_lazy("Names and other capitals"),
    FieldClass.DATE: gettext_lazy("Dates"),
    FieldClass.CODED: gettext_lazy("Codes of the code lists"),
    FieldClass.NUMBER: gettext_lazy("Short numbers"),
    FieldClass.LONG_NUMBER: gettext_lazy("Long numbers"),
    FieldClass.CODE: gettext_lazy("Form and institution ids"),
    FieldClass.TICK: gettext_lazy("Ticks"),
    FieldClass.TICK_CRITICAL: gettext_lazy("Ticks on identity"),
    FieldClass.TEXT: gettext_lazy("Free text"),
    FieldClass.SIGNATURE: gettext_lazy("Signatures"),
}


def kind_name(field_class: str) -> Any:
    """Return the words for a field class."""
    return KINDS.get(field_class, field_class)
