"""One decider for the life of a server: made once, renewed when what it decides by has changed.

Knows which files and rows a decider depends on. Must not know what is decided. Making one reads the
whole pre-list for its names (40 us a household), too dear for every key stroke.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from papi.errors import PapiError
from papi.model.recipe import Recipe, recipe_path
from papi.office.deciding import Decider
from papi.office.recipe_files import Stamp, recipe_in_force
from papi.office.workspace import SETTINGS_FILE, Workspace, load_workspace
from papi.store.prelists import import_state

_Facts = tuple[int, Stamp, Stamp, str]
"""Time of papi.toml, stamps of the recipe and of the region table, the state of the pre-list."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A decider with the recipe it decides by."""

    facts: _Facts
    workspace: Workspace
    recipe: Recipe
    decider: Decider


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    by_place: dict[tuple[Path, str], Standing] = field(default_factory=dict)


_kept = _Kept()


def standing(workspace: Workspace) -> Standing:
    """Return the decider of a workspace as its files and pre-list are now; any thread may ask.

    A file that cannot be read just now (somebody is editing it) leaves the decider as it was.
    Cost: 0.3 ms while nothing has changed.
    """
    with _kept.lock:
        place = workspace.folder, workspace.database_url
        known = _kept.by_place.get(place)
        try:
            found = _renewed(workspace.folder, known)
        except PapiError:
            if known is None:
                raise
            return known
        _kept.by_place[place] = found
        return found


def _renewed(folder: Path, known: Standing | None) -> Standing:
    changed = (folder / SETTINGS_FILE).stat().st_mtime_ns
    same = known is not None and known.facts[0] == changed
    workspace = known.workspace if known is not None and same else load_workspace(folder)
    facts = (changed, _stamp(workspace), _regions(workspace), import_state())
    if known is not None and known.facts == facts:
        return known
    recipe = recipe_in_force(folder)
    return Standing(facts, workspace, recipe, Decider(workspace, recipe))


def _stamp(workspace: Workspace) -> Stamp:
    return _file_stamp(recipe_path(workspace.recipe))


def _regions(workspace: Workspace) -> Stamp:
    table = workspace.region_table
    return ("", 0, 0) if table is None else _file_stamp(table)


def _file_stamp(path: Path) -> Stamp:
    try:
        facts = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), facts.st_mtime_ns, facts.st_size
