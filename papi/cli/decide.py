"""`papi decide`: decide every form with news, or that was decided with other settings."""

from __future__ import annotations

import click

from papi.cli.common import pass_settings
from papi.cli.settings import CliSettings


@click.command("decide")
@pass_settings
def command(settings: CliSettings) -> None:
    """Decide forms again after a threshold, a date or an officer changed, or a run was cut off.

    Reads no page: what was read is kept. `papi ingest` of anything does the same at its end.
    """
    workspace = settings.open()
    from papi.office.raising import decide_again  # noqa: PLC0415

    click.echo(f"{decide_again(workspace)} forms decided")
