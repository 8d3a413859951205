"""Fixing pages, by keyboard in a real browser: every kind of trouble, and what became of it."""

from __future__ import annotations

import random
from typing import Any

from browsing import Complaints, scrolls, violations
from fixing_desk import (  # noqa: F401  the fixtures office, pages, damaged
    CUT,
    FIRST,
    SECOND,
    TORN,
    TURNED,
    PageAs,
    Pages,
    damaged_office,
    fixing_office,
    number,
    pages_to_fix,
    state,
)
from playwright.sync_api import Page, expect
from torn_sides import FRAME_CORNERS

from papi.model.sheet import new_form_id, normalise_form_id, readable_form_id
from papi.store.models import AuditEvent, PageFix, Reading

STEP, ROOM = 12, 0.97
"""Px that an arrow moves the cross; share of the window that a whole page takes."""


def sound(page: Page) -> None:
    """The screen is one that everybody can work on."""
    assert not scrolls(page)
    assert violations(page) == []


def open_page(page: Page, name: str) -> None:
    page.goto(f"/fix/{number(name)}/")
    page.wait_for_selector("[data-ready=yes]")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def cross_to(
    page: Page, side_size: tuple[int, int], share: tuple[float, float], start: Any
) -> None:
    """Move the cross from where it starts to a point, with arrow keys alone."""
    box = page.locator("#view").bounding_box()
    assert box is not None
    scale = ROOM * min(box["width"] / side_size[0], box["height"] / side_size[1])
    for way, (one, other) in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))):
        distance = round((share[way] - start[way]) * side_size[way] * scale)
        key = one if distance < 0 else other
        press(page, *[key] * (abs(distance) // STEP), *[f"Shift+{key}"] * (abs(distance) % STEP))


def test_an_upside_down_page_without_codes_is_read_once_its_id_is_keyed(
    page_as: PageAs, pages: Pages
) -> None:
    page = page_as("operator")
    page.goto("/fix/")
    sound(page)
    expect(page.locator(".count")).to_have_text("4")
    press(page, "Enter")
    page.wait_for_selector("[data-ready=yes]")
    sound(page)
    form_id = pages.turned.form_id
    wrong = form_id[:-1] + ("0" if form_id[-1] != "0" else "1")
    page.keyboard.type(wrong.lower())
    expect(page.locator("#check")).to_have_text(
        "Karakter pemeriksa tidak cocok: baca lagi nomornya."
    )
    press(page, "Backspace")
    expect(page.locator("#check")).to_have_text("1 karakter lagi")
    page.keyboard.type(form_id[-1])
    expect(page.locator("#check")).to_have_text("Karakter pemeriksa cocok.")
    page.keyboard.type("1")
    press(page, "Enter")
    expect(page.locator(".note.success")).to_contain_text("terbaca", timeout=30_000)
    expect(page.locator(".note.success")).to_contain_text(readable_form_id(form_id))
    assert page.url.split("/")[-2] == str(number(CUT))
    assert state(TURNED) == ("read", "", True)
    assert Reading.objects.filter(form_id=form_id).exists()
    expect(page.locator("h1")).to_contain_text(f"Halaman {number(CUT)}")
    sound(page)


def test_a_page_without_any_mark_is_read_once_its_corners_are_set(
    page_as: PageAs, pages: Pages
) -> None:
    page = page_as("operator")
    open_page(page, CUT)
    page.keyboard.type(pages.cut.form_id + "1")
    press(page, "Escape", "s")
    expect(page.locator("#told")).to_have_text("Tetapkan sudut 1: kiri atas")
    expect(page.locator("#magnifier")).to_be_visible()
    sound(page)
    height, width = pages.cut.gray.shape
    shares = pages.cut.shares(FRAME_CORNERS)
    starts = [(0.062, 0.044), (0.938, 0.044), (0.938, 0.956), (0.062, 0.956)]
    for share, start in zip(shares, starts, strict=True):
        cross_to(page, (width, height), share, start)
        press(page, "Enter")
    expect(page.locator("#told")).to_contain_text("Keempat sudut sudah ditetapkan")
    press(page, "Enter")
    expect(page.locator(".note.success")).to_contain_text("terbaca", timeout=30_000)
    assert state(CUT) == ("read", "", True)
    kinds = set(PageFix.objects.filter(scan_id=number(CUT)).values_list("kind", flat=True))
    assert kinds == {"identity", "corners"}


def test_corners_can_be_clicked_on_a_turned_picture(page_as: PageAs, pages: Pages) -> None:
    page = page_as("operator")
    open_page(page, CUT)
    press(page, "Escape", "r", "s")
    box = page.locator("#view").bounding_box()
    assert box is not None
    height, width = pages.cut.gray.shape
    scale = ROOM * min(box["width"] / height, box["height"] / width)
    shares = pages.cut.shares(FRAME_CORNERS)
    for u, v in shares:  # a quarter turn clockwise: x comes from below, y from the left
        x, y = ((1 - v) - 0.5) * height * scale, (u - 0.5) * width * scale
        page.mouse.click(box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y)
    kept = [pair.split(",") for pair in page.locator("#corners").input_value().split()]
    for (u, v), (was_u, was_v) in zip(shares, kept, strict=True):
        assert abs(float(was_u) - u) * width <= 1 / scale
        assert abs(float(was_v) - v) * height <= 1 / scale


def test_pages_are_set_aside_as_blank_and_foreign_and_one_is_taken_back(page_as: PageAs) -> None:
    page = page_as("operator")
    open_page(page, TORN)
    press(page, "Escape", "k", "Enter")
    expect(page.locator(".note.success")).to_contain_text("disisihkan sebagai halaman kosong")
    assert state(TORN) == ("blank", "set_aside", False)
    open_page(page, CUT)
    press(page, "Escape", "a", "Enter")
    expect(page.locator(".note.success")).to_contain_text("disisihkan sebagai halaman asing")
    assert state(CUT) == ("foreign", "set_aside", False)
    page.goto("/fix/")
    expect(page.locator(".count")).to_have_text("2")
    page.locator(".fixed a").filter(has_text=str(number(TORN))).press("Enter")
    page.wait_for_selector("[data-ready=yes]")
    press(page, "Escape", "u", "Enter")
    expect(page.locator(".note.warning")).to_contain_text("masih menunggu", timeout=30_000)
    assert state(TORN)[0] == "unidentified"


def test_one_of_two_scans_is_chosen_after_what_reads_otherwise_was_looked_at(
    page_as: PageAs,
) -> None:
    page = page_as("supervisor")
    open_page(page, SECOND)
    sound(page)
    phone = page.locator(".difference").filter(has_text="No. HP/kontak").locator("td")
    expect(phone).to_have_count(2)
    assert phone.nth(0).inner_text() != phone.nth(1).inner_text()
    assert page.locator(".difference").count() <= 5
    before = page.locator("canvas.view").first.screenshot()
    press(page, "d")
    expect(page.locator(".difference.now")).to_have_count(1)
    assert page.locator("canvas.view").first.screenshot() != before
    press(page, "2", "Enter")
    expect(page.locator(".note.success")).to_contain_text("terbaca")
    assert state(FIRST) == ("superseded", "rescanned", False)
    assert state(SECOND) == ("read", "", True)


def test_what_was_sent_too_late_is_refused_in_words(
    page_as: PageAs, complaints: Complaints, pages: Pages
) -> None:
    complaints.expected = ("409",)
    slow, quick = page_as("operator", name="lambat"), page_as("operator", name="cepat")
    open_page(slow, TORN)
    open_page(quick, TORN)
    expect(quick.locator(".at")).to_contain_text("lambat membuka halaman ini")
    press(quick, "Escape", "k", "Enter")
    expect(quick.locator(".note.success")).to_be_visible()
    slow.keyboard.type(pages.torn.form_id + "1")
    press(slow, "Enter")
    expect(slow.locator(".note.warning")).to_contain_text("sudah dibereskan orang lain")
    assert state(TORN) == ("blank", "set_aside", False)
    open_page(slow, CUT)
    open_page(quick, CUT)
    press(quick, "Escape", "r", "Enter")
    expect(quick.locator(".note.warning")).to_contain_text("masih menunggu", timeout=30_000)
    press(slow, "Escape", "a", "Enter")
    expect(slow.get_by_role("alert")).to_contain_text("sudah diubah orang lain")
    assert state(CUT)[1] != "set_aside"


def test_ids_are_checked_in_the_browser_as_on_the_server(page_as: PageAs) -> None:
    page = page_as("operator")
    page.goto("/fix/")
    chance = random.Random(5)  # noqa: S311  names no secret
    texts = [new_form_id() for _ in range(150)]
    texts += [form_id[:-1] + chance.choice("0123456789ABCDEFGH") for form_id in texts]
    texts += ["I" + form_id[1:].lower() for form_id in texts[:40]] + [
        "",
        "3201120101010001",
        "U" * 9,
    ]
    told = page.evaluate(
        "async (texts) => { const { checkId } = await import('/static/review/fixing_id.js');"
        " return texts.map((text) => checkId(text)[0] === 'good'); }",
        texts,
    )
    assert told == [normalise_form_id(text) is not None for text in texts]
    assert 150 < sum(told) < 300


def test_what_was_seen_and_fixed_stands_in_the_audit_chain(page_as: PageAs) -> None:
    page = page_as("operator", name="sari")
    open_page(page, TORN)
    press(page, "Escape", "k", "Enter")
    expect(page.locator(".note.success")).to_be_visible()
    events = AuditEvent.objects.filter(actor="sari", detail__scan=number(TORN)).order_by("seq")
    assert [event.action for event in events] == ["page.viewed", "page.fixed"]
    assert events[1].detail["fix"] == "blank"
