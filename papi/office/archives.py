"""Two shapes of a backup: one tar file, or a folder that several backups share.

Knows how files are put in, sealed with a manifest, found again and read. Must not know what a
workspace consists of. Nothing stands under the name of a backup before it is whole:

- FILE.tar is written beside and renamed; its last member is the manifest.
- In a folder, each backup is a folder named by its time, renamed when its manifest is written. The
  originals lie beside them once for all backups, since their name is their content.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from papi.errors import InputUnreadable
from papi.store.originals import (
    IMAGES_FOLDER,
    REST_PREFIX,
    SHA256_LENGTH,
    copy_whole,
    make_private,
    sync,
)

MANIFEST = "manifest.json"
SCHEMA = 1
TAR_SUFFIX = ".tar"
PRIVATE = 0o600
_REST_SECONDS = 86_400.0
"""No backup takes a day; younger rests may belong to one that is being made."""
_WHOLE = "Name a file that `papi backup` wrote; a backup that was cut off has another name."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: ISO time, UTC.
        papi: release that made it.
        database: name of the database's file in it.
        files: sha256 of every file by its name below the workspace.
        missing: originals the database names that were missing or damaged when it was made.
    """

    made_at: str
    papi: str
    database: str
    files: Mapping[str, str]
    missing: tuple[str, ...] = ()
    schema: int = field(default=SCHEMA)

    def to_bytes(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @staticmethod
    def of_bytes(text: bytes, place: str) -> Manifest:
        """Read it back.

        Raises:
            InputUnreadable: it is no manifest, or of a newer release, or names a path outside.
        """
        try:
            document = json.loads(text)
            newer = int(document["schema"]) > SCHEMA
            manifest = Manifest(**{**document, "missing": tuple(document["missing"])})
        except (ValueError, TypeError, KeyError) as error:
            raise InputUnreadable(f"The manifest of {place} cannot be read.", _WHOLE) from error
        if newer:
            raise InputUnreadable(f"{place} was made by a newer PAPI.", "Install that release.")
        for name in manifest.files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts:
                raise InputUnreadable(f"{place} names a file outside the workspace.", _WHOLE)
        return manifest


class BackupWriter(ABC):
    """A backup being made."""

    @abstractmethod
    def holds(self, name: str, size: int) -> bool:
        """Tell whether an earlier backup put this original in already."""

    @abstractmethod
    def put(self, name: str, path: Path) -> None:
        """Put a file in."""

    @abstractmethod
    def seal(self, manifest: Manifest) -> Path:
        """Write the manifest and give the backup its name; return where it is."""

    @abstractmethod
    def drop(self) -> None:
        """Remove what an unfinished backup left; nothing after `seal`."""


class TarWriter(BackupWriter):
    """A backup in one file."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._beside = target.with_name(f"{REST_PREFIX}{target.name}")
        self._beside.unlink(missing_ok=True)
        handle = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        self._stream = os.fdopen(handle, "wb")
        self._tar = tarfile.open(fileobj=self._stream, mode="w")  # noqa: SIM115  closed by seal

    def holds(self, name: str, size: int) -> bool:
        """Never: a file holds one backup."""
        return False

    def put(self, name: str, path: Path) -> None:
        """Append a file without its owner's name."""
        with path.open("rb") as stream:
            self._append(name, os.fstat(stream.fileno()).st_size, stream)

    def _append(self, name: str, size: int, stream: BinaryIO) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, PRIVATE
        self._tar.addfile(member, stream)

    def seal(self, manifest: Manifest) -> Path:
        """Append the manifest, sync, rename."""
        text = manifest.to_bytes()
        self._append(MANIFEST, len(text), io.BytesIO(text))
        self._tar.close()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._beside.replace(self._target)
        sync(self._target.parent)
        return self._target

    def drop(self) -> None:
        """Remove the unfinished file."""
        with suppress(OSError):  # a full disk has been told of already
            self._stream.close()
        self._beside.unlink(missing_ok=True)


class FolderWriter(BackupWriter):
    """A backup among others in a folder; only originals that are new there are copied."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._target = folder / name
        self._beside = folder / f"{REST_PREFIX}{name}"
        make_private(folder)
        sweep(folder, f"{REST_PREFIX}[0-9]*")
        self._beside.mkdir(mode=0o700)

    def holds(self, name: str, size: int) -> bool:
        """Tell by name and size: an original's name is its content."""
        try:
            return _is_shared(name) and (self._folder / name).stat().st_size == size
        except FileNotFoundError:
            return False

    def put(self, name: str, path: Path) -> None:
        """Copy a file; an original gets its name when it is whole and has the content it says."""
        if _is_shared(name):
            target = self._folder / name
            make_private(target.parent)
            copy_whole(path, target, path.name[:SHA256_LENGTH])
            return
        target = self._beside / name
        make_private(target.parent)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "wb") as out, path.open("rb") as stream:
            shutil.copyfileobj(stream, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())

    def seal(self, manifest: Manifest) -> Path:
        """Write the manifest, sync, rename."""
        path = self._beside / MANIFEST
        path.touch(PRIVATE)
        path.write_bytes(manifest.to_bytes())
        sync(path)
        self._beside.replace(self._target)
        sync(self._folder)
        return self._target

    def drop(self) -> None:
        """Remove the unfinished backup; whole originals stay for the next one."""
        shutil.rmtree(self._beside, ignore_errors=True)


