"""What is wrong with a template once it is laid out, each complaint with its line in the file.

Knows zones, labels, the paper's frame and code lists. Must not know YAML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from papi.forms.layout import Composition, Side, compose
from papi.forms.layout_frame import forbidden_zones
from papi.forms.layout_piece import PlacedField, label_box
from papi.forms.template_file import Problem, parse_template
from papi.geometry import Box
from papi.model.codebook import Codebook
from papi.model.drawing import Label
from papi.model.layout import LayoutField
from papi.model.sheet import A4, Frame
from papi.model.template import (
    AnyBlock,
    FieldSpec,
    ItemsBlock,
    LegendBlock,
    RowSpec,
    SlotSpec,
    Spec,
    StripsBlock,
    TableBlock,
    Template,
)

TOUCH_MM = 0.05
"""Boxes may come this close; below it rounding decides."""
LABEL_CLEAR_MM = 0.4
"""Least paper between a label and a box somebody writes in."""


def check_file(path: Path, codebook: Codebook) -> list[Problem]:
    """Return everything wrong with a template file, in line order; [] if it may be printed."""
    template, problems = parse_template(path.read_text(encoding="utf-8"))
    return problems if template is None else check_template(template, codebook)


def check_template(template: Template, codebook: Codebook, frame: Frame = A4) -> list[Problem]:
    """Return everything wrong with a template that keeps to the schema, in line order."""
    problems = list(unknown_names(template, codebook))
    if problems:
        return sorted(set(problems))
    composition = compose(template, codebook, frame)
    problems += duplicate_names(composition)
    problems += unknown_conditions(composition)
    for line, excess in composition.overflows:
        message = f"does not fit on its side: {excess:.1f} mm too tall"
        problems.append(Problem(line, "off_page", message))
    for side in composition.sides:
        problems += misplaced_zones(side, frame)
        problems += overlapping_zones(side)
        problems += covered_labels(side, frame)
    return _condensed(problems)


def _condensed(problems: list[Problem]) -> list[Problem]:
    """Keep one problem of a kind per line: a strip's fields stand on many sides alike."""
    first: dict[tuple[int, str], Problem] = {}
    more: Counter[tuple[int, str]] = Counter()
    for problem in sorted(set(problems)):
        key = problem.line, problem.kind
        more[key] += key in first
        first.setdefault(key, problem)
    return [
        replace(problem, message=f"{problem.message} (and {more[key]} more like it)")
        if more[key]
        else problem
        for key, problem in first.items()
    ]


def unknown_names(template: Template, codebook: Codebook) -> Iterator[Problem]:
    """Yield code lists, item lists and strips that do not exist."""
    for strip in template.strips.values():
        for row in strip.rows:
            yield from _unknown_in_row(row, codebook)
    for side in template.sides:
        for block in side.blocks:
            yield from _unknown_in_block(block, template, codebook)


def _unknown_in_block(block: AnyBlock, template: Template, codebook: Codebook) -> Iterator[Problem]:
    if isinstance(block, TableBlock):
        for row in block.rows:
            yield from _unknown_in_row(row, codebook)
    elif isinstance(block, StripsBlock) and block.rows not in template.strips:
        yield Problem(block.line, "unknown_strip", f"no strip `{block.rows}` in this template")
    elif isinstance(block, LegendBlock):
        for entry in block.entries:
            yield from _unknown_list(entry, entry.list, codebook)
    elif isinstance(block, ItemsBlock):
        for group in block.groups:
            if group.items is not None and group.items not in codebook.item_lists:
                yield Problem(group.line, "unknown_list", f"unknown item list `{group.items}`")
            for cell in group.cells:
                yield from _unknown_list(cell, cell.codes, codebook)


def _unknown_in_row(row: RowSpec, codebook: Codebook) -> Iterator[Problem]:
    for cell in row.cells:
        if isinstance(cell, FieldSpec | SlotSpec):
            yield from _unknown_list(cell, cell.codes, codebook)


def _unknown_list(spec: Spec, name: str | None, codebook: Codebook) -> Iterator[Problem]:
    if name is not None and name not in codebook.code_lists:
        yield Problem(spec.line, "unknown_list", f"unknown code list `{name}`")


