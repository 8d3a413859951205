"""The audit screens: supervisors search what they may see, administrators check the chain."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from browsing import scrolls, violations
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect
from web_office import WebOffice

from papi.store import audit
from papi.store.append_only import release_statements
from papi.store.models import AuditEvent, IssuedForm

EVERYBODY = ("operator", "clerk", "supervisor", "admin")


@pytest.fixture
def form(office: WebOffice) -> IssuedForm:
    """A form about which something happened."""
    form = IssuedForm.objects.order_by("form_id").first()
    assert form is not None
    audit.record("siti", [
        audit.Event("item.viewed", form.form_id, 1, "nama", {"purpose": "review"}),
        audit.Event("entry.made", form.form_id, 1, "nama", values={"value": "RAHASIA"}),
        audit.Event("figures.viewed", detail={"what": "=1+1"}),
    ])  # fmt: skip
    return form


def found(client: Client, **asked: object) -> list[tuple[str, str]]:
    page = client.get(reverse("audit:search"), {"ask": 1, **asked})
    assert page.status_code == 200
    return [(row["actor"], row["form_id"]) for row in page.context.get("rows", ())]


def newest() -> AuditEvent:
    event = AuditEvent.objects.order_by("-pk").first()
    assert event is not None
    return event


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize(
    ("name", "method", "allowed"),
    [
        ("audit:search", "get", {"supervisor"}),
        ("audit:csv", "get", {"supervisor"}),
        ("audit:chain", "get", {"admin"}),
        ("audit:chain", "post", {"admin"}),
        ("audit:heads", "post", {"admin"}),
    ],
)
def test_who_may(client_as: Any, role: str, name: str, method: str, allowed: set[str]) -> None:
    answer = getattr(client_as(role), method)(reverse(name))
    assert answer.status_code == (200 if role in allowed else 403)
    other = {"get": "post", "post": "get"}[method]
    if name != "audit:chain":
        assert getattr(client_as(role), other)(reverse(name)).status_code in {403, 405}


def test_nothing_is_shown_before_something_is_asked(client_as: Any, form: IssuedForm) -> None:
    page = client_as("supervisor").get(reverse("audit:search"))
    assert form.form_id not in page.content.decode()
    assert newest().action == "login.done"


def test_a_supervisor_finds_events_and_is_written_down(client_as: Any, form: IssuedForm) -> None:
    client = client_as("supervisor")
    assert found(client, form=form.form_id.lower()) == [("siti", form.form_id)] * 2
    event = newest()
    assert (event.action, event.actor) == ("audit.searched", client.person.username)
    assert event.form_id == form.form_id
    assert found(client, who="siti", action="entry.made") == [("siti", form.form_id)]
    assert newest().detail == {"who": "siti", "action": "entry.made"}
    assert ("siti", "") in found(client, who="siti")
    assert found(client, who="siti", since="2001-01-01", until="2001-12-31") == []
    assert found(client, who="siti' OR 1=1 --") == []
    page = client.get(reverse("audit:search"), {"ask": 1, "form": form.form_id}).content.decode()
    assert "RAHASIA" not in page
    assert "Mengentri satu isian" in page


def test_nobody_finds_events_of_other_regions(client_as: Any, form: IssuedForm) -> None:
    here, there = form.region[:4], "99"
    assert len(found(client_as("supervisor", [here]), who="siti")) == 2  # not the one without form
    assert found(client_as("supervisor", [there]), who="siti") == []
    assert found(client_as("supervisor", [there]), form=form.form_id) == []
    answer = client_as("supervisor", [there]).get(reverse("audit:csv"), {"who": "siti"})
    assert form.form_id not in answer.content.decode()


@pytest.mark.parametrize(
    "nonsense",
    [{"form": "3201012001010001"}, {"form": "<b>"}],
)
def test_what_can_be_no_form_id_is_refused(
    client_as: Any, form: IssuedForm, nonsense: dict[str, str]
) -> None:
    client = client_as("supervisor")
    page = client.get(reverse("audit:search"), {"ask": 1, **nonsense}, follow=True)
    assert page.request["QUERY_STRING"] == ""
    assert "Itu bukan nomor formulir." in page.content.decode()
    assert nonsense["form"] not in page.content.decode().replace("<br", "").replace("<body", "")
    assert client.get(reverse("audit:csv"), nonsense).status_code == 400
    assert newest().action == "login.done"


@pytest.mark.parametrize(
    "nonsense",
    [
        {"since": "2026-02-31"}, {"until": "9999-12-31"}, {"sheet": "-1"}, {"sheet": "9" * 99},
        {"sheet": "²"}, {"action": "drop.table"}, {"since": "0001-01-01"},
    ],
)  # fmt: skip
def test_nonsense_does_no_harm(client_as: Any, form: IssuedForm, nonsense: dict[str, str]) -> None:
    assert ("siti", form.form_id) in found(client_as("supervisor"), **nonsense)


def test_a_long_list_comes_in_sheets(client_as: Any, form: IssuedForm) -> None:
    audit.record("budi", [audit.Event("item.viewed", form.form_id)] * 60)
    client = client_as("supervisor")
    first, second = found(client, who="budi"), found(client, who="budi", sheet=2)
    assert (len(first), len(second)) == (50, 10)
    assert len(found(client, who="budi", sheet=7)) == 10


def test_the_list_can_be_taken_along(client_as: Any, form: IssuedForm) -> None:
    answer = client_as("supervisor").get(reverse("audit:csv"), {"who": "siti"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Peristiwa", "Waktu", "Siapa", "Tindakan"]
    assert [row[2] for row in rows[1:]] == ["siti"] * 3
    assert rows[1][7] == "jenis: =1+1"
    assert newest().action == "audit.exported"


def test_an_administrator_checks_the_chain(client_as: Any, form: IssuedForm) -> None:
    client = client_as("admin")
    heads = client.post(reverse("audit:heads"))
    document = json.loads(heads.content)
    assert document["kind"] == "papi audit heads"
    page = client.post(reverse("audit:chain"), {"heads": io.BytesIO(heads.content)})
    assert page.context["report"].whole
    assert "Rantai audit utuh." in page.content.decode()
    assert newest().action == "audit.verified"
    for statement in release_statements(connection.vendor):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    shard = audit.shard_of("siti")
    AuditEvent.objects.filter(shard=shard, seq=2).update(actor="budi")
    page = client.post(reverse("audit:chain"))
    told = page.content.decode()
    assert f"{shard}.2 (" in told
    assert "TIDAK utuh" in told
    assert form.form_id not in told and "budi" not in told


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 5000, b"x" * 20_000])
def test_a_file_that_is_no_heads_is_refused(client_as: Any, content: bytes) -> None:
    page = client_as("admin").post(reverse("audit:chain"), {"heads": io.BytesIO(content)})
    assert page.status_code == 200
    assert "report" not in page.context or content == b""


def test_altered_heads_are_refused(client_as: Any, form: IssuedForm) -> None:
    client = client_as("admin")
    text = client.post(reverse("audit:heads")).content.decode()
    altered = text.replace('"seq": 3', '"seq": 2').encode()
    page = client.post(reverse("audit:chain"), {"heads": io.BytesIO(altered)})
    assert "bukan berkas kepala rantai" in page.content.decode()


def test_the_screens_can_be_read_and_worked_by_keyboard(page_as: Any, form: IssuedForm) -> None:
    page = page_as("supervisor")
    page.goto(reverse("audit:search"))
    page.keyboard.type(form.form_id)
    page.keyboard.press("Enter")
    expect(page.locator("table.events tbody tr")).to_have_count(2)
    assert violations(page) == []
    assert not scrolls(page)
    admin = page_as("admin")
    admin.goto(reverse("audit:chain"))
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("status")).to_contain_text("Rantai audit utuh.")
    assert violations(admin) == []
    assert not scrolls(admin)
