"""The click group: one file a command, no logic.

Knows which command lives in which module; a module is imported when its command is used, so that
`papi --help` and shell completion stay quick. Each module has its command as `command`.
Must not know what a command does.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from papi import __version__
from papi.cli.frame import PapiGroup
from papi.cli.settings import CliSettings

COMMANDS = {
    "init": ("papi.cli.init", "Create a workspace, or complete one."),
    "prelist": ("papi.cli.prelist", "Describe and import pre-lists."),
    "template": ("papi.cli.template", "List, check and preview form templates."),
    "layout": ("papi.cli.layout", "Show where every field of a form stands, as JSON."),
    "print": ("papi.cli.print_forms", "Print the forms of a pre-list as PDF, with a manifest."),
    "ingest": ("papi.cli.ingest", "Read scanned files and folders."),
    "watch": ("papi.cli.watch", "Read scans as they appear in a folder."),
    "batch": ("papi.cli.batch", "List batches; take a wrong one back."),
    "status": ("papi.cli.status", "Account for every page and form."),
    "fix": ("papi.cli.fix", "Mend pages that could not be settled without a person."),
    "decide": ("papi.cli.decide", "Decide again after thresholds or dates changed."),
    "queue": ("papi.cli.queue", "List the fields a person must look at."),
    "show": ("papi.cli.show", "Picture a read page with its boxes outlined."),
    "read-boxes": ("papi.cli.read_boxes", "Read single boxes of any image by their corners."),
    "read-form": ("papi.cli.read_form", "Read scans of a form PAPI did not print."),
    "export": ("papi.cli.export", "Write a table as csv, xlsx or parquet."),
    "backup": ("papi.cli.backup", "Copy the whole workspace, or check that nothing is damaged."),
    "restore": ("papi.cli.restore", "Put a backup back as a new workspace."),
    "audit": ("papi.cli.audit", "Prove who saw and did what."),
    "purge": ("papi.cli.purge", "Destroy what is past its retention."),
    "serve": ("papi.cli.serve", "Serve the web application: keying, fixing, supervision."),
    "user": ("papi.cli.user", "Add, list, switch off people who may log in."),
    "demo": ("papi.cli.demo", "Show all of it on samples."),
    "train": ("papi.cli.train", "Train the readers of characters and ticks."),
    "evaluate": ("papi.cli.evaluate", "Measure the readers on held-out writers."),
}


@click.group(
    cls=PapiGroup,
    commands_at=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--workspace",
    "-w",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="PAPI_WORKSPACE",
    default=Path(),
    show_default="current folder",
    metavar="DIR",
    help="The workspace (or PAPI_WORKSPACE).",
)
@click.option("--debug", is_flag=True, help="Show the full traceback of an unexpected error.")
@click.version_option(__version__, prog_name="papi")
@click.pass_context
def cli(context: click.Context, workspace: Path, debug: bool) -> None:
    """Print verification forms from a pre-list; read the scans back into trustworthy records.

    Data go to stdout, progress to stderr. Exit code 0: done; 1: done, and some pages or rows need
    attention; 2: wrong use; others in docs/errors.md.
    """
    context.obj = CliSettings(workspace=workspace, debug=debug)


def main() -> None:
    """Entry point of the `papi` command."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # before numpy: children own the cores, idle threads spin
    cli()
