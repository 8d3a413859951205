"""Fixing pages: who may see and mend which page, and what the server says to posts of all kinds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from fixing_desk import (  # noqa: F401  the fixtures office, pages, damaged
    CUT,
    FIRST,
    SECOND,
    TORN,
    TURNED,
    ClientAs,
    Pages,
    damaged_office,
    fixing_office,
    number,
    pages_to_fix,
    state,
)

from papi.store.models import AuditEvent, IssuedForm, ScanPage, SourceFile

ELSEWHERE = "91"
ALL = (TURNED, CUT, SECOND, TORN)


def listed(client: Client) -> set[str]:
    """Files of the pages that a person's list shows."""
    text = client.get("/fix/").content.decode()
    return {name for name in (*ALL, FIRST) if f">{name}<" in text}


def seen(client: Client, name: str) -> str:
    """Fingerprint of a page as its screen shows it."""
    text = client.get(f"/fix/{number(name)}/").content.decode()
    found = re.search(r'name="seen" value="([0-9a-f]{20})"', text)
    assert found is not None
    return found[1]


def post(client: Client, name: str, **said: Any) -> Any:
    return client.post(f"/fix/{number(name)}/", {"seen": seen(client, name), **said})


def home_region(pages: Pages) -> str:
    return str(IssuedForm.objects.get(form_id=pages.twice.form_id).region)


def lay_together(name: str, other: str) -> None:
    """Let a file have come in with the batch of another."""
    batch = SourceFile.objects.get(name=other).batch
    SourceFile.objects.filter(name=name).update(batch=batch)


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_other_roles_are_refused(role: str, client_as: ClientAs) -> None:
    client = client_as(role)
    at = number(CUT)
    for address in ("/fix/", f"/fix/{at}/", f"/fix/{at}/picture/large"):
        assert client.get(address).status_code == 403
    assert client.post(f"/fix/{at}/", {"do": "blank"}).status_code == 403
    assert state(CUT)[1] != "set_aside"


def test_who_may_see_every_region_sees_every_page(client_as: ClientAs) -> None:
    assert listed(client_as("operator")) == set(ALL)
    assert listed(client_as("supervisor")) == set(ALL)


def test_pages_of_known_forms_are_for_their_region_alone(client_as: ClientAs, pages: Pages) -> None:
    at = number(SECOND)
    there, elsewhere = (
        client_as("operator", [home_region(pages)[:4]]),
        client_as("operator", [ELSEWHERE]),
    )
    assert listed(there) == {SECOND}
    assert there.get(f"/fix/{at}/").status_code == 200
    assert listed(elsewhere) == set()
    for address in (f"/fix/{at}/", f"/fix/{at}/picture/small", f"/fix/{at}/picture/large"):
        assert elsewhere.get(address).status_code == 404
    known = seen(there, SECOND)
    refused = elsewhere.post(f"/fix/{at}/", {"do": "choose", "seen": known})
    assert refused.status_code == 404
    assert state(SECOND)[0] == "conflict"


def test_pages_of_unknown_forms_are_for_the_regions_of_their_batch(
    client_as: ClientAs, pages: Pages
) -> None:
    person = client_as("operator", [home_region(pages)])
    stranger = client_as("operator", [ELSEWHERE])
    assert CUT not in listed(person)
    assert person.get(f"/fix/{number(CUT)}/").status_code == 404
    lay_together(CUT, FIRST)
    assert CUT in listed(person)
    assert person.get(f"/fix/{number(CUT)}/picture/small").status_code == 200
    assert CUT not in listed(stranger)
    mixed = IssuedForm.objects.get(form_id=pages.torn.form_id)
    IssuedForm.objects.filter(pk=mixed.pk).update(region="9101012001")
    lay_together(TORN, FIRST)
    ScanPage.objects.filter(source__name=TORN).update(
        form_id=mixed.form_id, page=1, active=True, status="read", reason=""
    )
    assert CUT not in listed(person)


def test_a_supervisor_is_told_of_pages_that_nobody_may_fix(
    client_as: ClientAs, pages: Pages
) -> None:
    supervisor = client_as("supervisor", [home_region(pages)])
    text = supervisor.get("/fix/").content.decode()
    assert "3 halaman lain menunggu petugas wilayah lain" in text
    assert "Untuk 3 di antaranya tidak ada petugas yang berhak" in text
    client_as("operator")
    text = supervisor.get("/fix/").content.decode()
    assert "3 halaman lain menunggu petugas wilayah lain" in text
    assert "tidak ada petugas yang berhak" not in text


def test_a_form_of_another_region_cannot_be_keyed(client_as: ClientAs, pages: Pages) -> None:
    person = client_as("operator", [home_region(pages)])
    lay_together(CUT, FIRST)
    IssuedForm.objects.filter(form_id=pages.cut.form_id).update(region="9101012001")
    reply = post(person, CUT, form_id=pages.cut.form_id, page=1)
    assert reply.status_code == 422
    assert "dari wilayah lain" in reply.content.decode()
    assert ScanPage.objects.get(source__name=CUT).hint == {}


