"""The image store: scanned originals kept unchanged, named by their content.

Knows files and sha256. Must not know what is in them. A file is complete once it has its name:
it is written beside, hashed as it is written, synced, then renamed, so a power cut leaves at most a
nameless rest, and a file that changes while it is copied is never kept under the hash it had.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from papi.store.faults import storage_faults

IMAGES_FOLDER = "images"
SHA256_LENGTH = 64
REST_PREFIX = ".part-"
"""Begin of the names of unfinished copies; scanned files never begin with a dot."""
ORIGINAL_MODE = 0o400
"""Its owner may read an original, nobody may write it."""
_SUFFIX_LENGTH = 6
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
        OSError: the file cannot be read, or changed meanwhile (EBUSY).
    """
    digest, size = sha256 or file_sha256(path), path.stat().st_size
    stored = f"{digest[:2]}/{digest}{_plain_suffix(path)}"
    home = folder / IMAGES_FOLDER / digest[:2]
    for present in sorted(home.glob(f"{digest}*")) if home.is_dir() else []:
        if is_intact(present):
            return Original(digest, size, f"{digest[:2]}/{present.name}", new=False)
        stored = f"{digest[:2]}/{present.name}"  # damaged since: replaced by the good copy
    with storage_faults():
        make_private(home)
        copy_whole(path, folder / IMAGES_FOLDER / stored, digest)
    return Original(digest, size, stored, new=True)


def _plain_suffix(path: Path) -> str:
    """Return the suffix of a file, "" where it is none that a scan has; contents are told apart."""
    suffix = path.suffix.lower()
    plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= _SUFFIX_LENGTH
    return suffix if plain else ""


def is_intact(path: Path) -> bool:
    """Tell whether a kept original still has the content its name says (1 ms per MB)."""
    try:
        return file_sha256(path) == path.name[:SHA256_LENGTH]
    except OSError:
        return False


def kept_originals(folder: Path) -> Iterator[Path]:
    """Yield every kept original of the workspace `folder`, by name; unfinished copies are none."""
    for home in sorted((folder / IMAGES_FOLDER).glob("??")):
        for path in sorted(home.iterdir()):
            if not path.name.startswith(REST_PREFIX):
                yield path


def sweep_rests(folder: Path, now: float) -> int:
    """Delete what killed runs left of unfinished copies; return how many.

    Args:
        folder: the workspace.
        now: seconds since the epoch; younger rests may belong to a run that is copying.
    """
    swept = 0
    for rest in (folder / IMAGES_FOLDER).glob(f"*/{REST_PREFIX}*"):
        with suppress(OSError):
            if now - rest.stat().st_mtime > _REST_SECONDS:
                rest.unlink()
                swept += 1
    return swept


def original_path(folder: Path, stored: str) -> Path:
    """Return where a kept original lies."""
    return folder / IMAGES_FOLDER / stored


def copy_whole(source: Path, target: Path, sha256: str) -> None:
    """Copy a file whose content is known: whole and synced under its name, or not at all.

    Raises:
        OSError: EBUSY where the content was another one, else as the system says.
    """
    handle, beside = tempfile.mkstemp(dir=target.parent, prefix=REST_PREFIX)
    try:
        with os.fdopen(handle, "wb") as out, source.open("rb") as stream:
            digest = hashlib.sha256()
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
            if digest.hexdigest() != sha256:
                raise OSError(errno.EBUSY, "the file changed while it was copied", str(source))
            out.flush()
            os.fchmod(out.fileno(), ORIGINAL_MODE)
            os.fsync(out.fileno())
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    sync(target.parent)


def make_private(folder: Path) -> None:
    """Make a folder, and every one above it that is missing, for its owner alone."""
    missing = [place for place in (folder, *folder.parents) if not place.is_dir()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        sync(place.parent)  # else a power cut may take the folder with what is in it


def sync(path: Path) -> None:
    """Make the names in a folder (or the content of a file) survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
