"""`papi user add NAME --role ROLE [--region CODE]...`."""

from __future__ import annotations

import getpass
import sys

import click

from papi.cli.settings import CliSettings, pass_settings
from papi.errors import UsageError

ROLES = ("operator", "clerk", "supervisor", "admin")


@click.group("user")
def command() -> None:
    """Add people who may log in."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option("--region", "regions", multiple=True, metavar="CODE", help="Kemendagri code prefix.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin, one line.")
@pass_settings
def add(
    settings: CliSettings, name: str, role: str, regions: tuple[str, ...], password_stdin: bool
) -> None:
    """Add a person who may log in. Without --region the person sees every region."""
    settings.open()
    from papi.store.people import add_user  # noqa: PLC0415  needs the open store

    add_user(name, role, regions, _password(from_stdin=password_stdin))
    click.echo(f"Added {name} ({role}).")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise UsageError("The two passwords differ.", "Run the command again.")
    return first
