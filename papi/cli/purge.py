"""`papi purge --before DATE --what WHAT`."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papi.cli.common import echo_json, json_option, pass_settings, progress_bar, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE, UsageError

if TYPE_CHECKING:
    from papi.office.purging import Due, Purged

KINDS = ("values", "originals", "withdrawn")
WORD = "destroy"
"""What must be typed: a lone Enter or y must not destroy anything."""


@click.command("purge")
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day that is kept, as 2026-12-31.",
)
@click.option(
    "--what",
    "whats",
    type=click.Choice([*KINDS, "all"]),
    multiple=True,
    help="What to destroy; may be given many times.",
)
@click.option("--dry-run", is_flag=True, help="Count only.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the protocol (berita acara pemusnahan) to a new text FILE.",
)
@click.option("--protocol", default="", metavar="RUN", help="Only write the protocol of RUN again.")
@json_option
@pass_settings
def command(
    settings: CliSettings,
    *,
    before: dt.datetime | None,
    whats: tuple[str, ...],
    dry_run: bool,
    out: Path | None,
    protocol: str,
    as_json: bool,
) -> int:
    """Destroy what is past its retention, for good. It asks first; see docs/audit.md.

    values: personal data beside audit events (the events stay). originals: scans, and all that was
    read and keyed from them: export the results before. withdrawn: scans of batches taken back.
    """
    if protocol:
        return _protocol(settings, protocol, out)
    if before is None or not whats:
        raise UsageError("Say --before DATE and --what.", "See `papi purge --help`.")
    if out is not None and (out.exists() or not out.parent.is_dir()):
        raise UsageError(
            f"The protocol cannot be written to {out}.", "Name a new file in a folder there is."
        )
    workspace = settings.open()
    from papi.office import purging  # noqa: PLC0415  keeps `papi --help` quick

    chosen = [purging.What(what) for what in (KINDS if "all" in whats else whats)]
    found = purging.due(before.date(), chosen)
    if dry_run and as_json:
        echo_json(asdict(found))
    else:
        _tell_due(found, before.date())
    if dry_run:
        return EXIT_DONE
    if not _agreed():
        warn("Nothing was destroyed.")
        return EXIT_ATTENTION
    with progress_bar("Destroying", "things") as progress:
        done = purging.purge(workspace, before.date(), chosen, progress=progress)
    if done.run and out is not None:
        purging.write_protocol(done.run, out)
    echo_json(asdict(done)) if as_json else _tell(done, out)
    return EXIT_DONE if done.clean else EXIT_ATTENTION


def _protocol(settings: CliSettings, run: str, out: Path | None) -> int:
    settings.open()
    from papi.office import purging  # noqa: PLC0415

    if out is None:
        click.echo(purging.protocol(run))
    else:
        purging.write_protocol(run, out)
        click.echo(str(out))
    return EXIT_DONE


def _tell_due(found: Due, before: dt.date) -> None:
    warn(f"Older than {before}:")
    warn(f"  {found.values} event(s) with personal data beside them")
    warn(f"  {found.files} scan(s) of {found.batches} batch(es), {found.forms} form(s)")
    warn(f"  {found.withdrawn_files} scan(s) of {found.withdrawn} withdrawn batch(es)")
    if found.undecided:
        warn(f"  {found.undecided} of the forms still wait for a person (`papi queue`)!")
    if found.unfinished:
        warn(f"  {found.unfinished} batch(es) never ended and are left alone: `papi batch list`.")


def _agreed() -> bool:
    warn("What is destroyed cannot be put back. Backups made before still hold it.")
    said: str = click.prompt(f"Type {WORD} to go on", default="", show_default=False, err=True)
    return said.strip().lower() == WORD


def _tell(done: Purged, out: Path | None) -> None:
    for what, count in done.counts.items():
        click.echo(f"{what}\t{count}")
    if not done.run:
        warn("Nothing was due.")
    elif out is not None:
        warn(f"Protocol: {out}. Print it and have it signed.")
    else:
        warn(f"Protocol: papi purge --protocol {done.run} --out FILE")
    if not done.clean:
        warn("Others use the database: traces may be left in its log. Run it again when they left.")
