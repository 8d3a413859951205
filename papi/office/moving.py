"""Move a scanned file away once the workspace holds its content.

Knows files and how to ask the store for one. Must not know why it is moved. A file whose content is
not in the store, whole and with its original, stays where it is.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from papi.store.originals import copy_whole, file_sha256, sync
from papi.store.pages import known_file
from papi.store.scan_files import is_kept

_FREE_NAMES = 1000


def move_taken(path: Path, folder: Path, target: Path) -> Path | None:
    """Move `path`, somewhere below `folder`, to the same place below `target`.

    Returns:
        Where it is now; None if it is gone or its content is not in the store (it stays).

    Raises:
        OSError: it cannot be moved; it is still where it was.
    """
    try:
        sha256 = file_sha256(path)
    except FileNotFoundError:
        return None
    known = known_file(sha256)
    if known is None or not (known.done and is_kept(sha256)):
        return None
    place = target / path.relative_to(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    place = _free_place(place, sha256)
    try:
        path.rename(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        mode = path.stat().st_mode & 0o777
        copy_whole(path, place, sha256)
        place.chmod(mode)
        path.unlink()
    sync(place.parent)
    return place


def _free_place(place: Path, sha256: str) -> Path:
    """Return a name that is free, or whose file has the same content and may be replaced."""
    for number in range(1, _FREE_NAMES):
        stem = place.stem if number == 1 else f"{place.stem} ({number})"
        candidate = place.with_name(f"{stem}{place.suffix}")
        if not candidate.exists() or file_sha256(candidate) == sha256:
            return candidate
    raise OSError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
