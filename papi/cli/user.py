"""`papi user add|list|disable|enable|password`."""

from __future__ import annotations

import getpass
import sys

import click

from papi.cli.common import echo_json, echo_table, json_option
from papi.cli.settings import CliSettings, pass_settings
from papi.errors import UsageError

ROLES = ("operator", "clerk", "supervisor", "admin")

_stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin, one line."
)
_temporary_option = click.option(
    "--temporary", is_flag=True, help="The person must choose another one at the next login."
)


@click.group("user")
def command() -> None:
    """Add, list, switch off people who may log in."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option("--region", "regions", multiple=True, metavar="CODE", help="Kemendagri code prefix.")
@_stdin_option
@_temporary_option
@pass_settings
def add(  # noqa: PLR0917  click gives keywords
    settings: CliSettings,
    name: str,
    role: str,
    regions: tuple[str, ...],
    password_stdin: bool,
    temporary: bool,
) -> None:
    """Add a person who may log in. Without --region the person sees every region."""
    settings.open()
    from papi.store.people import add_user  # noqa: PLC0415  needs the open store

    add_user(name, role, regions, _password(from_stdin=password_stdin), temporary=temporary)
    click.echo(f"Added {name} ({role}).")


@command.command("list")
@json_option
@pass_settings
def list_people(settings: CliSettings, as_json: bool) -> None:
    """List everybody with role, regions, last login."""
    settings.open()
    from papi.store.people import people  # noqa: PLC0415

    rows = [
        {
            "name": user.username,
            "role": user.role,
            "regions": user.regions,
            "active": user.is_active,
            "last_login": user.last_login.isoformat(timespec="seconds") if user.last_login else "",
        }
        for user in people()
    ]
    if as_json:
        echo_json(rows)
        return
    cells = (
        (
            row["name"],
            row["role"],
            " ".join(row["regions"]) or "all",
            "active" if row["active"] else "off",
            row["last_login"],
        )
        for row in rows
    )
    echo_table(("name", "role", "regions", "account", "last login"), cells)


@command.command("disable")
@click.argument("name")
@pass_settings
def disable(settings: CliSettings, name: str) -> None:
    """Let a person log in no more; sessions end at once, the work stays."""
    settings.open()
    from papi.store import people  # noqa: PLC0415

    people.disable(name)
    click.echo(f"{name} may not log in any more.")


@command.command("enable")
@click.argument("name")
@pass_settings
def enable(settings: CliSettings, name: str) -> None:
    """Let a person log in again."""
    settings.open()
    from papi.store import people  # noqa: PLC0415

    people.enable(name)
    click.echo(f"{name} may log in again.")


@command.command("password")
@click.argument("name")
@_stdin_option
@_temporary_option
@pass_settings
def password(settings: CliSettings, name: str, password_stdin: bool, temporary: bool) -> None:
    """Give a person another password; sessions end at once."""
    settings.open()
    from papi.store import people  # noqa: PLC0415

    people.find_person(name)
    people.set_password(name, _password(from_stdin=password_stdin), temporary=temporary)
    click.echo(f"{name} has a new password.")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise UsageError("The two passwords differ.", "Run the command again.")
    return first
