# ruff: noqa: F811  fixtures are imported
"""Numbers no database holds, days no calendar holds, and personal data where it must not stay."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rights_office import Ground, _ground, ground  # noqa: F401  fixtures
from url_table import NOBODY, TABLE, address, cases

from papi.store.models import AuditEvent

NIK = "3201014507920003"
HUGE = ("9" * 5000, str(2**31), str(2**63), str(10**30))


def _role(name: str) -> str:
    return sorted(TABLE[name].roles - {NOBODY})[-1]


@pytest.mark.parametrize("number", HUGE)
def test_a_picture_of_a_page_no_database_can_number_is_not_found(
    ground: Ground, number: str
) -> None:
    client = ground.login("supervisor")
    for kind in ("page", "snip"):
        path = f"/office/forms/{ground.things.form}/{kind}/{number}.jpg"
        assert client.get(path, {"field": ground.things.field}).status_code == 404


@pytest.mark.parametrize("number", HUGE)
def test_every_number_in_an_address_may_be_huge(ground: Ground, number: str) -> None:
    wrong = []
    for name, method in cases():
        numbers = {"item", "scan", "person", "page", "number"} & set(TABLE[name].args)
        for part in numbers:
            value = getattr(ground.things, part)
            path = address(name, ground.things)
            for old in (f"/{value}/", f"/{value}."):
                if old not in path:
                    continue
                client = ground.login(_role(name))
                send = client.get if method == "GET" else client.post
                status = send(path.replace(old, old.replace(str(value), number))).status_code
                if status != 404:
                    wrong.append((name, method, number[:9], status))
    assert [case for case in wrong if not case[0].startswith("grouping:")] == []


@pytest.mark.parametrize("marked", HUGE)
def test_marks_of_a_grid_may_be_any_text(ground: Ground, marked: str) -> None:
    client = ground.login("clerk")
    path = address("grouping:answer", ground.things)
    assert client.post(path, {"other": marked}).status_code == 302


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-05", "9999-12-31", "10000-01-01"])
@pytest.mark.parametrize("name", ["first", "last", "since", "until"])
def test_days_at_the_ends_of_the_calendar_are_no_failure(
    ground: Ground, name: str, day: str
) -> None:
    client = ground.login("supervisor")
    for view in ("supervision:overview", "supervision:clerks", "supervision:table",
                 "supervision:scanning", "supervision:forms", "audit:search"):  # fmt: skip
        answer = client.get(address(view, ground.things), {name: day, "ask": "1"})
        assert answer.status_code == 200, view


def test_a_length_of_thousands_of_digits_is_refused(ground: Ground) -> None:
    client = ground.login("clerk")
    path = address("keying:next", ground.things)
    answer = client.post(path, b"{}", content_type="application/json", CONTENT_LENGTH="9" * 5000)
    assert answer.status_code == 400


@pytest.mark.parametrize("raw", [
    b'{"answers":[{"item":1,"lease":"","client_key":"kkkkkkkkkkkkkkkk","kind":"keyed",'
    b'"value":"1","seconds":NaN}]}',
    b'{"answers":[{"item":1e2,"lease":"","client_key":"kkkkkkkkkkkkkkkk","kind":"keyed"}]}',
    b'{"answers":[{"item":true,"lease":"","client_key":"kkkkkkkkkkkkkkkk","kind":"keyed"}]}',
    b'{"answers":[{"item":1,"lease":"\\ud800","client_key":"kkkkkkkkkkkkkkkk","kind":"keyed"}]}',
    b'{"answers":{"0":{}}}', b'{"answers":"x"}', b"[[]]", b'{"held":[' + b"9" * 6000 + b"]}",
])  # fmt: skip
def test_json_of_another_kind_is_refused(ground: Ground, raw: bytes) -> None:
    client = ground.login("supervisor")
    for name, row in TABLE.items():
        if row.as_json and name not in {"keying:undo"}:
            path = address(name, ground.things)
            for kind in ("application/json", "text/plain"):
                answer = client.post(path, raw, content_type=kind)
                assert answer.status_code in {200, 400}, (name, raw[:60])
                if answer.status_code == 200 and "results" in answer.json():
                    assert {one["state"] for one in answer.json()["results"]} == {"lost"}


# What is written into the chain for ever


def test_no_typed_number_gets_into_the_audit_chain(ground: Ground) -> None:
    """Whatever a person puts into any part of any request: a NIK stands in no event."""
    before = AuditEvent.objects.count()
    names = ("q", "next", "form", "form_id", "id", "region", "field", "kind", "batch", "reason",
             "sheet", "page", "state", "first", "last", "fields", "alone", "ask", "actor", "since",
             "until", "action", "who", "tab", "again", "chosen", "mark", "fingerprint", "class",
             "value", "other", "seen", "do", "corners", "turns", "username", "password", "role",
             "regions", "active", "to", "old_password", "note", "language")  # fmt: skip
    wrong = []
    for name, method in cases():
        if name in {"people:add", "people:logout"}:
            continue
        client = ground.login("" if TABLE[name].roles >= {NOBODY} else _role(name))
        path, sent = address(name, ground.things), dict.fromkeys(names, NIK)
        if method == "GET":
            client.get(path, sent)
        elif TABLE[name].as_json:
            client.post(path, json.dumps(sent), content_type="application/json")
        else:
            client.post(path, sent)
        for event in AuditEvent.objects.order_by("pk")[before:]:
            told = json.dumps([event.actor, event.action, event.form_id, event.field, event.detail])
            if NIK in told or NIK[:9] in told:
                wrong.append((name, method, event.action, told))
        before = AuditEvent.objects.count()
    assert wrong == []


@pytest.mark.parametrize("path", ["/audit/", "/audit/events.csv"])
def test_only_names_of_people_stay_in_the_chain_when_it_is_searched(
    ground: Ground, path: str
) -> None:
    client = ground.login("supervisor")
    for name, kept in ((NIK, {}), ("supervisor-all", {"who": "supervisor-all"})):
        assert client.get(path, {"ask": "1", "who": name}).status_code == 200
        event: Any = AuditEvent.objects.order_by("pk").last()
        assert event.action.startswith("audit.")
        assert event.detail == kept
