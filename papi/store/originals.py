"""The image store: scanned originals kept unchanged, named by their content.

Knows files and sha256. Must not know what is in them. A file is complete once it has its name:
it is written beside, synced, then renamed, so a power cut leaves at most a nameless rest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from papi.store.faults import storage_faults

IMAGES_FOLDER = "images"
_CHUNK = 1 << 20
_REST_SECONDS = 3600.0
"""No copy of one file takes an hour."""


@dataclass(frozen=True, slots=True)
class Original:
    """A kept file: sha256, size in bytes, path below the image store, and whether it was new."""

    sha256: str
    size: int
    stored: str
    new: bool


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file in hex (about 1 ms per MB)."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep_original(folder: Path, path: Path, sha256: str = "") -> Original:
    """Copy `path` into the image store of the workspace `folder` unless its content is there.

    Args:
        folder: the workspace.
        path: the file.
        sha256: its hash if the caller has it already.

    Raises:
        StorageFull: no room; nothing is left behind.
        WorkspaceUnusable: no right to write there.
    """
    digest, size = sha256 or file_sha256(path), path.stat().st_size
    stored = f"{digest[:2]}/{digest}{path.suffix.lower()[:6]}"
    home = folder / IMAGES_FOLDER / digest[:2]
    present = sorted(home.glob(f"{digest}*")) if home.is_dir() else []
    if present:
        return Original(digest, size, f"{digest[:2]}/{present[0].name}", new=False)
    with storage_faults():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_whole(path, folder / IMAGES_FOLDER / stored)
    return Original(digest, size, stored, new=True)


def sweep_rests(folder: Path, now: float) -> int:
    """Delete what killed runs left of unfinished copies; return how many.

    Args:
        folder: the workspace.
        now: seconds since the epoch; younger rests may belong to a run that is copying.
    """
    swept = 0
    for rest in (folder / IMAGES_FOLDER).glob("*/.part-*"):
        with suppress(OSError):
            if now - rest.stat().st_mtime > _REST_SECONDS:
                rest.unlink()
                swept += 1
    return swept


def original_path(folder: Path, stored: str) -> Path:
    """Return where a kept original lies."""
    return folder / IMAGES_FOLDER / stored


def _copy_whole(source: Path, target: Path) -> None:
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out, source.open("rb") as stream:
            shutil.copyfileobj(stream, out, _CHUNK)
            out.flush()
            os.fsync(out.fileno())
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
