"""Template files: found by form name, read from YAML, every complaint with its line.

Knows YAML nodes and where templates live. Must not know how a template is laid out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from papi.errors import TemplateInvalid, UnknownForm
from papi.model.template import Spec, Template
from papi.resources import data_folder

FILE_NAME = "form.yaml"


@dataclass(frozen=True, order=True)
class Problem:
    """Something wrong with a template file: line from 1, what, and a stable kind."""

    line: int
    kind: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


def form_names() -> list[str]:
    """Return the names of all forms that ship with PAPI."""
    return sorted(path.parent.name for path in data_folder("templates").glob(f"*/{FILE_NAME}"))


def template_path(form: str) -> Path:
    """Return the file of a form, given its name, its folder or the file itself.

    Raises:
        UnknownForm: there is no such template.
    """
    named = data_folder("templates") / form / FILE_NAME
    for candidate in (named, Path(form), Path(form) / FILE_NAME):
        if candidate.is_file():
            return candidate
    raise UnknownForm(f"There is no form template {form!r}.")


def load_template(form: str) -> Template:
    """Read the template of a form.

    Raises:
        UnknownForm: there is no such template.
        TemplateInvalid: the file is no YAML or breaks the schema; the message names the lines.
    """
    path = template_path(form)
    template, problems = parse_template(path.read_text(encoding="utf-8"))
    if template is None or problems:
        raise TemplateInvalid(f"{path.name}: " + "; ".join(str(p) for p in problems[:5]))
    return template


def parse_template(text: str) -> tuple[Template | None, list[Problem]]:
    """Read a template's text; returns (template, []) or (None, what is wrong, in line order)."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = getattr(error, "problem", None) or str(error)
        return None, [Problem(mark.line + 1 if mark else 1, "yaml", f"not valid YAML: {message}")]
    problems = _duplicate_keys(node)
    try:
        template = Template.model_validate(document)
    except ValidationError as error:
        problems += [_problem_of(detail, node) for detail in _causes(error.errors())]
    if problems:
        return None, sorted(problems)
    _attach_lines(template, node)
    return template, []


def _causes(details: Sequence[Any]) -> list[Any]:
    """Leave out lists that are too short only because a part of theirs is wrong."""
    places = [tuple(detail["loc"]) for detail in details]

    def hollow(detail: Any, place: tuple[Any, ...]) -> bool:
        inside = (other for other in places if len(other) > len(place))
        return detail["type"] == "too_short" and any(p[: len(place)] == place for p in inside)

    return [d for d, place in zip(details, places, strict=True) if not hollow(d, place)]


def _problem_of(detail: Any, node: yaml.Node | None) -> Problem:
    """Return a schema error with the line of the part it is about."""
    kind = "unknown_key" if detail["type"] == "extra_forbidden" else "schema"
    line = line_of(node, detail["loc"])
    where = ".".join(str(part) for part in detail["loc"])
    if kind == "unknown_key":
        return Problem(line, kind, f"unknown key `{detail['loc'][-1]}`")
    return Problem(line, kind, f"{where}: {detail['msg']}")


def line_of(node: yaml.Node | None, path: Sequence[str | int]) -> int:
    """Return the line of the deepest part of `path` that the file has.

    Parts that are no key of the file (pydantic names the members of a union) are skipped.
    """
    line = node.start_mark.line + 1 if node is not None else 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = [(k, v) for k, v in node.value if k.value == str(part)]
            if found:
                line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and part in range(len(node.value)):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
    return line


def _duplicate_keys(node: yaml.Node | None) -> list[Problem]:
    """Return keys that stand twice in one mapping (YAML would silently keep the last)."""
    problems: list[Problem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                problems.append(Problem(line, "duplicate_key", f"key `{key.value}` twice"))
            seen.add(key.value)
            problems += _duplicate_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            problems += _duplicate_keys(value)
    return problems


def _attach_lines(part: Any, node: yaml.Node | None) -> None:
    """Tell every part of a template the line it came from."""
    if isinstance(part, Spec) and node is not None:
        part._line = node.start_mark.line + 1
    if isinstance(part, BaseModel) and isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _attach_lines(getattr(part, key.value, None), value)
    elif isinstance(part, Mapping) and isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _attach_lines(part.get(key.value), value)
    elif isinstance(part, list | tuple) and isinstance(node, yaml.SequenceNode):
        for item, value in zip(part, node.value, strict=False):
            _attach_lines(item, value)
