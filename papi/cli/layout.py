"""`papi layout`: where every field of a form stands, as JSON (contract).

Knows arguments and stdout. Must not know how a layout is made or stored.
"""

from __future__ import annotations

import click

from papi.cli.common import CliSettings, echo_json, pass_settings
from papi.forms.layout import build_form
from papi.model.layout import Layout


def find_layout(form: str, version: str | None, settings: CliSettings) -> Layout:
    """Return a form's current layout, or the one frozen in the workspace under `version`.

    Raises:
        UnknownForm: no such form, or the workspace never printed that version.
        WorkspaceMissing: another version than today's is asked for, outside a workspace.
    """
    current = build_form(form).layout
    if version in (None, current.version):
        return current
    workspace = settings.open()
    from papi.office.freeze import frozen_layout  # noqa: PLC0415  needs the open store

    return frozen_layout(workspace, form, version or "")


@click.command("layout")
@click.argument("form")
@click.option("--version", help="A version forms were printed with (default: the current one).")
@pass_settings
def command(settings: CliSettings, form: str, version: str | None) -> None:
    """Show where every field of FORM stands, as JSON (millimetres from the page's top left)."""
    echo_json(find_layout(form, version, settings).to_json())
