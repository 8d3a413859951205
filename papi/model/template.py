"""What a form template may say: sides, blocks, rows and fields. No coordinates.

Knows the vocabulary of template files (documented in docs/templates.md; JSON Schema by
`papi template schema`). Must not know paper geometry, files or people.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PrivateAttr, Tag, model_validator

from papi.model.layout import CELL_KINDS, INK_KINDS, FieldKind

FIELD_NAME = r"^[a-z][a-z0-9_]*(\{n\})?$"
NAME_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ -'."


class Spec(BaseModel):
    """Base of every part of a template; knows the line of the file it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    _line: int = PrivateAttr(default=0)

    @property
    def line(self) -> int:
        """Line in the template file, from 1; 0 if it came from no file."""
        return self._line


class AskSpec(Spec):
    """When a field is to be filled.

    `when` is a condition: `{field: dinding, in: ["1", "2"]}`, `{field: x, not_in: [...]}`,
    `{field: x, blank: true}`, `{field: x, filled: true}`, `{age_of: tgllahir, min: 5, max: 49}`,
    `{all: [...]}` or `{any: [...]}`. In a member strip, names are those of the same strip.
    """

    rule: str = Field(pattern=r"^[a-z][a-z0-9_.]*$")
    text: str = ""
    when: dict[str, Any]


class CellSpec(Spec):
    """What all parts of a row share."""

    number: str = ""
    label: str = ""
    width: float | None = Field(default=None, gt=0, description="mm taken from the row")
    label_width: float | None = Field(default=None, ge=0, description="mm kept for the label")
    mode: Literal["row", "inline", "tile", "item"] | None = None
    shift: tuple[float, float] = Field(default=(0, 0), description="nudge of answer boxes, mm")


class FieldSpec(CellSpec):
    """A field somebody writes in, with its pre-printed value, its ticks and its boxes."""

    name: str = Field(pattern=FIELD_NAME)
    kind: FieldKind
    boxes: int | None = Field(default=None, ge=1, le=40, description="character boxes")
    groups: tuple[int, ...] = Field(default=(), description="boxes between wider gaps")
    codes: str | None = Field(default=None, description="code list")
    allow: tuple[str, ...] = Field(default=(), description="codes of the list that may be used")
    pattern: str | None = None
    min: int | None = None
    max: int | None = None
    alphabet: str | None = None
    required: bool = False
    critical: bool = False
    multiple: bool = False
    ask_if: AskSpec | None = None
    prelist: str | bool = Field(default=False, description="pre-list column; true: the name")
    prelist_width: float = Field(
        default=7.0, ge=0, description="mm of its slot outside tables; 0: printed elsewhere"
    )
    mask: Literal["none", "nik"] = "none"
    cek: Literal[0, 2, 3] = Field(default=0, description="ticks: sesuai, tidak sesuai (, n/a)")
    stack: bool = Field(default=False, description="answer on a line of its own")
    wide: bool = Field(default=False, description="answer right behind the label, in tables")
    box_width: float | None = Field(default=None, gt=0, description="mm, text and signature")
    box_height: float | None = Field(default=None, gt=0, description="mm, text and signature")
    show: Literal["none", "beside"] = Field(default="none", description="print the codes' labels")
    labels: dict[str, str] = Field(default_factory=dict, description="shorter labels by code")
    per_line: int | None = Field(default=None, ge=1, description="ticks side by side")
    hint: str = Field(default="", description="small text after the boxes")

    @model_validator(mode="after")
    def _complete(self) -> FieldSpec:
        if self.kind in CELL_KINDS and self.kind is not FieldKind.DATE and not self.boxes:
            raise ValueError(f"a field of kind {self.kind} needs `boxes`")
        if self.kind is FieldKind.CHOICE and not (self.codes or self.allow):
            raise ValueError("a field of kind choice needs `codes` (a code list) or `allow`")
        if self.kind in INK_KINDS and not self.box_height:
            raise ValueError(f"a field of kind {self.kind} needs `box_height`")
        if self.groups and sum(self.groups) != (self.boxes or 8):
            raise ValueError("`groups` must add up to the number of boxes")
        return self

    @property
    def prelist_column(self) -> str | None:
        """Pre-list column the field shows, None for none."""
        return self.name if self.prelist is True else (self.prelist or None)


class SlotSpec(CellSpec):
    """A pre-printed value without an answer (`cek`: with ticks that confirm it)."""

    slot: str
    cek: Literal[0, 2] = 0
    size: float = Field(default=8.5, ge=8)
    mask: Literal["none", "nik"] = "none"
    codes: str | None = None
    missing: str = "-"


class TextSpec(CellSpec):
    """Static text."""

    text: str
    size: float = Field(default=8.0, ge=8)
    face: Literal["light", "regular", "semibold", "bold", "italic"] = "regular"


def _cell_tag(value: Any) -> str:
    keys = value if isinstance(value, dict) else vars(value)
    return "slot" if "slot" in keys else "text" if "text" in keys else "field"


