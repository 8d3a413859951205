"""A clerk at the keyboard of a real browser: sees the item on screen, types, never uses a mouse.

Knows the keying screen's keys and where it shows what. Must not know how anything is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from papi.checking.calendar import iso_date, written_date
from papi.model.layout import FieldKind
from papi.store.models import Item
from papi.store.snip_places import form_layout

_AT_REST = """() => {
  const shown = (id) => !document.getElementById(id).hidden;
  const picture = document.querySelector("#k-picture img");
  const done = document.querySelector("#k-nothing [data-when=done]");
  return (shown("k-form") && picture && picture.complete && picture.naturalWidth > 0)
    || (shown("k-nothing") && !done.hidden);
}"""
TEXT = "KAMPUNG TENGAH NO 5"
"""What is keyed for free text: forms tell only that there is some."""


def typed_for(item: Item, written: dict[tuple[str, str], str]) -> str:
    """Return what a clerk types who reads what was written."""
    field = form_layout(item.form_id).by_name[item.field]
    value = written[item.form_id, item.field]
    if field.kind is FieldKind.SIGNATURE:
        return "1" if value else "0"
    if field.kind is FieldKind.TEXT:
        return TEXT if value else ""
    if field.kind is FieldKind.DATE and (date := iso_date(value)):
        return f"{date:%d%m%Y}"
    return value


def stored_as(item: Item, text: str) -> str:
    """What a typed value is in the store."""
    kind = form_layout(item.form_id).by_name[item.field].kind
    if kind == "date" and (date := written_date(text)):
        return date.isoformat()
    if kind == "signature":
        return "ink" if text == "1" else ""
    return text


@dataclass(frozen=True)
class TypingClerk:
    """Somebody who keys in one page of a browser."""

    page: Page

    def begin(self, address: str = "/key/work/") -> None:
        """Open a screen and wait for the first field."""
        self.page.goto(address)
        self.rest()

    def rest(self) -> None:
        """Wait until a field, or that there is none, is on the screen."""
        self.page.wait_for_function(_AT_REST)

    @property
    def item(self) -> Item | None:
        """The item on the screen, None if nothing is left."""
        self.rest()
        if self.page.locator("#k-form").is_hidden():
            return None
        source = self.page.locator("#k-picture img").get_attribute("src") or ""
        found = re.search(r"/snip/(\d+)/", source)
        assert found is not None, source
        return Item.objects.get(pk=int(found[1]))

    @property
    def message(self) -> str:
        """What the screen says of the field."""
        place = self.page.locator("#k-message")
        return place.inner_text() if place.is_visible() else ""

    def enter(self, text: str) -> None:
        """Type a value and accept it; blank is accepted twice."""
        self.page.keyboard.type(text)
        self.press("Enter", *([] if text else ["Enter"]))

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            self.page.keyboard.press(key)

    def wait_saved(self) -> None:
        """Wait until the server has confirmed everything."""
        self.page.wait_for_selector("#k-saved[data-state=saved]")

    def confirm(self) -> None:
        """Say again what was doubted, until everything is saved."""
        for _ in range(10):
            self.wait_saved()
            if self.item is None or not self.message:
                return
            self.press("Enter")
        raise AssertionError(f"said ten times over: {self.message}")

    def reach(self, item: Item, most: int = 60) -> None:
        """Pass over fields until one is on the screen."""
        for _ in range(most):
            if self.item == item:
                return
            self.press("Escape")
        raise AssertionError(f"{item} does not come")

    def fields(self, most: int) -> Iterator[Item]:
        """Yield the fields that come, at most so many; what is doubted is confirmed."""
        for _ in range(most):
            item = self.item
            if item is not None and self.message:
                self.confirm()
                item = self.item
            if item is None:
                return
            yield item
