"""Who may do what: every view names its roles, and a view that names none serves nobody.

Knows roles and regions. Must not know what a view shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from papi.store.models import User
from papi.store.models.people import Role
from papi.store.scopes import Scope

View = TypeVar("View", bound=Callable[..., Any])
ANYBODY = frozenset({"*"})
"""Who needs no login: the login page itself."""
EVERYBODY = frozenset(Role.values)
"""Every role, logged in."""
WORKERS = frozenset({Role.OPERATOR, Role.CLERK, Role.SUPERVISOR})
KEYERS = frozenset({Role.CLERK, Role.SUPERVISOR})
FIXERS = frozenset({Role.OPERATOR, Role.SUPERVISOR})
SUPERVISORS = frozenset({Role.SUPERVISOR})
ADMINS = frozenset({Role.ADMIN})


def allow(roles: frozenset[str]) -> Callable[[View], View]:
    """Name the roles that a view serves; the outermost decorator of every view."""

    def mark(view: View) -> View:
        view.allowed_roles = roles  # type: ignore[attr-defined]
        return view

    return mark


class DenyByDefaultMiddleware:
    """Lets a request reach a view only if the view names the person's role.

    Nobody logged in: to the login page (a script: 401). Logged in with another role: 403.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse who may not; None lets the view answer."""
        roles: frozenset[str] = getattr(view, "allowed_roles", frozenset())
        if roles == ANYBODY:
            return None
        if not request.user.is_authenticated:
            return _to_login(request)
        if person(request).role not in roles:
            raise PermissionDenied
        if person(request).must_change_password and not getattr(view, "serves_newcomers", False):
            return redirect("people:password") if wants_page(request) else _refused()
        return None


def for_newcomers(view: View) -> View:
    """Mark the view that also serves who must change the password somebody else gave them."""
    view.serves_newcomers = True  # type: ignore[attr-defined]
    return view


def wants_page(request: HttpRequest) -> bool:
    """Tell whether a browser asks for a whole page, not a script for a part of one."""
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers


def _to_login(request: HttpRequest) -> HttpResponseBase:
    if not wants_page(request):
        return _refused()
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def _refused() -> HttpResponse:
    """Tell a script that nobody is logged in (any more); htmx turns to the login page itself."""
    return HttpResponse(status=401, headers={"HX-Redirect": reverse("people:login")})


def person(request: HttpRequest) -> User:
    """Return who is logged in; only for views behind `allow`."""
    assert isinstance(request.user, User)  # noqa: S101  the middleware saw to it
    return request.user


def scope(request: HttpRequest) -> Scope:
    """Return the regions the person may see."""
    return Scope.of(person(request).regions)
