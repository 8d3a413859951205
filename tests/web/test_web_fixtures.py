"""The web tests' own ground: an office served, people logged in, a browser that complains."""

from __future__ import annotations

import urllib.request

from browsing import Complaints, PageAs, scrolls, violations
from web_office import ClientAs, WebOffice

from papi.store.models import Reading


def test_the_office_has_fields_that_wait_for_a_person(office: WebOffice) -> None:
    waiting = Reading.objects.filter(status="review").count()
    assert waiting >= 15
    assert {key for key, _ in office.written} == set(
        Reading.objects.values_list("form_id", flat=True)
    )


def test_a_person_is_logged_in_and_a_stranger_is_not(client_as: ClientAs) -> None:
    client = client_as("clerk", regions=["32"])
    assert client.get("/").status_code == 200
    client.logout()
    assert client.get("/").status_code == 302


def test_the_server_answers_over_a_socket(served: str) -> None:
    with urllib.request.urlopen(f"{served}/static/review/base.css") as reply:  # noqa: S310
        assert reply.status == 200


def test_a_browser_sees_the_first_page(page_as: PageAs) -> None:
    page = page_as("clerk")
    page.goto("/")
    assert page.locator("main").is_visible()
    assert not scrolls(page)
    assert violations(page) == []


def test_what_the_browser_complains_of_is_noticed(page_as: PageAs, complaints: Complaints) -> None:
    page = page_as("clerk")
    page.goto("/")
    page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"top:0\">x</p>')")
    complaints.expected = ("Content Security Policy",)
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in line for line in complaints.lines)
