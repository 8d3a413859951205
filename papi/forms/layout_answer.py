"""Answers: character boxes, ticks, zones for text and signatures, and the fields they make.

Knows a field's spec, its code list and paper habits in mm. Must not know rows, blocks or pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from papi.forms.layout_piece import Piece, PlacedField
from papi.geometry import Box
from papi.model.codebook import Codebook
from papi.model.layout import AskIf, Choice, FieldKind, LayoutField
from papi.model.page import CELL_H_MM, CELL_W_MM, TICK_MM
from papi.model.sheet import CROCKFORD
from papi.model.template import NAME_ALPHABET, AskSpec, FieldSpec

CELL_GAP_MM = 0.8
"""Paper between character boxes: separate boxes keep neighbours' strokes apart."""
GROUP_GAP_MM = 2.2
"""Wider gap between day, month and year and the like."""
TICK_TEXT_MM = 2.0
"""Paper between a tick box and its label, for marks that reach out of the box."""
TICK_NEXT_MM = 2.6
"""Least paper between a label and the next tick box."""
TICK_LINE_MM = 6.0
"""Least distance of tick boxes below each other, from edge to edge of the same side."""
DATE_GROUPS = (2, 2, 4)
CEK_LABELS = {"1": "S", "2": "TS", "3": "TD"}


@dataclass(frozen=True)
class Context:
    """What a field inherits from where it stands.

    Attributes:
        codebook: all code lists.
        prefix: "" or the strip's, e.g. "art.3.".
        number: value of `{n}` in names and labels.
        ask: skip conditions of block and row, outermost first.
        siblings: names of the fields of the same strip (conditions speak of them).
    """

    codebook: Codebook
    prefix: str = ""
    number: int = 1
    ask: tuple[AskSpec, ...] = ()
    siblings: frozenset[str] = frozenset()

    def asked(self, ask: AskSpec | None) -> Context:
        """Return the context inside something that is asked only if `ask` holds."""
        return self if ask is None else replace(self, ask=(*self.ask, ask))

    def name(self, name: str) -> str:
        """Return the full name of a field or pre-list column."""
        return self.prefix + self.fill(name)

    def fill(self, text: str) -> str:
        """Put the running number into a text."""
        return text.replace("{n}", str(self.number))

    def ask_if(self) -> AskIf | None:
        """Return the condition that holds here: the innermost rule, and all of them together."""
        if not self.ask:
            return None
        conditions = [self._full_names(ask.when) for ask in self.ask]
        text = "; ".join(ask.text for ask in self.ask if ask.text)
        when = conditions[0] if len(conditions) == 1 else {"all": conditions}
        return AskIf(text=text, rule=self.ask[-1].rule, when=when)

    def _full_names(self, when: Mapping[str, Any]) -> dict[str, Any]:
        full: dict[str, Any] = {}
        for key, value in when.items():
            if key in ("field", "age_of"):
                full[key] = self.prefix + value if value in self.siblings else value
            elif key in ("all", "any"):
                full[key] = [self._full_names(part) for part in value]
            else:
                full[key] = value
        return full


def allowed_codes(spec: FieldSpec, codebook: Codebook) -> tuple[str, ...] | None:
    """Return the values a field may hold, None if it has no code list."""
    if spec.allow:
        return spec.allow
    if spec.codes is None:
        return None
    code_list = codebook.code_lists[spec.codes]
    if spec.kind is FieldKind.CHOICE:
        return tuple(code.code for code in code_list.codes)
    return code_list.values()


def choice_labels(spec: FieldSpec, codebook: Codebook) -> dict[str, str]:
    """Return code -> label as printed beside a tick."""
    known = codebook.labels(spec.codes) if spec.codes else {}
    codes = allowed_codes(spec, codebook) or ()
    return {code: spec.labels.get(code, known.get(code, "")) for code in codes}


def make_field(spec: FieldSpec, context: Context, **geometry: Any) -> PlacedField:
    """Return the layout field of a spec with the given cells, choices or box (page 0 for now)."""
    inner = context.asked(spec.ask_if)
    column = spec.prelist_column
    alphabet = spec.alphabet
    if alphabet is None and spec.kind is FieldKind.CAPITALS:
        alphabet = NAME_ALPHABET
    if alphabet is None and spec.kind is FieldKind.CODE:
        alphabet = CROCKFORD
    made = LayoutField(
        name=context.name(spec.name),
        page=0,
        kind=spec.kind,
        required=spec.required,
        label=context.fill(spec.label),
        codes=allowed_codes(spec, context.codebook),
        code_list=spec.codes,
        pattern=spec.pattern,
        min=spec.min,
        max=spec.max,
        ask_if=inner.ask_if(),
        prelist=context.name(column) if column else None,
        alphabet=alphabet,
        critical=spec.critical,
        multiple=spec.multiple,
        **geometry,
    )
    return PlacedField(made, spec.line)


