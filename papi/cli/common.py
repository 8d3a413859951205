"""What commands share in speaking to people: JSON and tables on stdout, progress on stderr.

Knows click and rich (imported late). Must not know any use case.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from papi.cli.settings import CliSettings, pass_settings

__all__ = [
    "CliSettings",
    "Progress",
    "data_option",
    "echo_json",
    "echo_table",
    "json_option",
    "pass_settings",
    "progress_bar",
    "warn",
]

Progress = Callable[[int, int | None], None]
"""(done, total) in the unit of the bar; total None while unknown."""

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="PAPI_DATA",
    required=True,
    metavar="DIR",
    help="Folder with train/ and dev/ (or PAPI_DATA).",
)


def echo_json(data: object) -> None:
    """Write `data` as indented UTF-8 JSON to stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def echo_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """Write a table for people to stdout (no colour or box characters into a pipe: plain tabs)."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            click.echo("\t".join(str(cell) for cell in row))
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(*columns, title=title or None, title_justify="left")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


def warn(text: str) -> None:
    """Write one line to stderr."""
    click.echo(text, err=True)


@contextmanager
def progress_bar(label: str, unit: str = "") -> Iterator[Progress]:
    """Show a bar on stderr while the block runs; yields the function that moves it.

    Nothing is drawn where stderr is no terminal, so that logs stay readable.
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def move(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield move
