"""Who logged in, failed to, was locked out, logged out: written into the audit chain.

Knows the signals of Django and django-axes. Must not know how anybody is let in. A failed login
names a person only if there is one: what was typed may be a password in the wrong box.
"""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from papi.store import audit
from papi.store.models import User


def connect() -> None:
    """Listen from now on; once a process."""
    user_logged_in.connect(_entered, dispatch_uid="papi.entered")
    user_logged_out.connect(_left, dispatch_uid="papi.left")
    user_login_failed.connect(_failed, dispatch_uid="papi.failed")


def _entered(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(user.username, [_event("login.done", request)])


def _left(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(user.username, [_event("logout.done", request)])


def _failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    """Write one failure, and the lock it leads to; during a lock none: nobody fills the chain.

    Django-axes has counted it already: INSTALLED_APPS names it first.
    """
    locked = getattr(request, "axes_locked_out", False)
    if locked and getattr(request, "axes_failures_since_start", None) is None:
        return  # the lock stood before: the password was not even looked at
    name = credentials.get("username", "")
    actions = ("login.failed", "login.locked") if locked else ("login.failed",)
    audit.record("", [_event(action, request, name) for action in actions])


def _event(action: str, request: HttpRequest | None, name: str = "") -> audit.Event:
    known = bool(name) and User.objects.filter(username=name).exists()
    address = (get_client_ip_address(request) or "") if request is not None else ""
    return audit.Event(
        action,
        detail={"who": name} if known else {},
        values={"address": address} if address else {},
    )
