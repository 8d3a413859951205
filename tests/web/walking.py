"""Reading every screen as a person would: walks the links, collects what is said.

Knows HTML, csv and JSON answers. Must not know what any screen is about.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import resolve

SHOWN = frozenset({"title", "aria-label", "placeholder", "alt", "label", "aria-description"})
_FOR_SCRIPTS = frozenset(
    {"data-ask", "data-done", "data-short", "data-good", "data-bad", "data-strange", "data-busy",
     "data-gone", "data-corner1", "data-corner2", "data-corner3", "data-corner4"}
)  # fmt: skip
_KEYS = frozenset({"data-ask"})  # the name of a kind of answer where it is one word of `EntryKind`
_WORD = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)*")
"""Taken with its digits: half of a form id may read like a word."""
EACH = 8
"""Pages looked at of one kind: of twenty forms the eighth says nothing new."""


class _Said(HTMLParser):
    """Collects text, what is shown of attributes, and links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.links: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            told = name in SHOWN or name.startswith("data-word") or name in _FOR_SCRIPTS
            if told and value and not (name in _KEYS and value.isascii() and value.islower()):
                self.said.append(value)
            if tag == "a" and name == "href" and value:
                self.links.append(value)
        self._silent += tag in {"script", "style"} or ("lang", "en") in attrs

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in {"script", "style", "button"}))

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(data.strip())


def said_by(content: str) -> list[str]:
    """Return everything that an HTML page says."""
    parser = _Said()
    parser.feed(content)
    return parser.said


def words_of(texts: list[str]) -> set[str]:
    """Return the words of texts in small letters; what holds a digit or a dot is a name."""
    return {
        word.lower()
        for text in texts
        for word in _WORD.findall(html.unescape(text))
        if len(word) > 1 and not re.search(r"[\d_.]", word)
    }


def walk(client: Client, start: str = "/") -> Iterator[tuple[str, list[str]]]:
    """Follow every link from a page; yield each address with what stands there."""
    waiting, seen, counts = [start], {start}, dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        kind = resolve(urlsplit(path).path).view_name
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] > EACH:
            continue
        answer = client.get(path, headers={"Accept": "text/html"}, follow=True)
        mime = answer.headers.get("Content-Type", "")
        if mime.startswith("text/csv"):
            body = b"".join(answer) if answer.streaming else answer.content
            yield path, [body.decode("utf-8-sig")]
        if not mime.startswith("text/html"):
            continue
        parser = _Said()
        parser.feed(answer.content.decode())
        yield path, parser.said
        for link in parser.links:
            target = urljoin(path, link).partition("#")[0]
            if target not in seen and target.startswith("/"):
                seen.add(target)
                waiting.append(target)
