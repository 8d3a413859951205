"""The workspace this server serves.

Knows PAPI_WORKSPACE, which `papi serve` sets. Must not know any screen.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from papi.model.recipe import Recipe
from papi.office.recipe_files import recipe_in_force
from papi.office.workspace import SETTINGS_FILE, Workspace, load_workspace


def workspace() -> Workspace:
    """Return the served workspace, with its settings as they are now; its store is open already."""
    folder = Path(os.environ["PAPI_WORKSPACE"])
    return _workspace(folder, (folder / SETTINGS_FILE).stat().st_mtime_ns)


def recipe() -> Recipe:
    """Return its recipe, as the file says now."""
    return recipe_in_force(workspace().folder)


@lru_cache(maxsize=4)
def _workspace(folder: Path, changed: int) -> Workspace:
    return load_workspace(folder)
