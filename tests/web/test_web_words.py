"""Every screen, refusal and table is in one language: the one of the person who reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views.defaults import bad_request, server_error
from supervised import settle
from walking import said_by, walk, words_of
from web_office import PASSWORD, ClientAs, WebOffice

from papi.model.codebook import Codebook
from papi.office import keying
from papi.store.cases import all_layouts
from papi.store.models import ScanPage
from tests import catalogues

_KEYS = "esc ctrl enter tab csv pdf papi nik kk ktp rt rw no nomor id scans"
_FINE = frozenset(_KEYS.split())
"""Keys, formats and names; "No." is Indonesian for a number, too; the batch is named scans."""
_SENTENCES = (
    "the of and is are was were this that these with from your you not be at least must it or for "
    "password field required please enter value too short common similar entirely"
)
_ENGLISH = frozenset(_SENTENCES.split())
"""What Django says where its own catalogue has no word, and what every English sentence has."""


def _told(side: str) -> set[str]:
    """Return the words of all catalogues: "id" of what is looked up, "string" of what is found."""
    texts: list[str] = []
    for area in catalogues.areas():
        for message in catalogues.read(area):
            if message.id:
                said = getattr(message, side)
                texts += [said] if isinstance(said, str) else list(said)
    return words_of(texts)


def _printed() -> set[str]:
    """Return the words of printed labels and code lists: Indonesian in both languages."""
    layouts = all_layouts().values()
    labels = [field.label for layout in layouts for field in layout.fields]
    labels += [c.label for layout in layouts for field in layout.fields for c in field.choices]
    book = Codebook.load()
    labels += [text for name in book.code_lists for text in book.labels(name, "id").values()]
    return words_of(labels)


def _foreign(said: Iterator[tuple[str, list[str]]], words: set[str]) -> dict[str, list[str]]:
    """Return the texts that hold one of the words, by the page they stand on."""
    found = {path: [text for text in texts if words_of([text]) & words] for path, texts in said}
    return {path: texts for path, texts in found.items() if texts}


def _english() -> set[str]:
    return (_told("id") | _ENGLISH) - _told("string") - _printed() - _FINE


@pytest.fixture
def busy(office: WebOffice) -> WebOffice:
    """An office with complete forms, forms that wait, and pages of several kinds that wait."""
    troubles = [
        ("unreadable", "poor_fit", "12% of the boxes' rules are there; 3 boxes lie outside"),
        ("unreadable", "no_fiducials", "2 tags found"),
        ("unidentified", "no_barcode", "looks like hh page 2 or page 3"),
        ("quarantined", "worker_died", ""),
        ("unreadable", "", ""),
    ]
    settle(office, office.person("clerk"))
    scans = ScanPage.objects.filter(active=True).order_by("id").values_list("pk", flat=True)
    for key, (status, reason, detail) in zip(scans, troubles, strict=False):
        ScanPage.objects.filter(pk=key).update(status=status, reason=reason, detail=detail)
    return office


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("role", ["operator", "clerk", "supervisor", "admin"])
def test_no_screen_is_half_english(client_as: ClientAs, role: str) -> None:
    said = list(walk(client_as(role)))
    assert len(said) >= 4
    assert _foreign(iter(said), _english()) == {}


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("role", ["operator", "clerk", "supervisor", "admin"])
def test_no_english_screen_is_half_indonesian(client_as: ClientAs, role: str) -> None:
    client = client_as(role)
    client.cookies["django_language"] = "en"
    indonesian = _told("string") - _told("id") - _printed() - _FINE
    assert _foreign(walk(client), indonesian) == {}


def test_every_refusal_is_indonesian(office: WebOffice, client_as: ClientAs) -> None:
    said = [*_at_the_door(office), *_passwords(client_as), *_of_people(client_as), *_errors()]
    strange = _foreign(iter(said), _english())
    assert strange == {}
    assert [name for name, texts in said if not texts] == []


def _page(name: str, answer: object) -> tuple[str, list[str]]:
    return name, said_by(answer.content.decode())  # type: ignore[attr-defined]


def _at_the_door(office: WebOffice) -> Iterator[tuple[str, list[str]]]:
    stranger = Client(headers={"Accept": "text/html"})
    name = office.person("clerk").username
    for attempt in range(6):
        answer = stranger.post("/login/", {"username": name, "password": "x"})
        yield _page(f"login {attempt}", answer)
    careful = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    yield _page("csrf", careful.post("/login/", {"username": name}))


def _passwords(client_as: ClientAs) -> Iterator[tuple[str, list[str]]]:
    client = client_as("clerk", name="wulandari")
    yield _page("nothing", client.post("/password/"))
    for new in ("pendek", "1234567890", "password123", "wulandari1"):
        body = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        yield _page(new[:12], client.post("/password/", body))
    body = {"old_password": "x", "new_password1": "satu-dua-tiga", "new_password2": "lain"}
    yield _page("two", client.post("/password/", body))


def _of_people(client_as: ClientAs) -> Iterator[tuple[str, list[str]]]:
    admin = client_as("admin")
    yield _page("add", admin.post("/people/add/"))
    good = {"username": "budi", "role": "clerk", "regions": "", "password": PASSWORD}
    for part, bad in [("username", "a b"), ("role", "king"), ("regions", "abc"),
                      ("password", "12345678"), ("username", "x" * 99)]:  # fmt: skip
        yield _page(part, admin.post("/people/add/", {**good, part: bad}))
    yield _page("stranger", client_as("clerk").get("/people/"))
    yield _page("nowhere", admin.get("/nowhere/"))


def _errors() -> Iterator[tuple[str, list[str]]]:
    request = RequestFactory().get("/")
    yield _page("400", bad_request(request, Exception()))
    yield _page("500", server_error(request))


def test_what_is_typed_wrong_is_answered_in_words(office: WebOffice, client_as: ClientAs) -> None:
    client, english = client_as("clerk"), _english()
    told: list[str] = []
    keying.waiting(office.workspace, client.person)  # type: ignore[attr-defined]
    for kind in ("nik", "date", "coded", "number", "name", "tick", "code", "long_number"):
        body = json.dumps({"kind": kind, "count": 2})
        answer = client.post("/key/next/", body, content_type="application/json")
        for task in answer.json()["tasks"]:
            for value in ("!", "99999999999999999999", "31021985"):
                sent = {
                    "item": task["item"], "lease": task["lease"], "kind": "keyed", "value": value,
                    "client_key": f"{task['item']:08d}-{len(told):08d}",
                }  # fmt: skip
                body = json.dumps({"answers": [sent]})
                reply = client.post("/key/answers/", body, content_type="application/json")
                told += reply.json()["results"][0]["problems"]
    assert len(set(told)) > 3
    assert all(re.search(r" \w+.*\.$", text) for text in told), told
    assert [text for text in told if words_of([text]) & english] == []


def test_counts_are_grouped_as_the_language_groups_them() -> None:
    context = {"report": {"whole": True, "heads": True, "tally": {"events": 1234567, "erased": 0}}}
    for language, total in (("id", "1.234.567"), ("en", "1,234,567")):
        with translation.override(language):
            assert f"{total} " in render_to_string("review/audit/chain.html", context)
