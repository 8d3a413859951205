"""Django settings that depend on how the workspace is served: hosts, TLS, idle sessions.

Knows names of settings. Must not know the command line, sockets or the workspace's file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connections

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
HSTS_SECONDS = 30 * 24 * 3600
"""A month: long enough to count, short enough to take TLS away again after a mistake."""


def web_settings(
    hosts: Sequence[str], *, encrypted: bool, behind_proxy: bool, idle_minutes: int
) -> dict[str, Any]:
    """Return the settings.

    Args:
        hosts: names and addresses beside loopback that may stand in a request's Host header.
        encrypted: every browser reaches the server through TLS.
        behind_proxy: a proxy in front ends the TLS and says so in X-Forwarded-Proto.
        idle_minutes: without a request, then a session ends.
    """
    found: dict[str, Any] = {
        "ALLOWED_HOSTS": [*LOOPBACK_HOSTS, *hosts],
        "SESSION_COOKIE_AGE": idle_minutes * 60,
        "SESSION_COOKIE_SECURE": encrypted,
        "CSRF_COOKIE_SECURE": encrypted,
        "LANGUAGE_COOKIE_SECURE": encrypted,
        "SECURE_SSL_REDIRECT": encrypted,
        "SECURE_HSTS_SECONDS": HSTS_SECONDS if encrypted else 0,
    }
    if behind_proxy:
        found["SECURE_PROXY_SSL_HEADER"] = ("HTTP_X_FORWARDED_PROTO", "https")
        found["CSRF_TRUSTED_ORIGINS"] = [f"https://{host}" for host in hosts]
    return found


def apply(wanted: Mapping[str, Any]) -> None:
    """Set them in the running process; before the first request."""
    for name, value in wanted.items():
        setattr(settings, name, value)


def keep_connections() -> None:
    """Let each thread keep its database connection, and look before each request if it lives."""
    connections.settings["default"].update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)
