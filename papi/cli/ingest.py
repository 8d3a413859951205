"""`papi ingest PATH...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from papi.cli.common import json_option, pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE

if TYPE_CHECKING:
    from papi.office.ingesting import IngestResult

SHOWN = 50
"""Problems listed on the terminal; `papi status` lists all."""


@click.command("ingest")
@click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, readable=False),  # one closed path must not stop the others
)
@click.option("--engine", type=click.Choice(["serial", "processes", "dask"]), help="Where to read.")
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Workers (default: one per core)."
)
@json_option
@pass_settings
def command(
    settings: CliSettings,
    paths: tuple[Path, ...],
    engine: str | None,
    jobs: int | None,
    as_json: bool,
) -> int:
    """Read scanned files and folders: PDF, TIFF, JPEG, PNG in any order.

    Files that are known already change nothing. Exit code 1 when pages need attention.
    """
    workspace = settings.open()
    from papi.cli.scan_progress import scan_progress  # noqa: PLC0415
    from papi.cli.scanner_warnings import tell_warning  # noqa: PLC0415
    from papi.model.recipe import load_recipe  # noqa: PLC0415
    from papi.office.batch_watch import BatchWatch  # noqa: PLC0415
    from papi.office.ingesting import Course, ingest  # noqa: PLC0415
    from papi.pipeline.engines import Engine  # noqa: PLC0415

    with scan_progress() as progress:
        result = ingest(
            workspace,
            paths,
            load_recipe(workspace.recipe),
            engine=Engine(engine) if engine else None,
            jobs=jobs,
            progress=progress,
            course=Course(watch=BatchWatch(tell_warning)),
        )
    _show_json(result) if as_json else _show(result)
    return EXIT_ATTENTION if result.problems else EXIT_DONE


def _show_json(result: IngestResult) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    from papi.cli.common import echo_json  # noqa: PLC0415

    echo_json(asdict(result))


def _show(result: IngestResult) -> None:
    from papi.office.messages import explain  # noqa: PLC0415

    for status, count in result.pages.items():
        click.echo(f"{status}\t{count}")
    if result.known_files:
        warn(f"{result.known_files} file(s) were here already and change nothing.")
    if not (result.pages or result.known_files or result.problems):
        warn("No file found: the folder is empty.")
    for problem in result.problems[:SHOWN]:
        reason = explain(problem.reason) if problem.reason else ""
        detail = f" ({problem.detail})" if problem.detail else ""
        warn(f"{problem.source} #{problem.index + 1}: {problem.status.value}: {reason}{detail}")
    if len(result.problems) > SHOWN:
        warn(f"... and {len(result.problems) - SHOWN} more; see `papi status`.")
    warn("Next: `papi status`, `papi queue`.")