def cell_boxes(count: int, groups: Sequence[int]) -> list[Box]:
    """Return `count` character boxes from (0, 0) to the right, wider gaps between groups."""
    breaks, position = set(), 0
    for size in groups[:-1]:
        position += size
        breaks.add(position)
    boxes, x = [], 0.0
    for number in range(count):
        if number:
            x += CELL_W_MM + (GROUP_GAP_MM if number in breaks else CELL_GAP_MM)
        boxes.append(Box(round(x, 3), 0.0, CELL_W_MM, CELL_H_MM))
    return boxes


def cells_piece(spec: FieldSpec, context: Context) -> Piece:
    """Return the character boxes of a field."""
    date = spec.kind is FieldKind.DATE
    count = 8 if date else spec.boxes or 1
    boxes = cell_boxes(count, spec.groups or (DATE_GROUPS if date else ()))
    piece = Piece(boxes[-1].right, CELL_H_MM)
    for box in boxes:
        piece.answer_box(box)
    piece.fields.append(make_field(spec, context, cells=tuple(boxes)))
    return piece


def zone_piece(spec: FieldSpec, context: Context, width: float) -> Piece:
    """Return the zone of a text or signature field, at most `width` mm wide."""
    box = Box(0.0, 0.0, min(spec.box_width or width, width), spec.box_height or CELL_H_MM)
    piece = Piece(box.w, box.h)
    piece.answer_box(box)
    piece.fields.append(make_field(spec, context, box=box))
    return piece


def ticks_piece(
    labels: Mapping[str, str], *, per_line: int | None = None, width: float | None = None
) -> tuple[Piece, tuple[Choice, ...]]:
    """Return tick boxes with code and label, and the choices they stand for.

    Args:
        labels: code -> label; the code itself is printed before the label.
        per_line: boxes side by side in equal columns; None sets them as close as labels allow.
        width: mm for the equal columns.
    """
    codes = list(labels)
    columns = per_line or len(codes)
    lines = -(-len(codes) // columns)
    piece = Piece(0.0, TICK_MM + TICK_LINE_MM * (lines - 1))
    choices, x = [], 0.0
    for number, code in enumerate(codes):
        line, column = divmod(number, columns)
        if per_line and width:
            x = column * width / columns
        elif column == 0:
            x = 0.0
        box = Box(x, line * TICK_LINE_MM, TICK_MM, TICK_MM)
        piece.answer_box(box)
        choices.append(Choice(code=code, box=box, label=labels[code]))
        start = x + TICK_MM + TICK_TEXT_MM
        end = start + piece.text(start, box.center[1], labels[code])
        piece.width = max(piece.width, end)
        x = max(end + TICK_NEXT_MM, x + TICK_LINE_MM)
    return piece, tuple(choices)


def choice_piece(spec: FieldSpec, context: Context, width: float) -> Piece:
    """Return the ticks of a choice field with "code label" beside each.

    Where several ticks may be set the codes are powers of two and mean nothing to the writer.
    """
    named = choice_labels(spec, context.codebook)
    labels = named
    if not spec.multiple:
        labels = {code: f"{code} {label}".strip() for code, label in named.items()}
    piece, choices = ticks_piece(labels, per_line=spec.per_line, width=width)
    plain = tuple(choice.model_copy(update={"label": named[choice.code]}) for choice in choices)
    piece.fields.append(make_field(spec, context, choices=plain))
    return piece


def cek_piece(
    context: Context, *, name: str, codes: int, critical: bool, ask: AskSpec | None, line: int
) -> Piece:
    """Return the ticks "sesuai / tidak sesuai" (and, with 3 codes, "tidak ditunjukkan")."""
    labels = dict(list(CEK_LABELS.items())[:codes])
    piece, choices = ticks_piece(labels)
    code_list = "dokumen_sesuai" if codes == 3 else "cek"
    meanings = context.codebook.labels(code_list)
    made = LayoutField(
        name=context.name(name) + "_cek",
        page=0,
        kind=FieldKind.CHOICE,
        label="Sesuai / tidak sesuai",
        codes=tuple(labels),
        code_list=code_list,
        cek_for=context.name(name),
        critical=critical,
        ask_if=context.asked(ask).ask_if(),
        choices=tuple(c.model_copy(update={"label": meanings[c.code]}) for c in choices),
    )
    piece.fields.append(PlacedField(made, line))
    return piece


def answer_piece(spec: FieldSpec, context: Context, width: float) -> Piece:
    """Return the answer of any field in at most `width` mm (character boxes take their own)."""
    if spec.kind is FieldKind.CHOICE:
        return choice_piece(spec, context, width)
    if spec.kind in (FieldKind.TEXT, FieldKind.SIGNATURE):
        return zone_piece(spec, context, width)
    return cells_piece(spec, context)
