"""The workspace: one folder that holds a campaign's settings, database and scanned originals.

Knows papi.toml and where everything lies. Must not know any stage of the work.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from papi.errors import WorkspaceMissing, WorkspaceUnusable
from papi.model.facts import Campaign
from papi.store.databases import DATABASE_FILE, SECRET_FILE
from papi.store.originals import IMAGES_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_FILE = "papi.toml"
URL_VARIABLE = "PAPI_DATABASE_URL"
SCHEMA = 1
"""Version of papi.toml; a larger one was written by a newer release."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CampaignSettings(_Section):
    """The survey round: printed on covers, and the dates rule A08 allows."""

    name: str = "Verifikasi dan validasi"
    start: dt.date
    end: dt.date
    officers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> CampaignSettings:
        if self.end < self.start:
            raise ValueError("end lies before start")
        return self


class ReadingSettings(_Section):
    """Which recipe reads and decides: a name in pipelines/, or a path relative to the workspace."""

    recipe: str = "default"


class RegionSettings(_Section):
    """The region table: "builtin", or the path of a csv file relative to the workspace."""

    table: str = "builtin"


class DatabaseSettings(_Section):
    """`url` of a PostgreSQL server; empty = the workspace's own SQLite file."""

    url: str = ""


class WebSettings(_Section):
    """The web application.

    Attributes:
        hosts: names or addresses people type, e.g. "papi.dinsos.example"; loopback always works.
        idle_minutes: without a request, then a session ends.
        proxy: address of the proxy in front of `papi serve --behind-proxy`; "*" believes any.
    """

    hosts: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.:\[\]-]+$")], ...] = ()
    idle_minutes: int = Field(default=30, ge=2, le=480)
    proxy: str = "127.0.0.1"


class WorkspaceSettings(_Section):
    """Everything in papi.toml."""

    schema_: int = Field(default=SCHEMA, alias="schema")
    campaign: CampaignSettings
    reading: ReadingSettings = ReadingSettings()
    regions: RegionSettings = RegionSettings()
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with valid settings. Its store is open once `open_workspace` returned it."""

    folder: Path
    settings: WorkspaceSettings

    @property
    def images(self) -> Path:
        """Folder of the scanned originals."""
        return self.folder / IMAGES_FOLDER

    @property
    def recipe(self) -> str:
        """Name of the recipe, or the path of its file: one in papi.toml starts at the workspace."""
        name = self.settings.reading.recipe
        return str(self.folder / name) if Path(name).suffix in {".yaml", ".yml"} else name

    @property
    def region_table(self) -> Path | None:
        """The office's own region table, None for the built-in one."""
        table = self.settings.regions.table
        return None if table == "builtin" else self.folder / table

    @property
    def database_url(self) -> str:
        """PostgreSQL URL, "" for SQLite; PAPI_DATABASE_URL wins over papi.toml."""
        return os.environ.get(URL_VARIABLE) or self.settings.database.url

    def campaign(self, today: dt.date) -> Campaign:
        """Return the round as the rules want it, seen from `today`."""
        round_ = self.settings.campaign
        return Campaign(round_.start, round_.end, today, frozenset(round_.officers))


