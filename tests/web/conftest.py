"""Fixtures of web tests: an office with work waiting, people logged in, a server, a browser.

    office       a workspace of the test with a round read, opened
    client_as    client_as("clerk", regions=["32"]) -> Django test client, logged in; `.person`
    served       address of a server on a real socket
    page_as      page_as("clerk") -> a page of a real browser, logged in, 1366x768
    page         a page nobody is logged in on

What a browser complains of (script errors, CSP, failed requests) fails the test: name what a test
provokes with `page_as(...)` and then `complaints.expected = ("part of it",)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from browsing import SIZE, Complaints, PageAs, chromium, sign_in
from django.test import Client
from paper import Paper
from paper_round import Round, make_round
from playwright.sync_api import Browser, Page
from web_office import ClientAs, WebOffice, serving, use_recipe

from papi.office.workspace import open_workspace
from papi.store.boot import close_store


@pytest.fixture(scope="session")
def web_round(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Three households and four persons, printed, filled and scanned."""
    return make_round(tmp_path_factory.mktemp("web"), seed=53, households=3, persons=4)


@pytest.fixture(scope="session")
def _read_round(web_round: Round, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """The round, read once: every test works on a copy."""
    desk = web_round.paper.copy(tmp_path_factory.mktemp("read") / "desk")
    use_recipe(desk.workspace, control={"sample_share": 0.05})
    result = desk.ingest(*web_round.scans)
    assert result.exit_code in {0, 1}, result.stderr
    close_store()
    return desk


@pytest.fixture
def office(
    tmp_path_factory: pytest.TempPathFactory,
    _read_round: Paper,
    web_round: Round,
    settings: Any,
) -> Iterator[WebOffice]:
    """A workspace of the test with a round read, opened in this process."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    desk = _read_round.copy(tmp_path_factory.mktemp("office") / "workspace")
    yield WebOffice(open_workspace(desk.workspace), desk, web_round.written())
    close_store()


@pytest.fixture
def client_as(office: WebOffice) -> ClientAs:
    """Make test clients of people: client_as(role, regions=(), name="")."""

    def make(role: str, regions: Sequence[str] = (), name: str = "") -> Client:
        person = office.person(role, regions, name)
        client = Client(headers={"Accept": "text/html"})
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        client.person = person  # type: ignore[attr-defined]
        return client

    return make


@pytest.fixture
def served(office: WebOffice) -> Iterator[str]:
    """Address of a server of the office on a real socket."""
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Playwright keeps a loop in this thread, which Django takes for async."""
    with pytest.MonkeyPatch.context() as patch, chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the test's browsers complained of; nothing may be left but what was expected."""
    found = Complaints()
    yield found
    assert not found.unexpected


@pytest.fixture
def page_as(
    office: WebOffice, served: str, browser: Browser, complaints: Complaints
) -> Iterator[PageAs]:
    """Make pages of real browsers, each with cookies of its own: page_as(role, regions, name)."""
    contexts = []

    def make(role: str = "", regions: Sequence[str] = (), name: str = "") -> Page:
        context = browser.new_context(base_url=served, viewport=SIZE, locale="id-ID")
        contexts.append(context)
        if role:
            sign_in(context, served, office.person(role, regions, name))
        page = context.new_page()
        page.set_default_timeout(15_000)
        complaints.listen(page)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(page_as: PageAs) -> Page:
    """A page nobody is logged in on."""
    return page_as()
