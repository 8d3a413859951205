"""`papi show FORM_ID PAGE --out FILE [--cuts FILE]`."""

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
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="PNG or JPEG to write (it shows personal data).",
)
@click.option(
    "--cuts",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="PNG or JPEG of every box with ink before and after the cut (personal data, too).",
)
@pass_settings
def command(
    settings: CliSettings, form_id: str, page: int, out: Path | None, cuts: Path | None
) -> None:
    """Write a picture of a read PAGE: green boxes accepted, orange to review, blue resolved."""
    if out is None and cuts is None:
        raise UsageError("Nothing to write.", "Name a file with --out or --cuts.")
    workspace = settings.open()
    from papi.model.sheet import normalise_form_id  # noqa: PLC0415
    from papi.office.auditing import note  # noqa: PLC0415
    from papi.office.showing import show_cuts, show_page  # noqa: PLC0415

    known = normalise_form_id(form_id)
    if known is None:
        raise UsageError(  # what was keyed may be a NIK: it is not repeated
            "That is no form id.", "It is printed under the barcode."
        )
    note("page.viewed", form_id=known, page=page)
    for path, show in ((out, show_page), (cuts, show_cuts)):
        if path is not None:
            show(workspace, known, page, path)
            click.echo(str(path))
