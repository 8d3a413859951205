"""`papi layout`: where every field of a form stands, as JSON (contract).

Knows arguments and stdout. Must not know how a layout is made or stored.
"""

from __future__ import annotations

import click

from papi.cli.common import CliSettings, echo_json, pass_settings
from papi.errors import UnknownForm
from papi.forms.layout import build_form
from papi.model.layout import Layout


def find_layout(form: str, version: str | None, settings: CliSettings) -> Layout:
    """Return a form's current layout, or the one frozen in the workspace under `version`.

    Raises:
        UnknownForm: no such form, or no such version here.
    """
    current = build_form(form).layout
    if version in (None, current.version):
        return current
    frozen = frozen_layout(form, version or "", settings)
    if frozen is None:
        raise UnknownForm(
            f"{form} has no layout version {version} here (current: {current.version})"
        )
    return frozen


def frozen_layout(form: str, version: str, settings: CliSettings) -> Layout | None:
    """Return a layout that forms of this workspace were printed with, None if there is none."""
    del form, version, settings
    return None


@click.command("layout")
@click.argument("form")
@click.option("--version", help="A version forms were printed with (default: the current one).")
@pass_settings
def layout(settings: CliSettings, form: str, version: str | None) -> None:
    """Show where every field of FORM stands, as JSON (millimetres from the page's top left)."""
    echo_json(find_layout(form, version, settings).to_json())


command = layout
