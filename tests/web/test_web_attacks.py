# ruff: noqa: F811  fixtures are imported
"""What somebody with a browser and bad intent would try, on every address there is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.test import Client
from form_inputs import forms_of
from rights_office import Ground, _ground, ground  # noqa: F401  fixtures
from url_table import GET, NOBODY, POST, ROLES, TABLE, Things, address, ask, cases
from web_office import PASSWORD

from papi.office import keying
from papi.store.databases import SECRET_FILE
from papi.store.models import Entry, IssuedForm, Item, ScanPage, User
from papi.store.web_settings import web_settings

_RESULT = "80937"
"""What a template engine would make of the sum below."""
TRICKS = (
    "' OR '1'='1' --",
    '"; DROP TABLE papi_item; --',
    "1) UNION SELECT password FROM papi_user --",
    "{{ 261|add:80676 }}{% now 'Y' %}{% load static %}{{ settings.SECRET_KEY }}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../secret.key",
    "%2e%2e%2fsecret.key",
    "a\x00b",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{COMBINING ACUTE ACCENT}\U0001f4a5",
    "9" * 400,
    "-1",
    "1e400",
    "\r\nSet-Cookie: stolen=1",
)
_KEPT = (Item, Entry, IssuedForm, ScanPage)


@pytest.fixture(autouse=True)
def _decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papi.office.raising.Redeciding.start", lambda self, workspace: None)


def _role(name: str) -> str:
    return sorted(TABLE[name].roles - {NOBODY})[-1]


def _counts() -> list[int]:
    return [model.objects.count() for model in _KEPT]  # type: ignore[attr-defined]


def _harmless(answer: Any, secret: str, trick: str = "") -> bool:
    """Tell whether an answer neither fails, nor runs what was sent, nor gives a secret away."""
    text = answer.content.decode(errors="replace")
    return bool(
        answer.status_code < 500
        and _RESULT not in text
        and secret not in text
        and not (trick.startswith(("<", '"><')) and trick in text)
        and "stolen" not in answer.cookies
        and "md5$" not in text  # how passwords are kept in tests
    )


@pytest.fixture
def secret(ground: Ground) -> str:
    """The key of the workspace."""
    return (ground.workspace.folder / SECRET_FILE).read_text().strip()


def test_every_input_of_every_page_takes_every_trick_as_text(ground: Ground, secret: str) -> None:
    before, wrong, tried = _counts(), [], 0
    for name, method in cases():
        if method != GET or TABLE[name].roles >= {NOBODY, *ROLES}:
            continue
        client = ground.login(_role(name))
        page = ask(client, name, GET, ground.things)
        if "html" not in page.headers["Content-Type"]:
            continue
        for form in forms_of(page.content.decode()):
            if form.action in {"/logout/", "/language/"}:
                continue
            target = form.action or address(name, ground.things)
            for trick in TRICKS:
                data = form.values | dict.fromkeys(form.typed, trick)
                send = client.get if form.method == GET else client.post
                answer = send(target, data)
                tried += 1
                if not _harmless(answer, secret, trick):
                    wrong.append((target, form.method, trick, answer.status_code))
    assert wrong == []
    assert tried > 100
    assert _counts() == before


def test_every_query_of_every_page_takes_every_trick_as_text(ground: Ground, secret: str) -> None:
    names = ("q", "next", "form", "form_id", "id", "region", "field", "kind", "batch", "reason",
             "sheet", "page", "state", "first", "last", "fields", "alone", "ask", "actor",
             "action", "who", "tab")  # fmt: skip
    wrong = []
    for name, method in cases():
        client = ground.login(_role(name))
        path = address(name, ground.things)
        if method == POST:
            continue
        for turn in range(0, len(TRICKS), 2):  # every other trick for each name
            sent = {key: TRICKS[(turn + n) % len(TRICKS)] for n, key in enumerate(names)}
            answer = client.get(path, sent)
            if not all(_harmless(answer, secret, trick) for trick in sent.values()):
                wrong.append((name, turn, answer.status_code))
    assert wrong == []


def test_every_part_of_an_address_takes_every_trick_as_text(ground: Ground, secret: str) -> None:
    wrong = []
    for name, method in cases():
        if not TABLE[name].args:
            continue
        parts = address(name, ground.things).split("/")
        client = ground.login(_role(name))
        for place in range(1, len(parts)):
            for trick in TRICKS:
                tricked = "/".join([*parts[:place], _quoted(trick), *parts[place + 1 :]])
                answer = client.get(tricked) if method == GET else client.post(tricked)
                if not _harmless(answer, secret, trick):
                    wrong.append((name, tricked, answer.status_code))
    assert wrong == []


def _quoted(text: str) -> str:
    return quote(text, safe="")


_SCRIPTED = tuple(name for name, row in TABLE.items() if row.as_json)


def test_every_text_a_script_sends_takes_every_trick_as_text(ground: Ground, secret: str) -> None:
    wrong, before = [], _counts()
    for name in _SCRIPTED:
        client = ground.login(_role(name))
        for trick in (*TRICKS, None, 1.5, [], {}, True, -1, 2**70):
            answer_ = {"item": ground.things.item, "lease": trick, "client_key": trick,
                       "kind": trick, "value": trick, "note": trick}  # fmt: skip
            for body in (
                {"kind": trick, "form": trick},
                {"count": trick, "held": trick},
                {"items": trick},
                {"answers": [answer_]},
                {"answers": [answer_ | {"client_key": "k" * 20, "kind": "keyed"}]},
                trick,
            ):
                answer = _send(client, name, body, ground.things)
                if not _harmless(answer, secret, str(trick)):
                    wrong.append((name, body, answer.status_code))
        for raw in (b"", b"{", b"\xff\xfe", b"[" * 5000, b"null", b'{"answers": NaN}'):
            path = address(name, ground.things)
            answer = client.post(path, raw, content_type="application/json")
            if not _harmless(answer, secret):
                wrong.append((name, raw[:9], answer.status_code))
    assert wrong == []
    assert _counts() == before


def _send(client: Client, name: str, body: Any, things: Things) -> Any:
    return client.post(address(name, things), json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.key",
        "/static/..%2fsecret.key",
        "/static/%2e%2e/%2e%2e/papi.toml",
        "/static/review/../../../settings.py",
        "/static//etc/passwd",
        "//etc/passwd",
        "/fix/1/picture/..%2f..%2fsecret.key",
        "/office/table/..%2f..%2fsecret.key.csv",
        "/office/forms/..%2f..%2f/page/1.jpg",
        "/group/..%2f/1.jpg",
        "/papi.sqlite3",
        "/secret.key",
        "/images/",
        "/.git/config",
        "/admin/",
    ],
)
def test_no_path_leads_out_of_the_application(ground: Ground, secret: str, path: str) -> None:
    for role in ("supervisor", "admin"):
        answer = ground.login(role).get(path)
        assert answer.status_code in {302, 400, 403, 404}
        assert not answer.streaming or answer.status_code != 200
        assert secret not in answer.content.decode(errors="replace")


# Leases and answers


def _answer(ground: Ground, **changed: Any) -> dict[str, Any]:
    row = Item.objects.get(pk=ground.things.item)
    whole = {"item": row.pk, "lease": row.lease, "client_key": "c" * 20, "kind": "unreadable"}
    return {"answers": [whole | changed]}


@pytest.mark.parametrize(
    ("how", "changed"),
    [
        ("another lease", {"lease": "0" * 32}),
        ("no lease", {"lease": ""}),
        ("another item", {"item": 2**60}),
        ("a kind of another role", {"kind": "settled"}),
        ("an arbiter's kind", {"kind": "arbitrated"}),
        ("a grid's kind", {"kind": "confirmed"}),
    ],
)
def test_a_forged_answer_is_not_taken(ground: Ground, how: str, changed: dict[str, Any]) -> None:
    clerk, before = ground.login("clerk"), Entry.objects.count()
    body = _answer(ground, **changed)
    _send(clerk, "keying:answers", body, ground.things)
    assert Entry.objects.count() == before, how


def test_a_lease_serves_nobody_else(ground: Ground) -> None:
    ground.login("clerk", ground.own)  # has the item on screen
    stolen, before = _answer(ground), Entry.objects.count()
    for thief in (("clerk", ()), ("supervisor", ()), ("clerk", ground.foreign)):
        client = Client()
        client.force_login(ground.person(*thief), backend=_BACKEND)
        _send(client, "keying:answers", stolen, ground.things)
    assert Entry.objects.count() == before


_BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_an_item_of_a_foreign_region_takes_no_answer_even_with_its_lease(ground: Ground) -> None:
    stranger, before = ground.login("clerk", ground.foreign), Entry.objects.count()
    _send(stranger, "keying:answers", _answer(ground), ground.things)
    assert Entry.objects.count() == before


def test_a_lease_that_ended_before_another_began_is_worth_nothing(ground: Ground) -> None:
    first = ground.login("clerk", ground.own)
    old = _answer(ground)
    Item.objects.filter(pk=ground.things.item).update(lease="e" * 32)
    before = Entry.objects.count()
    _send(first, "keying:answers", old, ground.things)
    assert Entry.objects.count() == before


def test_a_replayed_answer_counts_once(ground: Ground) -> None:
    user = ground.person("clerk")
    (task,) = keying.next_tasks(ground.workspace, user, count=1)
    client, before = Client(), Entry.objects.count()
    client.force_login(user, backend=_BACKEND)
    body = {"answers": [{"item": task.item, "lease": task.lease, "client_key": "r" * 20,
                         "kind": "ask", "note": "?"}]}  # fmt: skip
    said = [_send(client, "keying:answers", body, ground.things).json() for _ in range(3)]
    assert Entry.objects.count() == before + 1
    assert said[1] == said[0]
    other = Client()
    other.force_login(ground.person("clerk", ground.own), backend=_BACKEND)
    _send(other, "keying:answers", body, ground.things)
    assert Entry.objects.count() == before + 1


def test_a_grid_of_somebody_else_is_not_shown(ground: Ground) -> None:
    clerk = ground.login("clerk")
    for path in ("/group/" + "a" * 24 + "/", "/group/" + "a" * 24 + "/0.jpg"):
        assert clerk.get(path).status_code in {302, 404}


# Requests as such


def test_oversized_posts_are_refused(ground: Ground) -> None:
    wrong, big = [], "x" * (200 * 1024)
    for name, method in cases():
        if method == GET:
            continue
        client, path = ground.login(_role(name)), address(name, ground.things)
        for kind, body in (("application/json", f'"{big}"'), (_FORM, f"a={big}")):
            status = client.post(path, body, content_type=kind).status_code
            if status != 400:
                wrong.append((name, kind, status))
    assert wrong == []


_FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("name", ["people:add", "people:login", "supervision:approve-many"])
def test_too_many_fields_are_refused(ground: Ground, name: str) -> None:
    client = ground.login("" if name == "people:login" else _role(name))
    fields = {f"field{n}": "1" for n in range(1500)}
    assert client.post(address(name, ground.things), fields).status_code == 400


@pytest.mark.parametrize("kind", ["", "application/json", _FORM])
def test_a_nul_is_refused_before_any_database_sees_it(ground: Ground, kind: str) -> None:
    bodies = {"": b"", "application/json": b'{"form": "a\\u0000"}', _FORM: b"form=a%00"}
    for name, method in cases():
        client, path = ground.login(_role(name)), address(name, ground.things)
        if kind and method == POST:
            answer = client.post(path, bodies[kind], content_type=kind)
        else:
            answer = client.get(path, {"form": "a\x00"})
        assert answer.status_code == 400, (name, method)


def test_too_many_answers_at_once_are_refused(ground: Ground) -> None:
    body = _answer(ground)
    body["answers"] *= 51
    assert _send(ground.login("clerk"), "keying:answers", body, ground.things).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil", ""])
def test_another_host_is_refused(ground: Ground, host: str, settings: Any) -> None:
    found = web_settings((), encrypted=False, behind_proxy=False, idle_minutes=30)
    settings.ALLOWED_HOSTS = found["ALLOWED_HOSTS"]
    client = Client(headers={"Host": host, "X-Forwarded-Host": "localhost"})
    answer = client.get("/login/")
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example",
     "javascript:alert(1)", "http:evil.example", "\thttps://evil.example", "https:/evil.example",
     "@evil.example", "\N{FULLWIDTH SOLIDUS}/evil.example"],
)  # fmt: skip
def test_nobody_is_led_to_another_site(ground: Ground, target: str) -> None:
    ground.person("clerk")
    right = {"username": "clerk-all", "password": PASSWORD, "next": target}
    answers = [
        Client().post("/login/", right),
        Client().post("/login/?next=" + _quoted(target), right),
        ground.login("clerk").get("/login/", {"next": target}),
        Client().post("/language/", {"language": "en", "next": target}),
        Client().post("/logout/", {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        led = urlsplit(urljoin("http://testserver/login/", answer.headers["Location"]))
        assert (led.scheme, led.netloc) == ("http", "testserver")


def test_cookies_are_for_this_site_and_no_script(ground: Ground) -> None:
    client = Client()
    client.post("/language/", {"language": "en"})
    client.get("/login/")
    client.post("/login/", {"username": "clerk-all", "password": PASSWORD})
    ground.login("clerk")
    assert set(client.cookies) >= {"csrftoken", "django_language"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"


def test_cookies_of_an_encrypted_server_are_for_encrypted_ones(
    settings: Any, ground: Ground
) -> None:
    found = web_settings(("testserver",), encrypted=True, behind_proxy=True, idle_minutes=30)
    for name, value in found.items():
        setattr(settings, name, value)
    ground.person("clerk")
    client = Client()
    secure = {"secure": True, "headers": {"Referer": "https://testserver/login/"}}
    client.post("/language/", {"language": "en"}, **secure)
    client.post("/login/", {"username": "clerk-all", "password": PASSWORD}, **secure)
    assert set(client.cookies) == {"csrftoken", "django_language", "sessionid"}
    assert all(cookie["secure"] for cookie in client.cookies.values())
    plain = client.get("/login/")
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/login/")


def test_a_post_from_another_site_is_refused(ground: Ground) -> None:
    client = ground.login("admin", enforce_csrf_checks=True)
    client.get("/people/add/")
    token = client.cookies["csrftoken"].value
    data = {"csrfmiddlewaretoken": token, "username": "x"}
    assert client.post("/people/add/", data).status_code == 200
    foreign = client.post("/people/add/", data, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_a_token_of_another_session_is_refused(ground: Ground) -> None:
    other = Client()
    other.get("/login/")
    client = ground.login("admin", enforce_csrf_checks=True)
    client.get("/people/add/")
    data = {"csrfmiddlewaretoken": "a" * 64, "username": "x"}
    assert client.post("/people/add/", data).status_code == 403


def test_a_method_in_a_header_or_field_does_not_count(ground: Ground) -> None:
    admin = ground.login("admin")
    path = f"/people/{ground.things.person}/account/"
    for client_headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}):
        assert admin.get(path, {"active": "no"}, headers=client_headers).status_code == 405
    assert User.objects.get(pk=ground.things.person).is_active
