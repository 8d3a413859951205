"""The frame: quick start, help of everything, failures as words and exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from papi.cli import COMMANDS, cli
from papi.cli.frame import LazyGroup, PapiGroup
from papi.errors import StorageFull

RUNNER = CliRunner()


def frame_that_raises(error: BaseException) -> PapiGroup:
    group = PapiGroup("papi", params=[click.Option(["--debug"], is_flag=True)])
    group.callback = lambda debug: None

    @group.command("go")
    def _go() -> None:
        raise error

    return group


def test_help_lists_every_command_and_imports_none() -> None:
    code = (
        "import sys\nfrom papi.cli import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('django', 'rich', 'cv2', 'pydantic', 'numpy')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  our own code
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert done.stderr.strip() == "[]"


def test_unknown_command_is_wrong_use() -> None:
    result = RUNNER.invoke(cli, ["prnt"])
    assert result.exit_code == 2
    assert "No such command" in result.stderr


def test_operator_error_shows_advice_and_its_code() -> None:
    result = RUNNER.invoke(frame_that_raises(StorageFull("Disk full.")), ["go"])
    assert result.exit_code == 5
    assert result.stderr.startswith("Error: Disk full.\nFree disk space")
    assert result.stdout == ""


def test_full_disk_of_the_system_is_named() -> None:
    result = RUNNER.invoke(frame_that_raises(OSError(28, "No space left on device")), ["go"])
    assert result.exit_code == StorageFull.exit_code


def test_unexpected_error_hides_its_message() -> None:
    group = frame_that_raises(ValueError("NIK 3201010101900001"))
    result = RUNNER.invoke(group, ["go"])
    assert result.exit_code == 10
    assert "Unexpected ValueError" in result.stderr
    assert "3201010101900001" not in result.stderr
    assert "Traceback" not in result.stderr


def test_debug_shows_the_traceback() -> None:
    result = RUNNER.invoke(frame_that_raises(ValueError("why")), ["--debug", "go"])
    assert "Traceback" in result.stderr


def test_interrupt_ends_with_130() -> None:
    assert RUNNER.invoke(frame_that_raises(KeyboardInterrupt()), ["go"]).exit_code == 130


def test_a_module_without_a_command_is_a_mistake_of_ours() -> None:
    group = LazyGroup("g", commands_at={"x": ("papi.errors", "nothing")})
    with pytest.raises((TypeError, AttributeError)):
        group.get_command(click.Context(group), "x")


def test_workspace_missing(tmp_path: Path) -> None:
    result = RUNNER.invoke(cli, ["-w", str(tmp_path), "user", "add", "a", "--role", "clerk"])
    assert result.exit_code == 3
    assert "papi init DIR" in result.stderr
