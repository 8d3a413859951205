"""`papi export TABLE --out FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from papi.cli.common import pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE

if TYPE_CHECKING:
    from papi.office.workspace import Workspace

SNIPS = "snips"
TABLES = ("records", "members", "readings", "queue", "pages", SNIPS)
LEFT_OUT = {
    "other_kind": "field(s) without character boxes",
    "unsure": "field(s) where it is not certain which character stands in which box",
    "page_gone": "page(s) whose original is gone or is not read any more",
}


@click.command("export")
@click.argument("table", type=click.Choice(TABLES))
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write: .csv, .xlsx or .parquet; snips: .npz.",
)
@click.option("--approved", is_flag=True, help="Only forms that a supervisor approved as they are.")
@pass_settings
def command(settings: CliSettings, table: str, out: Path, approved: bool) -> int:
    """Write TABLE to FILE, with a data dictionary (second sheet, or FILE's .dictionary.csv).

    TABLE snips: boxes that people keyed, with what they hold, as training data that names nobody
    (docs/reader.md).

    Exit code 1: news of some forms are not decided yet, so that their values may be old.
    """
    workspace = settings.open()
    if table == SNIPS:
        return _export_snips(workspace, out)
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


def _export_snips(workspace: Workspace, out: Path) -> int:
    from papi.office.auditing import note  # noqa: PLC0415
    from papi.office.resolved_snips import export_snips  # noqa: PLC0415

    note("table.exported", detail={"table": SNIPS})
    report = export_snips(workspace, out)
    warn(f"{report.boxes} boxes of {report.fields} fields on {report.pages} pages -> {out}")
    for why, count in sorted(report.left_out.items()):
        warn(f"Left out: {count} {LEFT_OUT[why]}.")
    return EXIT_DONE
