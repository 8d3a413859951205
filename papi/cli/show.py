"""`papi show FORM_ID PAGE --out FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from papi.cli.common import pass_settings
from papi.cli.settings import CliSettings
from papi.errors import UsageError


@click.command("show")
@click.argument("form_id")
@click.argument("page", type=click.IntRange(1))
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="PNG or JPEG to write (it shows personal data).",
)
@pass_settings
def command(settings: CliSettings, form_id: str, page: int, out: Path) -> None:
    """Write a picture of a read PAGE: green boxes accepted, orange to review, blue resolved."""
    workspace = settings.open()
    from papi.model.sheet import normalise_form_id  # noqa: PLC0415
    from papi.office.showing import show_page  # noqa: PLC0415

    known = normalise_form_id(form_id)
    if known is None:
        raise UsageError(f"{form_id} is no form id.", "It is printed under the barcode.")
    show_page(workspace, known, page, out)
    click.echo(str(out))
