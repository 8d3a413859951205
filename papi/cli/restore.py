"""`papi restore BACKUP DIR`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from papi.cli.backup import tell_damage
from papi.cli.common import echo_json, json_option, progress_bar, warn
from papi.errors import EXIT_ATTENTION, EXIT_DONE


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--accept-damage", is_flag=True, help="Put back what is whole; name the scans that are not."
)
@json_option
def command(backup: Path, folder: Path, accept_damage: bool, as_json: bool) -> int:
    """Put BACKUP back as the workspace DIR, which must not exist yet.

    BACKUP is a file or a folder that `papi backup` wrote; of a folder the newest backup counts.
    Every file is checked; what is damaged is named.
    """
    from papi.office.restoring import restore  # noqa: PLC0415  keeps `papi --help` quick

    with progress_bar("Restoring", "files") as progress:
        found = restore(backup, folder, progress, accept_damage=accept_damage)
    if as_json:
        echo_json(asdict(found))
    else:
        click.echo(f"{folder}\t{found.files} files\tas of {found.made_at}")
    tell_damage(found)
    warn(f"Next: `papi --workspace {folder} status`.")
    return EXIT_ATTENTION if found.damaged or found.missing else EXIT_DONE
