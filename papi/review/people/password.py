"""A person's own password: the old one is asked, every other session of theirs ends.

Knows the form, and that an open session is no place to guess the old password. Must not know which
passwords are good (settings) or how they are kept.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from papi.review.rights import EVERYBODY, allow, for_newcomers, person
from papi.store import people

WRONG_LIMIT = 5
"""Wrong old passwords in one session; then somebody else sits at the desk."""
_WRONG = "wrong_passwords"


@allow(EVERYBODY)
@for_newcomers
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Ask for the old password and a new one."""
    user = person(request)
    form = PasswordChangeForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False)
        people.change_own_password(user)
        update_session_auth_hash(request, user)
        request.session.pop(_WRONG, None)
        messages.success(request, gettext("Your password is changed."))
        return redirect("home")
    if "old_password" in form.errors and _guessed_too_often(request):
        logout(request)
        return redirect("people:login")
    rules = password_validators_help_texts()
    context = {"form": form, "rules": rules, "forced": user.must_change_password}
    return render(request, "review/people/password.html", context)


def _guessed_too_often(request: HttpRequest) -> bool:
    wrong = request.session.get(_WRONG, 0) + 1
    request.session[_WRONG] = wrong
    return bool(wrong >= WRONG_LIMIT)
