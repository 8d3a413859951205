"""`papi evaluate`: figures of the installed networks on writers they never saw."""

from __future__ import annotations

from pathlib import Path

import click

from papi.cli.common import data_option, echo_json, echo_table, json_option, warn
from papi.errors import EXIT_DONE


@click.command("evaluate")
@data_option
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="A folder `papi train` wrote (default: the networks PAPI reads with).",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write a report with curves, confusions and the worst snips.",
)
@json_option
def command(data: Path, model: Path | None, html: Path | None, as_json: bool) -> int:
    """Measure the character reader on development writers, plain and in scanned boxes."""
    from papi.reading.characters import CharacterReader  # noqa: PLC0415
    from papi.training.evaluate import judge_reader  # noqa: PLC0415

    reader = CharacterReader.load(model) if model else CharacterReader.load()
    judged, figures = judge_reader(reader, data, warn)
    if html:
        from papi.training.report import write_report  # noqa: PLC0415

        write_report(html, judged, f"PAPI characters {reader.sha256[:12]}", reader.card.document)
        warn(f"{html} written")
    echo_json(figures) if as_json else _show(figures)
    return EXIT_DONE


def _show(figures: dict[str, dict[str, object]]) -> None:
    columns = ("count", "accuracy", "interval", "error_at_reject", "ece")
    rows = [
        (name, *(values.get(column, "") for column in columns))
        for name, values in figures.items()
        if "accuracy" in values
    ]
    echo_table(("set", *columns), rows)
    letters = figures.get("photographed letters")
    if letters:
        click.echo(f"photographed letters: {letters['right']} of {letters['count']} right")
