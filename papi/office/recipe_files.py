"""The recipe in force: read as the workspace's files say now, and changed without losing a line.

Knows papi.toml's line that names the recipe, and recipes/NNNN.yaml below the workspace: one file a
change, none ever overwritten. Must not know why a threshold is changed.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from papi.errors import UsageError
from papi.model.recipe import FieldClass, Recipe, load_recipe, parse_recipe, recipe_path
from papi.office.workspace import SETTINGS_FILE, Workspace, load_workspace, write_private

FOLDER = "recipes"
"""Below the workspace: the recipes made on screen."""
_TOML_KEY = re.compile(r"\s*recipe\s*=")
_SECTION = re.compile(r"\s*\[([^\[\]]+)\]")
Stamp = tuple[str, int, int]
"""Path, time (ns) and size of a recipe's file."""


def recipe_stamp(folder: Path) -> Stamp:
    """Name the recipe in force without reading it; another one has another stamp (2 ms)."""
    path = recipe_path(load_workspace(folder).recipe)
    try:
        facts = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), facts.st_mtime_ns, facts.st_size


def recipe_in_force(folder: Path) -> Recipe:
    """Return the recipe that the workspace's files name now; read once while they stay the same."""
    return _recipe(recipe_stamp(folder))


@lru_cache(maxsize=8)
def _recipe(stamp: Stamp) -> Recipe:
    return load_recipe(stamp[0])


def write_raised(workspace: Workspace, recipe: Recipe, field_class: FieldClass, to: float) -> str:
    """Write a copy of the recipe with one threshold changed; return its name in papi.toml.

    Nothing uses it before `point_at` names it.
    """
    source = recipe_path(workspace.recipe)
    text = source.read_text("utf-8")
    wanted = recipe.thresholds.model_copy(update={field_class.value: to})
    changed = _changed_text(text, field_class, to)
    if _thresholds(changed) != wanted:
        changed = _rewritten(text, field_class, to)
    folder = workspace.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    taken = [int(path.stem) for path in folder.glob("[0-9]*.yaml") if path.stem.isdigit()]
    name = f"{FOLDER}/{max(taken, default=0) + 1:04d}.yaml"
    write_private(workspace.folder / name, changed)
    return name


def point_at(workspace: Workspace, name: str) -> str:
    """Name another recipe in papi.toml and nothing else; return what the file held before."""
    path = workspace.folder / SETTINGS_FILE
    before = path.read_text("utf-8")
    after = _with_recipe(before, name)
    wanted = tomllib.loads(before)
    wanted["reading"] = {**wanted.get("reading", {}), "recipe": name}
    if tomllib.loads(after) != wanted:
        raise UsageError(
            f"{SETTINGS_FILE} is written in a way that cannot be changed safely.",
            f'Write recipe = "{name}" below [reading] yourself.',
        )
    write_private(path, after)
    return before


def put_back(workspace: Workspace, text: str) -> None:
    """Write papi.toml as it was."""
    write_private(workspace.folder / SETTINGS_FILE, text)


def _with_recipe(text: str, name: str) -> str:
    lines, section, header = text.splitlines(), "", -1
    for number, line in enumerate(lines):
        if match := _SECTION.match(line):
            section = match[1].strip()
            header = number if section == "reading" else header
        elif section == "reading" and _TOML_KEY.match(line):
            lines[number] = f'recipe = "{name}"'
            return "\n".join(lines) + "\n"
    if header < 0:
        lines += ["", "[reading]"]
        header = len(lines) - 1
    lines.insert(header + 1, f'recipe = "{name}"')
    return "\n".join(lines) + "\n"


def _changed_text(text: str, field_class: FieldClass, to: float) -> str:
    """Change the one line below `thresholds:`, or add it; comments elsewhere stay."""
    lines, inside, begin = text.splitlines(), False, -1
    key = re.compile(rf"(\s+){field_class.value}\s*:")
    for number, line in enumerate(lines):
        if line and not line[0].isspace() and not line.startswith("#"):
            inside = line.split("#")[0].strip() == "thresholds:"
            begin = number if inside else begin
        elif inside and (match := key.match(line)):
            lines[number] = f"{match[1]}{field_class.value}: {to!r} # raised on screen"
            return "\n".join(lines) + "\n"
    added = [f"  {field_class.value}: {to!r} # raised on screen"]
    if begin < 0:
        begin, added = len(lines), ["thresholds:", *added]
    lines[begin + 1 : begin + 1] = added
    return "\n".join(lines) + "\n"


def _thresholds(text: str) -> Any:
    try:
        return parse_recipe(yaml.safe_load(text) or {}, "raised").thresholds
    except (yaml.YAMLError, UsageError):
        return None


def _rewritten(text: str, field_class: FieldClass, to: float) -> str:
    document = yaml.load(text, Loader=yaml.CSafeLoader) or {}
    document["thresholds"] = {**document.get("thresholds", {}), field_class.value: to}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
