"""What every command gets: the workspace's place and whether to show tracebacks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from papi.office.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CliSettings:
    """Options of `papi` itself."""

    workspace: Path = Path()
    debug: bool = False

    def open(self) -> Workspace:
        """Open the workspace with its store.

        Raises:
            WorkspaceMissing, WorkspaceUnusable, StorageFull: as `open_workspace` says.
        """
        from papi.office.workspace import open_workspace  # noqa: PLC0415  costs 0.2 s

        return open_workspace(self.workspace)


pass_settings = click.make_pass_decorator(CliSettings)
