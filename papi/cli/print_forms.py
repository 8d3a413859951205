"""`papi print --form FORM [--region CODE] [--blank N] --out DIR`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from papi.cli.common import CliSettings, echo_json, json_option, pass_settings, progress_bar, warn
from papi.errors import EXIT_ATTENTION


@click.command("print")
@click.option("--form", required=True, help="Form to print.")
@click.option("--region", default="", metavar="CODE", help="Only villages whose code begins so.")
@click.option(
    "--blank",
    type=click.IntRange(0, 1000),
    default=0,
    metavar="N",
    help="Add N empty forms per village; forms printed before are then not printed again.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the PDFs and manifest.csv.",
)
@json_option
@pass_settings
@click.pass_context
def command(
    context: click.Context,
    settings: CliSettings,
    *,
    form: str,
    region: str,
    blank: int,
    out: Path,
    as_json: bool,
) -> None:
    """Print one PDF per village, and manifest.csv that says where each form stands.

    Printing a form again keeps its id and layout; its copy number rises.
    """
    workspace = settings.open()
    from papi.office.auditing import note  # noqa: PLC0415
    from papi.office.printing import PrintOrder, print_forms  # noqa: PLC0415
    from papi.office.regions import region_prefix  # noqa: PLC0415

    order = PrintOrder(form, out, dt.date.today(), region_prefix(region), blank)
    with progress_bar("Printing", "forms") as progress:
        report = print_forms(workspace, order, progress)
    if report.forms:
        facts = {"form": form, "forms": report.to_json()["forms"]}
        note("forms.printed", detail=facts)
    if as_json:
        echo_json(report.to_json())
    elif report.forms:
        counts = report.to_json()
        for name in report.files:
            click.echo(str(out / name))
        click.echo(
            f"{counts['forms']} forms ({counts['blank']} blank, {counts['printed_again']} printed "
            f"again), {counts['pages']} pages: {out / 'manifest.csv'}"
        )
    if not report.forms:
        warn("Nothing to print: no pre-list row of this form lies in the region.")
        context.exit(EXIT_ATTENTION)
