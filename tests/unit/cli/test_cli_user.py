"""`papi user` as a person types it; each change is in the audit chain."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from papi.cli import cli
from papi.office.workspace import Workspace, open_workspace
from papi.store.models import AuditEvent, User

PASSWORD = "kuda-lari-di-sawah\n"  # noqa: S105  an invented one
OTHER = "sapi-tidur-di-sawah\n"


def _run(workspace: Workspace, *words: str, typed: str = "") -> Result:
    call = ["-w", str(workspace.folder), "user", *words]
    result = CliRunner().invoke(cli, call, input=typed)
    open_workspace(workspace.folder)
    return result


def _add(workspace: Workspace, name: str, role: str, *more: str) -> Result:
    return _run(workspace, "add", name, "--role", role, "--password-stdin", *more, typed=PASSWORD)


def test_people_are_listed_without_anything_of_their_passwords(workspace: Workspace) -> None:
    _add(workspace, "siti", "clerk", "--region", "32.01")
    _add(workspace, "ayu", "admin")
    plain = _run(workspace, "list")
    assert plain.stdout.splitlines()[1:] == [
        "ayu\tadmin\tall\tactive\t",
        "siti\tclerk\t3201\tactive\t",
    ]
    rows = json.loads(_run(workspace, "list", "--json").stdout)
    assert [set(row) for row in rows] == [{"name", "role", "regions", "active", "last_login"}] * 2


def test_a_name_is_taken_in_whichever_capitals(workspace: Workspace) -> None:
    _add(workspace, "siti", "clerk")
    assert _add(workspace, "Siti", "clerk").exit_code == 2


def test_the_last_admin_cannot_be_switched_off(workspace: Workspace) -> None:
    _add(workspace, "ayu", "admin")
    refused = _run(workspace, "disable", "ayu")
    assert refused.exit_code == 2
    assert "only admin" in refused.stderr
    _add(workspace, "budi", "admin")
    assert _run(workspace, "disable", "ayu").exit_code == 0
    assert not User.objects.get(username="ayu").is_active
    assert _run(workspace, "disable", "budi").exit_code == 2
    assert _run(workspace, "enable", "ayu").exit_code == 0
    assert _run(workspace, "disable", "budi").exit_code == 0


def test_a_temporary_password_must_be_changed(workspace: Workspace) -> None:
    _add(workspace, "siti", "clerk")
    assert not User.objects.get(username="siti").must_change_password
    call = ("password", "siti", "--password-stdin", "--temporary")
    assert _run(workspace, *call, typed="12345\n").exit_code == 2
    assert _run(workspace, *call, typed=OTHER).exit_code == 0
    user = User.objects.get(username="siti")
    assert user.check_password(OTHER.strip())
    assert user.must_change_password


def test_nobody_of_that_name(workspace: Workspace) -> None:
    for words in (("disable", "siti"), ("enable", "siti"), ("password", "siti")):
        assert _run(workspace, *words).exit_code == 2


def test_every_change_is_recorded_without_a_password(workspace: Workspace) -> None:
    _add(workspace, "siti", "clerk", "--region", "32.01")
    _run(workspace, "password", "siti", "--password-stdin", typed=OTHER)
    _run(workspace, "disable", "siti")
    _run(workspace, "enable", "siti")
    events = list(AuditEvent.objects.order_by("seq"))
    assert [event.action for event in events] == [
        "user.added",
        "user.password",
        "user.disabled",
        "user.enabled",
    ]
    assert {event.detail["who"] for event in events} == {"siti"}
    assert PASSWORD.strip() not in str([event.detail for event in events])
