"""Who logged in, failed to, was locked out, logged out: written into the audit chain.

Knows the signals of Django and django-axes. Must not know how anybody is let in. A failed login
names a person only if there is one: what was typed may be a password in the wrong box.
"""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from papi.store import audit
from papi.store.models import User


def connect() -> None:
    """Listen from now on; once a process."""
    user_logged_in.connect(_entered, dispatch_uid="papi.entered")
    user_logged_out.connect(_left, dispatch_uid="papi.left")
    user_login_failed.connect(_failed, dispatch_uid="papi.failed")
    user_locked_out.connect(_locked, dispatch_uid="papi.locked")


def _entered(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(user.username, [_event("login.done", request)])


def _left(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(user.username, [_event("logout.done", request)])


def _failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    """Write one failure; during a lock none, so that nobody can fill the chain with them."""
    if request is not None and _refused_unseen(request):
        return
    audit.record("", [_event("login.failed", request, credentials.get("username", ""))])


def _locked(sender: Any, request: HttpRequest, username: str, **_: Any) -> None:
    """Write the lock when it begins."""
    if not _refused_unseen(request):
        audit.record("", [_event("login.locked", request, username)])


def _refused_unseen(request: HttpRequest) -> bool:
    """Tell whether the lock stood before: then the password was not even looked at."""
    locked = getattr(request, "axes_locked_out", False)
    return locked and getattr(request, "axes_failures_since_start", None) is None


def _event(action: str, request: HttpRequest | None, name: str = "") -> audit.Event:
    known = bool(name) and User.objects.filter(username=name).exists()
    address = (get_client_ip_address(request) or "") if request is not None else ""
    return audit.Event(
        action,
        detail={"who": name} if known else {},
        values={"address": address} if address else {},
    )
