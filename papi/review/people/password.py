"""A person's own password: the old one is asked, every other session of theirs ends.

Knows the form. Must not know which passwords are good (settings) or how they are kept.
"""

from __future__ import annotations

from django.contrib.auth.views import PasswordChangeView
from django.urls import reverse_lazy

from papi.review.rights import EVERYBODY, allow

change_password = allow(EVERYBODY)(
    PasswordChangeView.as_view(
        template_name="review/people/password.html", success_url=reverse_lazy("home")
    )
)
