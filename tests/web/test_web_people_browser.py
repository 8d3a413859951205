"""The screens of people in a real browser: by keyboard, accessible, without scrolling."""

from __future__ import annotations

import pytest
from browsing import Complaints, PageAs, scrolls, violations
from playwright.sync_api import Page, expect
from web_office import PASSWORD, WebOffice

from papi.store.models import User


def _fine(page: Page) -> None:
    assert violations(page) == []
    assert not scrolls(page)


def test_login_by_keyboard(office: WebOffice, page: Page) -> None:
    office.person("clerk", name="siti")
    page.goto("/login/")
    _fine(page)
    page.keyboard.type("siti")
    page.keyboard.press("Tab")
    page.keyboard.type("salah-semua")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("alert").is_visible()
    _fine(page)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", name="Pekerjaan Anda").is_visible()
    _fine(page)


def test_the_menu_of_a_person_works_without_a_mouse(page_as: PageAs) -> None:
    page = page_as("clerk", name="siti")
    page.goto("/")
    page.locator(".person summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Ganti kata sandi"
    _fine(page)
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/login/")


def test_work_begins_with_enter_and_a_new_name_with_the_first_key(page_as: PageAs) -> None:
    page = page_as("clerk")
    page.goto("/")
    expect(page.locator(".card").first).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/key/")
    office = page_as("admin")
    office.goto("/people/add/")
    expect(office.locator("#id_username")).to_be_focused()
    office.keyboard.type("siti")
    assert office.locator("#id_username").input_value() == "siti"


def test_the_bar_looks_alike_on_every_screen(page_as: PageAs) -> None:
    page = page_as("supervisor", name="citra")
    looks = set()
    for path in ("/", "/key/", "/fix/", "/office/", "/office/forms/", "/quality/", "/audit/"):
        page.goto(path)
        looks.add(
            page.locator(".person summary").evaluate(
                "bar => { const {color, fontSize, padding} = getComputedStyle(bar);"
                " return [color, fontSize, padding].join(); }"
            )
        )
    assert len(looks) == 1


def test_the_language_is_switched_on_every_page(page_as: PageAs) -> None:
    page = page_as("supervisor")
    page.goto("/password/")
    with page.expect_navigation():
        page.get_by_role("button", name="English").press("Enter")
    assert page.url.endswith("/password/")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", name="Change password").is_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Indonesia").press("Enter")
    assert page.get_by_role("heading", name="Ganti kata sandi").is_visible()


@pytest.mark.parametrize("path", ["/people/", "/people/add/", "/people/{}/", "/password/", "/"])
def test_the_screens_of_an_admin_are_accessible(page_as: PageAs, path: str) -> None:
    page = page_as("admin", name="ayu")
    page.goto(path.format(User.objects.get(username="ayu").pk))
    _fine(page)


@pytest.mark.parametrize("path", ["/people/", "/nothing/here/"])
def test_what_is_refused_is_said_in_words(
    page_as: PageAs, complaints: Complaints, path: str
) -> None:
    complaints.expected = ("Failed to load resource",)
    page = page_as("clerk")
    page.goto(path)
    assert page.get_by_role("link", name="Ke halaman awal").is_visible()
    _fine(page)


def test_a_lock_is_said_in_words(office: WebOffice, page: Page, complaints: Complaints) -> None:
    complaints.expected = ("Failed to load resource",)
    office.person("clerk", name="siti")
    for _ in range(5):
        page.goto("/login/")
        page.fill("#id_username", "siti")
        page.fill("#id_password", "x")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.get_by_role("heading", name="Terlalu banyak percobaan masuk").is_visible()
    _fine(page)
