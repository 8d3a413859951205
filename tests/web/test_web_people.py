"""Logging in and out, passwords, sessions, and the screen of people; all of it in the chain."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from papi.office.auditing import verify
from papi.office.workspace import Workspace
from papi.review import privacy
from papi.store import people
from papi.store.models import AuditEvent, User

PASSWORD = "kuda-lari-di-sawah"  # noqa: S105  an invented one
OTHER = "sapi-tidur-di-kebun"


@pytest.fixture(autouse=True)
def _quick(workspace: Workspace, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _stranger(**more: Any) -> Client:
    return Client(headers={"Accept": "text/html"}, **more)


def _login(name: str, password: str = PASSWORD, **more: Any) -> Client:
    client = _stranger(**more)
    client.post("/login/", {"username": name, "password": password})
    return client


def _inside(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def _actions(*kinds: str) -> list[str]:
    found = AuditEvent.objects.order_by("at", "id").values_list("action", flat=True)
    return [action for action in found if action.startswith(kinds or ("",))]


def _add(name: str, role: str = "clerk", *regions: str, **more: Any) -> User:
    people.add_user(name, role, regions, PASSWORD, **more)
    return User.objects.get(username=name)


def test_login_leads_to_the_page_asked_for_and_logout_ends_it() -> None:
    _add("siti")
    client = _stranger()
    assert client.get("/password/").headers["Location"] == "/login/?next=/password/"
    wrong = client.post("/login/", {"username": "siti", "password": "salah", "next": "/password/"})
    assert wrong.status_code == 200
    assert "Nama pengguna atau kata sandi salah" in wrong.content.decode()
    right = client.post("/login/", {"username": "siti", "password": PASSWORD, "next": "/password/"})
    assert right.headers["Location"] == "/password/"
    assert _inside(client)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert not _inside(client)
    assert _actions("log") == ["login.failed", "login.done", "logout.done"]
    assert verify().flaws == []


def test_a_wrong_name_is_written_nowhere_for_it_may_be_a_password() -> None:
    _stranger().post("/login/", {"username": "rahasia-sekali", "password": "siti"})
    (event,) = AuditEvent.objects.filter(action="login.failed")
    assert event.detail == {}
    assert "rahasia" not in str(vars(event))


def test_the_same_is_said_of_a_wrong_name_a_wrong_password_and_a_closed_account() -> None:
    _add("siti")
    _add("budi")
    people.disable("budi")
    said = [
        _stranger().post("/login/", {"username": name, "password": word}).content.decode()
        for name, word in (("siti", OTHER), ("nobody", OTHER), ("budi", PASSWORD))
    ]
    assert len({text[text.index('id="wrong"') :][:200] for text in said}) == 1


def test_five_failures_lock_a_name_at_one_computer_for_a_while() -> None:
    _add("siti")
    client = _stranger()
    answers = [client.post("/login/", {"username": "siti", "password": "x"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 3
    until = timezone.localtime() + dt.timedelta(minutes=15)
    shown = {f"{until - dt.timedelta(minutes=late):%H:%M}" for late in (0, 1)}
    text = answers[-1].content.decode()
    assert any(f"sampai pukul {time_}" in text for time_ in shown)
    assert client.post("/login/", {"username": "siti", "password": PASSWORD}).status_code == 429
    assert _actions("login") == ["login.failed"] * 5 + ["login.locked"]
    assert {event.detail.get("who") for event in AuditEvent.objects.filter(seq__lte=6)} == {"siti"}
    elsewhere = _login("siti", REMOTE_ADDR="10.0.0.9")
    assert _inside(elsewhere)
    AccessAttempt.objects.update(attempt_time=timezone.now() - dt.timedelta(minutes=16))
    assert _inside(_login("siti"))


def test_a_changing_browser_does_not_undo_the_lock() -> None:
    _add("siti")
    for number in range(5):
        client = Client(headers={"Accept": "text/html", "User-Agent": f"browser {number}"})
        last = client.post("/login/", {"username": "siti", "password": "x"})
    assert last.status_code == 429


def test_what_was_typed_at_login_is_kept_nowhere() -> None:
    _add("siti")
    _stranger().post("/login/", {"username": "siti", "password": "rahasia-siti", "next": "/x"})
    rows = [str(vars(row)) for row in AccessAttempt.objects.all()]
    assert rows
    assert not any("rahasia" in row or "/x" in row for row in rows)


def test_a_session_gets_another_id_at_login() -> None:
    _add("siti")
    client = _stranger()
    client.get("/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post("/login/", {"username": "siti", "password": PASSWORD})
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()
    thief = _stranger()
    thief.cookies["sessionid"] = before
    assert not _inside(thief)


def test_a_planted_session_id_is_not_taken() -> None:
    _add("siti")
    client = _stranger()
    client.cookies["sessionid"] = "a" * 32
    client.post("/login/", {"username": "siti", "password": PASSWORD})
    assert client.cookies["sessionid"].value != "a" * 32


def test_a_session_left_alone_ends_and_one_in_use_does_not(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    _add("siti")
    client = _login("siti")
    minute = settings.SESSION_COOKIE_AGE // 60
    assert _ends_in(client) == pytest.approx(minute * 60, abs=60)
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(minutes=2))
    _at(monkeypatch, 28 * 60)
    client.get("/")
    assert _ends_in(client) == pytest.approx(minute * 60, abs=60)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert not _inside(client)


def test_a_page_that_renews_itself_keeps_nobody_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    _add("siti")
    client = _login("siti")
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(minutes=2))
    _at(monkeypatch, 28 * 60)
    client.get("/", headers={privacy.BACKGROUND_HEADER: "1"})
    assert _ends_in(client) < 150


def _at(monkeypatch: pytest.MonkeyPatch, later_s: float) -> None:
    now = time.time() + later_s
    monkeypatch.setattr(privacy.time, "time", lambda: now)


def _ends_in(client: Client) -> float:
    key = client.cookies["sessionid"].value
    end = Session.objects.get(session_key=key).expire_date
    return float((end - timezone.now()).total_seconds())


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    _add("siti")
    here, there = _login("siti"), _login("siti")
    before = here.cookies["sessionid"].value
    answer = here.post(
        "/password/",
        {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER},
        follow=True,
    )
    assert "Kata sandi Anda sudah diganti" in answer.content.decode()
    assert here.cookies["sessionid"].value != before
    assert _inside(here)
    assert not _inside(there)
    assert not _inside(_login("siti"))
    assert _inside(_login("siti", OTHER))
    assert _actions("password") == ["password.changed"]


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("salah", OTHER, OTHER),
        (PASSWORD, "pendek", "pendek"),
        (PASSWORD, "12345678901234", "12345678901234"),
        (PASSWORD, OTHER, OTHER + "x"),
        (PASSWORD, "password123", "password123"),
        ("", OTHER, OTHER),
    ],
)
def test_a_password_is_not_changed(old: str, new: str, again: str) -> None:
    _add("siti")
    client = _login("siti")
    typed = {"old_password": old, "new_password1": new, "new_password2": again}
    assert client.post("/password/", typed).status_code == 200
    assert _inside(_login("siti"))
    assert _actions("password") == []


def test_the_old_password_cannot_be_guessed_at_an_open_desk() -> None:
    _add("siti")
    client = _login("siti")
    typed = {"old_password": "x", "new_password1": OTHER, "new_password2": OTHER}
    answers = [client.post("/password/", typed).status_code for _ in range(5)]
    assert answers == [200] * 4 + [302]
    assert not _inside(client)


def test_a_password_somebody_else_set_must_be_changed_first() -> None:
    _add("siti", temporary=True)
    client = _login("siti")
    assert client.get("/").headers["Location"] == "/password/"
    assert client.get("/", headers={"Accept": "*/*"}).status_code == 401
    assert "dibuat oleh orang lain" in client.get("/password/").content.decode()
    typed = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    client.post("/password/", typed)
    assert _inside(client)


@pytest.mark.parametrize(
    "change",
    [
        lambda name: people.change_rights(name, "operator", ()),
        lambda name: people.change_rights(name, "clerk", ["32.02"]),
        lambda name: people.set_password(name, OTHER, temporary=False),
        people.disable,
    ],
)
def test_a_change_of_rights_ends_every_session_at_once(change: Any) -> None:
    _add("siti", "clerk", "32.01")
    client = _login("siti")
    assert _inside(client)
    change("siti")
    assert not _inside(client)


def test_a_session_from_before_does_not_come_back_to_life() -> None:
    _add("siti")
    client = _login("siti")
    kept = client.cookies["sessionid"].value
    people.disable("siti")
    people.enable("siti")
    client.cookies["sessionid"] = kept
    assert not _inside(client)


def test_an_admin_adds_changes_and_switches_off_people() -> None:
    _add("ayu", "admin")
    admin = _login("ayu")
    typed = {"username": "siti", "role": "clerk", "regions": "32.01, 3204", "password": PASSWORD}
    page = admin.post("/people/add/", typed, follow=True).content.decode()
    assert "siti sekarang dapat masuk" in page
    assert "32.01 Kabupaten Bogor" in page
    siti = User.objects.get(username="siti")
    assert (siti.role, siti.regions, siti.must_change_password) == ("clerk", ["3201", "3204"], True)
    admin.post(f"/people/{siti.pk}/", {"role": "supervisor", "regions": ""})
    siti.refresh_from_db()
    assert (siti.role, siti.regions) == ("supervisor", [])
    admin.post(f"/people/{siti.pk}/password/", {"password": OTHER})
    assert _login("siti", OTHER).get("/").headers["Location"] == "/password/"
    admin.post(f"/people/{siti.pk}/account/", {"active": "no"})
    assert _login("siti", OTHER).get("/").headers["Location"] == "/login/?next=/"
    admin.post(f"/people/{siti.pk}/account/", {"active": "yes"})
    assert User.objects.get(username="siti").is_active
    assert _actions("user") == [
        "user.added", "user.added", "user.changed", "user.password",
        "user.disabled", "user.enabled",
    ]  # fmt: skip
    events = AuditEvent.objects.filter(action__startswith="user.", detail__who="siti")
    assert set(events.values_list("actor", flat=True)) == {"ayu"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"username": "si ti"}, "Gunakan 2-40 huruf"),
        ({"username": "AYU"}, "sudah dipakai"),
        ({"regions": "3x"}, "bukan kode wilayah"),
        ({"password": "12345"}, "terlalu pendek"),
        ({"password": "siti-siti-siti"}, "mirip"),
        ({"role": "king"}, "king"),
    ],
)
def test_why_a_person_is_not_added_is_said_at_the_field(typed: dict[str, str], said: str) -> None:
    _add("ayu", "admin")
    whole = {"username": "siti-siti", "role": "clerk", "regions": "", "password": PASSWORD}
    answer = _login("ayu").post("/people/add/", whole | typed)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert User.objects.count() == 1


def test_an_admin_cannot_lock_everybody_out() -> None:
    ayu = _add("ayu", "admin")
    admin = _login("ayu")
    page = admin.post(f"/people/{ayu.pk}/", {"role": "clerk", "regions": ""}).content.decode()
    assert "satu-satunya administrator" in page
    page = admin.post(f"/people/{ayu.pk}/account/", {"active": "no"}, follow=True).content.decode()
    assert "satu-satunya administrator" in page
    ayu.refresh_from_db()
    assert (ayu.role, ayu.is_active) == ("admin", True)
    people.add_user("budi", "admin", (), PASSWORD)
    people.disable("budi")
    admin.post(f"/people/{ayu.pk}/account/", {"active": "no"})
    assert User.objects.get(username="ayu").is_active


def test_nobody_of_that_number() -> None:
    _add("ayu", "admin")
    admin = _login("ayu")
    for key in (999, 2**63, 10**30):
        assert admin.get(f"/people/{key}/").status_code == 404


def test_the_language_is_switched_both_ways_and_kept() -> None:
    client = _stranger()
    assert 'lang="id"' in client.get("/login/").content.decode()
    back = client.post("/language/", {"language": "en", "next": "/login/?next=/password/"})
    assert back.headers["Location"] == "/login/?next=/password/"
    english = client.get("/login/")
    assert 'lang="en"' in english.content.decode()
    assert "Log in to PAPI" in english.content.decode()
    assert english.headers["Content-Language"] == "en"
    client.post("/language/", {"language": "id"})
    assert "Masuk ke PAPI" in client.get("/login/").content.decode()
    client.post("/language/", {"language": "xx"})
    assert "Masuk ke PAPI" in client.get("/login/").content.decode()


def test_what_the_browser_prefers_does_not_count() -> None:
    client = Client(headers={"Accept": "text/html", "Accept-Language": "en"})
    assert 'lang="id"' in client.get("/login/").content.decode()


def test_the_first_page_counts_no_more_than_a_person_may_see() -> None:
    _add("siti", "clerk", "32.01")
    page = _login("siti").get("/").content.decode()
    assert "Pekerjaan Anda" in page
    assert "Pengguna" not in page
    assert "siti" in page
    assert "Petugas entri" in page
