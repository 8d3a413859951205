"""The frozen layouts as one file that workers load.

Knows where it lies in the workspace. Must not know what is read with it.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from papi.office.workspace import Workspace
from papi.pipeline.read_page import LayoutBook
from papi.store.cases import all_layouts
from papi.store.originals import sync


def save_book(workspace: Workspace) -> Path:
    """Write the frozen layouts where workers find them; the name tells the content."""
    book = LayoutBook(all_layouts())
    digest = hashlib.sha256(json.dumps(sorted(book.layouts)).encode()).hexdigest()[:16]
    path = workspace.folder / "cache" / f"layouts-{digest}.json"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")  # another run may be writing it, too
        book.save(beside)
        sync(beside)  # a name without its content would stop every later run
        beside.replace(path)
    return path
