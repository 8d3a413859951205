"""Supervision in a real browser: charts, history, approval by keyboard, nothing inaccessible."""

from __future__ import annotations

from browsing import PageAs, violations
from playwright.sync_api import Page
from supervised import settle
from web_office import WebOffice

from papi.store import models
from papi.store.approvals import one_form
from papi.store.scopes import Scope


def _fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth"))


def test_figures_and_lists_are_accessible_and_fit_the_screen(
    office: WebOffice, page_as: PageAs
) -> None:
    page = page_as("supervisor")
    for path in ("", "clerks/", "scanning/", "forms/", "forms/approve/", "returned/"):
        page.goto(f"/office/{path}")
        assert violations(page) == [], path
        assert _fits(page), path
    page.goto("/office/")
    chart = page.get_by_role("img", name="Kemajuan per wilayah")
    assert chart.is_visible()
    page.select_option("#form", "verivali-rt")
    page.get_by_role("button", name="Tampilkan").press("Enter")
    page.wait_for_url("**form=verivali-rt**")
    forms = models.IssuedForm.objects.filter(form="verivali-rt").count()
    assert page.locator(".tile strong").first.inner_text() == str(forms)


def test_a_history_is_walked_and_a_form_approved_by_keyboard(
    office: WebOffice, page_as: PageAs
) -> None:
    complete = settle(office, office.person("clerk", name="budi"))
    page = page_as("supervisor", name="ratna")
    page.goto(f"/office/forms/{complete[0]}/?fields=all")
    assert violations(page) == []
    assert _fits(page)
    first = page.locator("[data-fields] [aria-current]").inner_text()
    page.keyboard.press("Control+ArrowDown")
    page.wait_for_url("**field=**")
    assert page.locator("[data-fields] [aria-current]").inner_text() != first
    images = page.locator("main img")
    assert images.count() == 2
    assert all(images.nth(n).evaluate("image => image.naturalWidth > 300") for n in range(2))
    page.keyboard.press("Control+Enter")
    page.get_by_text("1 formulir disetujui").wait_for()
    found = one_form(Scope(), complete[0])
    assert found is not None
    assert found.state == "approved"


def test_forms_of_a_village_are_chosen_counted_and_approved_by_keyboard(
    office: WebOffice, page_as: PageAs
) -> None:
    complete = settle(office, office.person("clerk", name="budi"))
    page = page_as("supervisor", name="ratna")
    page.goto("/office/forms/approve/")
    page.locator("[data-all]").focus()
    page.keyboard.press("Space")
    assert page.locator("[data-count]").inner_text() == str(len(complete))
    page.locator("input[name=chosen]").first.focus()
    page.keyboard.press("Space")
    assert page.locator("[data-count]").inner_text() == str(len(complete) - 1)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"Setujui {len(complete) - 1} formulir?").wait_for()
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.get_by_text(f"{len(complete) - 1} formulir disetujui").wait_for()
    assert models.Approval.objects.count() == len(complete) - 1
