"""The frozen layout: where every field of a form stands on paper (contract, DESIGN section 4).

Knows names, kinds and millimetres. Must not know how a layout was made, drawn or read.
Keys of the contract are extended, never changed; unknown keys in stored layouts are ignored so that
a form printed by another release can still be read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from papi.geometry import Box
from papi.model.sheet import CROCKFORD


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FieldKind(StrEnum):
    """What a field holds; decides geometry and reader."""

    DIGITS = "digits"
    CAPITALS = "capitals"
    CODE = "code"
    DATE = "date"
    CHOICE = "choice"
    TEXT = "text"
    SIGNATURE = "signature"


CELL_KINDS = frozenset({FieldKind.DIGITS, FieldKind.CAPITALS, FieldKind.CODE, FieldKind.DATE})
INK_KINDS = frozenset({FieldKind.TEXT, FieldKind.SIGNATURE})


class Choice(_Frozen):
    """One tick box: the code it stands for and its place (outer edge of its rule, mm)."""

    code: str
    box: Box
    label: str = ""


class AskIf(_Frozen):
    """When a field is to be filled: in words, as the id of the skip rule, and as a condition.

    `when`: see model.template.AskSpec; field names are full names of this layout.
    """

    text: str
    rule: str
    when: dict[str, Any] | None = None


class LayoutField(_Frozen):
    """One field of a page."""

    name: str
    page: int
    kind: FieldKind
    required: bool = False
    label: str = ""
    codes: tuple[str, ...] | None = None
    code_list: str | None = None
    pattern: str | None = None
    min: int | None = None
    max: int | None = None
    ask_if: AskIf | None = None
    prelist: str | None = None
    cek_for: str | None = None
    alphabet: str | None = None
    critical: bool = False
    cells: tuple[Box, ...] = ()
    choices: tuple[Choice, ...] = ()
    multiple: bool = False
    box: Box | None = None

    @property
    def zone(self) -> Box:
        """The field's area: smallest box around everything writable, mm."""
        if self.box is not None:
            return self.box
        return Box.around([*self.cells, *(choice.box for choice in self.choices)])


class LayoutPage(_Frozen):
    """One side of paper."""

    page: int
    width_mm: float
    height_mm: float
    role: Literal["base", "continuation"] = "base"


class Layout(_Frozen):
    """All pages and fields of one form version."""

    form: str
    version: str
    codebook: str
    pages: tuple[LayoutPage, ...]
    fields: tuple[LayoutField, ...]
    title: str = ""
    prelist_key: str = ""
    draw: dict[str, Any] = Field(default_factory=dict, exclude=True, repr=False)

    @cached_property
    def by_name(self) -> dict[str, LayoutField]:
        """Fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def by_page(self) -> dict[int, tuple[LayoutField, ...]]:
        """Fields of each page, in reading order."""
        pages: dict[int, list[LayoutField]] = {page.page: [] for page in self.pages}
        for field in self.fields:
            pages[field.page].append(field)
        return {page: tuple(fields) for page, fields in pages.items()}

    @property
    def base_pages(self) -> tuple[int, ...]:
        """Numbers of the pages that every form of this kind has."""
        return tuple(page.page for page in self.pages if page.role == "base")

    def members(self) -> Iterator[int]:
        """Numbers of the member strips, ascending (none for forms of one person)."""
        yield from sorted(
            {int(f.name.split(".")[1]) for f in self.fields if f.name.startswith("art.")}
        )

    def to_json(self) -> dict[str, Any]:
        """Return the contract's JSON (absent keys left out)."""
        document = self.model_dump(mode="json", exclude_none=True)
        for field in document["fields"]:
            for key in ("cells", "choices", "box", "code_list"):
                if not field.get(key):
                    field.pop(key, None)
            if field["kind"] != FieldKind.CHOICE:
                field.pop("multiple", None)
        return document


def layout_version(content: object) -> str:
    """Return the 6-character version of JSON-able layout content (30 bits of its sha256)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 2
    return "".join(CROCKFORD[(number >> (5 * i)) & 31] for i in range(5, -1, -1))
