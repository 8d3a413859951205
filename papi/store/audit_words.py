"""The words of the audit chain, and what each means to somebody who reads it.

Knows every action of `store.audit.Event`. Must not know who writes it. A word, once written, keeps
its meaning: the chain cannot be rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, str | Promise] = MappingProxyType(
    {
        # seen
        "item.viewed": _("Saw an image of one field"),
        "page.viewed": _("Saw a whole page"),
        "form.viewed": _("Saw a whole form and its history"),
        "queue.viewed": _("Listed fields that wait, with what was read"),
        # done to fields
        "entry.made": _("Keyed a field"),
        "entry.undone": _("Took back what they had keyed"),
        "grid.careless": _("Confirmed a group in which planted images were wrong"),
        "item.settled": _("Settled a field on which two people differed, or that was asked about"),
        "item.sent_back": _("Gave a field to another person to key again"),
        "threshold.raised": _("Raised the confidence from which the machine is trusted"),
        # done to pages and forms
        "page.fixed": _("Mended a page"),
        "form.approved": _("Approved a form"),
        "form.returned": _("Sent a form back with a note"),
        "batch.withdrawn": _("Took a batch back"),
        # whole tables
        "figures.viewed": _("Saw figures of the people who key"),
        "figures.exported": _("Exported a table of figures"),
        "table.exported": _("Exported a table with the data of all forms"),
        "forms.printed": _("Printed forms from the pre-list"),
        "prelist.imported": _("Imported a pre-list"),
        "backup.made": _("Made a backup of everything"),
        "data.destroyed": _("Destroyed data past their retention"),
        # people
        "login.done": _("Logged in"),
        "login.failed": _("Failed to log in"),
        "login.locked": _("Was locked out after too many failures"),
        "logout.done": _("Logged out"),
        "password.changed": _("Changed their password"),
        "user.added": _("Added a person"),
        "user.changed": _("Changed a person's role or regions"),
        "user.password": _("Gave a person another password"),
        "user.disabled": _("Switched a person's login off"),
        "user.enabled": _("Switched a person's login on"),
        # the audit itself
        "audit.searched": _("Searched the audit chain"),
        "audit.exported": _("Exported a list of the audit chain"),
        "audit.verified": _("Verified the audit chain"),
        "heads.exported": _("Exported the heads of the audit chain"),
        "person.exported": _("Exported who saw and changed one person's data"),
    }
)
"""What each action means; the Indonesian is in review/locale/audit."""

OF_ALL_FORMS = frozenset({"table.exported", "backup.made"})
"""Actions that name no form and reveal the data of every one."""


def meaning(action: str) -> str:
    """Return what an action means in the language that is on; an unknown word as it is."""
    return str(ACTIONS.get(action, action))
