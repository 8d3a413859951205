"""Back a workspace up while it is in use, and check that nothing of it is damaged.

Knows what a workspace consists of. Must not know how a backup is laid out on disk.

The database is copied first, then every original: an original is kept before any row names it, so
the copy never names one that is not there. Originals only ever come to be, so no moment is missed.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import papi
from papi.errors import UsageError
from papi.office.archives import (
    TAR_SUFFIX,
    BackupWriter,
    FolderWriter,
    Manifest,
    TarWriter,
    sweep,
)
from papi.office.workspace import SETTINGS_FILE, Workspace
from papi.store.databases import DATABASE_FILE, SECRET_FILE
from papi.store.faults import storage_faults
from papi.store.originals import (
    IMAGES_FOLDER,
    SHA256_LENGTH,
    file_sha256,
    is_intact,
    kept_originals,
)
from papi.store.scan_files import stored_paths
from papi.store.snapshots import DUMP_FILE, check_database, copy_database

Progress = Callable[[int, int | None], None]
"""(originals done, all of them)."""
_COPY_PREFIX = ".backup-"


@dataclass(slots=True)
class BackupReport:
    """What was backed up.

    Attributes:
        place: the backup.
        files: files it holds.
        copied: bytes written now; less than it holds if earlier backups had originals already.
        missing: originals that the database names and that are missing or damaged in the
            workspace. They could not be backed up.
    """

    place: Path
    files: int = 0
    copied: int = 0
    missing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class WorkspaceCheck:
    """What a check of a workspace found.

    Attributes:
        originals: kept files that are whole.
        missing: of those the database names, the ones that are missing or damaged.
        damaged: others that are damaged (of withdrawn batches).
        unused: whole originals no row names any more (of withdrawn batches).
        database: what is wrong with the database, "" if nothing.
    """

    originals: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    unused: int = 0
    database: str = ""

    @property
    def whole(self) -> bool:
        """Nothing is missing or damaged."""
        return not (self.missing or self.damaged or self.database)


def back_up(
    workspace: Workspace,
    target: Path,
    now: dt.datetime,
    progress: Progress = lambda done, total: None,
) -> BackupReport:
    """Back a workspace up into a file (FILE.tar) or a folder of backups.

    Args:
        workspace: open workspace; others may work in it meanwhile.
        target: a name that ends in .tar is a file, any other one a folder.
        now: time of the backup, with a time zone.
        progress: told after every original.

    Raises:
        UsageError: the file is there already, or the place lies in the workspace.
        StorageFull, WorkspaceUnusable: no backup was made, and none is half there.
    """
    where = target.resolve()
    if where.is_relative_to(workspace.folder):
        raise UsageError(
            "A backup inside the workspace would be lost with it.", "Name another disk."
        )
    with storage_faults():
        writer = _writer(where, now)
        try:
            return _fill(workspace, writer, now, progress)
        finally:
            writer.drop()


def _writer(target: Path, now: dt.datetime) -> BackupWriter:
    if target.suffix.lower() != TAR_SUFFIX:
        if target.exists() and not target.is_dir():
            raise UsageError(f"{target.name} is no folder.", f"End a file's name in {TAR_SUFFIX}.")
        return FolderWriter(target, f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}")
    if target.exists():
        raise UsageError(f"{target.name} is there already.", "Name a new file, or a folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    return TarWriter(target)


def _fill(
    workspace: Workspace, writer: BackupWriter, now: dt.datetime, progress: Progress
) -> BackupReport:
    report = BackupReport(Path())
    files: dict[str, str] = {}
    for name, path in _small_files(workspace):
        files[name] = _put(writer, name, path, report)
    database = DUMP_FILE if workspace.database_url else DATABASE_FILE
    sweep(workspace.folder, f"{_COPY_PREFIX}*")
    with tempfile.TemporaryDirectory(dir=workspace.folder, prefix=_COPY_PREFIX) as folder:
        copy = Path(folder) / database
        copy_database(workspace.folder, workspace.database_url, copy)
        files[database] = _put(writer, database, copy, report)
    named = stored_paths()
    originals = list(kept_originals(workspace.folder))
    for done, path in enumerate(originals, 1):
        stored = f"{path.parent.name}/{path.name}"
        if is_intact(path):
            name = f"{IMAGES_FOLDER}/{stored}"
            files[name] = path.name[:SHA256_LENGTH]
            _put(writer, name, path, report, known=True)
            named.discard(stored)
        progress(done, len(originals))
    report.missing = sorted(named)
    made_at = now.astimezone(dt.UTC).isoformat(timespec="seconds")
    report.files = len(files)
    report.place = writer.seal(
        Manifest(made_at, papi.__version__, database, files, tuple(report.missing))
    )
    return report


def _put(
    writer: BackupWriter, name: str, path: Path, report: BackupReport, *, known: bool = False
) -> str:
    """Put a file in unless it is there; return its hash (an original's is its name)."""
    size = path.stat().st_size
    if not writer.holds(name, size):
        writer.put(name, path)
        report.copied += size
    return "" if known else file_sha256(path)


def _small_files(workspace: Workspace) -> Iterator[tuple[str, Path]]:
    """Yield settings, key, and the recipe and region table that lie in the workspace."""
    for name in (SETTINGS_FILE, SECRET_FILE):
        if (workspace.folder / name).is_file():
            yield name, workspace.folder / name
    for path in (Path(workspace.recipe), workspace.region_table):
        if path is not None and path.is_file() and path.resolve().is_relative_to(workspace.folder):
            yield path.resolve().relative_to(workspace.folder).as_posix(), path


def check_workspace(
    workspace: Workspace, progress: Progress = lambda done, total: None
) -> WorkspaceCheck:
    """Check the database and the content of every original (1 ms per MB)."""
    found = WorkspaceCheck()
    with storage_faults():
        if not workspace.database_url:
            found.database = check_database(workspace.folder / DATABASE_FILE)
        named = stored_paths()
        originals = list(kept_originals(workspace.folder))
        for done, path in enumerate(originals, 1):
            stored = f"{path.parent.name}/{path.name}"
            whole = is_intact(path)
            found.originals += whole
            if stored not in named:
                found.unused += whole
                found.damaged += [] if whole else [stored]
            elif whole:
                named.discard(stored)
            progress(done, len(originals))
    found.missing = sorted(named)
    return found
