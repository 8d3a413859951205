"""Which screens the navigation offers a role.

Knows names of views. Must not know what they show.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext_lazy

SCREENS = (
    ("keying:start", gettext_lazy("Key")),
    ("grouping:start", gettext_lazy("Check groups")),
    ("keying:arbitration", gettext_lazy("Settle")),
    ("fixing:list", gettext_lazy("Fix pages")),
    ("supervision:overview", gettext_lazy("Overview")),
    ("supervision:forms", gettext_lazy("Forms")),
    ("quality:overview", gettext_lazy("Quality")),
    ("audit:search", gettext_lazy("Audit")),
    ("people:list", gettext_lazy("People")),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the screens that the person's role may open, in working order."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"screens": []}
    links = []
    for name, label in SCREENS:
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue
        if user.role in getattr(resolve(path).func, "allowed_roles", ()):
            links.append({"path": path, "label": label, "here": request.path.startswith(path)})
    return {"screens": links}
