"""What is true of every request and answer, whichever screen it is for.

Nothing large or odd is taken, no copy of an answer is kept, a session ends when nobody works. Knows
headers and the session's age. Must not know screens or roles.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse

KEPT_AWAKE_S = 60
"""How often a session in use is written again: its end is exact to a minute, and forty clerks cost
forty writes a minute instead of one for each key they press."""
BACKGROUND_HEADER = "X-Papi-Background"
"""Sent by a page that renews itself: nobody pressed a key, so the session grows old."""
_MOST_DIGITS = 9
_SEEN = "seen"
_ENCODED = "application/x-www-form-urlencoded"


class PlainRequestsMiddleware:
    """Refuses what is larger than any form of ours, and NUL: PostgreSQL takes no text with one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on if a browser could have sent it from a page of ours."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        plain = length.isdecimal() and len(length) <= _MOST_DIGITS
        if not plain or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        if _has_nul(request):
            raise BadRequest
        return self.get_response(request)


def _has_nul(request: HttpRequest) -> bool:
    """Tell whether path, query or body hold a NUL, as it is written there."""
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    written = {_ENCODED: b"%00", "application/json": b"\\u0000"}
    body = request.body
    return b"\0" in body or written.get(request.content_type or "", b"\0") in body


class PrivateAnswersMiddleware:
    """Tells browsers to keep no page with personal data, unless a view says for how long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response


class IdleMiddleware:
    """Renews the session of who works; one left alone ends after SESSION_COOKIE_AGE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, then note that somebody works."""
        response = self.get_response(request)
        if BACKGROUND_HEADER not in request.headers and request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get(_SEEN, 0) >= KEPT_AWAKE_S:
                request.session[_SEEN] = now
        return response
