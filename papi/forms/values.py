"""What a slot shows: the pre-list value of one form, masked, labelled or withheld.

Knows pre-list columns that need care. Must not know how text is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from papi.model.drawing import Slot
from papi.model.issue import LabelOf, PrintJob, Village
from papi.model.prelist import PrelistRow

SENSITIVE_PPKS: Final = frozenset({"10", "14", "15", "16", "17", "18", "19"})
"""PPKS categories that are never pre-printed nor listed beside a name (domain rules, form B)."""
PPKS_LIST: Final = "ppks"
_PPKS_COLUMNS: Final = ("ppks_1", "ppks_2", "ppks_3")
_LEVELS: Final = (
    ("kdprop", "nmprop", 0, 2),
    ("kdkab", "nmkab", 2, 4),
    ("kdkec", "nmkec", 4, 6),
    ("kddesa", "nmdesa", 6, 10),
)
"""Column of the code, column of the name, and where the code stands in a Kemendagri code."""
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
"""Dates are shown in the order in which they are written on the form."""
_SHOWN_ENDS: Final = 4
"""Digits left readable at each end of a masked number."""


def mask_number(number: str) -> str:
    """Return an identity number with its middle hidden: 3201********0001."""
    hidden = len(number) - 2 * _SHOWN_ENDS
    if hidden < _SHOWN_ENDS:
        return "*" * len(number)
    return number[:_SHOWN_ENDS] + "*" * hidden + number[-_SHOWN_ENDS:]


def is_sensitive(row: PrelistRow) -> bool:
    """Tell whether the person's PPKS category must not stand in a list."""
    return any(row.value(column).strip().zfill(2) in SENSITIVE_PPKS for column in _PPKS_COLUMNS)


def slot_text(
    slot: Slot, row: PrelistRow | None, own: Mapping[str, str], label_of: LabelOf | None
) -> str:
    """Return what `slot` shows, "" if there is nothing to show.

    Args:
        slot: the slot.
        row: pre-list row, None for a blank form.
        own: the printer's own values by "@name".
        label_of: looks up the label of a code; None prints bare codes.
    """
    if slot.name.startswith("@") or slot.name in own:
        return own.get(slot.name, "")
    value = row.value(slot.name).strip() if row else ""
    return _shown_value(slot, value, label_of) if value else ""


def _shown_value(slot: Slot, value: str, label_of: LabelOf | None) -> str:
    if iso := _ISO_DATE.fullmatch(value):
        return f"{iso[3]}-{iso[2]}-{iso[1]}"
    if slot.code_list == PPKS_LIST and value.zfill(2) in SENSITIVE_PPKS:
        return ""
    if slot.mask == "nik":
        return mask_number(value)
    if slot.code_list and label_of:
        return f"{value} {label_of(slot.code_list, value)}".rstrip()
    return value


def own_values(job: PrintJob, page: int, village: Village) -> dict[str, str]:
    """Return the values that come from the print run, by slot name.

    The four region columns are among them: code and name, also on a form without a row.
    """
    issued = job.issued
    return _place(issued.region, village, job.row) | {
        "@page_of": page_of(job, page),
        "@copy": f"Salinan {issued.copy}" if issued.copy > 1 else "",
        "@district": village.district,
        "@subdistrict": village.subdistrict,
        "@province": village.province,
        "@village": village.name,
        "@campaign": village.campaign,
    }


def _place(region: str, village: Village, row: PrelistRow | None) -> dict[str, str]:
    """Return code and name of each level that the region code has."""
    names = (village.province, village.district, village.subdistrict, village.name)
    place = {}
    for (column, named, begin, end), name in zip(_LEVELS, names, strict=True):
        if len(region) >= end:
            shown = name or (row.value(named) if row else "")
            place[column] = f"{region[begin:end]} {shown}".rstrip()
    return place


def page_of(job: PrintJob, page: int) -> str:
    """Return "hal. 2/6": the page and how many pages this form has."""
    return f"hal. {page}/{len(job.issued.pages)}"
