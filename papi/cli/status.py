"""`papi status`: account for every page and form; say what to do; list what is missing."""

from __future__ import annotations

from pathlib import Path

import click

from papi.cli.common import echo_json, json_option, pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE, UsageError

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("status")
@json_option
@click.option("--todo", is_flag=True, help="What to do with which sheet, as the stacks lie.")
@click.option(
    "--out", type=_FILE, metavar="FILE", help="With --todo: write .pdf, .csv or .xlsx instead."
)
@click.option(
    "--missing",
    type=_FILE,
    metavar="FILE",
    help="Write the list of missing forms and pages: .pdf to print, .csv or .xlsx.",
)
@click.option("--region", default="", metavar="CODE", help="With --missing: only this region.")
@pass_settings
def command(  # noqa: PLR0917 - options
    settings: CliSettings,
    as_json: bool,
    todo: bool,
    out: Path | None,
    missing: Path | None,
    region: str,
) -> int:
    """Show pages by status, forms issued/returned/complete, the queue, by batch and village.

    Exit code 1 when pages need attention or are not accounted for.
    """
    _check(todo=todo, out=out, missing=missing, region=region)
    workspace = settings.open()
    if missing is not None:
        return _write_missing(missing, region)
    from papi.office.recipe_files import recipe_in_force  # noqa: PLC0415
    from papi.office.reporting import reconcile  # noqa: PLC0415

    found = reconcile(recipe_in_force(workspace.folder))
    if todo and out is not None:
        from papi.office.todo_files import write_todo  # noqa: PLC0415

        count = write_todo(found.todo, out)
        click.echo(f"{out}\t{count} items")
    elif todo and as_json:
        counts = found.report["todo"]
        echo_json({"counts": counts, "items": [item.to_json() for item in found.todo]})
    elif todo:
        from papi.cli.todo_text import show_todo  # noqa: PLC0415

        show_todo(found)
    elif as_json:
        echo_json(found.report)
    else:
        from papi.cli.status_text import show_report  # noqa: PLC0415

        show_report(found.report)
    report = found.report
    waits = report["attention"] or report["forms"]["undecided"]
    return EXIT_DONE if report["pages"]["accounted"] and not waits else EXIT_ATTENTION


def _check(*, todo: bool, out: Path | None, missing: Path | None, region: str) -> None:
    if out is not None and not todo:
        raise UsageError("--out is for --todo.", "Add --todo, or use --missing FILE.")
    if region and missing is None:
        raise UsageError("--region is for --missing.", "Add --missing FILE.")
    if todo and missing is not None:
        raise UsageError("--todo and --missing are two lists.", "Ask for one at a time.")


def _write_missing(path: Path, region: str) -> int:
    from papi.office.missing import write_missing  # noqa: PLC0415
    from papi.office.regions import region_prefix  # noqa: PLC0415

    count = write_missing(path, region_prefix(region))
    click.echo(f"{path}\t{count} forms")
    if path.suffix.lower() == ".pdf" and count:
        warn("The printed list bears names: make no copies, destroy it after use.")
    return EXIT_DONE
