"""`papi status`: account for every page and form."""

from __future__ import annotations

from typing import Any

import click

from papi.cli.common import echo_json, echo_table, json_option, pass_settings
from papi.cli.settings import CliSettings
from papi.errors import EXIT_ATTENTION, EXIT_DONE

SHOWN = 30


@click.command("status")
@json_option
@pass_settings
def command(settings: CliSettings, as_json: bool) -> int:
    """Show pages by status, forms issued/returned/complete, the queue, by village.

    Exit code 1 when pages need attention or are not accounted for.
    """
    settings.open()
    from papi.office.reporting import status_report  # noqa: PLC0415

    report = status_report()
    echo_json(report) if as_json else _show(report)
    settled = report["pages"]["accounted"] and not report["attention"]
    return EXIT_DONE if settled else EXIT_ATTENTION


def _show(report: dict[str, Any]) -> None:
    pages, forms, queue = report["pages"], report["forms"], report["queue"]
    proof = "all accounted for" if pages["accounted"] else "NOT all accounted for"
    click.echo(f"Pages in: {pages['announced']}, stored: {pages['total']} ({proof})")
    for status, count in pages["by_status"].items():
        click.echo(f"  {status}\t{count}")
    if report["files"]["unfinished"]:
        count = report["files"]["unfinished"]
        click.echo(f"{count} file(s) half read: run the same `papi ingest` again.")
    click.echo(
        f"Forms issued: {forms['issued']} = returned {forms['returned']} + missing "
        f"{forms['missing']}; complete {forms['complete']}"
    )
    click.echo(
        f"  matched {forms['matched']}, in queue {forms['in_queue']}, "
        f"incomplete {forms['incomplete']}"
    )
    if forms["undecided"]:
        click.echo(f"  {forms['undecided']} not decided yet: run the same `papi ingest` again.")
    click.echo(f"Queue: {queue['items']} fields of {queue['forms']} forms")
    for reason, count in list(queue["by_reason"].items())[:SHOWN]:
        click.echo(f"  {reason}\t{count}")
    _show_villages(report["villages"])
    _show_attention(report)


def _show_villages(villages: list[dict[str, Any]]) -> None:
    names = ("region", "name", "form", "issued", "returned", "complete", "missing", "queue")
    echo_table(names, [[row[name] for name in names] for row in villages], "By village")


def _show_attention(report: dict[str, Any]) -> None:
    for form in report["incomplete"][:SHOWN]:
        pages = ", ".join(map(str, form["missing_pages"]))
        click.echo(f"Form {form['form_id']} ({form['region']}): page {pages} missing")
    for row in report["attention"][:SHOWN]:
        place = f"{row['source']} #{row['index'] + 1}"
        click.echo(f"{place}: {row['status']}: {row['message']} {row['detail']}".rstrip())
    hidden = max(len(report["incomplete"]) - SHOWN, 0) + max(len(report["attention"]) - SHOWN, 0)
    if hidden:
        click.echo(f"... and {hidden} more: `papi status --json`")
