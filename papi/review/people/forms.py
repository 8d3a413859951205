"""What an admin types about a person.

Knows fields and their words. Must not know the rules of names, regions and passwords: the store
refuses, `show_refusal` says it in the reader's language at the field it belongs to.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from papi.review.navigation import ROLE_NAMES
from papi.store.people import PersonRefused

_REASONS = {
    "name": ("username", gettext_lazy("Use 2-40 letters, digits or . _ - without blanks.")),
    "taken": ("username", gettext_lazy("Somebody has this login name already.")),
    "role": ("role", gettext_lazy("There is no such role.")),
    "region": (
        "regions",
        gettext_lazy("That is no region code. Give 2, 4, 6 or 10 digits, e.g. 32.01."),
    ),
    "password": ("password", gettext_lazy("Choose another password.")),
    "last_admin": (None, gettext_lazy("This is the only administrator. Add another one first.")),
    "unknown": (None, gettext_lazy("There is no such person.")),
}
_BLANKS = re.compile(r"[\s,;]+")


class RightsForm(forms.Form):
    """Role and regions."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, name) for role, name in ROLE_NAMES.items()],
    )
    regions = forms.CharField(
        label=gettext_lazy("Regions"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Region codes with blanks between, e.g. 32.01 32.04. Empty: all."),
    )

    def codes(self) -> list[str]:
        """Return the region codes typed."""
        return [code for code in _BLANKS.split(self.cleaned_data["regions"]) if code]


class PasswordForm(forms.Form):
    """A first or new password, until the person chooses one."""

    password = forms.CharField(
        label=gettext_lazy("Temporary password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "At least 10 characters. The person must choose another one at the next login."
        ),
    )


class NewPersonForm(RightsForm, PasswordForm):
    """Somebody new."""

    username = forms.CharField(
        label=gettext_lazy("Login name"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "autofocus": True}
        ),
    )
    field_order = ("username", "role", "regions", "password")


def show_refusal(form: forms.Form, refused: PersonRefused) -> None:
    """Add the store's refusal to the form."""
    field, words = _REASONS[refused.reason]
    messages: list[Any] = list(refused.details) or [words]
    for message in messages:
        form.add_error(field if field in form.fields else None, message)