def sweep(folder: Path, pattern: str) -> None:
    """Delete folders that backups left which were killed more than a day ago."""
    for rest in folder.glob(pattern):
        with suppress(OSError):
            if time.time() - rest.stat().st_mtime > _REST_SECONDS:
                shutil.rmtree(rest)


def _is_shared(name: str) -> bool:
    return name.startswith(f"{IMAGES_FOLDER}/")


class BackupReader(ABC):
    """A whole backup."""

    manifest: Manifest

    @abstractmethod
    def open(self, name: str) -> BinaryIO | None:
        """Open a file of it; None if it is not there."""


class FolderReader(BackupReader):
    """One of the backups in a folder."""

    def __init__(self, place: Path) -> None:
        self._place = place
        text = (place / MANIFEST).read_bytes()
        self.manifest = Manifest.of_bytes(text, place.name)

    def open(self, name: str) -> BinaryIO | None:
        """Open a file, an original among those all backups share."""
        home = self._place.parent if _is_shared(name) else self._place
        try:
            return (home / name).open("rb")
        except OSError:
            return None


class TarReader(BackupReader):
    """A backup in one file."""

    def __init__(self, tar: tarfile.TarFile, place: Path) -> None:
        self._tar = tar
        last = None
        with suppress(tarfile.TarError, EOFError):
            members = tar.getmembers()
            last = members[-1] if members else None
        if last is None or last.name != MANIFEST:
            raise InputUnreadable(f"{place.name} is no whole backup: its end is missing.", _WHOLE)
        stream = tar.extractfile(last)
        self.manifest = Manifest.of_bytes(stream.read() if stream else b"", place.name)

    def open(self, name: str) -> BinaryIO | None:
        """Open a member."""
        try:
            return cast("BinaryIO | None", self._tar.extractfile(name))
        except (KeyError, tarfile.TarError, OSError):
            return None


@contextmanager
def open_backup(place: Path) -> Iterator[BackupReader]:
    """Open a tar file, one backup of a folder, or the newest of the folder.

    Raises:
        InputUnreadable: there is no whole backup.
    """
    with ExitStack() as stack:
        try:
            if place.is_dir():
                backup: BackupReader = FolderReader(_newest(place))
            else:  # a damaged piece must not hide what comes after it
                tar = stack.enter_context(tarfile.open(place, "r:", ignore_zeros=True))
                backup = TarReader(tar, place)
        except (FileNotFoundError, PermissionError, tarfile.TarError) as error:
            raise InputUnreadable(f"{place} is no backup, or cannot be opened.", _WHOLE) from error
        yield backup


def _newest(place: Path) -> Path:
    if (place / MANIFEST).is_file():
        return place
    whole = [path.parent for path in place.glob(f"[0-9]*/{MANIFEST}")]
    if not whole:
        raise InputUnreadable(f"There is no whole backup in {place}.", _WHOLE)
    return max(whole, key=lambda path: path.name)
