"""The first page after login: straight to the person's own work.

Knows what each role does first. Must not know how.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from papi.review.rights import EVERYBODY, allow


@allow(EVERYBODY)
def home(request: HttpRequest) -> HttpResponse:
    """Show the screens this person may open."""
    return render(request, "review/home.html")
