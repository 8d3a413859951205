"""form.yaml: a foreign form as its author edits it.

Knows YAML and the comments that explain it. Must not know how a draft was made.
"""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from pydantic import ValidationError

from papi.errors import InputUnreadable, TemplateInvalid
from papi.geometry import Box
from papi.model.foreign import ForeignField, ForeignForm, ForeignPage
from papi.model.layout import CELL_KINDS, FieldKind

FILE_NAME = "form.yaml"
_HEAD = """\
# A form PAPI did not print, drafted by `papi template draft`. Correct it by hand, look at
# draft-N.png, then read scans of it: papi read-form FOLDER SCAN...  (docs/foreign-forms.md)
#
# Boxes are [x, y, width, height] in millimetres from the page's top left, outer edge of the
# printed rule. kind: digits | capitals | code | date have cells (one box per character);
# choice has choices (code, label, box), multiple: true if several may be marked, and shape: box,
# or bubble where a blackened one is an answer; text and signature have one box, of which PAPI says
# only whether something is written there.
# anchors: features (the printed page itself), corner_marks (marks: four or more solid
# marks) or frame (marks: the outer rectangle). blank: picture of the empty page.
"""


def form_path(place: Path) -> Path:
    """Return the form.yaml that a folder or the file itself names."""
    return place / FILE_NAME if place.is_dir() else place


def load_form(place: Path) -> ForeignForm:
    """Read a form.

    Args:
        place: its folder, or the file.

    Raises:
        InputUnreadable: there is no such file.
        TemplateInvalid: it is no form; the first faults are named.
    """
    path = form_path(place)
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputUnreadable(
            f"Cannot read {path}.", "Make one with `papi template draft BLANK.pdf --out FOLDER`."
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise TemplateInvalid(f"{path.name}{where} is no YAML.", _ADVICE) from error
    try:
        return ForeignForm.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'form'}: {e['msg']}" for e in error.errors()[:3]
        )
        raise TemplateInvalid(f"{path.name}: {faults}.", _ADVICE) from error


_ADVICE = "Correct the named places; docs/foreign-forms.md explains every key."


def write_form(path: Path, form: ForeignForm) -> None:
    """Write a form for its author: one line a box, explained."""
    lines = [_HEAD, f"form: {_text(form.form)}", f"title: {_text(form.title)}", "", "pages:"]
    for page in form.pages:
        lines += _page_lines(page)
    lines += ["", "fields:" if form.fields else "fields: []"]
    for field in form.fields:
        lines += _field_lines(field)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _box(box: Box) -> str:
    return "[" + ", ".join(f"{side:.2f}" for side in box) + "]"


def _page_lines(page: ForeignPage) -> list[str]:
    lines = [
        f"  - page: {page.page}",
        f"    width_mm: {page.width_mm:.2f}",
        f"    height_mm: {page.height_mm:.2f}",
        f"    blank: {_text(page.blank)}",
        f"    anchors: {page.anchors.value}",
    ]
    if page.marks:
        lines += ["    marks:", *(f"      - {_box(mark)}" for mark in page.marks)]
    return lines


def _field_lines(field: ForeignField) -> list[str]:
    lines = [
        f"  - name: {_text(field.name)}",
        f"    page: {field.page}",
        f"    kind: {field.kind.value}",
        f"    label: {_text(field.label)}",
    ]
    if field.kind in CELL_KINDS:
        lines += ["    cells:", *(f"      - {_box(cell)}" for cell in field.cells)]
    elif field.kind is FieldKind.CHOICE:
        lines.append(f"    shape: {field.shape}")
        lines += [f"    multiple: {'true' if field.multiple else 'false'}", "    choices:"]
        lines += [
            f"      - {{code: {_text(c.code)}, label: {_text(c.label)}, box: {_box(c.box)}}}"
            for c in field.choices
        ]
    elif field.box is not None:
        lines.append(f"    box: {_box(field.box)}")
    return lines
