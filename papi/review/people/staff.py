"""Who works here: an admin adds people, changes their rights, switches accounts off.

Knows the forms. Must not know how an account is kept or what a role may do. Nobody is removed: the
work and the audit chain name them.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from papi.office.regions import region_name
from papi.review.navigation import ROLE_NAMES
from papi.review.people.forms import NewPersonForm, PasswordForm, RightsForm, show_refusal
from papi.review.rights import ADMINS, allow, person
from papi.store import people
from papi.store.models import User


@allow(ADMINS)
@require_GET
def list_people(request: HttpRequest) -> HttpResponse:
    """List everybody with role, regions and last login."""
    rows = [_row(user) for user in people.people()]
    return render(request, "review/people/list.html", {"rows": rows})


@allow(ADMINS)
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """Add a person with a first password."""
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            people.add_user(
                typed["username"],
                typed["role"],
                form.codes(),
                typed["password"],
                actor=person(request).username,
                temporary=True,
            )
        except people.PersonRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, gettext("%s may log in now.") % typed["username"])
            return redirect("people:list")
    return render(request, "review/people/add.html", {"form": form})


@allow(ADMINS)
@require_http_methods(["GET", "POST"])
def edit_person(request: HttpRequest, key: int) -> HttpResponse:
    """Change role and regions."""
    user = _found(key)
    first = {"role": user.role, "regions": " ".join(_dotted(code) for code in user.regions)}
    form = RightsForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_rights(
                user.username, form.cleaned_data["role"], form.codes(), person(request).username
            )
        except people.PersonRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, gettext("The rights of %s are changed.") % user.username)
            return redirect("people:list")
    return _page(request, user, rights=form)


@allow(ADMINS)
@sensitive_post_parameters()
@require_POST
def give_password(request: HttpRequest, key: int) -> HttpResponse:
    """Set a password that the person must change at the next login."""
    user = _found(key)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            people.set_password(
                user.username, form.cleaned_data["password"], person(request).username
            )
        except people.PersonRefused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, gettext("%s has a new password.") % user.username)
            return redirect("people:list")
    return _page(request, user, password=form)


@allow(ADMINS)
@require_POST
def switch_account(request: HttpRequest, key: int) -> HttpResponse:
    """Let a person log in no more, or again."""
    user, actor, wanted = _found(key), person(request).username, request.POST.get("active")
    if wanted not in {"yes", "no"}:
        return HttpResponseBadRequest()
    try:
        if wanted == "yes":
            people.enable(user.username, actor)
            messages.success(request, gettext("%s may log in again.") % user.username)
        else:
            people.disable(user.username, actor)
            messages.success(request, gettext("%s may not log in any more.") % user.username)
    except people.PersonRefused:
        only = gettext("This is the only administrator. Add another one first.")
        messages.error(request, only)
        return redirect("people:edit", key)
    return redirect("people:list")


def _page(
    request: HttpRequest, user: User, rights: Form | None = None, password: Form | None = None
) -> HttpResponse:
    first = {"role": user.role, "regions": " ".join(_dotted(code) for code in user.regions)}
    context = {
        "row": _row(user),
        "rights": rights or RightsForm(initial=first),
        "password": password or PasswordForm(),
    }
    return render(request, "review/people/edit.html", context)


def _found(key: int) -> User:
    user = people.person_by_key(key)
    if user is None:
        raise Http404
    return user


def _row(user: User) -> dict[str, Any]:
    """Return what is shown of a person; never the password's hash."""
    regions = [{"code": _dotted(code), "name": region_name(code)} for code in user.regions]
    return {
        "key": user.pk,
        "name": user.username,
        "role": ROLE_NAMES.get(user.role, user.role),  # type: ignore[call-overload]
        "regions": regions,
        "active": user.is_active,
        "last_login": user.last_login,
        "must_change": user.must_change_password,
    }


def _dotted(code: str) -> str:
    """Write a code as people do: 3201012001 as 32.01.01.2001."""
    parts = (code[:2], code[2:4], code[4:6], code[6:])
    return ".".join(part for part in parts if part)
