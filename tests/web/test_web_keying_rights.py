"""Who may see and answer what at the keying screens, and what is refused."""

from __future__ import annotations

import json
import secrets
from typing import Any

import cv2
import numpy as np
import pytest
from django.test import Client
from web_office import ClientAs, WebOffice

from papi.errors import UsageError
from papi.office.snips import field_snip, whole_page
from papi.store.models import AuditEvent, Entry, Item
from papi.store.snip_places import form_layout


def post(client: Client, path: str, body: Any) -> Any:
    """Post JSON as the screen does."""
    return client.post(path, json.dumps(body), content_type="application/json")


def tasks(client: Client, **wish: Any) -> list[dict[str, Any]]:
    """Ask for items."""
    found: list[dict[str, Any]] = post(client, "/key/next/", {"count": 3, **wish}).json()["tasks"]
    return found


def said(task: dict[str, Any], **other: Any) -> dict[str, Any]:
    """An answer to a task."""
    key = secrets.token_hex(16)
    base = {"item": task["item"], "lease": task["lease"], "client_key": key, "kind": "unreadable"}
    return {**base, **other}


def test_the_snip_is_for_who_has_the_item(client_as: ClientAs) -> None:
    mine, other = client_as("clerk"), client_as("clerk")
    task = tasks(mine)[0]
    reply = mine.get(task["snip"])
    assert reply.status_code == 200
    assert reply.content[:3] == b"\xff\xd8\xff"
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert other.get(task["snip"]).status_code == 404
    assert other.get(task["pageUrl"]).status_code == 404
    assert mine.get(task["pageUrl"]).status_code == 200


def test_a_lease_that_ended_shows_nothing(client_as: ClientAs) -> None:
    client = client_as("clerk")
    task = tasks(client)[0]
    post(client, "/key/release/", {"items": [task["item"]]})
    assert client.get(task["snip"]).status_code == 404


def test_a_late_farewell_gives_nothing_back_that_was_handed_out_since(client_as: ClientAs) -> None:
    client = client_as("clerk")
    before = post(client, "/key/next/", {"count": 1}).json()
    anew = post(client, "/key/next/", {"count": 1}).json()  # the page loaded anew
    (task,) = anew["tasks"]
    assert task["item"] == before["tasks"][0]["item"]
    farewell = {"items": [task["item"]], "handed": before["handed"]}
    post(client, "/key/release/", farewell)
    assert client.get(task["snip"]).status_code == 200
    post(client, "/key/release/", farewell | {"handed": anew["handed"]})
    assert client.get(task["snip"]).status_code == 404


def test_a_supervisor_sees_items_of_the_own_region_and_it_is_written_down(
    client_as: ClientAs,
) -> None:
    item = Item.objects.filter(state="open").first()
    assert item is not None
    near = client_as("supervisor", [item.region[:4]], "near")
    far = client_as("supervisor", ["99"], "far")
    path = f"/key/snip/{item.pk}/"
    assert near.get(path).status_code == 200
    assert far.get(path).status_code == 404
    events = AuditEvent.objects.filter(action="item.viewed", actor="near")
    assert [event.detail["item"] for event in events] == [item.pk]


def test_items_of_another_region_are_never_handed_out(client_as: ClientAs) -> None:
    assert tasks(client_as("clerk", ["99"])) == []
    region = Item.objects.values_list("region", flat=True)[0]
    found = tasks(client_as("clerk", [region[:2]]))
    regions = Item.objects.filter(pk__in=[task["item"] for task in found]).values_list("region")
    assert found
    assert all(row[0].startswith(region[:2]) for row in regions)


def test_two_clerks_never_get_the_same_item(client_as: ClientAs) -> None:
    one, two = tasks(client_as("clerk"), count=10), tasks(client_as("clerk"), count=10)
    assert not {task["item"] for task in one} & {task["item"] for task in two}


def test_an_answer_with_another_persons_lease_is_lost(client_as: ClientAs) -> None:
    mine, other = client_as("clerk"), client_as("clerk")
    task = tasks(mine)[0]
    reply = post(other, "/key/answers/", {"answers": [said(task)]})
    assert [result["state"] for result in reply.json()["results"]] == ["lost"]
    assert not Entry.objects.filter(item=task["item"]).exists()


