"""Keying from image in a real browser, by keyboard alone: what is typed is what is stored."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from browsing import Complaints, PageAs, scrolls, violations
from playwright.sync_api import Page
from typing_clerk import TypingClerk, stored_as, typed_for
from web_office import PASSWORD, WebOffice, use_recipe

from papi.model.recipe import FieldClass, load_recipe
from papi.model.sheet import readable_form_id
from papi.office.deciding import Decider
from papi.store.cases import mark_undecided
from papi.store.models import AuditEvent, Entry, IssuedForm, Item, Resolution, User


def key_everything(clerk: TypingClerk, office: WebOffice, most: int) -> dict[int, str]:
    """Key what comes; return what was typed, by item."""
    typed: dict[int, str] = {}
    for item in clerk.fields(most):
        assert item.pk not in typed, "the same item came twice"
        typed[item.pk] = typed_for(item, office.written)
        clerk.enter(typed[item.pk])
    clerk.confirm()
    return typed


def check_stored(typed: dict[int, str], user: User) -> None:
    """Each item has exactly one entry of the person, saying exactly what was typed."""
    entries = Entry.objects.filter(user=user, undone_at=None).select_related("item")
    assert Counter(entry.item_id for entry in entries) == Counter(list(typed))
    wrong = {
        entry.item.field: (typed[entry.item_id], entry.value)
        for entry in entries
        if entry.value != stored_as(entry.item, typed[entry.item_id])
    }
    assert not wrong
    assert all(entry.keys > 0 and entry.seconds > 0 for entry in entries)


def test_from_login_to_the_last_item_by_keyboard(office: WebOffice, page: Page) -> None:
    user = office.person("clerk", name="wati")
    page.goto("/key/")
    page.keyboard.type("wati")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Entri dari gambar')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/key/work/?kind=*")
    clerk = TypingClerk(page)
    clerk.begin()
    typed = key_everything(clerk, office, 400)
    assert len(typed) >= 30
    assert clerk.item is None
    assert page.locator("#k-where").inner_text() == ""
    check_stored(typed, user)
    classes = set(Item.objects.filter(pk__in=typed).values_list("field_class", flat=True))
    assert {"nik", "name", "date", "coded", "number", "long_number", "tick"} <= classes
    single = Item.objects.filter(pk__in=typed, entries_needed=1, purpose="review")
    assert single.exclude(state="done").count() == 0
    viewed = AuditEvent.objects.filter(action="item.viewed", actor="wati")
    assert {event.detail["item"] for event in viewed} >= set(typed)


@pytest.mark.slow
@pytest.mark.parametrize("items", [200])
def test_two_hundred_items_of_every_kind(office: WebOffice, page_as: PageAs, items: int) -> None:
    use_recipe(office.workspace.folder, control={"sample_share": 1.0, "double_key_share": 0.0})
    mark_undecided(IssuedForm.objects.values_list("pk", flat=True))
    Decider(office.workspace, load_recipe(office.workspace.recipe)).decide_all()
    clerk = TypingClerk(page_as("clerk", name="wati"))
    typed: dict[int, str] = {}
    waiting = Counter(Item.objects.filter(state="open").values_list("field_class", flat=True))
    for kind in waiting:
        clerk.begin(f"/key/work/?kind={kind}")
        typed |= key_everything(clerk, office, items // len(waiting))
    clerk.begin()
    typed |= key_everything(clerk, office, items - len(typed))
    assert len(typed) == items
    check_stored(typed, User.objects.get(username="wati"))
    assert set(waiting) >= set(FieldClass) - {"code", "text", "signature", "kk"}


def test_what_rules_say_is_shown_and_a_second_enter_confirms(
    office: WebOffice, page_as: PageAs
) -> None:
    clerk = TypingClerk(page_as("clerk"))
    clerk.begin("/key/work/?kind=nik")
    item = clerk.item
    assert item is not None
    clerk.enter("3201011399990001")
    clerk.wait_saved()
    clerk.reach(item)
    assert "NIK" in clerk.message
    assert not Entry.objects.filter(item=item).exists()
    clerk.press("Enter")
    clerk.wait_saved()
    assert Entry.objects.get(item=item).value == "3201011399990001"


def test_what_no_box_can_hold_is_refused_and_typed_again(page_as: PageAs) -> None:
    clerk = TypingClerk(page_as("clerk"))
    clerk.begin("/key/work/?kind=date")
    item = clerk.item
    assert item is not None
    clerk.enter("1..2")
    clerk.wait_saved()
    clerk.reach(item)
    assert clerk.message
    clerk.press("Enter", "Enter")
    clerk.wait_saved()
    assert not Entry.objects.filter(item=item).exists() or clerk.item != item


def test_undo_brings_the_last_item_back(page_as: PageAs) -> None:
    clerk = TypingClerk(page_as("clerk"))
    clerk.begin("/key/work/?kind=number")
    first = clerk.item
    assert first is not None
    clerk.enter("7")
    clerk.press("Enter")
    clerk.wait_saved()
    second = clerk.item
    clerk.press("F8")
    clerk.page.wait_for_function(
        "id => document.querySelector('#k-picture img').src.includes('/snip/' + id + '/')",
        arg=first.pk,
    )
    assert not Entry.objects.filter(item=first, undone_at=None).exists()
    clerk.enter("8")
    assert clerk.item == second or clerk.message


def test_escape_says_it_cannot_be_read_and_f4_asks(office: WebOffice, page_as: PageAs) -> None:
    clerk = TypingClerk(page_as("clerk"))
    clerk.begin("/key/work/?kind=coded")
    unreadable = clerk.item
    clerk.press("Escape")
    unclear = clerk.item
    clerk.press("F4")
    clerk.page.keyboard.type("Apakah ini angka 1?")
    clerk.press("Enter")
    clerk.wait_saved()
    assert Entry.objects.get(item=unreadable).kind == "unreadable"
    asked = Entry.objects.get(item=unclear)
    assert (asked.kind, asked.note) == ("ask", "Apakah ini angka 1?")


def test_the_whole_page_on_one_key_and_back(page_as: PageAs) -> None:
    clerk = TypingClerk(page_as("clerk", name="wati"))
    clerk.begin()
    item = clerk.item
    clerk.press("F2")
    clerk.page.wait_for_function(
        "() => (document.querySelector('#k-page img') || {}).naturalWidth > 1000"
    )
    assert violations(clerk.page) == []
    clerk.press("F2")
    assert clerk.page.locator("#k-page").is_hidden()
    assert clerk.item == item
    assert AuditEvent.objects.filter(action="page.viewed", actor="wati").count() == 1


def test_nothing_is_lost_when_the_network_drops(
    office: WebOffice, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expected = ("ERR_INTERNET_DISCONNECTED",)
    page = page_as("clerk", name="wati")
    clerk = TypingClerk(page)
    clerk.begin("/key/work/?kind=coded")
    page.wait_for_load_state("networkidle")
    typed = {}
    page.context.set_offline(True)
    for _ in range(4):
        item = clerk.item
        assert item is not None
        typed[item.pk] = typed_for(item, office.written)
        clerk.enter(typed[item.pk])
    page.wait_for_selector("#k-saved:has-text('Belum tersimpan (4)')")
    assert not Entry.objects.filter(user__username="wati").exists()
    page.context.set_offline(False)
    clerk.confirm()
    check_stored(typed, User.objects.get(username="wati"))
    kept = page.evaluate("() => Object.keys(sessionStorage)")
    assert not [name for name in kept if name.startswith("papi")]


def test_a_confirmation_that_is_lost_counts_once(
    office: WebOffice, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expected = ("502",)
    page = page_as("clerk", name="wati")
    clerk = TypingClerk(page)
    clerk.begin("/key/work/?kind=coded")
    lost = []

    def lose(route) -> None:  # type: ignore[no-untyped-def]
        route.fetch()
        lost.append(1)
        route.fulfill(status=502)

    page.route("**/key/answers/", lose, times=1)
    item = clerk.item
    assert item is not None
    clerk.enter(typed_for(item, office.written))
    page.wait_for_selector("#k-saved[data-state=offline]")
    clerk.confirm()
    assert lost
    assert Entry.objects.filter(item=item).count() == 1


def test_an_ended_session_asks_for_login_and_keeps_what_was_typed(
    office: WebOffice, page_as: PageAs, complaints: Complaints
) -> None:
    complaints.expected = ("401", "403")
    page = page_as("clerk", name="wati")
    clerk = TypingClerk(page)
    clerk.begin("/key/work/?kind=coded")
    item = clerk.item
    assert item is not None
    page.context.clear_cookies()
    clerk.enter(typed_for(item, office.written))
    page.wait_for_selector("#k-login[open]")
    assert violations(page) == []
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_username")
    page.keyboard.type("wati")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#keying")
    clerk.confirm()
    assert Entry.objects.get(item=item).user.username == "wati"


def test_what_was_half_typed_outlives_a_reload(page_as: PageAs) -> None:
    clerk = TypingClerk(page_as("clerk"))
    clerk.begin("/key/work/?kind=long_number")
    item = clerk.item
    clerk.page.keyboard.type("123")
    clerk.page.reload()
    clerk.rest()
    assert clerk.item == item
    assert clerk.page.locator("#k-value").input_value() == "123"


@pytest.mark.parametrize("kind", ["nik", "coded", "date", "name", "tick", "number"])
def test_every_kind_fits_the_screen_and_everybody(page_as: PageAs, kind: str) -> None:
    clerk = TypingClerk(page_as("clerk"))
    clerk.begin(f"/key/work/?kind={kind}")
    assert clerk.item is not None
    assert violations(clerk.page) == []
    assert not scrolls(clerk.page)
    shown = clerk.page.locator("#k-picture img").bounding_box()
    assert shown is not None
    assert shown["width"] >= 900
    clerk.page.goto("/key/")
    assert violations(clerk.page) == []
    assert not scrolls(clerk.page)


def test_a_form_is_keyed_by_its_id(office: WebOffice, page_as: PageAs) -> None:
    form_id = Item.objects.filter(state="open").values_list("form_id", flat=True)[0]
    page = page_as("clerk")
    page.goto("/key/")
    page.locator("#form").focus()
    page.keyboard.type(readable_form_id(form_id).lower())
    page.keyboard.press("Enter")
    clerk = TypingClerk(page)
    clerk.rest()
    assert readable_form_id(form_id) in page.locator("#k-where").inner_text()
    for item in clerk.fields(3):
        assert item.form_id == form_id
        clerk.press("Escape")


def test_an_id_that_nobody_printed_is_said_to_be_none(page_as: PageAs) -> None:
    page = page_as("clerk")
    page.goto("/key/?form=4F2K-9QW3")
    assert page.locator("#no-form").is_visible()
    assert page.locator("#form").input_value() == "4F2K-9QW3"
    assert page.evaluate("document.activeElement.id") == "form"


def test_values_reach_the_readings(office: WebOffice, page_as: PageAs) -> None:
    clerk = TypingClerk(page_as("clerk", name="wati"))
    clerk.begin("/key/work/?kind=coded")
    typed = key_everything(clerk, office, 3)
    for item in Item.objects.filter(pk__in=typed, entries_needed=1, purpose="review"):
        kept = Resolution.objects.get(form_id=item.form_id, field=item.field)
        assert kept.value == stored_as(item, typed[item.pk])


def test_no_word_of_the_screen_stands_in_its_script() -> None:
    folder = Path(__file__).parents[2] / "papi/review/static/review"
    for path in folder.glob("keying*.js"):
        code = "\n".join(line for line in path.read_text("utf-8").splitlines() if "/*" not in line)
        assert "tersimpan" not in code
        assert 'textContent = "' not in code.replace('textContent = ""', "")