def duplicate_names(composition: Composition) -> Iterator[Problem]:
    """Yield fields whose full name another field already has."""
    seen: dict[str, int] = {}
    for _, placed in composition.fields():
        name = placed.field.name
        if name in seen:
            message = f"duplicate name `{name}`, first in line {seen[name]}"
            yield Problem(placed.line, "duplicate_name", message)
        seen.setdefault(name, placed.line)


def unknown_conditions(composition: Composition) -> Iterator[Problem]:
    """Yield conditions that speak of a field the form does not have."""
    names = {placed.field.name for _, placed in composition.fields()}
    for _, placed in composition.fields():
        ask = placed.field.ask_if
        for name in _named_fields(ask.when if ask and ask.when else {}):
            if name not in names:
                message = f"`{placed.field.name}` is asked if `{name}`, which no field is called"
                yield Problem(placed.line, "unknown_field", message)


def _named_fields(when: Mapping[str, Any]) -> Iterator[str]:
    for key, value in when.items():
        if key in ("field", "age_of"):
            yield value
        elif key in ("all", "any"):
            for part in value:
                yield from _named_fields(part)


def field_boxes(field: LayoutField) -> list[Box]:
    """Return every box of a field that somebody writes in."""
    own = [field.box] if field.box else []
    return [*field.cells, *(choice.box for choice in field.choices), *own]


def misplaced_zones(side: Side, frame: Frame) -> Iterator[Problem]:
    """Yield fields off the body of the page, or under a tag or barcode."""
    forbidden = forbidden_zones(frame)
    body = frame.body.grown(TOUCH_MM)
    for placed in side.piece.fields:
        boxes = field_boxes(placed.field)
        where = f"`{placed.field.name}` on page {side.number}"
        if not all(body.contains(box) for box in boxes):
            yield Problem(placed.line, "off_page", f"{where} reaches off the page's body")
        if any(box.overlaps(mark) for box in boxes for mark in forbidden):
            yield Problem(placed.line, "under_mark", f"{where} lies under a fiducial or barcode")


def overlapping_zones(side: Side) -> Iterator[Problem]:
    """Yield fields whose boxes lie on another field's."""
    placed = [(p, field_boxes(p.field)) for p in side.piece.fields]
    spans = [(Box.around(boxes), p, boxes) for p, boxes in placed]
    for number, (span, first, boxes) in enumerate(spans):
        for other_span, second, others in spans[number + 1 :]:
            if span.overlaps(other_span) and _collide(boxes, others):
                message = f"`{second.field.name}` overlaps `{first.field.name}`"
                line = max(first.line, second.line)
                yield Problem(line, "overlap", f"{message} (page {side.number})")


def _collide(boxes: list[Box], others: list[Box]) -> bool:
    return any(a.grown(-TOUCH_MM).overlaps(b) for a in boxes for b in others)


def covered_labels(side: Side, frame: Frame) -> Iterator[Problem]:
    """Yield labels that lie on an answer box, on another label, or outside the page's frame."""
    labels = [(item, label_box(item)) for item in side.piece.items if isinstance(item, Label)]
    paper = Box(frame.body.x, 0, frame.body.w, frame.height_mm).grown(TOUCH_MM)
    for number, (label, box) in enumerate(labels):
        inner = box.grown(-TOUCH_MM)
        where = f"label {label.text!r} on page {side.number}"
        line = side.line_at(box.center[1])
        if not paper.contains(box):
            yield Problem(line, "label", f"{where} runs off the page")
        for placed in _fields_near(side, box.grown(LABEL_CLEAR_MM - TOUCH_MM)):
            message = f"{where} lies on `{placed.field.name}`"
            yield Problem(placed.line, "label", message)
        for other, other_box in labels[number + 1 :]:
            if inner.overlaps(other_box.grown(-TOUCH_MM)):
                yield Problem(line, "label", f"{where} lies on label {other.text!r}")


def _fields_near(side: Side, box: Box) -> Iterator[PlacedField]:
    for placed in side.piece.fields:
        if any(box.overlaps(answer) for answer in field_boxes(placed.field)):
            yield placed
