"""`papi queue`: the fields a person must look at."""

from __future__ import annotations

import json

import click

from papi.cli.common import echo_json, echo_table, json_option, pass_settings
from papi.cli.settings import CliSettings


@click.command("queue")
@click.option("--region", default="", metavar="CODE", help="Only forms of this region (prefix).")
@json_option
@pass_settings
def command(settings: CliSettings, region: str, as_json: bool) -> None:
    """List the open review items, form by form."""
    settings.open()
    from papi.office.auditing import note  # noqa: PLC0415
    from papi.office.regions import region_prefix  # noqa: PLC0415
    from papi.office.reporting import queue_rows  # noqa: PLC0415

    note("queue.viewed", detail={"region": region})
    rows = list(queue_rows(region_prefix(region)))
    if as_json:
        echo_json([{**row, "candidates": json.loads(row["candidates"])} for row in rows])
        return
    columns = ("form_id", "page", "field", "reason", "value", "confidence")
    echo_table(columns, [[_cell(row[name]) for name in columns] for row in rows])


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
