"""Double keying by two browsers at once, a third person between them, questions of clerks."""

from __future__ import annotations

import pytest
from browsing import PageAs, scrolls, violations
from playwright.sync_api import Page
from typing_clerk import TypingClerk, typed_for
from web_office import WebOffice

from papi.store.models import Entry, Item, Resolution, User


def key_nik(clerk: TypingClerk, item: Item, text: str) -> None:
    """Key one item as `text`, whatever rules say; leave everything else alone."""
    clerk.begin("/key/work/?kind=nik")
    clerk.reach(item)
    clerk.enter(text)
    clerk.wait_saved()
    if Entry.objects.filter(item=item, value=text).exists():
        return
    clerk.reach(item)
    clerk.confirm()


@pytest.fixture
def conflict(office: WebOffice, page_as: PageAs) -> tuple[Item, str, str]:
    """A NIK that two clerks keyed differently, both at work at the same time."""
    one, two = TypingClerk(page_as("clerk", name="ani")), TypingClerk(page_as("clerk", name="budi"))
    item = Item.objects.filter(field_class="nik", entries_needed=2).first()
    assert item is not None
    right = typed_for(item, office.written) or "3201014501900001"
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    one.begin("/key/work/?kind=nik")
    two.begin("/key/work/?kind=nik")
    assert one.item != two.item
    one.page.goto("/key/")
    two.page.goto("/key/")
    key_nik(one, item, right)
    key_nik(two, item, wrong)
    item.refresh_from_db()
    assert item.state == "arbitration"
    return item, right, wrong


def settle_at(page: Page) -> TypingClerk:
    """Open the screen of conflicts, at the first one."""
    judge = TypingClerk(page)
    judge.begin("/key/settle/")
    return judge


def test_two_clerks_differ_and_a_third_person_chooses(
    office: WebOffice, page_as: PageAs, conflict: tuple[Item, str, str]
) -> None:
    item, right, _ = conflict
    judge = settle_at(page_as("supervisor", name="citra"))
    assert judge.item == item
    shown = judge.page.locator("#k-options button b").all_inner_texts()
    assert right in shown
    assert violations(judge.page) == []
    assert not scrolls(judge.page)
    judge.press(str(shown.index(right) + 1), "Enter")
    judge.confirm()
    item.refresh_from_db()
    assert item.state == "done"
    assert Entry.objects.get(item=item, kind="arbitrated").value == right
    assert Resolution.objects.get(form_id=item.form_id, field=item.field).value == right


def test_a_third_person_types_what_neither_keyed(
    page_as: PageAs, conflict: tuple[Item, str, str]
) -> None:
    item = conflict[0]
    judge = settle_at(page_as("supervisor"))
    judge.press("3")
    judge.page.keyboard.type("3201014501910003")
    judge.press("Enter")
    judge.confirm()
    assert Entry.objects.get(item=item, kind="arbitrated").value == "3201014501910003"


def test_who_keyed_one_of_two_values_is_not_asked_to_choose(
    conflict: tuple[Item, str, str], page_as: PageAs
) -> None:
    judge = TypingClerk(page_as("supervisor", name="citra"))
    mine = Entry.objects.filter(item=conflict[0], user__username="ani")
    mine.update(user=User.objects.get(username="citra"))
    judge.begin("/key/settle/")
    assert judge.item is None


def other_than(item: Item | None, *items: Item | None) -> Item | None:
    """Return the other one of two items."""
    return next(one for one in items if one != item)


def test_a_question_is_answered_or_sent_back(office: WebOffice, page_as: PageAs) -> None:
    clerk = TypingClerk(page_as("clerk", name="ani"))
    clerk.begin("/key/work/?kind=coded")
    asked = clerk.item
    clerk.press("F4")
    clerk.page.keyboard.type("Angka 1 atau 7?")
    clerk.press("Enter")
    unreadable = clerk.item
    clerk.press("Escape")
    clerk.wait_saved()
    boss = TypingClerk(page_as("supervisor", name="citra"))
    boss.begin("/key/settle/questions/")
    assert violations(boss.page) == []
    assert not scrolls(boss.page)
    assert {boss.item, other_than(boss.item, asked, unreadable)} == {asked, unreadable}
    while (item := boss.item) is not None:
        if item != asked:
            boss.press("F4")
        elif boss.message:  # a rule doubts it: said again, it stands
            boss.press("Enter")
        else:
            assert "Angka 1 atau 7?" in boss.page.locator("#k-question").inner_text()
            boss.enter("1")
        boss.wait_saved()
    assert Entry.objects.get(item=asked, kind="settled").value == "1"
    assert unreadable is not None
    unreadable.refresh_from_db()
    assert (unreadable.state, unreadable.round) == ("open", 2)
