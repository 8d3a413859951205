"""The operator's to-do list on the terminal: batch by batch, as the stacks lie."""

from __future__ import annotations

from itertools import groupby

import click

from papi.office.reporting import Reconciliation
from papi.office.todo import TodoItem
from papi.office.todo_files import action_words, describe_place


def show_todo(found: Reconciliation) -> None:
    """Write all items to stdout."""
    names = {batch["batch"]: batch["name"] for batch in found.report["batches"]}
    for batch, items in groupby(found.todo, key=lambda item: item.batch):
        title = f"Batch {batch} ({names[batch]})" if batch else "Without a batch"
        click.echo(title)
        for item in items:
            _show_item(item)
    counts = ", ".join(f"{name} {count}" for name, count in found.report["todo"].items() if count)
    click.echo(f"To do: {counts or 'nothing'}")


def _show_item(item: TodoItem) -> None:
    place = describe_place(item)
    words = action_words(item)[1]
    click.echo(f"  {words}: {place}" if place else f"  {words}")
    if item.message:
        click.echo(f"    {item.message}" + (f" ({item.detail})" if item.detail else ""))
    if item.other:
        click.echo(f"    The other scan: {item.other[0]} #{item.other[1] + 1}")
    for command in item.commands or filter(None, [item.command]):
        click.echo(f"    {command}")
