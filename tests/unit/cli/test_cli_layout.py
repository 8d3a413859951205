"""`papi layout`: today's layout anywhere, an older one in the workspace that printed it."""

from __future__ import annotations

import json

from click.testing import CliRunner

from papi.cli import cli
from papi.forms.layout import build_form
from papi.office.workspace import Workspace
from papi.store.layouts import keep_layout

RUNNER = CliRunner()
FORM = "verivali-ppks"


def test_layout_of_today_and_of_an_older_print(workspace: Workspace) -> None:
    built = build_form(FORM)
    old = built.layout.model_copy(update={"version": "0LDVER"})
    keep_layout(old, built.drawing, [])
    today = RUNNER.invoke(cli, ["layout", FORM])
    assert json.loads(today.stdout) == built.layout.to_json()
    call = ["-w", str(workspace.folder), "layout", FORM, "--version"]
    older = RUNNER.invoke(cli, [*call, "0LDVER"])
    assert json.loads(older.stdout) == old.to_json()
    never = RUNNER.invoke(cli, [*call, "NEVER0"])
    assert never.exit_code == 8
    assert "0LDVER" in never.stderr
