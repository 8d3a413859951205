"""`papi audit verify`, `papi audit heads` and `papi audit person`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from papi.cli.common import echo_json, json_option, pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE, UsageError


@click.group("audit")
def command() -> None:
    """Prove who saw and did what."""


@command.command("verify")
@click.option(
    "--heads",
    "heads_files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with heads exported earlier; may be given many times.",
)
@json_option
@pass_settings
def verify(settings: CliSettings, heads_files: tuple[Path, ...], as_json: bool) -> int:
    """Check that no event was removed, altered, inserted or moved.

    Only with --heads can it see that the newest events were cut off. Exit code 1 when something is
    wrong; 9 when a heads file is damaged.
    """
    settings.open()
    from papi.office import auditing  # noqa: PLC0415  keeps `papi --help` quick

    report = auditing.verify([auditing.load_heads(path) for path in heads_files])
    tally = report.tally
    if as_json:
        echo_json(auditing.report_json(report))
    else:
        click.echo(
            f"{tally.events} events, {tally.values} with values, {tally.erased} with values "
            f"destroyed under a record: {'whole' if report.whole else 'NOT WHOLE'}"
        )
        for flaw in report.flaws:
            warn(auditing.tell(flaw))
        if report.more:
            warn(f"... and {report.more} more.")
    if report.whole and not heads_files:
        warn("Without --heads a cut-off end does not show: see docs/audit.md.")
    return EXIT_DONE if report.whole else EXIT_ATTENTION


@command.command("heads")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a new FILE (default: stdout).",
)
@pass_settings
def heads(settings: CliSettings, out: Path | None) -> None:
    """Export the newest event of every chain, sealed, as JSON. Keep it where no office PC reaches.

    `papi audit verify --heads FILE` then sees if anything after it was cut off.
    """
    settings.open()
    from papi.office import auditing  # noqa: PLC0415

    auditing.note("heads.exported")
    document = auditing.heads_document(dt.datetime.now(dt.UTC))
    if out is None:
        echo_json(document)
    else:
        auditing.keep_heads(document, out)
        click.echo(str(out))
    warn(f"For the log book: {document['made_at']} {auditing.stamp(document)}")


@command.command("person")
@click.option("--nik-stdin", is_flag=True, help="Read the person's NIK from stdin, one line.")
@click.option("--form", "form_id", default="", metavar="ID", help="Id printed under the barcode.")
@click.option("--prelist-id", default="", metavar="ID", help="IDBDT or id_ppks.")
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write: .csv or .xlsx.",
)
@pass_settings
def person(settings: CliSettings, nik_stdin: bool, form_id: str, prelist_id: str, out: Path) -> int:
    """Write who saw and changed one person's data, when and how (UU 27/2022).

    Exit code 1 when no form of that person is known.
    """
    if nik_stdin + bool(form_id) + bool(prelist_id) != 1:
        raise UsageError("Name the person once: --nik-stdin, --form or --prelist-id.")
    nik = sys.stdin.readline().strip() if nik_stdin else ""
    settings.open()
    from papi.office.person_access import Subject, export_person  # noqa: PLC0415

    report = export_person(Subject(nik=nik, form_id=form_id, prelist_id=prelist_id), out)
    if not report.forms:
        warn("No form of that person is known; nothing was written.")
        return EXIT_ATTENTION
    warn(f"{report.rows} event(s) about {report.forms} form(s) -> {out}")
    warn("It names people of the office: hand it out as the law says, then delete it.")
    return EXIT_DONE