AnyCell = Annotated[
    Annotated[FieldSpec, Tag("field")]
    | Annotated[SlotSpec, Tag("slot")]
    | Annotated[TextSpec, Tag("text")],
    Discriminator(_cell_tag),
]


class RowSpec(Spec):
    """Cells side by side. `tint` marks a band of pre-printed values."""

    cells: tuple[AnyCell, ...] = Field(min_length=1)
    height: float | None = Field(default=None, gt=0, description="least height, mm")
    tint: bool = False
    rule: bool = Field(default=True, description="draw a thin rule below")
    ask_if: AskSpec | None = None
    mode: Literal["row", "inline", "tile", "item"] | None = None


class GridSpec(Spec):
    """Widths of a table's columns, mm; answers take what is left of the row."""

    number: float = Field(default=8, ge=0)
    label: float = Field(default=34, ge=0)
    prelist: float = Field(default=0, ge=0)
    cek: float = Field(default=0, ge=0)
    boxes: float = Field(default=0, ge=0, description="answer boxes before printed codes")


class BlockSpec(Spec):
    """What all blocks share."""

    number: str = ""
    title: str = ""
    note: str = Field(default="", description="text at the right end of the heading")
    gap: float | None = Field(default=None, ge=0, description="mm above, instead of the side's")
    ask_if: AskSpec | None = None


class GuideBlock(BlockSpec):
    """The "how to write" strip: model digits and capitals, a tick, a correction, a filler."""

    block: Literal["guide"]
    texts: tuple[str, ...] = ()


class TableBlock(BlockSpec):
    """Questions, one row each, in fixed columns."""

    block: Literal["table"]
    grid: GridSpec = GridSpec()
    heads: tuple[str, ...] = Field(default=(), max_length=4, description="over the columns")
    row_height: float = Field(default=7.6, ge=3.2)
    rows: tuple[RowSpec, ...] = Field(min_length=1)


class ItemGroup(Spec):
    """Like questions under one heading: from an item list of the codebook, or cell by cell."""

    number: str = ""
    title: str = ""
    head: tuple[str, ...] = Field(default=(), description="over the ticks, e.g. [Ya, Tidak]")
    new_column: bool = Field(default=False, description="begin a new column (needs a title)")
    items: str | None = Field(default=None, description="item list of the codebook")
    labels: dict[str, str] = Field(default_factory=dict, description="shorter labels by field")
    required: bool = False
    prelist: bool = True
    ask_if: AskSpec | None = None
    cells: tuple[FieldSpec, ...] = ()


class ItemsBlock(BlockSpec):
    """Short questions that flow down several columns."""

    block: Literal["items"]
    columns: int = Field(default=3, ge=1, le=6)
    row_height: float = Field(default=6.2, ge=6)
    groups: tuple[ItemGroup, ...] = Field(min_length=1)


class StripsBlock(BlockSpec):
    """One strip of rows per household member; numbers run on over the whole form."""

    block: Literal["strips"]
    prefix: str = Field(default="art", pattern=r"^[a-z]+$")
    count: int = Field(ge=1, description="strips in this block")
    gap: float = Field(default=2.0, ge=0, description="mm between strips")
    rows: str = Field(description="name of an entry of the template's `strips`")


class LegendEntry(Spec):
    """A code list printed for reading up."""

    list: str
    title: str = ""
    number: str = ""
    labels: dict[str, str] = Field(default_factory=dict, description="by code; '' leaves it out")
    join: bool = Field(default=False, description="go on behind the entry before")
    lines: bool = Field(default=False, description="every code on a line of its own")


class LegendBlock(BlockSpec):
    """Answer codes printed once for many questions."""

    block: Literal["legend"]
    columns: int = Field(default=1, ge=1, le=6)
    entries: tuple[LegendEntry, ...] = Field(min_length=1)


AnyBlock = Annotated[
    GuideBlock | TableBlock | ItemsBlock | StripsBlock | LegendBlock, Field(discriminator="block")
]


class StripSpec(Spec):
    """Rows of a member strip; field names get the strip's prefix and number."""

    mark: str = Field(default="ART", description="text over the number")
    rows: tuple[RowSpec, ...] = Field(min_length=1)


class SideSpec(Spec):
    """One side of paper, or `repeat` sides alike; `{n}` in names counts from `counter`."""

    role: Literal["base", "continuation"] = "base"
    repeat: int = Field(default=1, ge=1, le=20)
    counter: int = 1
    flow: bool = Field(default=False, description="go on to a new side when one is full")
    gap: float = Field(default=2.0, ge=0, description="mm between blocks")
    blocks: tuple[AnyBlock, ...] = Field(min_length=1)


class Template(Spec):
    """A form: what it asks, in which order, with which words."""

    form: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    code: str = Field(description="short name printed in the header")
    title: str
    continuation_title: str = ""
    footer: str = ""
    prelist_key: str = Field(description="pre-list column that identifies a row")
    strips: dict[str, StripSpec] = Field(default_factory=dict)
    sides: tuple[SideSpec, ...] = Field(min_length=1)
