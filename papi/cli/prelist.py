"""`papi prelist columns` and `papi prelist import`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papi.cli.common import (
    CliSettings,
    Progress,
    echo_json,
    echo_table,
    json_option,
    pass_settings,
    progress_bar,
    warn,
)
from papi.errors import EXIT_ATTENTION, EXIT_DONE, PrelistInvalid

if TYPE_CHECKING:
    from papi.office.prelist import ImportReport

_BARS = {"check": ("Checking", "lines"), "store": ("Storing", "rows")}


@click.group("prelist")
def command() -> None:
    """Describe and import pre-lists."""


@command.command("columns")
@click.argument("form")
@json_option
def columns(form: str, as_json: bool) -> None:
    """List the columns a pre-list of FORM may have."""
    from papi.model.codebook import Codebook  # noqa: PLC0415  keeps `papi --help` quick
    from papi.model.columns import columns_of  # noqa: PLC0415

    described = [column.to_json(Codebook.load()) for column in columns_of(form).columns]
    if as_json:
        echo_json(described)
        return
    keys = ("name", "required", "type", "scope", "code_list", "meaning")
    rows = [["yes" if row.get(k) is True else row.get(k) or "" for k in keys] for row in described]
    echo_table(keys, rows)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--form", required=True, help="Form whose columns the file has.")
@click.option("--skip-bad", is_flag=True, help="Import the good rows; list the bad ones (exit 1).")
@click.option("--dry-run", is_flag=True, help="Check and count; import nothing.")
@json_option
@pass_settings
@click.pass_context
def import_(
    context: click.Context,
    settings: CliSettings,
    *,
    file: Path,
    form: str,
    skip_bad: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a csv or xlsx FILE. One bad row refuses the file, unless --skip-bad is given."""
    settings.open()
    from papi.office.auditing import note  # noqa: PLC0415
    from papi.office.prelist import import_prelist  # noqa: PLC0415  needs the open store

    with _bars() as progress:
        report = import_prelist(file, form, skip_bad=skip_bad, dry_run=dry_run, progress=progress)
    if report.imported:
        facts = {"form": form, "added": report.added, "changed": report.changed}
        note("prelist.imported", detail=facts)
    _tell(report, as_json=as_json)
    context.exit(_exit_code(report, skip_bad=skip_bad))


def _tell(report: ImportReport, *, as_json: bool) -> None:
    if report.unknown_columns:
        warn(f"Columns left out (unknown): {', '.join(report.unknown_columns)}")
    for complaint in report.complaints:
        warn(str(complaint))
    if report.complaint_count > len(report.complaints):
        warn(f"... and {report.complaint_count - len(report.complaints)} more.")
    if as_json:
        echo_json(report.to_json())
        return
    click.echo(
        f"{report.file}: {report.kind}\n{report.lines} lines: {report.added} added, "
        f"{report.changed} changed, {report.unchanged} unchanged, {report.refused} refused"
        + ("" if report.imported else " (nothing imported)")
    )


def _exit_code(report: ImportReport, *, skip_bad: bool) -> int:
    if not report.complaint_count:
        return EXIT_DONE
    if skip_bad:
        return EXIT_ATTENTION
    warn(f"Error: {report.complaint_count} cells or rows are refused.\n{PrelistInvalid.advice}")
    return PrelistInvalid.exit_code


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int | None], None]]:
    """Yield a function (step, done, total) that opens one bar after another."""
    with ExitStack() as stack:
        bars: dict[str, Progress] = {}

        def move(step: str, done: int, total: int | None) -> None:
            if step not in bars:
                stack.pop_all().close()
                bars[step] = stack.enter_context(progress_bar(*_BARS[step]))
            bars[step](done, total)

        yield move
