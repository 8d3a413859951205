"""The reconciliation as a supervisor reads it on the terminal."""

from __future__ import annotations

from typing import Any

import click

from papi.cli.common import echo_table
from papi.cli.quality_text import show_quality

SHOWN = 30
_SHOWN_BATCHES = 10
Report = dict[str, Any]


def show_report(report: Report) -> None:
    """Write the whole account to stdout, sums first."""
    _show_pages(report)
    _show_forms(report)
    _show_batches(report["batches"])
    _show_villages(report)
    _show_attention(report)
    _show_todo(report["todo"])
    show_quality(report["quality"])


def _show_pages(report: Report) -> None:
    pages = report["pages"]
    proof = "all accounted for" if pages["accounted"] else "NOT all accounted for"
    click.echo(f"Pages in: {pages['announced']}, stored: {pages['total']} ({proof})")
    for status, count in pages["by_status"].items():
        click.echo(f"  {status}\t{count}")
    click.echo(f"  sum\t{sum(pages['by_status'].values())}")
    for batch in report["batches"]:
        for name in batch["unbalanced"]:
            click.echo(f"  batch {batch['batch']}: {name} did not give all of its pages yet")
    if pages["withdrawn"]:
        click.echo(f"{pages['withdrawn']} page(s) of withdrawn batches are not counted.")
    if report["files"]["unfinished"]:
        count = report["files"]["unfinished"]
        click.echo(f"{count} file(s) half read: run the same `papi ingest` again.")


def _show_forms(report: Report) -> None:
    forms, queue = report["forms"], report["queue"]
    click.echo(
        f"Forms issued: {forms['issued']} = returned {forms['returned']} + missing "
        f"{forms['missing']}; complete {forms['complete']}"
    )
    click.echo(
        f"  matched {forms['matched']}, in queue {forms['in_queue']}, "
        f"incomplete {forms['incomplete']}"
    )
    click.echo(f"  approved {forms['approved']}, sent back {forms['sent_back']}")
    if forms["undecided"]:
        click.echo(f"  {forms['undecided']} not decided yet: run the same `papi ingest` again.")
    click.echo(f"Queue: {queue['items']} fields of {queue['forms']} forms")
    for reason, count in list(queue["by_reason"].items())[:SHOWN]:
        click.echo(f"  {reason}\t{count}")


def _show_batches(batches: list[Report]) -> None:
    if not batches:
        return
    shown = batches[-_SHOWN_BATCHES:]
    states = list(dict.fromkeys(state for batch in shown for state in batch["by_status"]))
    names = ("batch", "name", "files", "announced", "stored", *states, "refused", "dpi", "skew",
             "scale", "state")  # fmt: skip
    echo_table(names, [_batch_row(batch, states) for batch in shown], "By batch")
    if len(batches) > _SHOWN_BATCHES:
        click.echo(f"... and {len(batches) - _SHOWN_BATCHES} earlier batches: `--json`")
    for batch in shown:
        for warning in batch["warnings"]:
            head = "note" if warning["note"] else "WARNING"
            click.echo(f"Batch {batch['batch']}: {head}: {warning['message_en']}")


def _batch_row(batch: Report, states: list[str]) -> list[Any]:
    quality = batch["quality"] or {}
    measures = quality.get("measures", {})
    return [
        *(batch[name] for name in ("batch", "name", "files", "announced", "total")),
        *(batch["by_status"].get(state, 0) for state in states),
        f"{quality['refused_share']:.1%}" if quality else "",
        *(_median(measures, name) for name in ("dpi", "skew_degrees", "scale_x")),
        _state(batch),
    ]


def _median(measures: Report, name: str) -> str:
    """Write a measurement as its median and range."""
    spread = measures.get(name)
    return f"{spread['median']:g} ({spread['low']:g}..{spread['high']:g})" if spread else ""


def _state(batch: Report) -> str:
    if batch["withdrawn"]:
        return "withdrawn"
    return "accounted" if batch["accounted"] else "NOT accounted"


def _show_villages(report: Report) -> None:
    villages, homeless = report["villages"], report["pages"]["without_form"]
    names = ("region", "name", "form", "issued", "returned", "complete", "missing", "queue",
             "missing_pages", "pages_issued", "pages_read")  # fmt: skip
    rows = [[*(row[name] for name in names), _states(row["scans"])] for row in villages]
    echo_table((*names, "scans"), rows, "By village")
    own, rest = sum(sum(row["scans"].values()) for row in villages), sum(homeless.values())
    named = f" ({_states(homeless)})" if rest else ""
    click.echo(f"Pages of these forms {own} + without a form {rest}{named} = {own + rest}")


def _states(scans: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in scans.items())


def _show_attention(report: Report) -> None:
    for form in report["incomplete"][:SHOWN]:
        pages = ", ".join(map(str, form["missing_pages"]))
        click.echo(f"Form {form['form_id']} ({form['region']}): page {pages} missing")
    for row in report["attention"][:SHOWN]:
        place = f"{row['source']} #{row['index'] + 1}"
        click.echo(f"{place}: {row['status']}: {row['message']} {row['detail']}".rstrip())
    hidden = max(len(report["incomplete"]) - SHOWN, 0) + max(len(report["attention"]) - SHOWN, 0)
    if hidden:
        click.echo(f"... and {hidden} more: `papi status --json`")


def _show_todo(todo: dict[str, int]) -> None:
    waiting = [f"{action} {count}" for action, count in todo.items() if count]
    if waiting:
        click.echo(f"To do: {', '.join(waiting)}. See `papi status --todo`.")
