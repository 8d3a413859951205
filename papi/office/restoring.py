"""Put a backup back as a workspace of its own, and check backups.

Knows what a workspace consists of and that every file must have the content its backup noted. Must
not know how a backup is laid out on disk. A workspace stands under its name when it is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from papi.errors import InputUnreadable, UsageError, WorkspaceUnusable
from papi.office.archives import PRIVATE, BackupReader, open_backup
from papi.office.workspace import load_workspace
from papi.store.faults import storage_faults
from papi.store.originals import IMAGES_FOLDER, ORIGINAL_MODE, REST_PREFIX, make_private, sync
from papi.store.snapshots import DUMP_FILE, check_database, restore_postgres

Progress = Callable[[int, int | None], None]
"""(files done, all of them)."""
_CHUNK = 1 << 20


@dataclass(slots=True)
class BackupCheck:
    """What a backup holds.

    Attributes:
        made_at: when it was made, ISO.
        files: files that are whole.
        damaged: files that are missing in it or have another content.
        missing: originals that were lost before it was made.
    """

    made_at: str
    files: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def check_backup(place: Path, progress: Progress = lambda done, total: None) -> BackupCheck:
    """Check the content of every file of a backup (1 ms per MB).

    Raises:
        InputUnreadable: there is no whole backup.
    """
    with open_backup(place) as backup:
        return _go_through(backup, None, progress)


def restore(
    place: Path,
    folder: Path,
    progress: Progress = lambda done, total: None,
    *,
    accept_damage: bool = False,
) -> BackupCheck:
    """Put a backup back as the workspace `folder`.

    Args:
        place: a tar file, a folder of backups (the newest counts), or one backup of it.
        folder: must not exist, or be empty.
        progress: told after every file.
        accept_damage: put back what is whole, and name the originals that are not.

    Raises:
        UsageError: there is something in `folder`.
        InputUnreadable: there is no whole backup, or files of it are damaged.
        StorageFull, WorkspaceUnusable: no room, no right, or the database server refuses. In every
            case nothing is left in `folder`.
    """
    target = folder.resolve()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(
            f"{folder} is not empty: nothing is ever overwritten.", "Name a new folder."
        )
    with storage_faults(), open_backup(place) as backup:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{REST_PREFIX}{target.name}-"))
        try:
            check = _go_through(backup, beside, progress)
            _judge(backup, check, accept_damage)
            _finish(backup, beside)
            if target.exists():
                target.rmdir()
            beside.replace(target)
            sync(target.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return check


def _go_through(backup: BackupReader, folder: Path | None, progress: Progress) -> BackupCheck:
    """Hash every file of a backup, and write it below `folder` if one is given."""
    manifest = backup.manifest
    check = BackupCheck(manifest.made_at, missing=list(manifest.missing))
    for done, (name, sha256) in enumerate(manifest.files.items(), 1):
        target = folder / name if folder is not None else None
        if _take_out(backup, name, target) == sha256:
            check.files += 1
        else:
            check.damaged.append(name)
            if target is not None:
                target.unlink(missing_ok=True)
        progress(done, len(manifest.files))
    return check


def _take_out(backup: BackupReader, name: str, target: Path | None) -> str:
    """Return the hash of a file of a backup, "" if it cannot be read; write it to `target`."""
    stream = backup.open(name)
    if stream is None:
        return ""
    digest = hashlib.sha256()
    with stream, _written(target) as out:
        while chunk := _read(stream):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _read(stream: BinaryIO) -> bytes:
    """Read a piece; a backup on a failing disk ends where it cannot be read any more."""
    try:
        return stream.read(_CHUNK)
    except (OSError, tarfile.TarError):
        return b""


def _written(target: Path | None) -> BinaryIO:
    if target is None:
        return Path(os.devnull).open("wb")
    make_private(target.parent)
    mode = ORIGINAL_MODE if target.parent.parent.name == IMAGES_FOLDER else PRIVATE
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb")


def _judge(backup: BackupReader, check: BackupCheck, accept_damage: bool) -> None:
    vital = [name for name in check.damaged if not name.startswith(f"{IMAGES_FOLDER}/")]
    if vital or (check.damaged and not accept_damage):
        named = ", ".join((vital or check.damaged)[:5])
        more = len(check.damaged) - 5
        raise InputUnreadable(
            f"{len(check.damaged)} file(s) of the backup are damaged: {named}"
            + (f" and {more} more." if more > 0 else "."),
            "Take another backup."
            if vital
            else "Take another backup, or put back what is whole: --accept-damage.",
        )


def _finish(backup: BackupReader, folder: Path) -> None:
    """Check the database, or fill the server's; then make all names survive a power cut."""
    (folder / IMAGES_FOLDER).mkdir(mode=0o700, exist_ok=True)
    database = folder / backup.manifest.database
    if backup.manifest.database == DUMP_FILE:
        url = load_workspace(folder).database_url
        if not url:
            raise WorkspaceUnusable(
                "The backup is of a PostgreSQL database.",
                "Name an empty one by PAPI_DATABASE_URL, then run the same command again.",
            )
        restore_postgres(url, database)
        database.unlink()
    elif wrong := check_database(database):
        raise InputUnreadable(f"The backup's database is damaged ({wrong}).", "Take another one.")
    os.sync()