def test_an_answer_sent_again_counts_once(client_as: ClientAs) -> None:
    client = client_as("clerk")
    answer = said(tasks(client)[0])
    for _ in range(3):
        reply = post(client, "/key/answers/", {"answers": [answer]})
        assert reply.json()["results"][0]["state"] == "taken"
    assert Entry.objects.filter(item=answer["item"]).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "settled"},
        {"kind": "arbitrated"},
        {"kind": "confirmed"},
        {"client_key": "short"},
        {"client_key": "'; DROP TABLE papi_item; --"},
        {"value": "x" * 256},
        {"value": "12\x0034"},
        {"note": "n" * 256},
        {"item": "1"},
        {"item": -1},
        {"item": 2**70},
        {"keys": -1},
        {"seconds": 1e300},
        {"lease": "x" * 33},
    ],
)
def test_what_no_screen_sends_is_refused(client_as: ClientAs, wrong: dict[str, Any]) -> None:
    client = client_as("clerk")
    reply = post(client, "/key/answers/", {"answers": [said(tasks(client)[0], **wrong)]})
    assert reply.status_code == 400
    assert not Entry.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"answers": []}', b'{"answers": 7}'])
def test_a_body_that_is_no_answer_is_refused(client_as: ClientAs, body: bytes) -> None:
    client = client_as("clerk")
    assert client.post("/key/answers/", body, content_type="application/json").status_code == 400


def test_too_many_answers_at_once_are_refused(client_as: ClientAs) -> None:
    client = client_as("clerk")
    task = tasks(client)[0]
    reply = post(client, "/key/answers/", {"answers": [said(task) for _ in range(51)]})
    assert reply.status_code == 400


@pytest.mark.parametrize("path", ["/key/settle/", "/key/settle/questions/"])
def test_settling_is_for_supervisors(client_as: ClientAs, path: str) -> None:
    assert client_as("clerk").get(path).status_code == 403
    assert client_as("operator").get(path).status_code == 403
    assert client_as("supervisor").get(path).status_code == 200


@pytest.mark.parametrize("role", ["operator", "admin"])
def test_who_does_not_key_gets_nothing(client_as: ClientAs, role: str) -> None:
    client = client_as(role)
    assert client.get("/key/").status_code == 403
    assert post(client, "/key/next/", {}).status_code == 403
    item = Item.objects.values_list("pk", flat=True)[0]
    assert client.get(f"/key/snip/{item}/").status_code == 403


def test_no_task_says_why_it_came_or_what_was_read(client_as: ClientAs) -> None:
    for task in tasks(client_as("clerk"), count=10):
        item = Item.objects.get(pk=task["item"])
        assert not task["candidates"]
        assert not {"purpose", "reasons", "machine_value", "confidence"} & set(task)
        if len(item.machine_value) > 4:
            assert item.machine_value not in json.dumps(task)


def test_the_reasons_are_said_in_the_persons_language(client_as: ClientAs) -> None:
    client = client_as("clerk")
    task = tasks(client, kind="nik")[0]
    answer = said(task, kind="keyed", value="3201011399990001")
    first = post(client, "/key/answers/", {"answers": [answer]}).json()["results"][0]
    client.cookies["django_language"] = "en"
    second = post(client, "/key/answers/", {"answers": [answer]}).json()["results"][0]
    assert first["state"] == second["state"] == "doubted"
    assert first["problems"] != second["problems"]


def test_the_field_is_clear_and_its_neighbours_are_faint(office: WebOffice) -> None:
    field = "tanggal_verivali"
    form_id = next(key for (key, name), value in office.written.items() if name == field and value)
    page = form_layout(form_id).by_name[field].page
    jpeg = field_snip(office.workspace, form_id, page, field)
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    height, width = picture.shape
    assert width >= 900
    middle = slice(height // 2 - 30, height // 2 + 30)
    assert np.percentile(picture[middle], 1) < 60
    assert picture[:20].min() > 120
    assert picture[-20:].min() > 120
    assert len(jpeg) < 60_000


def test_a_field_or_page_that_is_not_there_is_told(office: WebOffice) -> None:
    form_id = next(iter(office.written))[0]
    with pytest.raises(UsageError):
        field_snip(office.workspace, form_id, 1, "no_such_field")
    with pytest.raises(UsageError):
        whole_page(office.workspace, form_id, 99)