def load_workspace(folder: Path) -> Workspace:
    """Read the settings of a workspace without opening its store (a few ms).

    Raises:
        WorkspaceMissing: `folder` is no workspace.
        WorkspaceUnusable: papi.toml is unreadable, wrong, or of a newer release.
    """
    path = folder / SETTINGS_FILE
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WorkspaceMissing(
            f"{folder} is no PAPI workspace ({SETTINGS_FILE} missing)."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceUnusable(f"{path} cannot be read: {_why(error)}.") from error
    return Workspace(folder.resolve(), _parse_settings(text, path))


def open_workspace(folder: Path) -> Workspace:
    """Read the settings and open the store (0.2 s in a fresh process).

    Raises:
        WorkspaceMissing, WorkspaceUnusable, StorageFull: see `load_workspace` and `open_store`.
    """
    workspace = load_workspace(folder)
    if not workspace.database_url and not (workspace.folder / DATABASE_FILE).exists():
        raise WorkspaceUnusable(  # an empty one in its place would say that nothing ever came in
            f"The database of {folder} is missing ({DATABASE_FILE}).",
            "Put its last backup in its place; `papi init DIR` starts an empty one.",
        )
    return _open(workspace)


def _open(workspace: Workspace) -> Workspace:
    from papi.store.boot import open_store  # noqa: PLC0415  Django costs 0.1 s

    if not os.access(workspace.folder, os.W_OK | os.X_OK):
        raise WorkspaceUnusable(f"{workspace.folder} is read-only for this user.")
    open_store(workspace.folder, workspace.database_url)
    return workspace


def init_workspace(folder: Path, today: dt.date) -> tuple[Workspace, bool]:
    """Create a workspace (mode 0700), or complete one that lacks parts; never overwrite a part.

    Args:
        folder: made with its parents if it does not exist.
        today: the campaign proposed in papi.toml is that day's year.

    Returns:
        The open workspace, and whether it is new.

    Raises:
        WorkspaceUnusable: the folder cannot be made or written, or is no place for a workspace.
        StorageFull: no room.
    """
    from papi.store.faults import storage_faults  # noqa: PLC0415

    settings = folder / SETTINGS_FILE
    new = not settings.exists()
    if folder.exists() and not folder.is_dir():
        raise WorkspaceUnusable(f"{folder} is a file.", "Name a folder that does not exist yet.")
    with storage_faults():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if new:
            folder.chmod(0o700)
            write_private(settings, _first_settings(today, os.environ.get(URL_VARIABLE, "")))
        (folder / IMAGES_FOLDER).mkdir(mode=0o700, exist_ok=True)
        if not (folder / SECRET_FILE).exists():
            write_private(folder / SECRET_FILE, secrets.token_urlsafe(48) + "\n")
    return _open(load_workspace(folder)), new


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read; whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def _first_settings(today: dt.date, database_url: str) -> str:
    return f"""\
# Settings of this PAPI workspace. Change them freely; papi checks them at every start.
schema = {SCHEMA}

[campaign]
name = "Verifikasi dan validasi {today.year}"
# First and last day of field work: dates on the forms must lie between them.
start = {today.year}-01-01
end = {today.year}-12-31
# Codes of officers and checkers, e.g. ["100001", "100002"]. Empty: codes are not checked.
officers = []

[reading]
# Recipe with thresholds and engine: a name in pipelines/, or a YAML file beside this one.
recipe = "default"

[regions]
# "builtin", or a csv file beside this one with the columns kode,nama.
table = "builtin"

[database]
# Empty: the SQLite file beside this one. Else postgresql://user:password@host:port/name
url = {json.dumps(database_url)}

[web]
# Names people type for `papi serve` on another address than this machine's own.
hosts = []
# Minutes without a request until a person must log in again.
idle_minutes = 30
"""


def _parse_settings(text: str, path: Path) -> WorkspaceSettings:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceUnusable(f"{path} is not valid TOML: {error}.", _CORRECT) from error
    _refuse_newer(document, path)
    try:
        return WorkspaceSettings.model_validate(document)
    except ValidationError as error:
        problems = "; ".join(_problem(dict(item), text) for item in error.errors())
        raise WorkspaceUnusable(f"{path}: {problems}.", _CORRECT) from error


_CORRECT = "Correct the named line, or move the file away and run `papi init` on the folder."


def _refuse_newer(document: Mapping[str, Any], path: Path) -> None:
    schema = document.get("schema", SCHEMA)
    if isinstance(schema, int) and schema > SCHEMA:
        raise WorkspaceUnusable(
            f"{path} was written by a newer PAPI (schema {schema}, this release knows {SCHEMA}).",
            "Install the newer release.",
        )


def _problem(item: Mapping[str, Any], text: str) -> str:
    place = [str(part) for part in item["loc"] if not isinstance(part, int)]
    line = _line_of(place, text)
    where = f"line {line}: " if line else ""
    return f"{where}{'.'.join(place)}: {str(item['msg']).removeprefix('Value error, ')}"


def _line_of(place: list[str], text: str) -> int:
    """Return the line (from 1) of the last key of `place` that the file has, 0 if none."""
    found, section = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[([^\[\]]+)\]", line):
            section = match[1].strip()
            found = number if place[:1] == [section] else found
        elif match := re.match(r"\s*([\w-]+)\s*=", line):
            path = [section, match[1]] if section else [match[1]]
            if path == place[: len(path)]:
                return number
    return found


def _why(error: Exception) -> str:
    return (
        "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else "no right to read it"
    )
