"""Every form a page holds, as a browser would send it.

Knows HTML. Must not know what any form is for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_BUTTONS = frozenset({"submit", "button", "reset", "image"})


@dataclass
class Form:
    """One form: where it goes, how, what stands in it, and where a person may type."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get").upper()))
        elif tag in {"input", "select", "textarea", "button"} and self.forms and "name" in said:
            form, kind = self.forms[-1], said.get("type", "text")
            form.values[said["name"]] = said.get("value", "")
            if said["name"] != "csrfmiddlewaretoken" and kind not in _BUTTONS:
                form.typed.append(said["name"])


def forms_of(html: str) -> list[Form]:
    """Return the forms of a page."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms
