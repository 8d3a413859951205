# ruff: noqa: F811  fixtures are imported
"""Every address x every role x nobody x own and foreign region, as `url_table` says."""

from __future__ import annotations

import re

import pytest
from rights_office import Ground, _ground, ground  # noqa: F401  fixtures
from url_table import (
    ANYBODY,
    GET,
    NOBODY,
    POST,
    ROLES,
    TABLE,
    Row,
    address,
    addresses,
    ask,
    cases,
)

from papi.store.models import AuditEvent, IssuedForm

ALL = (NOBODY, *ROLES)
_LOGIN = "/login/"


@pytest.fixture(autouse=True)
def _decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deciding every form again would go on after the test."""
    monkeypatch.setattr("papi.office.raising.Redeciding.start", lambda self, workspace: None)


def test_every_address_is_in_the_table_and_names_its_roles() -> None:
    views = addresses()
    assert sorted(views) == sorted(TABLE)
    for name, view in views.items():
        said = frozenset(str(role) for role in getattr(view, "allowed_roles", ()))
        wanted = frozenset({"*"}) if TABLE[name].roles == ANYBODY else TABLE[name].roles
        assert said == wanted, name


def _to_login(answer: object) -> bool:
    return getattr(answer, "status_code", 0) == 302 and str(
        getattr(answer, "headers", {}).get("Location", "")
    ).startswith(_LOGIN)


@pytest.mark.parametrize("role", ALL)
def test_a_page_is_served_to_the_roles_of_the_table_alone(ground: Ground, role: str) -> None:
    wrong = []
    for name, method in cases():
        if TABLE[name].roles == ANYBODY and name != "people:login":
            continue
        client = ground.login(role)
        answer = ask(client, name, method, ground.things)
        if role in TABLE[name].roles:
            fine = answer.status_code in {200, 302, 400, 404, 409} and not _to_login(answer)
            fine = fine and (answer.status_code != 404 or name == "grouping:picture")
            fine = fine or (role != NOBODY and name == "people:login")
        elif role == NOBODY:
            fine = _to_login(answer)
        else:
            fine = answer.status_code == 403
        if not fine:
            wrong.append((name, method, answer.status_code, answer.headers.get("Location")))
    assert wrong == []


@pytest.mark.parametrize("role", ALL)
def test_a_script_is_told_by_the_status_alone(ground: Ground, role: str) -> None:
    wrong = []
    for name, method in cases():
        if role in TABLE[name].roles:
            continue
        answer = ask(ground.login(role), name, method, ground.things, accept="*/*")
        if answer.status_code != (401 if role == NOBODY else 403):
            wrong.append((name, method, answer.status_code))
    assert wrong == []


def test_a_view_that_names_no_role_serves_nobody(ground: Ground) -> None:
    from django.http import HttpResponse
    from django.test import RequestFactory

    from papi.review.rights import DenyByDefaultMiddleware

    request = RequestFactory().get("/")
    request.user = ground.person("supervisor")
    middleware = DenyByDefaultMiddleware(lambda request: HttpResponse())
    with pytest.raises(Exception, match=r"^$") as refused:
        middleware.process_view(request, lambda request: HttpResponse(), (), {})
    assert refused.typename == "PermissionDenied"


def test_a_clerk_sees_no_picture_of_what_is_not_on_the_own_screen(ground: Ground) -> None:
    clerk = ground.login("clerk", ground.own)
    ground.login("supervisor", ground.own)  # who has the item now
    for name in ("keying:snip", "keying:page"):
        assert ask(clerk, name, GET, ground.things).status_code == 404


def _some_role(row: Row) -> str:
    return sorted(row.roles - {NOBODY})[-1]


def test_only_the_methods_of_the_table_are_answered(ground: Ground) -> None:
    wrong = []
    for name, row in TABLE.items():
        client = ground.login(NOBODY if NOBODY in row.roles else _some_role(row))
        path = address(name, ground.things)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if method in row.methods or (name == "people:login" and method == "PUT"):
                continue
            status = client.generic(method, path).status_code
            if status != 405:
                wrong.append((name, method, status))
    assert wrong == []


def test_no_post_is_taken_without_its_token(ground: Ground) -> None:
    wrong = []
    for name, method in cases():
        if method == GET:
            continue
        client = ground.login(_some_role(TABLE[name]), enforce_csrf_checks=True)
        answer = ask(client, name, POST, ground.things)
        if answer.status_code != 403 or "terlalu lama terbuka" not in answer.content.decode():
            wrong.append((name, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_what_lies_in_a_foreign_region_is_not_found(ground: Ground, role: str) -> None:
    wrong = []
    before = AuditEvent.objects.filter(form_id__gt="").count()
    for name, method in cases():
        row = TABLE[name]
        if not row.about or role not in row.roles:
            continue
        answer = ask(ground.login(role, ground.foreign), name, method, ground.things)
        if answer.status_code != 404:
            wrong.append((name, method, answer.status_code))
    assert wrong == []
    assert AuditEvent.objects.filter(form_id__gt="").count() == before


@pytest.mark.parametrize("role", ROLES)
def test_what_lies_in_ones_own_region_is_found(ground: Ground, role: str) -> None:
    wrong = []
    for name, method in cases():
        row = TABLE[name]
        if role not in row.roles or NOBODY in row.roles or name == "grouping:picture":
            continue
        answer = ask(ground.login(role, ground.own), name, method, ground.things)
        allowed = answer.status_code in {200, 302, 400, 409, 422} and not _to_login(answer)
        if allowed == row.everywhere:
            wrong.append((name, method, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_no_list_names_a_form_of_a_foreign_region(ground: Ground, role: str) -> None:
    forms = list(IssuedForm.objects.values_list("pk", flat=True))
    found = []
    for name, method in cases():
        row = TABLE[name]
        if role not in row.roles or row.about or row.everywhere or NOBODY in row.roles:
            continue
        answer = ask(ground.login(role, ground.foreign), name, method, ground.things)
        text = answer.content.decode(errors="replace")
        found += [(name, form) for form in forms if form in text]
    assert found == []


def test_every_answer_says_what_a_browser_may_do_with_it(ground: Ground) -> None:
    wrong = []
    for name, method in cases():
        answer = ask(ground.login(_some_role(TABLE[name])), name, method, ground.things)
        policy = answer.headers.get("Content-Security-Policy", "")
        fine = (
            "default-src 'none'" in policy
            and "unsafe" not in policy
            and answer.headers.get("X-Frame-Options") == "DENY"
            and answer.headers.get("X-Content-Type-Options") == "nosniff"
            and answer.headers.get("Referrer-Policy") == "same-origin"
            and answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin"
            and "no-store" in answer.headers.get("Cache-Control", "")
        )
        if not fine:
            wrong.append((name, method, answer.headers))
    assert wrong == []


_INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son\w+=", re.I
)


def test_no_page_has_a_script_or_style_within(ground: Ground) -> None:
    pages, wrong = 0, []
    for name, method in cases():
        answer = ask(ground.login(_some_role(TABLE[name])), name, method, ground.things)
        if "html" in answer.headers.get("Content-Type", "") and answer.content:
            pages += 1
            wrong += [(name, found) for found in _INLINE.findall(answer.content.decode())]
    assert wrong == []
    assert pages > 15
