"""`papi batch list` and `papi batch withdraw ID`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from papi.cli.common import echo_json, echo_table, json_option, pass_settings, warn
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE

if TYPE_CHECKING:
    from papi.office.withdrawing import BatchContent

COLUMNS = ("batch", "name", "started", "files", "pages", "states", "state")


@click.group("batch")
def command() -> None:
    """List batches; take a wrong one back."""


@command.command("list")
@json_option
@pass_settings
def list_(settings: CliSettings, as_json: bool) -> None:
    """List every batch with its pages, withdrawn ones included."""
    settings.open()
    from papi.office.withdrawing import batch_rows  # noqa: PLC0415  keeps `papi --help` quick

    rows = list(batch_rows())
    if as_json:
        echo_json(rows)
        return
    echo_table(
        COLUMNS,
        [
            (
                row["batch"],
                row["name"],
                row["started"],
                row["files"],
                row["total"],
                _states(row["by_status"]),
                _state(row),
            )
            for row in rows
        ],
    )


def _state(row: dict[str, Any]) -> str:
    if row["destroyed"]:
        return f"destroyed {row['destroyed']}"
    if row["withdrawn"]:
        return f"withdrawn {row['withdrawn']}"
    return "finished" if row["finished"] else "not finished: run the same `papi ingest` again"


def _states(pages: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in pages.items())


@command.command("withdraw")
@click.argument("batch", metavar="ID", type=click.IntRange(1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_settings
def withdraw(settings: CliSettings, batch: int, yes: bool) -> int:
    """Take batch ID back: its pages count for nothing, its files can be ingested again.

    Other scans of the same pages take their place again. Originals stay in the workspace.
    """
    workspace = settings.open()
    from papi.model.recipe import load_recipe  # noqa: PLC0415
    from papi.office.withdrawing import content_of, withdraw_batch  # noqa: PLC0415

    content = content_of(batch)
    if not (content.withdrawn or yes or _agreed(content)):
        warn("Nothing was changed.")
        return EXIT_ATTENTION
    done = withdraw_batch(workspace, load_recipe(workspace.recipe), batch)
    pages = sum(done.content.pages.values())
    if done.already:
        warn(f"Batch {batch} was withdrawn before, at {done.content.withdrawn}.")
    click.echo(f"{batch}\twithdrawn\t{done.content.files} files\t{pages} pages")
    warn(f"{done.decided} form(s) decided anew. The originals stay; see `papi status`.")
    return EXIT_DONE


def _agreed(content: BatchContent) -> bool:
    warn(f"Batch {content.batch} ({content.name}): {content.files} file(s).")
    warn(f"  {sum(content.pages.values())} page(s): {_states(dict(content.pages)) or 'none'}")
    warn(f"  {len(content.forms)} form(s) lose them.")
    if content.keyed:
        warn(f"  {content.keyed} value(s) keyed from them are kept, but count no more.")
    return click.confirm("Withdraw it?", err=True)
