"""`papi init DIR`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Create a workspace in DIR, or complete one; what is there is never overwritten."""
    from papi.office.workspace import init_workspace  # noqa: PLC0415  keeps `papi --help` quick

    workspace, new = init_workspace(folder, dt.date.today())
    click.echo(f"{'Created' if new else 'Already a workspace:'} {workspace.folder}")
    click.echo(
        "Next: set campaign dates and officers in papi.toml, then `papi prelist import`.", err=True
    )
