"""People of an office in browsers of their own, for a day: they see screens, press keys, no mouse.

Knows which keys do what on each screen, and what is written on the paper they look at. Must not
know how anything is stored: what they see, and which picture it is, comes from the screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from browsing import scrolls, violations
from playwright.sync_api import Page
from typing_clerk import TypingClerk, stored_as, typed_for

from papi.checking.truth import same_value
from papi.model.keying import ItemState
from papi.store.models import Grid, Item
from papi.store.snip_places import form_layout

FIRST_PASSWORD = "sementara-dulu-5"  # noqa: S105  of people that tests invent
PASSWORD = "milik-sendiri-pagi-8"  # noqa: S105
WAITING = (ItemState.OPEN, ItemState.ARBITRATION, ItemState.SUPERVISOR)
_NOTHING_CUT = """() => [...document.querySelectorAll(".cell .card")]
  .every(card => card.scrollHeight <= card.clientHeight)"""
"""What belongs to a picture of a group is seen whole."""
Written = dict[tuple[str, str], str]


@dataclass
class Paper:
    """What is written on the paper, and what people have made of it so far.

    Attributes:
        written: value of every field by (form id, field).
        said: the value that should stand at the end, of every field that somebody settled.
        seen: items by the person who keyed them.
    """

    written: Written
    said: Written = field(default_factory=dict)
    seen: dict[str, list[int]] = field(default_factory=dict)

    def right(self, item: Item) -> str:
        """What a careful clerk types of an item."""
        text = typed_for(item, self.written)
        self.said[item.form_id, item.field] = stored_as(item, text)
        return text


def look(page: Page, *, working: bool = True) -> None:
    """The screen is accessible; one to work at shows everything without scrolling."""
    assert violations(page) == [], page.url
    assert not (working and scrolls(page)), page.url


def log_in(page: Page, name: str, password: str) -> None:
    """Log in at the login page."""
    page.goto("/login/")
    look(page)
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def begin(page: Page, name: str) -> None:
    """Log in for the first time: one's own password takes the place of the first one."""
    log_in(page, name, FIRST_PASSWORD)
    page.get_by_role("heading", name="Ganti kata sandi").wait_for()
    look(page)
    for text in (FIRST_PASSWORD, PASSWORD, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("heading", name="Pekerjaan Anda").wait_for()
    look(page)


def add_person(page: Page, name: str, role: str) -> None:
    """Add somebody, as an admin does: name, role, every region, first password."""
    page.goto("/people/add/")
    look(page)
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(role)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(FIRST_PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text(f"{name} sekarang dapat masuk").wait_for()
    look(page)


def check_groups(page: Page, paper: Paper, name: str) -> int:
    """Check groups until none is left; return how many pictures were confirmed."""
    page.goto("/group/")
    look(page)
    confirmed = 0
    while page.locator("main button[autofocus], .cell").count():
        if not page.locator(".cell").count():
            with page.expect_navigation():
                page.keyboard.press("Enter")
            continue
        page.wait_for_load_state("networkidle")
        look(page)
        assert page.evaluate(_NOTHING_CUT), page.url
        confirmed += _answer_group(
            page, paper, Grid.objects.get(user__username=name, answered_at=None)
        )
    look(page)
    return confirmed


def _answer_group(page: Page, paper: Paper, grid: Grid) -> int:
    """Mark what is not as the heading says, by arrows and Space; confirm the rest."""
    confirmed = 0
    for number in page.locator("input[name=other]").evaluate_all(
        "all => all.map(one => one.value)"
    ):
        if _belongs(paper, grid, grid.places[int(number)]):
            confirmed += 1
        else:
            page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(".note.success, .note.info")
    return confirmed


def _belongs(paper: Paper, grid: Grid, place: list[object]) -> bool:
    """Whether a picture shows the group's value; a planted one names form, page and field."""
    planted = len(place) == len(("form", "page", "field"))
    item = None if planted else Item.objects.get(pk=place[0])
    form_id, name = (str(place[0]), str(place[2])) if item is None else (item.form_id, item.field)
    value = paper.written[form_id, name]
    if not same_value(form_layout(form_id).by_name[name], value, grid.value):
        return False
    if item is not None:
        paper.said[form_id, name] = value
    return True


def key_together(
    clerks: dict[str, TypingClerk], paper: Paper, slips: Callable[[str, Item], str]
) -> None:
    """Key what waits at several desks, a field at each in turn, until nothing is left.

    Args:
        clerks: by name.
        paper: what is written.
        slips: told who has which item; returns "" for a right value, else what is done instead: a
            value to type, or the name of a key.
    """
    for clerk in clerks.values():
        clerk.begin()
    busy = dict(clerks)
    while busy:
        for name, clerk in list(busy.items()):
            item = next(clerk.fields(1), None)
            if item is None:
                del busy[name]
                continue
            paper.seen.setdefault(name, []).append(item.pk)
            _key(clerk, paper.right(item), slips(name, item))
    for clerk in clerks.values():
        clerk.wait_saved()
        look(clerk.page)


def _key(clerk: TypingClerk, right: str, slip: str) -> None:
    if slip == "F4":
        clerk.press("F4")
        clerk.page.keyboard.type("Angka 1 atau 7?")
        clerk.press("Enter")
    elif slip == "Escape":
        clerk.press("Escape")
    else:
        clerk.enter(slip or right)


def settle(judge: TypingClerk, paper: Paper) -> int:
    """Decide where two people keyed different things, by digit or by typing; return how often."""
    judge.begin("/key/settle/")
    count = 0
    for item in judge.fields(50):
        count += 1
        look(judge.page)
        right = paper.right(item)
        shown = judge.page.locator("#k-options button b").all_inner_texts()
        if stored_as(item, right) in shown:
            judge.press(str(shown.index(stored_as(item, right)) + 1), "Enter")
        else:
            judge.press(str(len(shown) + 1))
            judge.enter(right)
    judge.confirm()
    return count


def answer_questions(judge: TypingClerk, paper: Paper) -> int:
    """Key what clerks could not read or asked about; return how many."""
    judge.begin("/key/settle/questions/")
    count = 0
    for item in judge.fields(50):
        count += 1
        look(judge.page)
        judge.enter(paper.right(item))
    judge.confirm()
    return count


def fix_page(page: Page, form_id: str, number: int) -> None:
    """Say which page the first of the waiting scans is; it is read."""
    page.goto("/fix/")
    look(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-ready=yes]")
    look(page)
    page.keyboard.type(f"{form_id}{number}")
    page.keyboard.press("Enter")
    page.locator(".note.success").get_by_text(re.compile("terbaca")).wait_for(timeout=60_000)
    look(page)


def approve_one(page: Page) -> str:
    """Open the first complete form, look at its fields and approve it; return its id."""
    page.goto("/office/forms/approve/")
    look(page)
    page.locator("table.list a").first.press("Enter")
    page.wait_for_selector("[data-approve]")
    look(page, working=False)
    page.keyboard.press("Control+ArrowDown")
    page.wait_for_url("**field=**")
    form_id = page.locator("h1").inner_text().replace("-", "")
    page.keyboard.press("Control+Enter")
    page.get_by_text("1 formulir disetujui").wait_for()
    return form_id
