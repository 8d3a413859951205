"""The answer to who is locked out after too many failed logins.

Knows when the lock ends. Must not know how failures are counted (django-axes).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

LOCKED = 429


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Say until when nobody can log in with this name from this computer."""
    name = (credentials or {}).get("username", "")
    context = {"until": locked_until(name, get_client_ip_address(request) or "")}
    return render(request, "review/people/locked.html", context, status=LOCKED)


def locked_until(name: str, address: str) -> dt.datetime:
    """Return when the lock on a name from an address ends."""
    attempts = AccessAttempt.objects.filter(username=name, ip_address=address)
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    began = last or timezone.now()
    return began + (get_cool_off() or dt.timedelta())
