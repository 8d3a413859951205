"""One decider for the life of a server: made once, renewed when what it decides by has changed.

Knows which files and rows a decider depends on. Must not know what is decided. Making one reads the
whole pre-list for its names (40 us a household), too dear for every key stroke.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from papi.errors import PapiError
from papi.model.recipe import Recipe
from papi.office.deciding import Decider
from papi.office.recipe_files import Stamp, recipe_in_force, recipe_stamp
from papi.office.workspace import SETTINGS_FILE, Workspace, load_workspace
from papi.store.prelists import import_state

_Facts = tuple[int, Stamp, int, str]
"""Times of papi.toml and of the region table, the recipe's stamp, the state of the pre-list."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A decider with the recipe it decides by."""

    facts: _Facts
    recipe: Recipe
    decider: Decider


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    by_folder: dict[Path, Standing] = field(default_factory=dict)


_kept = _Kept()


def standing(workspace: Workspace) -> Standing:
    """Return the decider of a workspace as its files and pre-list are now; any thread may ask.

    A file that cannot be read just now (somebody is editing it) leaves the decider as it was.
    Cost: 0.2 ms while nothing has changed.
    """
    with _kept.lock:
        known = _kept.by_folder.get(workspace.folder)
        try:
            facts = _facts(workspace)
            if known is not None and known.facts == facts:
                return known
            now = load_workspace(workspace.folder)
            recipe = recipe_in_force(now.folder)
            found = Standing(facts, recipe, Decider(now, recipe))
        except PapiError:
            if known is None:
                raise
            return known
        _kept.by_folder[workspace.folder] = found
        return found


def _facts(workspace: Workspace) -> _Facts:
    settings = (workspace.folder / SETTINGS_FILE).stat().st_mtime_ns
    table = workspace.region_table
    regions = table.stat().st_mtime_ns if table is not None and table.exists() else 0
    return settings, recipe_stamp(workspace.folder), regions, import_state()
