"""`papi export TABLE --out FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from papi.cli.common import pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE

TABLES = ("records", "members", "readings", "queue", "pages")


@click.command("export")
@click.argument("table", type=click.Choice(TABLES))
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write: .csv, .xlsx or .parquet.",
)
@click.option("--approved", is_flag=True, help="Only forms that a supervisor approved as they are.")
@pass_settings
def command(settings: CliSettings, table: str, out: Path, approved: bool) -> int:
    """Write TABLE to FILE, with a data dictionary (second sheet, or FILE's .dictionary.csv).

    Exit code 1: news of some forms are not decided yet, so that their values may be old.
    """
    settings.open()
    from papi.exports.tables import TableName  # noqa: PLC0415
    from papi.office.auditing import note  # noqa: PLC0415
    from papi.office.exporting import export_table, outdated_forms  # noqa: PLC0415

    note("table.exported", detail={"table": table, "approved": approved})
    rows = export_table(TableName(table), out, approved=approved)
    warn(f"{rows} rows -> {out}")
    outdated = outdated_forms(TableName(table))
    if outdated:
        warn(f"{outdated} form(s) are not decided anew yet, so their values may be old.")
        warn("Run the same `papi ingest` again (or wait until it ends), then export again.")
    return EXIT_ATTENTION if outdated else EXIT_DONE
