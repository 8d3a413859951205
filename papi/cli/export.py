"""`papi export TABLE --out FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from papi.cli.common import pass_settings, warn
from papi.cli.settings import CliSettings

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
@pass_settings
def command(settings: CliSettings, table: str, out: Path) -> None:
    """Write TABLE to FILE, with a data dictionary (second sheet, or FILE's .dictionary.csv)."""
    settings.open()
    from papi.exports.tables import TableName  # noqa: PLC0415
    from papi.office.exporting import export_table  # noqa: PLC0415

    rows = export_table(TableName(table), out)
    warn(f"{rows} rows -> {out}")
