"""Logging in and out.

Knows the login form and where to go next. Must not know how failures are counted (django-axes) or
how passwords are kept.
"""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView

from papi.review.rights import ANYBODY, allow

login = allow(ANYBODY)(
    LoginView.as_view(template_name="review/people/login.html", redirect_authenticated_user=True)
)
"""Shows the login page; right name and password lead to the page asked for, of this host alone."""

logout = allow(ANYBODY)(LogoutView.as_view())
"""Ends the session (POST); nothing wrong if it ended already."""