def test_a_page_that_nobody_waits_for_is_not_shown_but_to_who_fixed_it(
    client_as: ClientAs,
) -> None:
    one, other = client_as("operator"), client_as("operator")
    assert post(one, TORN, do="blank").status_code == 302
    assert one.get(f"/fix/{number(TORN)}/").status_code == 200
    assert one.get(f"/fix/{number(TORN)}/picture/small").status_code == 200
    reply = other.get(f"/fix/{number(TORN)}/", follow=True)
    assert reply.redirect_chain[-1][0] == "/fix/"
    assert "tidak menunggu lagi" in reply.content.decode()
    assert other.get(f"/fix/{number(TORN)}/picture/small").status_code == 404


def test_a_picture_is_kept_by_nobody_and_its_viewing_recorded(client_as: ClientAs) -> None:
    client = client_as("operator", name="sari")
    reply = client.get(f"/fix/{number(CUT)}/picture/large")
    assert reply["Content-Type"] == "image/jpeg"
    assert {"private", "no-store"} == set(re.split(r", ?", reply["Cache-Control"]))
    assert reply.content[:3] == b"\xff\xd8\xff"
    assert len(reply.content) < 1_500_000
    assert re.fullmatch(r"\d{4} \d{4}", reply["X-Stored-Size"])
    assert client.get(f"/fix/{number(CUT)}/picture/huge").status_code == 404
    (event,) = AuditEvent.objects.filter(action="page.viewed", actor="sari")
    assert event.detail == {"scan": number(CUT), "small": False}


def test_values_of_two_scans_are_recorded_as_seen(client_as: ClientAs) -> None:
    client = client_as("supervisor", name="sari")
    client.get(f"/fix/{number(SECOND)}/")
    events = AuditEvent.objects.filter(action="page.viewed", actor="sari")
    assert {event.detail["scan"] for event in events} == {number(FIRST), number(SECOND)}
    assert all("hp" in event.detail["fields"] for event in events)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"form_id": "AAAA-AAAA-A", "page": "1"}, "karakter pemeriksanya tidak cocok"),
        ({"form_id": "3201120101010001", "page": "1"}, "Itu bukan nomor formulir"),
        ({"form_id": "00000000-0", "page": "1"}, "belum pernah dicetak"),
        ({"form_id": "00000000-0"}, "harus diisi bersama"),
        ({"form_id": "00000000-0", "page": "-1"}, "harus diisi bersama"),
        ({}, "Belum ada yang dinyatakan"),
        ({"corners": "0.1,0.1 0.9,0.1"}, "Baru 2 sudut"),
        ({"corners": "0.1,0.1 0.9,0.1 0.9,0.9 nan,0.9"}, "sudut"),
        ({"corners": "0.1,0.1 0.9,0.1 0.9,0.9 7,0.9"}, "sudut"),
        ({"corners": "x"}, "sudut"),
        ({"do": "choose"}, "tidak terbaca"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    said: dict[str, str], told: str, client_as: ClientAs
) -> None:
    client = client_as("operator")
    before = state(CUT)
    reply = post(client, CUT, **said)
    assert reply.status_code == 422
    alert = re.search(r'role="alert">(.*?)</p>', reply.content.decode(), re.DOTALL)
    assert alert is not None
    assert told in alert[1]
    assert "3201120101010001" not in reply.content.decode()
    assert state(CUT) == before


def test_refusals_are_english_for_who_reads_english(client_as: ClientAs) -> None:
    client = client_as("operator")
    client.cookies["django_language"] = "en"
    reply = post(client, CUT, form_id="AAAA-AAAA-A", page=1)
    assert "its check character does not fit" in reply.content.decode()


def test_a_page_named_after_the_sheet_beside_it_is_asked_to_be_compared(
    client_as: ClientAs, pages: Pages
) -> None:
    lay_together(TORN, FIRST)
    text = client_as("operator").get(f"/fix/{number(TORN)}/").content.decode()
    assert "Menurut lembar di sebelahnya, mungkin ini:" in text
    form_id = pages.twice.form_id
    assert f"{form_id[:4]}-{form_id[4:8]}-{form_id[8]} hal. 2" in text


@pytest.mark.parametrize("field", ["seen", "form_id", "page", "turns", "corners", "do"])
def test_hostile_posts_change_nothing(field: str, client_as: ClientAs) -> None:
    client = client_as("operator")
    for text in ("'; DROP TABLE papi_scan_page; --", "{{ 7*7 }}", "../../etc/passwd", "9" * 5000):
        reply = post(client, CUT, **{"form_id": "", field: text})
        assert reply.status_code in {409, 422}
        assert "49" not in re.findall(r'role="alert">(.*?)</p>', reply.content.decode())
    assert ScanPage.objects.get(source__name=CUT).hint == {}


def test_filters_and_unknown_sheets_of_the_list_do_no_harm(client_as: ClientAs) -> None:
    client = client_as("operator")
    assert client.get("/fix/?reason=same_page").content.decode().count("picture/small") == 1
    assert client.get("/fix/?batch=%27x&reason=%3Cb%3E&sheet=-4").status_code == 200
    assert client.get("/fix/999999/").status_code == 404
