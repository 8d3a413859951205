"""The frozen layouts, and the landmarks of their drawings, as one file that workers load.

Knows where it lies in the workspace. Must not know what is read with it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from papi.model.landmarks import Landmarks
from papi.model.layout import Layout
from papi.office.workspace import Workspace
from papi.pipeline.page_landmarks import page_landmarks
from papi.pipeline.read_page import LayoutBook
from papi.store.cases import all_layouts
from papi.store.layouts import kept_layout
from papi.store.originals import sync

_BOOK = "with landmarks"
"""What a book holds: one that an older release left under its name is written anew."""


def save_book(workspace: Workspace) -> Path:
    """Write the frozen layouts where workers find them; the name tells the content.

    Cost: 0.1 s a page of every version, where a version is new.
    """
    layouts = all_layouts()
    path = workspace.folder / "cache" / f"layouts-{_digest(layouts)}.json"
    if not path.exists():
        landmarks = {v: frozen_landmarks(layout.form, v) for v, layout in layouts.items()}
        book = LayoutBook(layouts, landmarks)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")  # another run may be writing it, too
        book.save(beside)
        sync(beside)  # a name without its content would stop every later run
        beside.replace(path)
    return path


@lru_cache(maxsize=32)
def frozen_landmarks(form: str, version: str) -> Mapping[int, Landmarks]:
    """Return the landmarks of a version's pages, from the drawing that was frozen with it."""
    kept = kept_layout(form, version)
    return {} if kept is None else page_landmarks(*kept)


def _digest(layouts: Mapping[str, Layout]) -> str:
    named = json.dumps([_BOOK, *sorted(layouts)])
    return hashlib.sha256(named.encode()).hexdigest()[:16]
