"""`papi init` and `papi user add` as a person types them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from papi.cli import cli
from papi.office.workspace import Workspace, open_workspace

RUNNER = CliRunner()
PASSWORD = "kuda-lari-di-sawah\n"  # noqa: S105  an invented one


def test_init_makes_a_private_folder_and_is_idempotent(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    first = RUNNER.invoke(cli, ["init", str(folder)])
    assert first.exit_code == 0, first.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    before = {path.name: path.read_bytes() for path in folder.glob("*.[tk]*")}
    second = RUNNER.invoke(cli, ["init", str(folder)])
    assert second.exit_code == 0
    assert "Already a workspace" in second.stdout
    assert {path.name: path.read_bytes() for path in folder.glob("*.[tk]*")} == before


def test_init_on_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = RUNNER.invoke(cli, ["init", str(tmp_path / "file")])
    assert result.exit_code == 4


def test_user_add(workspace: Workspace) -> None:
    call = ["-w", str(workspace.folder), "user", "add", "siti", "--role", "clerk"]
    result = RUNNER.invoke(cli, [*call, "--region", "32.01", "--password-stdin"], input=PASSWORD)
    assert result.exit_code == 0, result.stderr
    from papi.store.models import User

    open_workspace(workspace.folder)
    user = User.objects.get(username="siti")
    assert (user.role, user.regions, user.is_superuser) == ("clerk", ["3201"], False)
    assert user.check_password(PASSWORD.strip())
    again = RUNNER.invoke(cli, [*call, "--password-stdin"], input=PASSWORD)
    assert again.exit_code == 2
    assert "already" in again.stderr


@pytest.mark.parametrize(
    ("extra", "password"),
    [([], "12345\n"), (["--region", "3"], PASSWORD), (["--region", "abc"], PASSWORD)],
)
def test_user_add_refuses(workspace: Workspace, extra: list[str], password: str) -> None:
    call = ["-w", str(workspace.folder), "user", "add", "budi", "--role", "clerk"]
    result = RUNNER.invoke(cli, [*call, "--password-stdin", *extra], input=password)
    assert result.exit_code == 2
