"""Which screens the navigation offers a role.

Knows names of views and words for roles. Must not know what a screen shows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy

from papi.store.models.people import Role

ROLE_NAMES = {
    Role.OPERATOR: gettext_lazy("Scanning operator"),
    Role.CLERK: gettext_lazy("Keying clerk"),
    Role.SUPERVISOR: gettext_lazy("Supervisor"),
    Role.ADMIN: gettext_lazy("Administrator"),
}


class Screen(NamedTuple):
    """One entry: the view's name, its short label, and what one does there."""

    view: str
    label: Any
    about: Any


SCREENS = (
    Screen(
        "keying:start",
        gettext_lazy("Key"),
        gettext_lazy("Type what stands in a snip, one field at a time."),
    ),
    Screen(
        "grouping:start",
        gettext_lazy("Check groups"),
        gettext_lazy("Find the snip that does not belong among many alike."),
    ),
    Screen(
        "keying:arbitration",
        gettext_lazy("Settle"),
        gettext_lazy("Choose where two people keyed different things; answer questions."),
    ),
    Screen(
        "fixing:list",
        gettext_lazy("Fix pages"),
        gettext_lazy("Place or name scans that the machine could not."),
    ),
    Screen(
        "supervision:returned",
        gettext_lazy("Sent back"),
        gettext_lazy("Forms a supervisor sent back, and what is to be done."),
    ),
    Screen(
        "supervision:overview",
        gettext_lazy("Overview"),
        gettext_lazy("What was printed, came back, was read and settled, village by village."),
    ),
    Screen(
        "supervision:forms",
        gettext_lazy("Forms"),
        gettext_lazy("Look a form up, follow its history, approve it or send it back."),
    ),
    Screen(
        "quality:overview",
        gettext_lazy("Quality"),
        gettext_lazy("How many accepted fields are wrong, by kind of field and by person."),
    ),
    Screen(
        "audit:search",
        gettext_lazy("Audit"),
        gettext_lazy("Who saw and who changed what; whether the record is whole."),
    ),
    Screen(
        "audit:chain",
        gettext_lazy("Audit"),
        gettext_lazy("Who saw and who changed what; whether the record is whole."),
    ),
    Screen(
        "people:list",
        gettext_lazy("People"),
        gettext_lazy("Add people, change their role and regions, switch accounts off."),
    ),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the screens that the person's role may open, in working order, and the role's name."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.must_change_password:
        return {"screens": [], "role_name": ""}
    links = [link for screen in SCREENS if (link := _link(screen, user.role)) is not None]
    here = max(
        (link["path"] for link in links if request.path.startswith(link["path"])),
        key=len,
        default=None,
    )
    for link in links:
        link["here"] = link["path"] == here
    return {"screens": links, "role_name": ROLE_NAMES.get(user.role, user.role)}


def _link(screen: Screen, role: str) -> dict[str, Any] | None:
    """Return a link to a screen, None if the role may not open it or nobody has it."""
    try:
        path = reverse(screen.view)
    except NoReverseMatch:
        return None
    if role not in getattr(resolve(path).func, "allowed_roles", ()):
        return None
    return {"view": screen.view, "path": path, "label": screen.label, "about": screen.about}
