"""`papi backup [PATH]` and `papi backup --check [PATH]`."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from papi.cli.common import echo_json, json_option, pass_settings, progress_bar, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE, UsageError

SHOWN = 30
HEADS_SUFFIX = ".heads.json"
"""Of the heads of the audit chain beside a backup."""


@click.command("backup")
@click.argument("place", metavar="[FILE.tar|DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing: check the workspace, or the backup.")
@json_option
@pass_settings
def command(settings: CliSettings, place: Path | None, check: bool, as_json: bool) -> int:
    """Copy the whole workspace into FILE.tar, or into DIR beside earlier backups.

    Others may work meanwhile. DIR keeps each scan once: a second backup copies only new ones. The
    heads of the audit chain are written beside it (docs/audit.md).
    With --check, without a place: check the workspace's database and every original. Exit code 1
    when something is missing or damaged.
    """
    if check:
        return _check_backup(place, as_json) if place else _check_workspace(settings, as_json)
    if place is None:
        raise UsageError("Where to?", "Name a file that ends in .tar, or a folder.")
    workspace = settings.open()
    from papi.office import auditing  # noqa: PLC0415  keeps `papi --help` quick
    from papi.office.backing_up import back_up  # noqa: PLC0415

    auditing.note("backup.made")
    now = dt.datetime.now(dt.UTC)
    heads = auditing.heads_document(now)  # before the copy, which then holds all they know
    with progress_bar("Backing up", "originals") as progress:
        report = back_up(workspace, place, now, progress)
    auditing.keep_heads(heads, report.place.with_name(f"{report.place.name}{HEADS_SUFFIX}"))
    if as_json:
        echo_json(asdict(report))
    else:
        click.echo(f"{report.place}\t{report.files} files\t{report.copied} bytes copied")
    _tell("missing or damaged in the workspace, not backed up", report.missing)
    return EXIT_ATTENTION if report.missing else EXIT_DONE


def _check_workspace(settings: CliSettings, as_json: bool) -> int:
    workspace = settings.open()
    from papi.office.backing_up import check_workspace  # noqa: PLC0415

    with progress_bar("Checking", "originals") as progress:
        found = check_workspace(workspace, progress)
    if as_json:
        echo_json({**asdict(found), "whole": found.whole})
    else:
        click.echo(f"{found.originals} original(s) whole; database {found.database or 'whole'}")
    if found.unused:
        warn(f"{found.unused} original(s) belong to withdrawn batches.")
    _tell("missing or damaged", found.missing)
    _tell("of a withdrawn batch, damaged", found.damaged)
    return EXIT_DONE if found.whole else EXIT_ATTENTION


def _check_backup(place: Path, as_json: bool) -> int:
    from papi.office.restoring import check_backup  # noqa: PLC0415

    with progress_bar("Checking", "files") as progress:
        found = check_backup(place, progress)
    if as_json:
        echo_json(asdict(found))
    else:
        click.echo(f"Backup of {found.made_at}: {found.files} file(s) whole")
    tell_damage(found)
    return EXIT_ATTENTION if found.damaged or found.missing else EXIT_DONE


def tell_damage(found: Any) -> None:
    """Name on stderr what of a backup is damaged (a `BackupCheck`)."""
    _tell("damaged in the backup", found.damaged)
    _tell("lost before the backup was made", found.missing)


def _tell(what: str, names: list[str]) -> None:
    for name in names[:SHOWN]:
        warn(f"{name}: {what}")
    if len(names) > SHOWN:
        warn(f"... and {len(names) - SHOWN} more {what}")
