"""Which pages a person must look at.

Knows states and reasons. Must not know what is to be done about them (`todo`).
"""

from __future__ import annotations

from papi.model.page import Reason
from papi.office.messages import HARMLESS


def needs_person(status: str, reason: str) -> bool:
    """Tell whether a page waits for a person: what a person set aside waits no longer."""
    return status not in HARMLESS and reason != Reason.SET_ASIDE
