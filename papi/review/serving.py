"""The workspace this server serves.

Knows PAPI_WORKSPACE, which `papi serve` sets. Must not know any screen.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from papi.model.recipe import Recipe, load_recipe
from papi.office.workspace import Workspace, load_workspace


def workspace() -> Workspace:
    """Return the served workspace; its store is open already."""
    return _workspace(os.environ["PAPI_WORKSPACE"])


def recipe() -> Recipe:
    """Return its recipe, as the file says now."""
    return load_recipe(workspace().recipe)


@lru_cache(maxsize=4)
def _workspace(folder: str) -> Workspace:
    return load_workspace(Path(folder))
